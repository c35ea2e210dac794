"""The augmentation ``flip``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from limner.plugin import Array, Augment, AugmentPullback, device, namespace


class Flip(Augment):
    """Left and right changed over in some of the pictures."""

    probability: float = Field(default=0.5, ge=0, le=1, description="how likely it is")

    @classmethod
    def examples(cls) -> tuple[Flip, ...]:
        """Some, and all."""
        return cls(), cls(probability=1.0)

    def vjp(self, images: Array, rngs: Sequence[np.random.Generator]) -> tuple[Array, AugmentPullback]:
        """The pictures; the pullback changes over again what was changed over."""
        xp = namespace(images)
        drawn = np.asarray([rng.uniform() < self.probability for rng in rngs], dtype=bool).reshape(1, -1, 1, 1)
        turned = xp.asarray(drawn, device=device(images))

        def flip(x: Array) -> Array:
            return xp.where(turned, xp.flip(x, axis=3), x)

        return flip(images), flip
