"""Values of --vary: read by the fields that they vary."""

import json
import re
import shlex
from pathlib import Path

import pytest

from limner.cli.main import run
from limner.composition.overrides import parse_assignment
from limner_apps.sweeps.plan import plan_sweep


def points(*vary, recipe="signboard", **options):
    return [trial.point for trial in plan_sweep(recipe, vary=list(vary), **options).trials]


@pytest.mark.parametrize(
    ("vary", "values"),
    [
        ("encoder.text.text=don't,can't", ["don't", "can't"]),
        ("encoder.text.text=2024,007,1.0,true,2024-01-01", ["2024", "007", "1.0", "true", "2024-01-01"]),
        ("encoder.text.text='a, b',\"c, d\"", ["a, b", "c, d"]),
        ("encoder.text.text=1..3", ["1", "2", "3"]),
        ("encoder.text.size=.5,1", [0.5, 1]),
        ("encoder.text.soft=true,false", [True, False]),
        ("encoder.text.cells=[64,64],[32,16]", [[64, 64], [32, 16]]),
        ("network.depth=2..3", [2, 3]),
        ("size=[8,8],[16,8]", [[8, 8], [16, 8]]),
    ],
)
def test_values_take_the_type_of_their_field(vary, values):
    path = vary.partition("=")[0]
    found = [point[path] for point in points(vary)]
    assert found == values
    assert list(map(type, found)) == list(map(type, values))


def test_the_lists_of_the_guide_suit_a_preset():
    guide = Path(__file__).parents[3] / "docs" / "sweep.md"
    (vary,) = re.findall(r"^\| `(\S+=\[\d\S+)` \| two lists", guide.read_text("utf-8"), re.MULTILINE)
    sweep = plan_sweep("marbling", vary=[vary])
    sweep.check()
    assert [trial.recipe["size"] for trial in sweep.trials] == [[64, 64], [96, 48]]


def test_a_field_that_only_a_swapped_stage_has_is_found():
    assert points("network=siren", "network.first_omega=20,30") == [
        {"network": "siren", "network.first_omega": 20},
        {"network": "siren", "network.first_omega": 30},
    ]


def test_a_recipe_without_warps_may_be_tried():
    assert points("warp=none,[mirror,swirl]") == [{"warp": []}, {"warp": ["mirror", "swirl"]}]


def test_settings_of_all_trials_take_the_type_of_their_field():
    settings = dict(parse_assignment(text) for text in ("encoder.text.text=2024", "network.depth=2", "seed=7"))
    planned = plan_sweep("signboard", vary=["network.contrast=1,2"], set=settings)
    assert planned.overrides == {"encoder.text.text": "2024", "network.depth": 2}
    assert planned.seeds == (7,)
    json.dumps(planned.identity)


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ("encoder.text.text=[a,b", "--vary encoder.text.text: the bracket [ has no partner in [a,b; add it, or write "),
        ("encoder.text.text='tis,x", "the quote ' has no partner in 'tis,x"),
        ("network.depth=1,many", "for example: --vary network.depth=8"),
        ("color.colors=navy,orange", "need brackets, as in --vary 'color.colors=[navy,orange]'"),
    ],
)
def test_an_error_shows_what_works(vary, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    line = ["sweep", "signboard"]
    line += ["-s", "color.kind=palette"] if "color" in vary else []
    assert run([*line, "--vary", vary]) == 2
    err = capsys.readouterr().err
    assert message in err
    if found := re.search(r"--vary (\S+=\S+)\s*$", err):
        assert run([*line, "--size", "8x8", "--dry-run", "--vary", *shlex.split(found[1])]) == 0
