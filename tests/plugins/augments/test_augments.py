"""What augmentations do to pictures."""

import numpy as np
import pytest

from limner.registry.registry import registry

ALL = [("flip", {}), ("crop", {}), ("crop", {"zoom": 0.4}), ("jitter", {}), ("cutout", {})]
IMAGES = np.random.default_rng(5).uniform(size=(3, 40, 6, 8))


def made(name, **settings):
    return registry().load("augment", name)(**settings)


def generators(count=40, seed=0):
    return [np.random.default_rng([seed, i]) for i in range(count)]


def luma(images):
    return np.tensordot([0.299, 0.587, 0.114], images, axes=1)[None]


@pytest.mark.parametrize(
    ("name", "settings"), [("flip", {}), ("crop", {}), ("crop", {"zoom": 0.4}), ("jitter", {}), ("cutout", {})]
)
def test_fresh_generators_of_the_same_seeds_give_the_same(name, settings):
    stage = made(name, **settings)
    got = stage.forward(IMAGES, generators())
    np.testing.assert_array_equal(got, stage.forward(IMAGES, generators()))
    np.testing.assert_array_equal(got, stage.vjp(IMAGES, generators())[0])
    assert (got != stage.forward(IMAGES, generators(seed=1))).any()
    assert got.shape == IMAGES.shape


@pytest.mark.parametrize(
    ("name", "settings"), [("flip", {}), ("crop", {}), ("crop", {"zoom": 0.4}), ("jitter", {}), ("cutout", {})]
)
def test_a_gray_source_goes_with_its_target(name, settings):
    stage = made(name, **settings)
    gray = stage.forward(luma(IMAGES), generators())
    np.testing.assert_allclose(gray, luma(stage.forward(IMAGES, generators())), atol=1e-12)


@pytest.mark.parametrize(("probability", "low", "high"), [(0.0, 0, 0), (0.5, 10, 30), (1.0, 40, 40)])
def test_flip_mirrors_some(probability, low, high):
    got = made("flip", probability=probability).forward(IMAGES, generators())
    mirrored = [i for i in range(40) if np.array_equal(got[:, i], IMAGES[:, i, :, ::-1])]
    kept = [i for i in range(40) if np.array_equal(got[:, i], IMAGES[:, i])]
    assert sorted(mirrored + kept) == list(range(40))
    assert low <= len(mirrored) <= high


def test_crop_shifts_by_whole_pixels_and_reflects():
    got = made("crop", shift=0.25).forward(IMAGES, generators())
    wide = np.pad(IMAGES, ((0, 0), (0, 0), (2, 2), (2, 2)), mode="symmetric")
    seen = set()
    for i in range(40):
        every = np.ndindex(5, 5)
        places = [(y, x) for y, x in every if np.allclose(got[:, i], wide[:, i, y : y + 6, x : x + 8])]
        assert len(places) == 1
        seen |= set(places)
    assert len(seen) > 12


def test_crop_enlarges_a_part():
    ramp = np.broadcast_to(np.linspace(0.0, 1.0, 80)[:, None] + np.linspace(0.0, 3.0, 80), (1, 30, 80, 80))
    got = made("crop", shift=0.0, zoom=0.5).forward(ramp, generators(30))
    inner = got[0, :, 10:70, 10:70]
    down, right = np.diff(inner, axis=1).mean(axis=(1, 2)) * 79, np.diff(inner, axis=2).mean(axis=(1, 2)) * 79 / 3
    np.testing.assert_allclose(down, right, atol=1e-9)
    assert 0.5 < down.min() < 0.6
    assert 0.9 < down.max() < 1
    np.testing.assert_allclose(inner.mean(axis=(1, 2)), 2.0, atol=1e-9)


def test_jitter_is_its_three_parts():
    light = luma(IMAGES)
    for i, (added, contrast, saturation) in enumerate(rng.uniform(-1, 1, 3) for rng in generators()):
        x, gray = IMAGES[:, i], light[:, i]
        bright = made("jitter", contrast=0.0, saturation=0.0).forward(IMAGES, generators())[:, i]
        np.testing.assert_allclose(bright, x + 0.1 * added)
        stark = made("jitter", brightness=0.0, saturation=0.0).forward(IMAGES, generators())[:, i]
        np.testing.assert_allclose(stark, gray.mean() + (1 + 0.2 * contrast) * (x - gray.mean()))
        colourful = made("jitter", brightness=0.0, contrast=0.0).forward(IMAGES, generators())[:, i]
        np.testing.assert_allclose(colourful, gray + (1 + 0.3 * saturation) * (x - gray))
        if i == 3:
            break


def test_jitter_leaves_layers_and_masks_alone():
    layers = np.random.default_rng(1).uniform(size=(4, 3, 6, 8))
    got, pull = made("jitter").vjp(layers, generators(3))
    np.testing.assert_array_equal(got, layers)
    np.testing.assert_array_equal(pull(layers), layers)


def test_cutout_grays_a_part_of_the_pictures_proportions_anywhere():
    images = np.random.default_rng(1).uniform(size=(3, 200, 12, 16))
    got = made("cutout", side=0.5).forward(images, generators(200))
    gray = (got == 0.5).all(axis=0)
    np.testing.assert_array_equal(got[:, ~gray], images[:, ~gray])
    sides = {(int(g.any(axis=1).sum()), int(g.any(axis=0).sum())) for g in gray}
    assert max(h for h, _ in sides) in (6, 7)
    assert max(w for _, w in sides) in (8, 9)
    assert all(g.sum() == g.any(axis=1).sum() * g.any(axis=0).sum() for g in gray)  # one rectangle
    assert gray.any(axis=0).all()  # anywhere
    np.testing.assert_array_equal(made("cutout", side=0.0).forward(images, generators(200)), images)
