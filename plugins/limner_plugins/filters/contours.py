"""The filter ``contours``."""

from __future__ import annotations

from pydantic import Field

from limner.plugin import Array, Context, ImageFilter, Params, Samples, namespace
from limner_plugins.common.axes import across, gaussian
from limner_plugins.common.fields import Levels
from limner_plugins.common.images import layered, sources

FLAT = 2 / 255  # per pixel: flatter areas have no line, even at the level


class Contours(ImageFilter):
    """Contour lines at levels of brightness of each colour, as on a map: ink on white paper.

    A line has the ink that absorbs its colour: cyan for red, magenta for green, yellow for blue, and black where they
    meet. The result looks like a print, and a channel is 1 where there is no line and lower on a line. The distance of
    a pixel from a line is its difference from the level over the local slope; the edges of the line are one pixel
    soft.

    ``smooth`` blurs the picture first, because grain gives many small islands.
    """

    levels: Levels = Field(
        default=(50, 100, 150, 200), min_length=1, max_length=16, description="brightness levels, of 255"
    )
    width: float = Field(default=1.0, gt=0, le=16, description="width of the lines, in pixels")
    smooth: float = Field(default=0.7, ge=0, le=16, description="σ of the blur applied first, in pixels; 0 for none")
    layers: bool = Field(default=False, description="one channel per colour and level, instead of one per colour")

    @classmethod
    def examples(cls) -> tuple[Contours, ...]:
        """Return lines in common and separate channels, of grainy and smooth pictures."""
        return cls(), cls(levels=(128,), width=2.0, smooth=0.0), cls(levels=(80, 160), layers=True, smooth=2.0)

    def num_features(self) -> int:
        """Return 1 for each colour, or for each of its levels."""
        return 3 * len(self.levels) if self.layers else 3

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the lines, 0 where the ink is full."""
        images = sources(samples)
        xp = namespace(images)
        if self.smooth:
            radius = max(1, round(4 * self.smooth))
            images = across(images, *(gaussian(size, self.smooth, radius) for size in images.shape[2:]))
        fall, rise = _steepness(images), _steepness(-images)
        papers = []
        for level in self.levels:
            above = images - level / 255
            steep = xp.where(above > 0, fall, rise)  # towards the level, so that a peak just above it gives no line
            away = xp.abs(above) / xp.clip(steep, FLAT, None)
            ink = xp.clip(0.5 + 0.5 * self.width - away, 0.0, 1.0)
            papers.append(1.0 - ink * xp.clip(steep / FLAT, 0.0, 1.0))
        if self.layers:
            return layered([[paper[c : c + 1, ...] for paper in papers] for c in range(3)])
        out = papers[0]
        for paper in papers[1:]:
            out = xp.minimum(out, paper)
        return out


def _steepness(images: Array) -> Array:
    """Return how steeply a plane falls from each pixel to its neighbours: the deeper of the two along each axis."""
    xp = namespace(images)
    h, w = images.shape[2:]
    still_x, still_y = xp.zeros_like(images[..., :1]), xp.zeros_like(images[..., :1, :])
    x = images[..., 1:] - images[..., : w - 1]
    y = images[..., 1:, :] - images[..., : h - 1, :]
    x = xp.maximum(xp.concat([-x, still_x], axis=3), xp.concat([still_x, x], axis=3))
    y = xp.maximum(xp.concat([-y, still_y], axis=2), xp.concat([still_y, y], axis=2))
    x, y = xp.clip(x, 0.0, None), xp.clip(y, 0.0, None)
    return xp.sqrt(x * x + y * y)
