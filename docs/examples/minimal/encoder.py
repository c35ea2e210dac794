"""An encoder with parameters: random Fourier features whose frequencies are trained."""

from math import tau

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples, namespace


class TrainedFourier(Encoder):
    """Sines and cosines of trained frequencies (M. Tancik et al. 2020, who keep them fixed)."""

    count: int = Field(default=16, ge=1, le=1024, description="number of frequencies")
    sigma: float = Field(default=1.0, gt=0, le=100, description="σ of the initial frequencies")

    def init_params(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Return normally distributed frequencies."""
        return {"k": rng.normal(0, self.sigma, (self.count, 2))}

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        """Return the features (2 · count, n) of the points (2, n)."""
        phase = tau * (params["k"] @ samples.xy)
        xp = namespace(phase)
        return xp.concat([xp.sin(phase), xp.cos(phase)], axis=0)
