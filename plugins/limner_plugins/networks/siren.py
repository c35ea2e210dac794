"""The network ``siren``."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from limner.plugin import ACTIVATIONS, Activation, ActivationName, namespace
from limner_plugins.networks._dense.network import DenseNetwork


class Siren(DenseNetwork):
    """A network of sines, h ← sin(ω (W h + b)), then the output layer; it can learn the finest detail of a picture.

    Weights are uniform within ±1 / fan in in the first layer and ±sqrt(6 / fan in) / ω in the others, biases within
    ±1 / sqrt(fan in). The sines of every layer therefore have the same distribution at any depth. With contrast = 1 and
    output = "identity" this is the network of the paper, which is nearly flat at the start.

    Source: V. Sitzmann et al., "Implicit neural representations with periodic activation functions", 2020.
    """

    width: int = Field(default=64, ge=1, le=4096, description="units of every hidden layer")
    depth: int = Field(default=3, ge=1, le=64, description="hidden layers, each of sines")
    first_omega: float = Field(default=30.0, gt=0, le=1000, description="ω of the first layer; higher is finer")
    omega: float = Field(default=30.0, gt=0, le=1000, description="ω of the other hidden layers")
    output: ActivationName = Field(default="sigmoid", description="activation of the output layer")
    contrast: float = Field(
        default=30.0, ge=0, le=1000, description="factor for the initial weights of the output layer"
    )

    @classmethod
    def examples(cls) -> tuple[Siren, ...]:
        """Return small networks, including that of the paper; the conformance kit differentiates them numerically."""
        return (
            cls(width=6, depth=2, first_omega=3.0),
            cls(width=5, depth=1, first_omega=6.0, output="identity", contrast=1.0),
            cls(width=4, depth=3, first_omega=2.0, omega=5.0, output="raised-cosine"),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Siren:
        """Return calm or lively waves, of strong contrast so that their edges are sharp."""
        omega, contrast = float(np.round(rng.uniform(6, 16), 1)), float(np.round(rng.uniform(40, 90)))
        return cls(width=32, depth=int(rng.integers(2, 4)), first_omega=omega, contrast=contrast)

    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> dict[str, np.ndarray]:
        """Draw each parameter from its own generator, so that a wider input does not change later layers."""
        arrays = {}
        sizes = self.layer_sizes(fan_in, fan_out)
        children = iter(rng.spawn(2 * len(sizes)))
        for i, (n_in, n_out) in enumerate(sizes):
            bound = (6.0 / n_in) ** 0.5 / self.omega if i else 1.0 / n_in
            arrays[f"W{i}"] = next(children).uniform(-bound, bound, (n_out, n_in))
            arrays[f"b{i}"] = next(children).uniform(-(n_in**-0.5), n_in**-0.5, n_out)
        arrays[f"W{self.depth}"] *= self.contrast
        return arrays

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """Return the floats of a layer's input, its product and the output of the sine."""
        return 3 * max(fan_in, fan_out, self.width)

    def layer_sizes(self, fan_in: int, fan_out: int) -> list[tuple[int, int]]:
        """Return the layer sizes for width and depth."""
        hidden = [(self.width, self.width)] * (self.depth - 1)
        return [(fan_in, self.width), *hidden, (self.width, fan_out)]

    def activation_names(self) -> list[str | tuple[str, ...]]:
        """Return a sine for each hidden layer, then the output activation."""
        return [*["sin"] * self.depth, self.output]

    def layer_activations(self) -> list[Activation]:
        """Return a sine for each hidden layer, then the output activation."""
        hidden = [_sine(self.omega)] * (self.depth - 1)
        return [_sine(self.first_omega), *hidden, ACTIVATIONS[self.output]]


def _sine(omega: float) -> Activation:
    """Return the activation sin(ωx)."""
    return Activation(
        lambda x: namespace(x).sin(omega * x),
        lambda x, y, dy: dy * (omega * namespace(x).cos(omega * x)),  # noqa: ARG005
    )
