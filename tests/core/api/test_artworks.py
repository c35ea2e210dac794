"""Artworks and recipes as Python objects."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.errors import LimnerError, RecipeError

SIZE = (20, 12)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def art():
    return limner.paint("marbling", seed=5, size=SIZE)


def test_the_size_is_the_recipes(art):
    assert art.size == art.recipe.size == SIZE


def test_artworks_are_equal_by_recipe_seed_and_parameters(art):
    art.save("a.png")
    again = limner.open("a.png")
    assert again == art
    assert hash(again) == hash(art)
    assert {art, again} == {art}
    theta = art.theta.copy()
    theta[-1] = np.nextafter(theta[-1], 1)
    for other in (
        replace(art, theta=theta),
        limner.paint("marbling", seed=6, size=SIZE),
        limner.paint("marbling", seed=5, size=(12, 20)),
        limner.paint("marbling", seed=5, size=SIZE, set={"title": "another"}),
    ):
        assert other != art
    assert art != "marbling"


def test_an_artwork_is_an_array(art):
    pixels = np.asarray(art)
    np.testing.assert_array_equal(pixels, art.render())
    assert pixels.dtype == np.uint8
    assert np.asarray(art, dtype=np.float32).dtype == np.float32
    assert np.array(art, copy=True).shape == (12, 20, 3)
    assert Image.fromarray(np.asarray(art)).size == SIZE
    with pytest.raises(ValueError, match="copy=False"):
        np.asarray(art, copy=False)


def test_painting_an_artwork_keeps_or_draws_its_parameters_as_its_file_does(art):
    art.save("a.png")
    assert limner.paint(art) == limner.paint("a.png") == limner.paint(Path("a.png")) == art
    assert limner.paint(art, size=(8, 8)).theta is art.theta
    assert limner.paint(art, seed=9) == limner.paint("a.png", seed=9) != art
    assert limner.paint(art, set={"network.depth": 2}) == limner.paint("a.png", set={"network.depth": 2})


def test_recipes_are_named():
    found = limner.recipes()
    assert found["marbling"]
    assert list(found)
    assert all(isinstance(summary, str) and summary for summary in found.values())


@pytest.mark.parametrize("name", ["ink", "colorize", "likeness"])
def test_a_recipe_survives_toml(name):
    from limner.artworks.recipe_sources import compose

    recipe = compose(name)
    text = recipe.to_toml()
    Path("mine.toml").write_text(text, "utf-8")
    for source in (text, "mine.toml", Path("mine.toml")):
        again = limner.Recipe.from_toml(source)
        assert again.table() == recipe.table()
        assert again.to_toml() == text


def test_toml_that_is_none_is_refused():
    with pytest.raises(RecipeError, match="is not valid TOML"):
        limner.Recipe.from_toml("a = = 3")
    with pytest.raises(RecipeError, match="network"):
        limner.Recipe.from_toml("[network]\nkind = 'mlp'\ndepth = -1")
    with pytest.raises(LimnerError, match="cannot be read"):
        limner.Recipe.from_toml("missing.toml")


def test_blending_files_and_artworks(art):
    other = limner.paint("ink", seed=3, size=SIZE)
    art.save("a.png")
    other.save("b.png")
    both = limner.blend(["a.png", Path("b.png")], "difference")
    assert both == limner.blend([art, other], mode="difference")
    assert limner.blend([art, other]).recipe.blend.kind == "mean"
    masked = limner.blend(["a.png", "b.png"], mask="a.png")
    assert masked.recipe.blend.kind == "mask"
    for wrong in (
        {"pictures": ["a.png"]},
        {"pictures": "a.png"},
        {"pictures": [art, other], "mode": "max", "mask": "a.png"},
    ):
        with pytest.raises(LimnerError, match=r"two pictures|must be a list"):
            limner.blend(**wrong)


def test_verifying(art):
    assert limner.verify(art.save("a.png")).ok


def test_sixteen_bits(art):
    assert art.render(bits=16).dtype == np.uint16
