"""Colours as text: ``#rrggbb`` or a CSS name."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, TypeAlias

import numpy as np
from pydantic import AfterValidator, Field


def rgb_of(text: str) -> tuple[float, float, float]:
    """Return red, green and blue from 0 to 1.

    Raises:
        ValueError: the text is not a colour, or not an opaque one.
    """
    from PIL import ImageColor

    levels: tuple[int, ...] = ()
    with suppress(ValueError):
        levels = ImageColor.getrgb(text)
    if len(levels) != 3:  # a fourth value is the opacity
        raise ValueError(f"{text!r} is not a colour; use #rrggbb or a CSS name")
    return levels[0] / 255, levels[1] / 255, levels[2] / 255


def rgb_columns(texts: tuple[str, ...]) -> np.ndarray:
    """Return several colours as ``(3, n)``, 0 to 1."""
    return np.asarray([rgb_of(text) for text in texts]).T


def _checked(text: str) -> str:
    rgb_of(text)
    return text


ColourText: TypeAlias = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_checked)]
