"""The frame: where the points of a picture lie."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from limner.imaging.canvas import Bounds
from limner.stages.base import DomainStage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.base import Domain


class Frame(DomainStage):
    """Gives pixels their coordinates. It must be affine: warps ask it where the picture's edges are.

    A frame that speaks codes is a ``raster``: the network gives all of its pixels at once.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "image"})

    def raster(self) -> tuple[int, int] | None:
        """Return width and height of the raster that the picture is; None if it has a colour at any point."""
        return None

    @abstractmethod
    def forward(self, pixels: Array, size: tuple[int, int]) -> Array:
        """Return the coordinates ``(2, n)`` of pixel positions ``(2, n)``.

        Args:
            pixels: column and row in pixels from the picture's top left corner; a pixel's centre is at a half.
            size: width and height of the picture.
        """

    @abstractmethod
    def bounds(self, size: tuple[int, int]) -> Bounds:
        """Return the picture's edges in these coordinates."""
