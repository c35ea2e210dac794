"""The encoder ``fourier``."""

from __future__ import annotations

from math import tau

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples, fixed, namespace


class Fourier(Encoder):
    """Gaussian Fourier features: scale cos(2π B p) and scale sin(2π B p), with entries of B from N(0, σ²).

    A small σ gives large shapes, a large one fine detail; with it a network learns detail that it cannot learn from
    coordinates. The paper's σ = 10 is for coordinates from 0 to 1: here, where they run from -1 to 1, it is 5.
    Source: Tancik et al., "Fourier features let networks learn high frequency functions in low dimensional domains",
    2020. B is stored in θ, not trainable.
    """

    count: int = Field(default=4, ge=1, le=2048, description="rows of B; each gives two features")
    sigma: float = Field(
        default=0.3,
        ge=0,
        le=1000,
        description="σ, standard deviation of the frequencies, in waves per unit of the frame",
    )
    scale: float = Field(default=1.0, ge=-1000, le=1000, description="factor of the features")

    @classmethod
    def examples(cls) -> tuple[Fourier, ...]:
        """Return coarse and fine features."""
        return cls(), cls(count=3, sigma=5.0, scale=0.5)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Fourier:
        """Return a few low frequencies."""
        return cls(count=int(rng.integers(2, 9)), sigma=float(np.round(rng.uniform(0.15, 0.6), 2)))

    def num_features(self) -> int:
        """Return 2 for each row of B."""
        return 2 * self.count

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:
        """Return B, from the normal distribution."""
        return {"B": fixed(rng.normal(0.0, self.sigma, (self.count, 2)))}

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return all cosines, then all sines."""
        xp = namespace(samples.anchor)
        phase = (tau * params["B"]) @ samples.anchor
        return self.scale * xp.concat([xp.cos(phase), xp.sin(phase)], axis=0)
