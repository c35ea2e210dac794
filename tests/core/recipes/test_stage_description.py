"""Stages described: what ``limner plugins show`` prints."""

import pytest

import limner
from limner.recipes.stage_description import describe, find_stages


def test_a_description_lists_parameters_with_their_bounds():
    told = describe("network", "mlp")
    assert (told["kind"], told["name"]) == ("network", "mlp")
    bounds = {field["name"]: field["bounds"] for field in told["parameters"]}
    assert bounds["depth"].startswith("a whole number, ")
    assert all(field["description"] for field in told["parameters"])


def test_a_name_may_belong_to_several_roles():
    assert {told["kind"] for told in find_stages("noise")} >= {"encoder", "warp"}
    (told,) = find_stages("warp/noise")
    assert told["kind"] == "warp"


def test_a_folder_has_no_parameters():
    (told,) = find_stages("salon")
    assert told["parameters"] == []
    assert "style.css" in told["doc"]


@pytest.mark.parametrize(
    ("name", "fix"), [("unett", "did you mean 'unet'"), ("ink", "limner recipes show ink"), ("warp/mlp", "no stage")]
)
def test_unknown_names_get_a_fix(name, fix):
    with pytest.raises(limner.LimnerError, match=fix):
        find_stages(name)
