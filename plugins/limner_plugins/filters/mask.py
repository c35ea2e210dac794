"""The filter ``mask``."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, ImageFilter, Params, Samples, from_host, namespace
from limner_plugins.common.images import places, sources


class MaskFilter(ImageFilter):
    """Pictures with random holes, for inpainting, and the holes as a fourth channel, 1 inside a hole.

    The holes are drawn for each picture by its index in the set, with new ones at each training step: ``rectangles``
    of any proportion, or ``strokes``, bent lines with round ends like those of a thick brush.
    Sources: D. Pathak et al., "Context encoders", 2016; for strokes, J. Yu et al., "Free-form image inpainting", 2019.
    """

    shape: Literal["rectangles", "strokes"] = Field(default="rectangles", description="shape of the holes")
    holes: int = Field(default=3, ge=1, le=64, description="number of holes; they may overlap")
    largest: float = Field(
        default=0.4,
        gt=0,
        le=1,
        description="largest side of a rectangle, as a fraction of the picture's; strokes are twice as long and"
        " up to a quarter as wide",
    )
    fill: float = Field(default=1.0, ge=0, le=1, description="gray level in the holes, 0 to 1")

    @classmethod
    def examples(cls) -> tuple[MaskFilter, ...]:
        """Return both shapes."""
        return cls(), cls(shape="strokes", holes=2, largest=0.7, fill=0.5)

    def num_features(self) -> int:
        """Return 4: red, green, blue and the holes."""
        return 4

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the pictures with holes, and the holes."""
        images = sources(samples)
        draw = _rectangle if self.shape == "rectangles" else _stroke
        height, width = images.shape[2:]
        holes = np.zeros((1, images.shape[1], height, width), dtype=bool)
        for i, place in enumerate(places(samples)):
            rng = ctx.rng("mask", place)
            for _ in range(self.holes):
                holes[0, i] |= draw((height, width), self.largest, rng)
        hole = from_host(holes, images)
        return namespace(images).concat([images + hole * (self.fill - images), hole], axis=0)

    def to_rgb(self, features: Array) -> Array:
        """Return the pictures with their holes."""
        return features[:3, ...]


def _rectangle(size: tuple[int, int], largest: float, rng: np.random.Generator) -> np.ndarray:
    """Return a rectangle within the picture, whose sides are at least a quarter of the largest ones."""
    spans = []
    for side in size:
        length = rng.uniform(0.25, 1.0) * largest * side
        start = rng.uniform(0.0, side - length)
        middles = np.arange(side) + 0.5
        spans.append((start <= middles) & (middles < start + length))
    return np.outer(*spans)


def _stroke(size: tuple[int, int], largest: float, rng: np.random.Generator) -> np.ndarray:
    """Return a stroke of four straight pieces, each turned a little from the one before."""
    longest = largest * min(size)
    radius, piece = longest * rng.uniform(0.06, 0.125), longest / 2
    at, heading = rng.uniform(0.2, 0.8, 2) * size, rng.uniform(0.0, 2 * np.pi)
    y, x = np.ogrid[: size[0], : size[1]]
    out = np.zeros(size, dtype=bool)
    for _ in range(4):
        heading += rng.normal(0.0, 0.6)
        along = piece * np.array([np.sin(heading), np.cos(heading)])
        dy, dx = y + 0.5 - at[0], x + 0.5 - at[1]
        share = np.clip((dy * along[0] + dx * along[1]) / (piece * piece), 0.0, 1.0)
        out |= (dy - share * along[0]) ** 2 + (dx - share * along[1]) ** 2 <= radius * radius
        at = at + along
    return out
