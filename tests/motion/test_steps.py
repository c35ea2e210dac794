"""Loops close without a visible cut, and with even pace every step changes the picture about equally."""

import numpy as np
import pytest
from step_statistics import (
    MAX_CLOSING,
    MAX_LARGEST,
    MORPH_THROUGH,
    MOTIONS,
    PRESETS,
    artworks_of,
    movie_steps,
    steps_of,
)

import limner


def test_statistics_of_known_frames():
    frames = [np.full((2, 2, 3), level, np.uint8) for level in (0, 10, 20, 50)]
    steps = steps_of(frames, closes=True)
    assert (steps.median, steps.closing, steps.largest, steps.smallest) == (20, 2.5, 2.5, 0.5)
    assert steps_of(frames, closes=False).largest == 3
    assert steps_of(frames[:1] * 3, closes=True).largest == 0


def test_a_small_loop_is_even():
    art = limner.paint("marbling", seed=1, size=(24, 24))
    plain, even = (movie_steps([art], "latent", even_pace=pace, frames=12) for pace in (False, True))
    assert even.largest < min(1.2, plain.largest)
    assert even.closing <= MAX_CLOSING


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("motion", MOTIONS)
def test_loops_of_presets_are_even(preset, motion):
    artworks = artworks_of(preset, MORPH_THROUGH if motion == "morph" else 1)
    steps = movie_steps(artworks, motion, even_pace=True)
    assert steps.closing <= MAX_CLOSING
    assert steps.largest <= MAX_LARGEST
