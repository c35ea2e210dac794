"""The frame: the coordinate system of a picture."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from limner.imaging.canvas import Bounds
from limner.stages.base import DomainStage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.base import Domain


class Frame(DomainStage):
    """Converts pixel positions to coordinates. The map must be affine: warps rely on ``bounds``, the picture's edges.

    A frame that supports codes returns a size from ``raster``: the network then outputs all pixels at once.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "image"})

    def raster(self) -> tuple[int, int] | None:
        """Return width and height of the raster that the network outputs; None if it outputs colours of points."""
        return None

    @abstractmethod
    def forward(self, pixels: Array, size: tuple[int, int]) -> Array:
        """Return the coordinates ``(2, n)`` of pixel positions ``(2, n)``.

        Args:
            pixels: column and row in pixels from the top left corner of the picture; the centre of a pixel is at 0.5.
            size: width and height of the picture, in pixels.
        """

    @abstractmethod
    def bounds(self, size: tuple[int, int]) -> Bounds:
        """Return the edges of the picture in the coordinates of this frame."""
