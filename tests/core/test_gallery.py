"""The gallery: every preset has a picture, which its recipe paints; gallery/README.md tells how."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.parsing import read_toml
from limner.registry import build
from limner.verify import verify

GALLERY = Path(__file__).parents[2] / "gallery"
PRESETS = build(third_party=False).names("recipe")
COMMAND = "limner paint {name} --seed {seed} --size 360x360 --supersample 2 -o gallery/{name}.webp"


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(float)


def test_every_preset_has_its_picture():
    assert sorted(p.stem for p in GALLERY.glob("*.webp")) == sorted(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_a_picture_is_what_its_preset_paints(name):
    path = GALLERY / f"{name}.webp"
    assert verify(path).ok
    kept = limner.open(path)
    anew = limner.paint(name, seed=kept.seed, size=(360, 360))
    assert anew.recipe.table() == kept.recipe.table()
    difference = np.abs(anew.render(supersample=2)[..., :3] - pixels(path)).max(axis=-1)
    assert (difference > 1).mean() <= 1e-3  # random streams are promised within one build of NumPy only


@pytest.mark.parametrize("name", PRESETS)
def test_the_page_tells_of_it(name):
    page = (GALLERY / "README.md").read_text("utf-8")
    seed = limner.open(GALLERY / f"{name}.webp").seed
    assert COMMAND.format(name=name, seed=seed) in page
    table = read_toml(build(third_party=False).read_recipe(name), name)
    assert f"## {table['title']}" in page
    assert table["summary"] in page


def test_the_comparison_can_fail():
    other = limner.paint("marbling", seed=99, size=(360, 360)).render()
    assert (np.abs(other - pixels(GALLERY / "marbling.webp")).max(axis=-1) > 1).mean() > 0.5


def test_presets_are_unlike_each_other():
    small = [pixels(GALLERY / f"{name}.webp")[::8, ::8] for name in PRESETS]
    for i, ours in enumerate(small):
        for theirs in small[:i]:
            assert np.abs(ours - theirs).mean() > 20
