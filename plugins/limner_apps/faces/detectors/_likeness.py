"""What a face looks like, whoever's it is: it has contrast, its eyes lie in shadow, and it has the colour of skin."""

from __future__ import annotations

import numpy as np

LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
CB, CR = (77, 135), (133, 180)
"""Where skin of all shades lies in YCbCr, after Chai and Ngan (1999), a little wider; the shade is in Y."""
MIDDLE, LIT = 128, 4
"""The luma that a dark face's lightest quarter is lit to, and how many times at the most: hues fade in the dark."""
HUES = 3.0
"""The least spread, in levels, of the colours of a picture that is not of one tone."""
EYES, CHEEKS = (0.25, 0.42), (0.45, 0.65)  # from top to bottom, in shares of the height
OUTER, INNER = 0.12, 0.40  # of the left ones, in shares of the width


def luma(pixels: np.ndarray) -> np.ndarray:
    """How light pixels are, float64 ``(h, w)`` from 0 to 255."""
    return pixels.astype(float) if pixels.ndim == 2 else pixels @ LUMA


def contrast(face: np.ndarray) -> float:
    """The standard deviation of the luma ``(h, w)``, over its mean: the same however dark the picture is."""
    return float(face.std()) / max(float(face.mean()), 1.0)


def shadow(face: np.ndarray) -> float:
    """How much darker the eyes are than the cheeks, in standard deviations of the luma ``(h, w)``."""
    height, width = face.shape

    def mean(band: tuple[float, float], start: float, end: float) -> float:
        rows = slice(round(band[0] * height), round(band[1] * height))
        return float(face[rows, round(start * width) : round(end * width)].mean())

    sides = ((OUTER, INNER), (1 - INNER, 1 - OUTER))
    darker = np.mean([mean(CHEEKS, *side) - mean(EYES, *side) for side in sides])
    return float(darker) / max(float(face.std()), 1e-6)


def skin(face: np.ndarray) -> float:
    """The share of pixels ``(h, w, 3)`` that have the hue of skin, once a dark face is lit."""
    light = np.clip(MIDDLE / max(float(np.quantile(luma(face), 0.75)), 1.0), 1.0, LIT)
    blue, red = (128 + plane for plane in _chroma(face * light))
    hues = (CB[0] < blue) & (blue < CB[1]) & (CR[0] < red) & (red < CR[1])
    return float(hues.mean())


def many_hues(pixels: np.ndarray) -> bool:
    """Has a picture ``(h, w, 3)`` colours that say something, or is it gray, or toned as old photographs are?

    Tones lie along a line in the plane of Cb and Cr: it is the spread across that line which counts.
    """
    planes = np.stack([plane.ravel() for plane in _chroma(pixels)])
    return bool(np.sqrt(max(0.0, float(np.linalg.eigvalsh(np.cov(planes))[0]))) > HUES)


def _chroma(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cb and Cr of ITU-R BT.601, 0 for gray."""
    light = luma(pixels)
    return (pixels[..., 2] - light) * 0.564, (pixels[..., 0] - light) * 0.713
