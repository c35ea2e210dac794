"""The network ``siren``."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import (
    ACTIVATIONS,
    Activation,
    ActivationName,
    Array,
    Context,
    Domain,
    Layout,
    Network,
    Pullback,
    Rows,
    namespace,
)
from limner_plugins.networks._dense import Dense, chain, chain_jacobian, chain_vjp, layers_of, layout_of


class Siren(Network):
    """A network of sines: h ← sin(ω (W h + b)), then the output; it can learn the finest detail of a picture.

    Weights are uniform within ±1 / fan in in the first layer and ±sqrt(6 / fan in) / ω in the others, biases within
    ±1 / sqrt(fan in); so each layer's sines look alike, however deep it lies. With contrast = 1 and output = "identity"
    it is the paper's; that starts out nearly flat.

    Source: V. Sitzmann et al., "Implicit neural representations with periodic activation functions", 2020.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})

    width: int = Field(default=64, ge=1, le=4096, description="units of every hidden layer")
    depth: int = Field(default=3, ge=1, le=64, description="hidden layers, each of sines")
    first_omega: float = Field(default=30.0, gt=0, le=1000, description="ω of the first layer: how fine it sees")
    omega: float = Field(default=30.0, gt=0, le=1000, description="ω of the hidden layers behind it")
    output: ActivationName = Field(default="sigmoid", description="the activation of the output layer")
    contrast: float = Field(
        default=30.0, ge=0, le=1000, description="what the output layer's drawn weights are multiplied by"
    )

    @classmethod
    def examples(cls) -> tuple[Siren, ...]:
        """Small ones, the paper's among them: the kit differentiates them numerically."""
        return (
            cls(width=6, depth=2, first_omega=3.0),
            cls(width=5, depth=1, first_omega=6.0, output="identity", contrast=1.0),
            cls(width=4, depth=3, first_omega=2.0, omega=5.0, output="raised-cosine"),
        )

    @classmethod
    def surprise(cls, rng: np.random.Generator) -> Siren:
        """Calmer and livelier waves."""
        return cls(width=32, depth=int(rng.integers(2, 4)), first_omega=float(np.round(rng.uniform(12, 30), 1)))

    def layout(self, fan_in: int, fan_out: int) -> Layout:
        """W0 (out, in), b0 (out), W1, b1, ..."""
        return layout_of(self._sizes(fan_in, fan_out))

    def draw(self, layout: Layout, rng: np.random.Generator) -> np.ndarray:
        """Each entry from a generator of its own: a wider input leaves the layers behind it as they were."""
        arrays = {}
        fan_in = 1
        for entry, child in zip(layout.entries, rng.spawn(len(layout.entries)), strict=True):
            if len(entry.shape) == 2:
                fan_in = entry.shape[1]
                bound = 1.0 / fan_in if entry.name == "W0" else (6.0 / fan_in) ** 0.5 / self.omega
            else:
                bound = fan_in**-0.5
            arrays[entry.name] = child.uniform(-bound, bound, entry.shape)
        arrays[f"W{self.depth}"] *= self.contrast
        return layout.pack(arrays)

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """One layer after the other, keeping nothing."""
        return chain(self._layers(theta, x), self._activations(), x, ctx)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """The output, and backpropagation through what was kept of every layer."""
        return chain_vjp(theta, self._layers(theta, x), self._activations(), x, ctx)

    def jacobian(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Rows]:
        """The output, and backpropagation at each point by itself."""
        return chain_jacobian(self._layers(theta, x), self._activations(), x, ctx)

    def working_set(self, fan_in: int, fan_out: int) -> int:
        """A layer's input, its product, and what the sine makes of it."""
        return 3 * max(fan_in, fan_out, self.width)

    def _sizes(self, fan_in: int, fan_out: int) -> list[tuple[int, int]]:
        hidden = [(self.width, self.width)] * (self.depth - 1)
        return [(fan_in, self.width), *hidden, (self.width, fan_out)]

    def _layers(self, theta: Array, x: Array) -> list[Dense]:
        return layers_of(theta, self._sizes(x.shape[0], 0))

    def _activations(self) -> list[Activation]:
        hidden = [_sine(self.omega)] * (self.depth - 1)
        return [_sine(self.first_omega), *hidden, ACTIVATIONS[self.output]]


def _sine(omega: float) -> Activation:
    """sin(ωx)."""
    return Activation(
        lambda x: namespace(x).sin(omega * x),
        lambda x, y, dy: dy * (omega * namespace(x).cos(omega * x)),  # noqa: ARG005
    )
