"""Values of options that several commands share."""

import pytest

from limner.cli.main import run
from limner.console.options import parse_swaps
from limner.errors import LimnerError


@pytest.mark.parametrize("role", ["encoder", "warp", "augment"])
@pytest.mark.parametrize("text", ["xy,,radius", ",xy", " , xy", ","])
def test_an_empty_name_in_a_list_of_stages_is_refused(role, text):
    with pytest.raises(LimnerError, match=f"^`{role}`: has an empty name between commas"):
        parse_swaps(**{role: text})


def test_a_comma_at_the_end_is_ignored():
    assert parse_swaps(encoder="xy, radius,", warp="none", network="mlp") == {
        "encoder": ["xy", "radius"],
        "warp": [],
        "network": "mlp",
    }


def test_the_message_about_an_empty_name_names_the_option(capsys):
    assert run(["paint", "--encoders", "xy,,radius", "--size", "8x8"]) == 2
    assert capsys.readouterr().err == (
        "error: --encoders: has an empty name between commas, got 'xy,,radius'; omit a comma\n"
    )
