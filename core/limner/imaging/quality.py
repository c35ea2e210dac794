"""How near one picture is to another, by what a viewer sees of them: 8-bit levels, colours weighted by opacity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.errors import LimnerError

SSIM_WINDOW = 7  # pixels of a side: scikit-image's
BAND_PIXELS = 2**20  # pixels that are compared at once
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # Wang et al.'s constants against division by nothing


@dataclass(frozen=True)
class Quality:
    """How near a painted picture is to the original.

    Attributes:
        psnr: dB; infinite where every level is the same.
        ssim: 1 where they are the same, about 0 where they have nothing in common.
    """

    psnr: float
    ssim: float


def measure_quality(original: np.ndarray, painted: np.ndarray) -> Quality:
    """Both measures; the arguments are as for ``psnr``."""
    return Quality(psnr(original, painted), ssim(original, painted))


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """10 log10(1/MSE), dB: the mean over all channels and pixels of squared differences of levels, white being 1.

    ``seen`` tells what is compared. Infinite where no level differs; NaN where a number is.

    Args:
        a: a picture ``(h, w)`` or ``(h, w, c)``, floats from 0 to 1, uint8 or uint16; c is 1 for gray, 2 for gray and
            opacity, 3 for RGB, 4 for RGB and opacity.
        b: another of the same size.

    Raises:
        LimnerError: their sizes differ.
    """
    total, count = 0.0, 0
    rows = max(1, BAND_PIXELS // max(1, a.shape[1]))
    _check_sizes(a, b)
    for top in range(0, len(a), rows):
        first, second = comparable_levels(a[top : top + rows], b[top : top + rows])
        total += float(np.square(first - second).sum(dtype=np.float64))
        count += first.size
    return math.inf if total == 0 else 10 * math.log10(255**2 * count / total)


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """The structural similarity (Wang et al. 2004), a mean over places and channels; the arguments are as for ``psnr``.

    It is scikit-image's, with a flat window of 7 x 7 pixels, or of the largest odd side that a smaller picture holds.
    Where a side is below 3 pixels the whole picture is the one window. NaN where a number is.

    Raises:
        LimnerError: their sizes differ.
    """
    from skimage.metrics import structural_similarity

    first, second = comparable_levels(a, b)
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        return math.nan
    shorter = min(first.shape[:2])
    if shorter < 3:
        return _global_ssim(first.astype(np.float64), second.astype(np.float64))
    window = min(SSIM_WINDOW, shorter - 1 + shorter % 2)
    measure: Any = structural_similarity  # it has no types
    return float(measure(first, second, win_size=window, data_range=255.0, channel_axis=-1))


def comparable_levels(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a viewer sees of two pictures, float32 ``(h, w, c)`` from 0 to 255, both with the same c.

    Numbers are rounded to 8-bit levels; colours are weighted by the opacity, which is a channel of its own. Where one
    picture has hues or an opacity, so has the other.

    Raises:
        LimnerError: their sizes differ.
    """
    _check_sizes(a, b)
    pair = [_levels(picture if picture.ndim == 3 else picture[..., None]) for picture in (a, b)]
    hues, clear = any(p.shape[2] >= 3 for p in pair), any(p.shape[2] in (2, 4) for p in pair)
    first, second = (_with_channels(p, hues=hues, clear=clear) for p in pair)
    return first, second


def _check_sizes(a: np.ndarray, b: np.ndarray) -> None:
    if a.shape[:2] != b.shape[:2]:
        (h, w), (other_h, other_w) = a.shape[:2], b.shape[:2]
        raise LimnerError(f"pictures of {w}x{h} and {other_w}x{other_h} cannot be compared; bring them to one size")


def _levels(picture: np.ndarray) -> np.ndarray:
    """Levels of 255, rounded, float32; NaN stays."""
    if picture.dtype == np.uint8:
        return picture.astype(np.float32)
    if picture.dtype == np.uint16:
        return np.floor(picture.astype(np.float32) / 257 + np.float32(0.5))
    if picture.dtype.kind != "f":
        raise TypeError(f"a picture holds floats, uint8 or uint16, not {picture.dtype}")
    shares: np.ndarray = np.clip(picture, 0, 1).astype(np.float32)
    levels: np.ndarray = np.floor(shares * 255 + np.float32(0.5))
    return levels


def _with_channels(levels: np.ndarray, *, hues: bool, clear: bool) -> np.ndarray:
    """The levels with as many channels as asked for, weighted by their opacity."""
    own = levels.shape[2] in (2, 4)
    colour = levels[..., :-1] if own else levels
    if hues and colour.shape[2] == 1:
        colour = np.repeat(colour, 3, axis=2)
    if not clear:
        return colour
    alpha = levels[..., -1:] if own else np.full_like(levels[..., :1], 255)
    return np.concatenate([colour * (alpha / 255), alpha], axis=2)


def _global_ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Wang et al.'s formula over a picture as one window, the mean over channels."""
    mean_a, mean_b = a.mean(axis=(0, 1)), b.mean(axis=(0, 1))
    shared = ((a - mean_a) * (b - mean_b)).mean(axis=(0, 1))
    spread = a.var(axis=(0, 1)) + b.var(axis=(0, 1))
    likeness = (2 * mean_a * mean_b + C1) * (2 * shared + C2) / ((mean_a**2 + mean_b**2 + C1) * (spread + C2))
    return float(likeness.mean())
