"""Types of parameters that several stages share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

Coordinate: TypeAlias = Annotated[float, Field(ge=-1000, le=1000)]
Point: TypeAlias = tuple[Coordinate, Coordinate]
"""x and y, in frame coordinates."""

Degrees: TypeAlias = Annotated[float, Field(ge=-3600, le=3600)]
"""Clockwise if y points down, as in the frame ``centred``."""

Levels: TypeAlias = tuple[Annotated[int, Field(ge=1, le=255)], ...]
"""Brightness levels, of 255."""
