"""The artworks that ``limner.animate`` takes, and arguments of wrong types."""

from types import SimpleNamespace

import pytest

import limner
from limner_apps.animations.planning.checks import check_renderable
from limner_apps.animations.planning.sources import list_sources


@pytest.fixture(scope="module")
def arts():
    return [limner.paint("marbling", seed=seed, size=(6, 4)) for seed in (1, 2)]


def test_sources_are_artworks_and_paths_one_or_several(arts, tmp_path):
    one, two = arts
    assert list_sources(one) == [one]
    assert list_sources("a.png") == ["a.png"]
    assert list_sources(tmp_path / "a.png") == [str(tmp_path / "a.png")]
    assert list_sources(art for art in (one, "a.png", two)) == [one, "a.png", two]


def test_a_generator_of_artworks_is_animated(arts, tmp_path):
    limner.animate((art for art in arts), tmp_path / "walk.apng", seconds=1, fps=2)
    assert (tmp_path / "walk.apng").exists()


def test_networks_without_a_picture_of_their_own_are_refused(arts):
    converting = SimpleNamespace(model=SimpleNamespace(is_renderable=False))
    with pytest.raises(limner.LimnerError, match=r"b\.limner: converts pictures and has none of its own; apply it"):
        check_renderable(["a.png", "b.limner"], [arts[0], converting])


WRONG = {
    "artworks": [5, None, b"a.png", [5], [["a.png"]], []],
    "path": [5],
    "set": [5, {5: 1}, [("loop", False)]],
    "move": [5, [5], {"frame.scale": 5}, {5: "1..2"}],
    "drive": [5, "frame.scale=bass"],
    "options": [5],
    "strip_options": ["count=5"],
    "repeat": [1.5, "x"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_wrong_types_are_named(arts, name, value):
    arguments = {"artworks": arts[0], "path": "a.webp", name: value}
    with pytest.raises(limner.LimnerError, match=f"`{name}`"):
        limner.animate(**arguments)
