"""Captions on frames."""

import numpy as np
import pytest

from limner.figures.captions import draw_caption


@pytest.mark.parametrize("width", [48, 64, 100, 400])
def test_captions_fit_into_the_width(width):
    words = "step 1,000,000   13.1 dB"
    page = draw_caption(np.zeros((40, width, 3), np.uint8), words)
    lit = np.flatnonzero((page > 60).any(axis=(0, 2)))
    wide = np.flatnonzero((draw_caption(np.zeros((40, 800, 3), np.uint8), words) > 60).any(axis=(0, 2)))
    assert lit[-1] < width - 1
    assert lit[-1] - lit[0] >= min(0.75 * width, wide[-1] - wide[0])


def test_a_caption_is_legible_on_white():
    """White letters stand on a dark band at the bottom; the rest of the frame is unchanged."""
    page = draw_caption(np.full((60, 300, 3), 255, np.uint8), "step 5   20.0 dB")
    assert (page[:40] == 255).all()
    assert page[40:, 150:].max() < 160
    assert page[40:].max() > 250


def test_a_caption_on_transparency_stands_on_a_band_and_leaves_the_rest_transparent():
    page = draw_caption(np.zeros((60, 300, 4), np.uint8), "step 5")
    assert (page[:40] == 0).all()
    assert (page[-3, :, 3] == 130).all()
    assert page[40:].max() > 250


def test_a_caption_darkens_an_opaque_frame_with_alpha_as_one_without():
    frame = np.random.default_rng(3).integers(0, 256, (60, 200, 3), np.uint8)
    opaque = np.dstack([frame, np.full((60, 200), 255, np.uint8)])
    with_alpha, without = draw_caption(opaque, "step 5"), draw_caption(frame, "step 5")
    assert (with_alpha[..., 3] == 255).all()
    assert np.abs(with_alpha[:, 100:, :3].astype(int) - without[:, 100:]).max() <= 1
    assert np.abs(with_alpha[:, :100, :3].astype(int) - without[:, :100]).mean() < 1
