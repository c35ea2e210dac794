"""The frame: where the points of a picture lie."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from limner.canvas import Bounds
from limner.stage import Stage

if TYPE_CHECKING:
    from limner.namespace import Array


class Frame(Stage):
    """Gives pixels their coordinates. It must be affine: warps ask it where the picture's edges are."""

    @abstractmethod
    def forward(self, pixels: Array, size: tuple[int, int]) -> Array:
        """The coordinates ``(2, n)`` of pixel positions ``(2, n)``.

        Args:
            pixels: column and row in pixels from the picture's top left corner; a pixel's centre is at a half.
            size: width and height of the picture.
        """

    @abstractmethod
    def bounds(self, size: tuple[int, int]) -> Bounds:
        """The picture's edges in these coordinates."""
