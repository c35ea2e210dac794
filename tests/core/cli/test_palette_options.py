"""``--palette`` and ``--colors`` of the commands that compose a recipe."""

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.full((8, 8, 3), 90, np.uint8)).save("fox.png")


COMMANDS = {
    "paint": ["paint", "random-art", "--seed", "1", "--size", "8x8", "-o", "a.png"],
    "fit": ["fit", "fox.png", "--steps", "1", "--seed", "1", "-o", "a.png"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_recipe_gets_the_colours(command):
    assert run([*COMMANDS[command], "--colors", "navy, rgb(1, 2, 3),#fff", "-q"]) == 0
    assert limner.open("a.png").recipe.color.stage.colors == ("navy", "rgb(1, 2, 3)", "#fff")


def test_the_recipe_gets_the_palette():
    assert run([*COMMANDS["paint"], "--palette", "glacier", "-q"]) == 0
    assert limner.open("a.png").recipe.color.stage.name == "glacier"


def test_a_picture_lends_its_colours():
    Image.fromarray(np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)).save("flag.png")
    assert run([*COMMANDS["paint"], "--palette", "flag.png", "-s", "color.count=2", "-q"]) == 0
    art = limner.open("a.png")
    np.testing.assert_allclose(art.model.color.swatches(art_color(art)), [[0, 0, 1], [1, 0, 0]], atol=1e-5)


def art_color(art):
    from limner.plugin import Params

    layout = art.model.color.param_layout()
    return Params(layout, art.theta[-layout.size :])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--palette", "glacer"], "--palette: unknown palette 'glacer'; did you mean 'glacier'?"),
        (["--palette", "fog", "--colors", "red,blue"], "--palette and --colors: both choose the colours; omit one"),
        (["--palette", "fog", "--color", "hsv"], "--palette and --color hsv: this colour mode takes no palette; omit"),
        (["--colors", "red,blue", "--color", "hvs"], "--color: unknown colour mode 'hvs'; did you mean"),
        (["--colors", "red,blue", "-s", "color.name=fog"], "--colors: color.name is also set; omit one of them"),
        (["--colors", "red"], "--colors: has one colour, and a palette needs at least two"),
        (["--colors", "red,nvay"], "--colors: 'nvay' is not a colour; did you mean 'navy'?"),
    ],
)
@pytest.mark.parametrize("command", COMMANDS)
def test_bad_choices_are_one_line(command, args, message, capsys):
    assert run([*COMMANDS[command], *args]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {message}")
    assert error.count("\n") == 1


@pytest.mark.parametrize("command", [["paint", "--seed", "1", "--palette"], ["palettes"]])
def test_a_picture_of_a_single_colour_is_no_palette(command, capsys, tmp_path):
    assert run([*command, "fox.png"]) == 2
    assert "fox.png: the picture has a single colour, and a palette needs two" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["fox.png"]


def test_a_sweep_has_one_palette_in_all_trials(capsys):
    sweep = ["sweep", "random-art", "--palette", "fog", "--vary"]
    assert run([*sweep, "color.repeats=1,2", "--dry-run", "--size", "8x8"]) == 0
    assert run([*sweep, "color.name=ember,sumi"]) == 2
    assert "--palette: color.name is also varied; omit one of them" in capsys.readouterr().err
