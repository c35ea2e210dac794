"""Bleed of artworks: the picture inside it is identical, files verify, and what is learned is mirrored."""

import json

import numpy as np
import pytest
from PIL import Image

import limner
from limner.artworks.pixels.rendering import Rendering
from limner.artworks.preflight import cost
from limner.errors import LimnerError
from limner.imaging.canvas import Canvas
from limner.registry.backends import choose_backend
from limner.registry.registry import registry

SIZE = (24, 16)


@pytest.fixture(scope="module")
def learned():
    """Return an artwork that has learned noise at random pixels, quickly."""
    target = np.random.default_rng(1).integers(0, 256, (8, 12, 3), np.uint8)
    return limner.fit([target], steps=2, seed=1, size=SIZE).artwork


@pytest.mark.parametrize(
    ("recipe", "options"),
    [
        ("marbling", {"bits": 16}),
        ("ink", {"supersample": 3, "dither": "blue-noise"}),
        ("mandala", {"dither": "ordered", "time": 0.4}),
    ],
)
def test_the_picture_inside_the_bleed_is_identical(recipe, options):
    art = limner.paint(recipe, seed=5, size=SIZE)
    whole = art.render(bleed=7, **options)
    assert whole.shape[:2] == (16 + 14, 24 + 14)
    np.testing.assert_array_equal(whole[7:-7, 7:-7], art.render(**options))


def test_the_picture_goes_on_beyond_its_edges():
    """A frame with the origin at its centre shows more of the same picture at a larger size."""
    art = limner.paint("marbling", seed=5, size=(20, 20))
    whole = art.render(bleed=5, bits=16).astype(int)
    zoomed = limner.paint("marbling", seed=5, size=(30, 30), set={"frame.scale": 1.5}).render(bits=16).astype(int)
    assert np.abs(whole - zoomed).max() < 64


@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg"])
def test_files_with_bleed_verify(tmp_path, suffix):
    art = limner.paint("marbling", seed=5, size=SIZE)
    path = art.save(tmp_path / f"a{suffix}", bleed=4, dpi=300.0)
    assert limner.verify(path).ok
    settings = limner.open(path).render_settings
    assert (settings.size, settings.bleed, settings.mirrored) == (SIZE, 4, False)
    with Image.open(path) as image:
        assert image.size == (24 + 8, 16 + 8)


def test_a_file_without_bleed_does_not_record_it(tmp_path):
    with Image.open(limner.paint("ink", seed=5, size=SIZE).save(tmp_path / "a.png")) as image:
        table = json.loads(image.text["limner"])["render_settings"]
    assert not {"bleed", "mirrored"} & set(table)


def test_a_learned_picture_is_mirrored(tmp_path, learned):
    whole, inside = learned.render(bleed=6), learned.render()
    np.testing.assert_array_equal(whole[6:-6, 6:-6], inside)
    mirrored = np.pad(inside.astype(int), ((6, 6), (6, 6), (0, 0)), mode="symmetric")
    assert np.abs(whole - mirrored).max() <= 1  # the last bits depend on the width of a block
    path = learned.save(tmp_path / "a.png", bleed=6)
    assert limner.verify(path).ok
    assert limner.open(path).render_settings.mirrored


def test_the_mask_of_a_learned_picture_is_not_mirrored(learned):
    masked = limner.restyle(learned, swap={"mask": "shape"}, set={"mask.size": 0.95})
    opacity = masked.render(bleed=6)[..., 3]
    np.testing.assert_array_equal(opacity[6:-6, 6:-6], masked.render()[..., 3])
    assert opacity[6:-6, 6:-6].any()
    assert not opacity[:6].any()
    assert not opacity[-6:].any()


def test_the_layers_of_a_blend_decide_whether_it_is_mirrored(learned):
    other = limner.paint("ink", seed=2, size=SIZE)
    both = limner.blend([other, learned], size=SIZE)
    mirrored = np.pad(both.render().astype(int), ((3, 3), (3, 3), (0, 0)), mode="symmetric")
    assert np.abs(both.render(bleed=3) - mirrored).max() <= 1
    plain = limner.blend([other, limner.paint("marbling", seed=2, size=SIZE)])
    mirrored = np.pad(plain.render().astype(int), ((3, 3), (3, 3), (0, 0)), mode="symmetric")
    assert np.abs(plain.render(bleed=3) - mirrored).max() > 20


def test_bleed_is_refused_with_a_region_and_without_pixels(tmp_path):
    art = limner.paint("ink", seed=2, size=SIZE)
    with pytest.raises(LimnerError, match="omit `bleed` or `region`"):
        art.render(region=(0, 0, 5, 5), bleed=2)
    with pytest.raises(LimnerError, match="contains no pixels"):
        art.save(tmp_path / "a.limner", bleed=2)
    assert list(tmp_path.iterdir()) == []


def test_the_cost_counts_the_bleed(tmp_path, monkeypatch):
    monkeypatch.setattr(cost, "LARGE", 1)
    art = limner.paint("ink", seed=2, size=SIZE)
    rendering = Rendering(Canvas(SIZE, bleed=8), choose_backend("numpy", registry()))
    assert cost.rendering_cost(art, tmp_path / "a.png", rendering).pixels == 40 * 32
