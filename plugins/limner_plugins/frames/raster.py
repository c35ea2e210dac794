"""The frame ``raster``."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from limner.plugin import Array, Bounds, Domain, Frame, namespace


class RasterFrame(Frame):
    """So many pixels and no others: the network answers a code with all of them at once, and other sizes are resampled.

    A picture of another aspect is stretched.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"code"})

    width: int = Field(default=64, ge=1, le=4096, description="pixels")
    height: int = Field(default=64, ge=1, le=4096, description="pixels")

    def raster(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    def forward(self, pixels: Array, size: tuple[int, int]) -> Array:
        """Column and row in the raster."""
        width, height = size
        return namespace(pixels).stack([pixels[0, :] * (self.width / width), pixels[1, :] * (self.height / height)])

    def bounds(self, size: tuple[int, int]) -> Bounds:  # noqa: ARG002 - as the interface
        """The raster's."""
        return Bounds(0.0, float(self.width), 0.0, float(self.height))
