"""The presets look good at 25 seeds: not neon, not flat; and so do random recipes."""

import numpy as np
import pytest
from picture_statistics import MAX_SATURATED, MIN_SPREAD, SEEDS, look_of, painting_presets, pictures


def test_statistics_of_known_pictures():
    red, gray = np.full((8, 8, 3), (255, 0, 0), np.uint8), np.full((8, 8, 3), 90, np.uint8)
    halves = np.concatenate([np.zeros_like(gray), np.full_like(gray, 255)])
    assert (look_of(red).saturated, look_of(red).flat) == (1.0, 1.0)
    assert (look_of(gray).saturated, look_of(gray).spread, look_of(gray).hue) == (0.0, 0.0, 0.0)
    assert look_of(halves).spread == pytest.approx(127.5)
    assert look_of(halves).flat == 0.5
    opposite = np.concatenate([red, np.full_like(red, (0, 180, 190))])
    assert look_of(opposite).hue > 0.5 > look_of(red).hue
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    assert look_of(noise).steps > 1.0 > look_of(np.sort(noise.ravel()).reshape(64, 64, 3)).steps


RAW = {"random-art"}
"""Presets with raw RGB, as in the systems that they follow."""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*painting_presets()} - RAW))
def test_presets_are_neither_neon_nor_flat(name):
    looks = [look_of(picture) for picture in pictures(name, range(1, SEEDS + 1))]
    assert np.mean([look.saturated for look in looks]) <= MAX_SATURATED
    assert min(look.spread for look in looks) >= MIN_SPREAD


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cyanotype", "mandala", "molten"])
def test_no_seed_is_nearly_empty(name):
    looks = [look_of(picture) for picture in pictures(name, range(1, 51))]
    assert max(look.flat for look in looks) < 0.55
    assert min(look.spread for look in looks) >= 2 * MIN_SPREAD


@pytest.mark.slow
def test_molten_varies_between_seeds():
    """Its seeds differ in how light they are, and in how coarse."""
    made = list(pictures("molten", range(1, SEEDS + 1)))
    steps = [look_of(picture).steps for picture in made]
    assert np.std([picture.mean() for picture in made]) > 25  # 5 before the seed chose direction, grain and light
    assert max(steps) > 2 * min(steps)


@pytest.mark.slow
def test_random_recipes_are_good_at_eight_of_nine_seeds():
    looks = [look_of(picture) for picture in pictures("random", range(1, 91))]
    assert sum(look.is_good for look in looks) >= 80
