"""The encoder ``index``."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from limner.plugin import Array, ConditioningEncoder, Context, Params, Samples, device, namespace


class Index(ConditioningEncoder):
    """One number for all buttons: pictures are evenly spaced on a line, and a code between two resembles both.

    Source: pkmital/CADL, session 2: one network learns several images, "and the image's index" is a third input.
    """

    size: int = Field(default=8, ge=1, le=4096, description="number of buttons")
    scale: float = Field(
        default=1.0, gt=0, le=1000, description="positions of the first and last picture: -scale and scale"
    )

    @classmethod
    def examples(cls) -> tuple[Index, ...]:
        """Return the first of eight, the middle of two, and a single one."""
        return cls(), cls(size=2, weights=(0.5, 0.5), scale=3.0), cls(size=1)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: before training, a button only shifts the first layer, as a latent vector does."""
        return

    def num_buttons(self) -> int:
        """Return ``size``."""
        return self.size

    def num_features(self) -> int:
        """Return 1."""
        return 1

    def feature_names(self) -> tuple[str, ...]:
        """Return the name of the position."""
        return ("button",)

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the sum of the positions of the buttons, each times its weight."""
        weights = self.codes_for(samples)
        xp, last = namespace(weights), max(self.size - 1, 1)
        numbers = xp.arange(self.size, dtype=weights.dtype, device=device(weights))
        places = self.scale * (2.0 * numbers / last - 1.0)
        return xp.sum(weights * places[:, None], axis=0, keepdims=True)
