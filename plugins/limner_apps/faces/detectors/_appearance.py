"""Measures of what all faces have in common: contrast, eyes darker than cheeks, and the hue of skin."""

from __future__ import annotations

import numpy as np

LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
SKIN_CB, SKIN_CR = (77, 135), (133, 180)
"""The range of skin of all shades in YCbCr, after Chai and Ngan (1999), slightly widened; the shade is in Y."""
TARGET_LUMA, MAX_GAIN = 128, 4
"""Hues fade in the dark: a dark face is brightened until its lightest quarter has this luma, by this factor at most."""
MIN_HUE_SPREAD = 3.0
"""Minimum spread of the colours of a picture that is not monochrome, in levels of 255."""
EYES, CHEEKS = (0.25, 0.42), (0.45, 0.65)  # from the top, as fractions of the height
OUTER, INNER = 0.12, 0.40  # of the left eye and cheek, as fractions of the width


def luma(pixels: np.ndarray) -> np.ndarray:
    """Return the luma of pixels, float64 ``(h, w)`` from 0 to 255."""
    return pixels.astype(float) if pixels.ndim == 2 else pixels @ LUMA


def contrast(face: np.ndarray) -> float:
    """Return the standard deviation of the luma ``(h, w)`` divided by its mean, which does not depend on exposure."""
    return float(face.std()) / max(float(face.mean()), 1.0)


def shadow(face: np.ndarray) -> float:
    """Return how much darker the eyes are than the cheeks, in standard deviations of the luma ``(h, w)``."""
    height, width = face.shape

    def mean(band: tuple[float, float], start: float, end: float) -> float:
        rows = slice(round(band[0] * height), round(band[1] * height))
        return float(face[rows, round(start * width) : round(end * width)].mean())

    sides = ((OUTER, INNER), (1 - INNER, 1 - OUTER))
    darker = np.mean([mean(CHEEKS, *side) - mean(EYES, *side) for side in sides])
    return float(darker) / max(float(face.std()), 1e-6)


def skin(face: np.ndarray) -> float:
    """Return the fraction of pixels ``(h, w, 3)`` with the hue of skin, after brightening a dark face."""
    gain = np.clip(TARGET_LUMA / max(float(np.quantile(luma(face), 0.75)), 1.0), 1.0, MAX_GAIN)
    blue, red = (128 + plane for plane in _chroma(face * gain))
    hues = (SKIN_CB[0] < blue) & (blue < SKIN_CB[1]) & (SKIN_CR[0] < red) & (red < SKIN_CR[1])
    return float(hues.mean())


def many_hues(pixels: np.ndarray) -> bool:
    """Return whether a picture ``(h, w, 3)`` has several hues, rather than being gray or toned like a sepia photograph.

    The colours of a toned picture lie on a line in the plane of Cb and Cr, so the spread across that line counts.
    """
    planes = np.stack([plane.ravel() for plane in _chroma(pixels)])
    return bool(np.sqrt(max(0.0, float(np.linalg.eigvalsh(np.cov(planes))[0]))) > MIN_HUE_SPREAD)


def _chroma(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Cb and Cr of ITU-R BT.601, 0 for gray."""
    light = luma(pixels)
    return (pixels[..., 2] - light) * 0.564, (pixels[..., 0] - light) * 0.713
