"""The colour mode ``mixture``."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from limner.plugin import ACTIVATIONS, Array, Context, Params
from limner_plugins.colors._palette.mode import PaletteMode
from limner_plugins.colors._palette.named import PaletteSource
from limner_plugins.common.oklab import to_srgb


class Mixture(PaletteMode):
    """A mixture of the colours of a palette in OKLab, with a channel for the amount of each colour.

    The shares of the colours are the softmax of the channels times the sharpness. As in a gradient all colours belong
    to the palette, but every colour can lie next to every other, as paints on water do.
    """

    name: PaletteSource = Field(
        default="harmony",
        description="one of limner's palettes, or harmony: colours that go together, drawn from the seed",
    )
    sharpness: float = Field(
        default=10.0,
        gt=0,
        le=10000,
        description="steepness of the edges between colours: 3 mixes most of them, 10 has soft edges, 100 flat areas",
    )

    @classmethod
    def examples(cls) -> tuple[Mixture, ...]:
        """Return drawn, named, listed and extracted colours, soft and sharp, fixed and trainable."""
        return (
            cls(),
            cls(name="sumi", sharpness=3.0, shuffle=True, learn=True),
            cls(colors=("navy", "wheat"), sharpness=40.0, alpha=True),
            cls(image="skimage:microaneurysms", count=5),
            cls(scheme="triad", count=3, learn=True),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Mixture:
        """Return a few colours drawn from the seed, mostly with soft edges."""
        return cls(count=int(rng.integers(4, 8)), sharpness=float(rng.choice([6.0, 10.0, 10.0, 40.0])))

    def num_components(self) -> int:
        """Return the number of colours."""
        return self.num_colors()

    def component_names(self) -> tuple[str, ...]:
        """Return the number of each colour, counted from 1."""
        return tuple(str(number + 1) for number in range(self.num_colors()))

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return RGB of the mixtures."""
        return to_srgb(params["colors"].T @ ACTIVATIONS["softmax"](self.sharpness * x))
