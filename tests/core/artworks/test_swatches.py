"""The colours of an artwork: those of its colour modes, as ``limner info`` shows them."""

import json

import numpy as np
import pytest

import limner
from limner.app.artworks import swatches_of
from limner.app.pictures import hex_colors
from limner.cli.main import run


def colours(art):
    return swatches_of(art.model, art.theta)


FLAT = ["#101a4a", "#d8402a", "#f5deb3"]


@pytest.fixture(scope="module")
def art():
    return limner.paint("random-art", seed=1, size=(8, 8), colors=[*FLAT, FLAT[0]])


def test_they_are_listed_once_in_order(art):
    assert hex_colors(colours(art)) == FLAT


def test_those_of_layers_follow_one_another(art):
    other = limner.paint("random-art", seed=2, size=(8, 8), colors=["#000000", FLAT[1]])
    assert hex_colors(colours(limner.blend([art, other]))) == [*FLAT, "#000000"]


def test_an_artwork_without_fixed_colours_has_none():
    assert colours(limner.paint("random-art", seed=1, size=(8, 8))).shape == (0, 3)


def test_levels_are_rounded_and_clipped():
    assert hex_colors(np.array([[-0.1, 0.5, 1.2], [0.0, 0.2, 1.0]])) == ["#0080ff", "#0033ff"]
    assert hex_colors(np.empty((0, 3))) == []


def test_info_shows_them(art, tmp_path, capsys):
    path = str(art.save(tmp_path / "a.png"))
    assert run(["info", path]) == 0
    assert f"colours: {' '.join(FLAT)}\n" in capsys.readouterr().out
    assert run(["info", "--json", path]) == 0
    assert json.loads(capsys.readouterr().out)["colors"] == FLAT
