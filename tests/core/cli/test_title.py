"""``--title`` of pictures."""

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.full((8, 8, 3), 90, np.uint8)).save("fox.png")


@pytest.mark.parametrize(
    "command",
    [
        ["paint", "ink", "--size", "8x8"],
        ["paint", "--random", "--seed", "1", "--size", "8x8"],
        ["fit", "fox.png", "--steps", "1"],
        ["blend", "fox.png", "fox.png"],
    ],
    ids=["paint", "random", "fit", "blend"],
)
def test_a_picture_has_the_title_that_it_is_given(command):
    assert run([*command, "--title", "Night, rain = 7", "-o", "a.png", "-q"]) == 0
    assert limner.open("a.png").recipe.title == "Night, rain = 7"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["paint", "ink", "--title", "A", "-s", "title=B"], "--title: the setting title is set too; omit one of them"),
        (["fit", "fox.png", "--title", "A", "-s", "title=B"], "--title: the setting title is set too; omit one"),
        (["paint", "ink", "--title", ""], "title: must"),
        (["blend", "fox.png", "fox.png", "--title", ""], "title: must"),
        (["paint", "ink", "--title", "x" * 201], "title: must"),
    ],
)
def test_invalid_titles_write_nothing(args, says, capsys, tmp_path):
    assert run([*args, "-o", "a.png"]) == 2
    assert says in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fox.png"]


def test_a_blend_has_the_titles_of_its_pictures_unless_it_has_its_own():
    pictures = [limner.paint("ink", seed=1, size=(8, 8)), limner.paint("marbling", seed=1, size=(8, 8))]
    assert limner.blend(pictures).recipe.title == "Ink + Marbling"
    assert limner.blend(pictures, title="Both").recipe.title == "Both"
