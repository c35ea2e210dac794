"""The frame ``raster``."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from limner.plugin import Array, Bounds, Domain, Frame, namespace


class RasterFrame(Frame):
    """A raster of fixed size: the network outputs all its pixels at once for a code; other sizes are resampled.

    A picture of another aspect ratio is stretched.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"code"})

    width: int = Field(default=64, ge=1, le=4096, description="width in pixels")
    height: int = Field(default=64, ge=1, le=4096, description="height in pixels")

    def raster(self) -> tuple[int, int]:
        """Return the width and height, in pixels."""
        return self.width, self.height

    def forward(self, pixels: Array, size: tuple[int, int]) -> Array:
        """Return the column and row in the raster."""
        width, height = size
        return namespace(pixels).stack([pixels[0, :] * (self.width / width), pixels[1, :] * (self.height / height)])

    def bounds(self, size: tuple[int, int]) -> Bounds:  # noqa: ARG002 - as the interface
        """Return the raster's edges."""
        return Bounds(0.0, float(self.width), 0.0, float(self.height))
