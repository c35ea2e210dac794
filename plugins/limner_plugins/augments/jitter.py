"""The augmentation ``jitter``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from limner.plugin import Array, Augment, AugmentPullback, from_host, namespace
from limner_plugins.common.images import LUMA


class Jitter(Augment):
    """Random changes of brightness, contrast and saturation of RGB or gray pictures.

    Saturation scales the distance of each colour from its luma, contrast the distance of everything from the mean luma;
    brightness is added. The luma is that of ITU-R BT.601, so a gray picture changes like the luma of a coloured one.
    Arrays with other numbers of channels, such as layers and masks, stay unchanged. Nothing is clamped.
    Source of the three: S. Zhao et al., "Differentiable augmentation for data-efficient GAN training", 2020.
    """

    brightness: float = Field(default=0.1, ge=0, le=1, description="largest change of brightness")
    contrast: float = Field(default=0.2, ge=0, le=1, description="largest relative change of the contrast")
    saturation: float = Field(default=0.3, ge=0, le=1, description="largest relative change of the saturation")

    @classmethod
    def examples(cls) -> tuple[Jitter, ...]:
        """Return all three changes, and each alone."""
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
