"""The network ``residual``."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import ACTIVATIONS, ActivationName, Array, Context, Domain, Graph, Network, ParameterLayout, Params
from limner_plugins.networks._dense.layers import Dense, layout_of, normal_params
from limner_plugins.networks._dense.structure import with_dense


class Residual(Network):
    """Residual blocks, h ← h + gain φ(W₂ φ(W₁ h + b₁) + b₂), between a first layer and an output layer.

    Each block bends the picture a little further, so that deep networks stay smooth. Weights are normal with
    σ = weight_scale / sqrt(fan in).

    Source: K. He et al., "Deep residual learning for image recognition", 2016, without its normalisation.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})

    width: int = Field(default=24, ge=1, le=4096, description="units of every layer")
    depth: int = Field(default=6, ge=0, le=128, description="blocks, each of two layers")
    activation: ActivationName = Field(default="sin", description="activation φ of the blocks")
    gain: float = Field(default=1.0, ge=-100, le=100, description="factor for the output of a block")
    output: ActivationName = Field(default="sigmoid", description="activation of the output layer")
    weight_scale: float = Field(default=1.5, ge=0, le=1000, description="gain of the weights")
    bias_scale: float = Field(default=1.0, ge=0, le=1000, description="σ of the biases")
    contrast: float = Field(
        default=0.3, ge=0, le=1000, description="factor for the initial weights of the output layer"
    )

    @classmethod
    def examples(cls) -> tuple[Residual, ...]:
        """Return small networks of every variant; the conformance kit differentiates them numerically."""
        return (
            cls(width=5, depth=2),
            cls(width=4, depth=1, activation="tanh", gain=-0.5, output="softmax", contrast=1.0),
            cls(width=3, depth=3, activation="swish", output="identity", weight_scale=1.0, bias_scale=0.1),
            cls(width=4, depth=0, output="raised-cosine"),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Residual:
        """Return few strong or many gentle blocks."""
        depth = int(rng.integers(3, 9))
        scale, contrast = rng.uniform(1.0, 1.3) + 0.6 / depth, rng.uniform(0.3, 0.7)
        return cls(depth=depth, weight_scale=float(np.round(scale, 2)), contrast=float(np.round(contrast, 2)))

    def param_layout(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Return the layout W0 (out, in), b0 (out), then two layers per block, then the output layer."""
        return layout_of([(fan_in, self.width), *[(self.width, self.width)] * (2 * self.depth), (self.width, fan_out)])

    def structure(self, fan_in: int, fan_out: int, size: tuple[int, int] | None = None) -> Graph:  # noqa: ARG002
        """Return the first layer, two layers a block with an edge around them, and the output layer."""
        graph = with_dense(Graph.start(fan_in), 0, self.width, "identity")
        for i in range(1, 2 * self.depth, 2):
            source = len(graph.nodes) - 1
            for layer in (i, i + 1):
                graph = with_dense(graph, layer, self.width, self.activation)
            graph = graph.joined(source, "add")
        return with_dense(graph, 2 * self.depth + 1, fan_out, self.output)

    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> dict[str, np.ndarray]:
        """Return normal parameters, with the weights of the output layer multiplied by the contrast."""
        layout = self.param_layout(fan_in, fan_out)
        return normal_params(layout, rng, self.weight_scale, self.bias_scale, self.contrast)

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return the output of the last layer."""
        first, *within, last = (Dense(params, i) for i in range(2 * self.depth + 2))
        act = ACTIVATIONS[self.activation]
        h = first(x, ctx)
        for one, two in zip(within[::2], within[1::2], strict=True):
            h = h + self.gain * act(two(act(one(h, ctx)), ctx))
        return ACTIVATIONS[self.output](last(h, ctx))

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """Return the floats of a block's shortcut, a layer's input, its product and the output of its activation."""
        return 4 * max(fan_in, fan_out, self.width)
