"""The augmentation ``jitter``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from limner.plugin import Array, Augment, AugmentPullback, from_host, namespace
from limner_plugins.common.images import LUMA


class Jitter(Augment):
    """A little brighter or darker, starker or fainter, more colourful or less: of RGB pictures, or of gray ones.

    Colours are moved towards or away from their light, all towards or away from the light's mean, then up or down. The
    light is the luma by ITU-R BT.601: so a gray picture, of one channel, is changed as the light of the coloured one.
    Pictures of other numbers of channels, layers and masks, are left as they are. Nothing is clamped.
    Source of the three: S. Zhao et al., "Differentiable augmentation for data-efficient GAN training", 2020.
    """

    brightness: float = Field(default=0.1, ge=0, le=1, description="how much is added or taken away, at the most")
    contrast: float = Field(default=0.2, ge=0, le=1, description="1 ± this at the most, times the distance of the mean")
    saturation: float = Field(default=0.3, ge=0, le=1, description="1 ± this at the most, times the distance of gray")

    @classmethod
    def examples(cls) -> tuple[Jitter, ...]:
        """All, and each alone."""
        return (
            cls(),
            cls(brightness=1.0, contrast=0.0, saturation=0.0),
            cls(brightness=0.0, contrast=1.0, saturation=0.0),
            cls(brightness=0.0, contrast=0.0, saturation=1.0),
        )

    def forward(self, images: Array, rngs: Sequence[np.random.Generator]) -> Array:
        """Return the changed pictures."""
        return self._changed(images, rngs)[0]

    def vjp(self, images: Array, rngs: Sequence[np.random.Generator]) -> tuple[Array, AugmentPullback]:
        """Return the changed pictures, and the pullback of the three, which are linear."""
        return self._changed(images, rngs)

    def _changed(self, images: Array, rngs: Sequence[np.random.Generator]) -> tuple[Array, AugmentPullback]:
        drawn = np.asarray([rng.uniform(-1.0, 1.0, 3) for rng in rngs]).reshape(len(rngs), 3)
        if images.shape[0] not in (1, 3):
            return images, lambda dy: dy
        xp = namespace(images)
        added, contrast, saturation = (
            from_host(numbers.reshape(1, -1, 1, 1), images)
            for numbers in (
                self.brightness * drawn[:, 0],
                1 + self.contrast * drawn[:, 1],
                1 + self.saturation * drawn[:, 2],
            )
        )
        shares = from_host(np.reshape(LUMA if images.shape[0] == 3 else (1.0,), (-1, 1, 1, 1)), images)

        def mean(x: Array) -> Array:
            return xp.mean(x, axis=(2, 3), keepdims=True)

        light = xp.sum(shares * images, axis=0, keepdims=True)
        coloured = light + saturation * (images - light)
        middle = mean(light)

        def pullback(dy: Array) -> Array:
            dlight = contrast * (1.0 - saturation) * xp.sum(dy, axis=0, keepdims=True)
            dmiddle = (1.0 - contrast) * mean(xp.sum(dy, axis=0, keepdims=True))
            return contrast * saturation * dy + shares * (dlight + dmiddle)

        return middle + contrast * (coloured - middle) + added, pullback
