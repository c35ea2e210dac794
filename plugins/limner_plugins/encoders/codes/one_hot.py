"""The encoder ``one-hot``."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from limner.plugin import Array, ConditioningEncoder, Context, Params, Samples


class OneHot(ConditioningEncoder):
    """The weights of the buttons: during training 1 for the picture's own button and 0 for the others.

    Any other code gives a picture that was never trained: two buttons at once, halves, negatives.
    """

    size: int = Field(default=8, ge=1, le=4096, description="number of buttons")
    scale: float = Field(
        default=1.0,
        gt=0,
        le=1000,
        description="factor of the weights; a small one lets a network of sines move smoothly from one picture to"
        " the next",
    )

    @classmethod
    def examples(cls) -> tuple[OneHot, ...]:
        """Return the first of eight, the last of three, and a blend of two named buttons."""
        return cls(), cls(size=3, index=2), cls(size=2, weights=(0.5, -1.5), labels=("fox", "star"))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: before training, buttons only shift the first layer, as a latent vector does."""
        return

    def num_buttons(self) -> int:
        """Return ``size``."""
        return self.size

    def num_features(self) -> int:
        """Return the number of buttons."""
        return self.size

    def feature_names(self) -> tuple[str, ...]:
        """Return the labels of the buttons, or their numbers."""
        return self.labels or tuple(str(i + 1) for i in range(self.size))

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the buttons' weights at every point."""
        weights = self.codes_for(samples)
        return weights if self.scale == 1.0 else self.scale * weights
