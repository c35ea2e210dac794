"""The augmentation ``cutout``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from limner.plugin import Array, Augment, from_host

GRAY = 0.5


class Cutout(Augment):
    """A gray rectangle in each picture, so that a network cannot rely on a single region.

    The rectangle has the picture's proportions; its centre may lie anywhere, so part of it may lie outside.
    Sources: T. DeVries and G. Taylor, "Improved regularization of convolutional neural networks with cutout", 2017;
    S. Zhao et al., "Differentiable augmentation for data-efficient GAN training", 2020, with a side of 0.5.
    """

    side: float = Field(default=0.5, ge=0, le=1, description="sides of the rectangle, as a fraction of the picture's")

    @classmethod
    def examples(cls) -> tuple[Cutout, ...]:
        """Return a large and a small rectangle."""
        return cls(), cls(side=0.2)

    def forward(self, images: Array, rngs: Sequence[np.random.Generator]) -> Array:
        """Return the pictures, a part of each gray."""
        height, width = images.shape[2:]
        kept = np.ones((1, len(rngs), height, width))
        for i, rng in enumerate(rngs):
            down, right = rng.uniform(size=2)
            kept[0, i, _part(down, self.side, height), _part(right, self.side, width)] = 0.0
        mask = from_host(kept, images)
        return mask * images + GRAY * (1.0 - mask)


def _part(middle: float, share: float, length: int) -> slice:
    """Return the pixels of a side that the rectangle covers."""
    first, last = ((middle + sign * share / 2) * length for sign in (-1, 1))
    return slice(max(0, round(first)), max(0, round(last)))
