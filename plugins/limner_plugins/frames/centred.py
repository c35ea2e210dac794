"""The frame ``centred``."""

from __future__ import annotations

from pydantic import Field

from limner.plugin import Array, Bounds, Frame, namespace


class Centred(Frame):
    """Coordinates with the origin at the centre, x to the right, y down, the short side from -scale to scale."""

    scale: float = Field(default=1.0, gt=0, le=1000, description="half of the short side, in frame coordinates")

    def forward(self, pixels: Array, size: tuple[int, int]) -> Array:
        """Return x = (2 column - width) scale / short side, and y = (2 row - height) scale / short side."""
        width, height = size
        unit = self.scale / min(size)
        return namespace(pixels).stack(
            [(2.0 * pixels[0, :] - width) * unit, (2.0 * pixels[1, :] - height) * unit],
        )

    def bounds(self, size: tuple[int, int]) -> Bounds:
        """Return the edges; the aspect ratio is preserved."""
        x, y = (self.scale * side / min(size) for side in size)
        return Bounds(-x, x, -y, y)
