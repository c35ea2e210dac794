"""Colours as text, in the syntax of CSS, as fields of stages."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from pydantic import AfterValidator, Field

from limner.plugin import parse_color


def rgb_columns(texts: tuple[str, ...]) -> np.ndarray:
    """Return several colours as ``(3, n)``, 0 to 1."""
    return np.asarray([parse_color(text) for text in texts]).T


def _checked(text: str) -> str:
    parse_color(text)
    return text


ColourText: TypeAlias = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_checked)]
