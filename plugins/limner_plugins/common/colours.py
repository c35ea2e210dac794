"""Colours written as text: ``#rrggbb``, or a name of CSS."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, TypeAlias

import numpy as np
from pydantic import AfterValidator, Field


def rgb_of(text: str) -> tuple[float, float, float]:
    """Red, green and blue from 0 to 1.

    Raises:
        ValueError: it is no colour, or not an opaque one.
    """
    from PIL import ImageColor

    levels: tuple[int, ...] = ()
    with suppress(ValueError):
        levels = ImageColor.getrgb(text)
    if len(levels) != 3:  # a fourth is the opacity
        raise ValueError(f"{text!r} is no colour; write #rrggbb or a CSS name")
    return levels[0] / 255, levels[1] / 255, levels[2] / 255


def rgb_columns(texts: tuple[str, ...]) -> np.ndarray:
    """Several colours as ``(3, n)``, 0 to 1."""
    return np.asarray([rgb_of(text) for text in texts]).T


def _checked(text: str) -> str:
    rgb_of(text)
    return text


ColourText: TypeAlias = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_checked)]
