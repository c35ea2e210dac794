"""Similarity of two pictures as a viewer sees them: 8-bit levels, with colours weighted by opacity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.errors import LimnerError

SSIM_WINDOW = 7  # pixels along a side, as in scikit-image
BAND_PIXELS = 2**20  # pixels compared at once, to bound memory
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # the constants of Wang et al. against division by zero


@dataclass(frozen=True)
class Quality:
    """The similarity of a rendered picture to the original.

    Attributes:
        psnr: peak signal-to-noise ratio, in dB; infinite if all levels are equal.
        ssim: structural similarity: 1 for equal pictures, about 0 for unrelated ones.
    """

    psnr: float
    ssim: float


def measure_quality(original: np.ndarray, painted: np.ndarray) -> Quality:
    """Return PSNR and SSIM of a rendered picture; see ``psnr`` for the arguments."""
    return Quality(psnr(original, painted), ssim(original, painted))


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """Return the peak signal-to-noise ratio, 10 log10(1/MSE), in dB.

    MSE is the mean of the squared differences of levels over all channels and pixels, white being 1.
    ``comparable_levels`` defines the levels. The result is infinite if no level differs, and NaN if a number is NaN.

    Args:
        a: a picture ``(h, w)`` or ``(h, w, c)``, floats from 0 to 1, uint8 or uint16; c is 1 for gray, 2 for gray and
            opacity, 3 for RGB, 4 for RGB and opacity.
        b: another picture of the same height and width.

    Raises:
        LimnerError: the sizes differ.
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
    """Return the structural similarity (Wang et al. 2004), averaged over positions and channels.

    It is that of scikit-image, with a flat window of 7 x 7 pixels, or of the largest odd side that fits a smaller
    picture. If a side has fewer than 3 pixels, the whole picture is the only window. The result is NaN if a number is
    not finite. See ``psnr`` for the arguments.

    Raises:
        LimnerError: the sizes differ.
    """
    from skimage.metrics import structural_similarity

    first, second = comparable_levels(a, b)
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        return math.nan
    shorter = min(first.shape[:2])
    if shorter < 3:
        return _global_ssim(first.astype(np.float64), second.astype(np.float64))
    window = min(SSIM_WINDOW, shorter - 1 + shorter % 2)
    untyped: Any = structural_similarity  # it has no type hints
    return float(untyped(first, second, win_size=window, data_range=255.0, channel_axis=-1))


def comparable_levels(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the levels of two pictures as a viewer sees them, float32 ``(h, w, c)`` from 0 to 255, with the same c.

    Numbers are rounded to 8-bit levels. Colours are weighted by the opacity, which is a channel too. If one picture is
    in colour or has an opacity, the other is converted to have it as well.

    Raises:
        LimnerError: the sizes differ.
    """
    _check_sizes(a, b)
    pair = [_levels(picture if picture.ndim == 3 else picture[..., None]) for picture in (a, b)]
    rgb, alpha = any(p.shape[2] >= 3 for p in pair), any(p.shape[2] in (2, 4) for p in pair)
    first, second = (_with_channels(p, rgb=rgb, alpha=alpha) for p in pair)
    return first, second


def _check_sizes(a: np.ndarray, b: np.ndarray) -> None:
    if a.shape[:2] != b.shape[:2]:
        (h, w), (other_h, other_w) = a.shape[:2], b.shape[:2]
        raise LimnerError(f"pictures of {w}x{h} and {other_w}x{other_h} cannot be compared; resize one of them")


def _levels(picture: np.ndarray) -> np.ndarray:
    """Return the levels from 0 to 255, rounded, float32; NaN is kept."""
    if picture.dtype == np.uint8:
        return picture.astype(np.float32)
    if picture.dtype == np.uint16:
        return np.floor(picture.astype(np.float32) / 257 + np.float32(0.5))
    if picture.dtype.kind != "f":
        raise TypeError(f"a picture must be floats, uint8 or uint16, not {picture.dtype}")
    shares: np.ndarray = np.clip(picture, 0, 1).astype(np.float32)
    levels: np.ndarray = np.floor(shares * 255 + np.float32(0.5))
    return levels


def _with_channels(levels: np.ndarray, *, rgb: bool, alpha: bool) -> np.ndarray:
    """Return the levels converted to RGB or with an opacity added, if asked for; colours are weighted by opacity."""
    has_alpha = levels.shape[2] in (2, 4)
    colour = levels[..., :-1] if has_alpha else levels
    if rgb and colour.shape[2] == 1:
        colour = np.repeat(colour, 3, axis=2)
    if not alpha:
        return colour
    opacity = levels[..., -1:] if has_alpha else np.full_like(levels[..., :1], 255)
    return np.concatenate([colour * (opacity / 255), opacity], axis=2)


def _global_ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Return the SSIM with the whole picture as one window, averaged over channels."""
    mean_a, mean_b = a.mean(axis=(0, 1)), b.mean(axis=(0, 1))
    covariance = ((a - mean_a) * (b - mean_b)).mean(axis=(0, 1))
    variance = a.var(axis=(0, 1)) + b.var(axis=(0, 1))
    similarity = (2 * mean_a * mean_b + C1) * (2 * covariance + C2) / ((mean_a**2 + mean_b**2 + C1) * (variance + C2))
    return float(similarity.mean())
