"""The augmentation ``crop``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from limner.plugin import Array, Augment, AugmentPullback, from_host, namespace
from limner_plugins.common.axes import tents


class Crop(Augment):
    """Random shifts by whole pixels; the border is filled with the reflection of the picture.

    With ``zoom``, a part of the same proportions is enlarged to the whole size, by linear interpolation.
    """

    shift: float = Field(
        default=0.125, ge=0, le=1, description="largest shift in each direction, as a fraction of the side"
    )
    zoom: float = Field(default=0.0, ge=0, le=0.9, description="largest part of each side that may be cut off")

    @classmethod
    def examples(cls) -> tuple[Crop, ...]:
        """Return shifts, zooms, and both."""
        return cls(), cls(shift=0.0, zoom=0.5), cls(shift=1.0, zoom=0.3)

    def forward(self, images: Array, rngs: Sequence[np.random.Generator]) -> Array:
        """Return the pictures, each multiplied by a matrix for its columns and one for its rows."""
        left, top = self._matrices(images, rngs)
        return left @ images @ namespace(images).matrix_transpose(top)

    def vjp(self, images: Array, rngs: Sequence[np.random.Generator]) -> tuple[Array, AugmentPullback]:
        """Return the pictures, and the pullback: the transposes of the two matrices."""
        xp = namespace(images)
        left, top = self._matrices(images, rngs)
        return left @ images @ xp.matrix_transpose(top), lambda dy: xp.matrix_transpose(left) @ dy @ top

    def _matrices(self, images: Array, rngs: Sequence[np.random.Generator]) -> tuple[Array, Array]:
        """Return the matrices of the rows and of the columns, one a picture."""
        height, width = images.shape[2:]
        rows, columns = np.empty((len(rngs), height, height)), np.empty((len(rngs), width, width))
        for i, rng in enumerate(rngs):
            down, right, least = rng.uniform(-1.0, 1.0), rng.uniform(-1.0, 1.0), rng.uniform()
            rows[i], columns[i] = (self._matrix(size, at, least) for size, at in ((height, down), (width, right)))
        return from_host(rows, images), from_host(columns, images)

    def _matrix(self, size: int, at: float, least: float) -> np.ndarray:
        """Return the matrix of an axis: the source pixels of each pixel."""
        part = 1.0 - self.zoom * least
        moved = np.round(at * self.shift * size) if part == 1 else at * self.shift * size
        middles = np.arange(size) + 0.5 - size / 2
        return tents(part * middles + size / 2 - 0.5 + moved, size, "reflect")
