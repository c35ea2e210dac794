"""The augmentation ``flip``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from limner.plugin import Array, Augment, device, namespace


class Flip(Augment):
    """Random horizontal flips."""

    probability: float = Field(default=0.5, ge=0, le=1, description="probability of a flip")

    @classmethod
    def examples(cls) -> tuple[Flip, ...]:
        """Return flips of half of the pictures, and of all."""
        return cls(), cls(probability=1.0)

    def forward(self, images: Array, rngs: Sequence[np.random.Generator]) -> Array:
        """Return the pictures, some of them mirrored."""
        xp = namespace(images)
        drawn = np.asarray([rng.uniform() < self.probability for rng in rngs], dtype=bool).reshape(1, -1, 1, 1)
        return xp.where(xp.asarray(drawn, device=device(images)), xp.flip(images, axis=3), images)
