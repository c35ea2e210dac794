"""Colours between colours: in OKLab, or by hue in OKLCH."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from limner.plugin import parse_color

POLAR = ("oklch(", "lch(", "hsl(", "hsla(", "hwb(")
"""The notations that have a hue."""


def has_hue(text: str) -> bool:
    """Return whether a colour is written with a hue, so that mixtures turn the hue."""
    return text.strip().lower().startswith(POLAR)


def colour_coordinates(lists: Sequence[Sequence[str]], *, polar: bool) -> np.ndarray:
    """Return colours as coordinates in OKLab, or in OKLCH.

    Hues go the short way from each colour to the next; a gray has that of its neighbour.

    Args:
        lists: for each moment, one or several colours in CSS syntax.
        polar: whether to use OKLCH.

    Returns:
        ``(n, 3 k)``: L, a, b or L, C, h of each of k colours.
    """
    rows = np.array([[_coordinates(text, "oklch" if polar else "oklab") for text in texts] for texts in lists])
    if polar:
        for k in range(rows.shape[1]):
            rows[:, k, 2] = _unwrapped(rows[:, k, 2])
    return rows.reshape(len(lists), -1)


def _unwrapped(hues: np.ndarray) -> np.ndarray:
    """Return hues in degrees as a way without jumps; grays, whose hue is NaN, have that of the colour before."""
    known = np.flatnonzero(np.isfinite(hues))
    if not len(known):
        return np.zeros_like(hues)
    before = np.maximum.accumulate(np.where(np.isfinite(hues), np.arange(len(hues)), known[0]))
    return np.unwrap(hues[before], period=360.0)


@lru_cache(maxsize=4096)
def _coordinates(text: str, space: str) -> tuple[float, float, float]:
    from coloraide import Color

    color = Color("srgb", parse_color(text)).convert(space)
    if space == "oklch" and color["chroma"] < 1e-3:
        color["hue"] = float("nan")
    one, two, three = color.coords()
    return one, two, three


def colour_text(coordinates: np.ndarray, *, polar: bool) -> str:
    """Return coordinates as a colour ``#rrggbb``, with less chroma if sRGB cannot show it."""
    from coloraide import Color

    color = Color("oklch" if polar else "oklab", coordinates.tolist())
    return color.fit("srgb", method="oklch-chroma").convert("srgb").to_string(hex=True)
