"""The background of frames for formats without transparency."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from pydantic import AfterValidator, Field

from limner.plugin import parse_color


def _checked(text: str) -> str:
    if text:
        parse_color(text)
    return text


BackgroundText: TypeAlias = Annotated[str, Field(max_length=64), AfterValidator(_checked)]
"""A colour, ``white`` or ``#ffffff``; empty for none."""


def composite(frame: np.ndarray, background: str) -> np.ndarray:
    """Return a frame ``(h, w, 3 or 4)``, uint8, over a background colour: ``(h, w, 3)``."""
    if frame.shape[2] == 3:
        return frame
    alpha = frame[..., 3:].astype(np.uint16)
    behind = np.rint(np.multiply(parse_color(background), 255)).astype(np.uint16)
    over: np.ndarray = (frame[..., :3] * alpha + behind * (255 - alpha) + 127) // 255
    return over.astype(np.uint8)
