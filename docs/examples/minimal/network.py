"""A network: a mixture of experts."""

import numpy as np
from pydantic import Field

from limner.plugin import ACTIVATIONS, Array, Context, Network, Params, namespace


class Experts(Network):
    """Several one-layer networks, mixed with weights that a gate computes for each point (R. Jacobs et al. 1991)."""

    count: int = Field(default=4, ge=2, le=64, description="number of experts")
    width: int = Field(default=16, ge=1, le=1024, description="hidden units of each expert")

    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> dict[str, np.ndarray]:
        """Return normally distributed weights with σ = 1 / √(number of inputs)."""
        shapes = {"gate": (self.count, fan_in)}
        for i in range(self.count):
            shapes |= {f"W{i}": (self.width, fan_in), f"V{i}": (fan_out, self.width)}
        return {name: rng.normal(0, shape[1] ** -0.5, shape) for name, shape in shapes.items()}

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return the mixture (c, n) for the features (k, n)."""
        xp = namespace(x)
        gate = ACTIVATIONS["softmax"](params["gate"] @ x)
        y = 0.0
        for i in range(self.count):
            y = y + gate[i : i + 1, :] * (params[f"V{i}"] @ xp.tanh(params[f"W{i}"] @ x))
        return ACTIVATIONS["sigmoid"](y)
