"""The encoder ``one-hot``."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Context, Domain, Encoder, Samples, device, namespace


class OneHot(Encoder):
    """Buttons: a 1 for the one that is pressed, 0 for the others, the same all over a picture.

    Samples that bring a code of their own (any weights, not only 0 and 1) or the index of a picture are answered
    with that; all others with ``hot``.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})

    size: int = Field(default=8, ge=1, le=4096, description="how many buttons")
    hot: int = Field(default=0, ge=0, le=4095, description="which one is pressed, counted from 0")

    @model_validator(mode="after")
    def _in_range(self) -> OneHot:
        if self.hot >= self.size:
            raise ValueError(f"hot must be less than size = {self.size}, got {self.hot}")
        return self

    @classmethod
    def examples(cls) -> tuple[OneHot, ...]:
        """The first of eight, the last of three."""
        return cls(), cls(size=3, hot=2)

    @classmethod
    def surprise(cls, rng: np.random.Generator) -> OneHot:
        """Any of the buttons."""
        return cls(hot=int(rng.integers(0, 8)))

    def features(self) -> int:
        """As many as there are buttons."""
        return self.size

    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """The buttons' weights at every point."""
        if samples.code is not None:
            return samples.code
        anchor = samples.anchor
        xp, on = namespace(anchor), device(anchor)
        buttons = xp.arange(self.size, device=on)[:, None]
        if samples.index is not None:
            pressed = buttons == xp.astype(samples.index, buttons.dtype)[None, :]
        else:
            pressed = xp.broadcast_to(buttons == self.hot, (self.size, samples.count))
        return xp.astype(pressed, anchor.dtype)
