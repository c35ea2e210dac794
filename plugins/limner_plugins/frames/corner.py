"""The frame ``corner``."""

from __future__ import annotations

from pydantic import Field

from limner.plugin import Array, Bounds, Frame, namespace


class Corner(Frame):
    """Coordinates from the top-left corner: x is the row and y the column, starting at -scale, over the short side.

    Source: tuanle618/neural-net-random-art, first generation: x = i/S - 0.5, y = j/S - 0.5 with S the short side
    and (i, j) the pixel's indices; the long axis is therefore not centred. Later generations have scale = 1.
    """

    scale: float = Field(default=0.5, gt=0, le=1000, description="half of the short side, in frame coordinates")

    def forward(self, pixels: Array, size: tuple[int, int]) -> Array:
        """Return x = 2 scale (row index / S) - scale, and y from the column index: the pixel's centre minus 1/2."""
        unit = 2.0 * self.scale / min(size)
        return namespace(pixels).stack(
            [(pixels[1, :] - 0.5) * unit - self.scale, (pixels[0, :] - 0.5) * unit - self.scale],
        )

    def bounds(self, size: tuple[int, int]) -> Bounds:
        """Return the edges; those of x are the top and the bottom."""
        width, height = size
        unit = 2.0 * self.scale / min(size)
        start = -0.5 * unit - self.scale
        return Bounds(start, start + height * unit, start, start + width * unit)
