"""The filter ``edges``."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, ImageFilter, Params, Samples, device, namespace
from limner_plugins.common.axes import reflected
from limner_plugins.common.images import luma, sources

OPERATORS = {"sobel": (0.25, 0.5), "scharr": (3 / 16, 10 / 16), "prewitt": (1 / 3, 1 / 3)}
"""The weights of the neighbours of a row and of the row itself."""


class Edges(ImageFilter):
    """The gradient magnitude of each pixel: the root mean square of its horizontal and vertical slopes.

    A slope is the difference of the pixels on both sides. In photographs few values come near 1, the largest possible
    one, hence the ``gain``. Pictures are mirrored at the borders.
    Sources: I. Sobel and G. Feldman, 1968; H. Scharr, "Optimale Operatoren in der Digitalen Bildverarbeitung", 2000,
    whose slopes depend least on the direction.
    """

    operator: Literal["sobel", "scharr", "prewitt"] = Field(
        default="scharr", description="operator that measures the slopes"
    )
    color: bool = Field(default=False, description="edges of each colour instead of the luma")
    gain: float = Field(default=2.5, gt=0, le=1000, description="factor that the slopes are multiplied by")

    @classmethod
    def examples(cls) -> tuple[Edges, ...]:
        """Return edges of the luma and of each colour."""
        return cls(), cls(operator="sobel", color=True, gain=1.0), cls(operator="prewitt")

    def num_features(self) -> int:
        """Return 1, or 1 for each colour."""
        return 3 if self.color else 1

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the steepness."""
        planes = sources(samples) if self.color else luma(sources(samples))
        across, down = self._slopes(planes, 3, 2), self._slopes(planes, 2, 3)
        return self.gain * namespace(planes).sqrt(0.5 * (across * across + down * down))

    def _slopes(self, planes: Array, axis: int, other: int) -> Array:
        """Return the slopes along an axis, weighted over the neighbours along the other."""
        outer, inner = OPERATORS[self.operator]
        slopes = _moved(planes, 1, axis) - _moved(planes, -1, axis)
        return inner * slopes + outer * (_moved(slopes, 1, other) + _moved(slopes, -1, other))


def _moved(planes: Array, by: int, axis: int) -> Array:
    """Return the neighbours along an axis."""
    xp, size = namespace(planes), planes.shape[axis]
    places = reflected(np.arange(size) + by, size)
    return xp.take(planes, xp.asarray(places, device=device(planes)), axis=axis)
