"""The gallery: every preset has a picture, which its recipe paints; gallery/README.md tells how."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.artworks.verification import verify
from limner.composition.parser import parse, read_toml
from limner.registry.registry import build

GALLERY = Path(__file__).parents[2] / "gallery"
KNOWN = build(third_party=False)
TABLES = {name: read_toml(KNOWN.read_recipe(name), name) for name in KNOWN.names("recipe")}
PRESETS = [name for name, table in TABLES.items() if "output" not in table]  # others have no picture of their own
LEARNS = [name for name in PRESETS if "trainer" in read_toml(KNOWN.read_recipe(name), name)]
PAINTS = [name for name in PRESETS if name not in LEARNS]
COMMAND = "limner paint {name} --seed {seed} --size 360x360 --supersample 2 -o gallery/{name}.webp"


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(float)


def test_every_preset_has_its_picture():
    assert sorted(p.stem for p in GALLERY.glob("*.webp")) == sorted(PRESETS)


@pytest.mark.parametrize("name", PAINTS)
def test_a_picture_is_what_its_preset_paints(name):
    path = GALLERY / f"{name}.webp"
    assert verify(path).ok
    kept = limner.open(path)
    anew = limner.paint(name, seed=kept.seed, size=(360, 360))
    assert anew.recipe.table() == kept.recipe.table()
    difference = np.abs(anew.render(supersample=2)[..., :3] - pixels(path)).max(axis=-1)
    assert (difference > 1).mean() <= 1e-3  # random streams are promised within one build of NumPy only


@pytest.mark.parametrize("name", LEARNS)
def test_a_learned_picture_is_what_its_network_paints(name):
    """To learn it anew takes long: its θ paints it, and its recipe is the preset's."""
    path = GALLERY / f"{name}.webp"
    assert verify(path).ok
    kept = limner.open(path)
    for role in ("network", "trainer", "loss"):
        preset, ours = TABLES[name][role], kept.recipe.table()[role]
        filled = getattr(parse(TABLES[name], KNOWN), role).table()
        keys = preset.keys() - {"batch"}
        assert {key: ours[key] for key in keys} == {key: filled[key] for key in keys}


@pytest.mark.parametrize("name", PRESETS)
def test_the_page_tells_of_it(name):
    page = (GALLERY / "README.md").read_text("utf-8")
    art = limner.open(GALLERY / f"{name}.webp")
    if name in PAINTS:
        assert COMMAND.format(name=name, seed=art.seed) in page
    else:
        pictures = " ".join(f"skimage:{name}" for name in art.recipe.title.split(" + "))
        command = f"limner fit {pictures} --recipe {name} --seed {art.seed} --"
        assert command in page
        assert f"-o gallery/{name}.webp\n" in page
    table = read_toml(build(third_party=False).read_recipe(name), name)
    assert f"## {table['title']}" in page
    assert table["summary"] in page


def test_the_comparison_can_fail():
    other = limner.paint("marbling", seed=99, size=(360, 360)).render()
    assert (np.abs(other - pixels(GALLERY / "marbling.webp")).max(axis=-1) > 1).mean() > 0.5


def test_the_comparison_of_a_learned_picture_can_fail(monkeypatch):
    path = GALLERY / "rprop-portrait.webp"
    kept = limner.open(path)
    monkeypatch.setattr(
        "limner.artworks.verification.open_artwork", lambda _: replace(kept, theta=kept.theta * np.float32(1.05))
    )
    verdict = verify(path)
    assert verdict.unchanged
    assert not verdict.reproduced


def test_presets_are_unlike_each_other():
    small = [pixels(GALLERY / f"{name}.webp")[::8, ::8] for name in PAINTS]
    for i, ours in enumerate(small):
        for theirs in small[:i]:
            assert np.abs(ours - theirs).mean() > 20
