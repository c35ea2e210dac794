"""Kinds of numbers that several stages have among their parameters."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

Coordinate: TypeAlias = Annotated[float, Field(ge=-1000, le=1000)]
Point: TypeAlias = tuple[Coordinate, Coordinate]
"""x and y, in the frame's coordinates."""

Degrees: TypeAlias = Annotated[float, Field(ge=-3600, le=3600)]
"""Clockwise where y runs downwards, as it does in the frame ``centred``."""

Levels: TypeAlias = tuple[Annotated[int, Field(ge=1, le=255)], ...]
"""Brightnesses, of 255."""
