"""The network ``residual``."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import ACTIVATIONS, ActivationName, Array, Context, Domain, ParameterLayout, Network, Pullback, pack_gradient
from limner_plugins.networks._dense.layers import Dense, draw_normal, layers_of, layout_of


class Residual(Network):
    """Blocks that add to what they are told: h ← h + gain φ(W₂ φ(W₁ h + b₁) + b₂), between a first and an output layer.

    Each block bends the picture a little further, so that deep ones stay smooth. Weights are normal with
    σ = weight_scale / sqrt(fan in).

    Source: K. He et al., "Deep residual learning for image recognition", 2016, without its normalisation.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})

    width: int = Field(default=24, ge=1, le=4096, description="units of every layer")
    depth: int = Field(default=6, ge=0, le=128, description="blocks, each of two layers")
    activation: ActivationName = Field(default="sin", description="the activation φ within the blocks")
    gain: float = Field(default=1.0, ge=-100, le=100, description="how much of a block is added")
    output: ActivationName = Field(default="sigmoid", description="the activation of the output layer")
    weight_scale: float = Field(default=1.5, ge=0, le=1000, description="gain of the weights")
    bias_scale: float = Field(default=1.0, ge=0, le=1000, description="σ of the biases")
    contrast: float = Field(
        default=0.3, ge=0, le=1000, description="what the output layer's drawn weights are multiplied by"
    )

    @classmethod
    def examples(cls) -> tuple[Residual, ...]:
        """Small ones of every kind: the kit differentiates them numerically."""
        return (
            cls(width=5, depth=2),
            cls(width=4, depth=1, activation="tanh", gain=-0.5, output="softmax", contrast=1.0),
            cls(width=3, depth=3, activation="swish", output="identity", weight_scale=1.0, bias_scale=0.1),
            cls(width=4, depth=0, output="raised-cosine"),
        )

    @classmethod
    def surprise(cls, rng: np.random.Generator) -> Residual:
        """Few or many blocks."""
        return cls(depth=int(rng.integers(3, 10)), weight_scale=float(np.round(rng.uniform(1.2, 1.7), 2)))

    def layout(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """W0 (out, in), b0 (out), then two layers a block, then the output's."""
        return layout_of(self._sizes(fan_in, fan_out))

    def draw(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:
        """Normal numbers; the output layer's weights times the contrast."""
        return draw_normal(layout, rng, self.weight_scale, self.bias_scale, self.contrast)

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Block after block, keeping nothing."""
        first, *within, last = self._layers(theta, x)
        act = ACTIVATIONS[self.activation].forward
        h = first(x, ctx)
        for one, two in zip(within[::2], within[1::2], strict=True):
            h += self.gain * act(two(act(one(h, ctx)), ctx))  # in place: h is ours since the first product
        return ACTIVATIONS[self.output].forward(last(h, ctx))

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """The output, and backpropagation through what was kept of every block."""
        first, *within, last = self._layers(theta, x)
        act, out = ACTIVATIONS[self.activation], ACTIVATIONS[self.output]
        h, kept = first(x, ctx), []
        for one, two in zip(within[::2], within[1::2], strict=True):
            z1 = one(h, ctx)
            y1 = act.forward(z1)
            z2 = two(y1, ctx)
            y2 = act.forward(z2)
            kept.append((one, two, h, z1, y1, z2, y2))
            h = h + self.gain * y2
        z = last(h, ctx)
        y = out.forward(z)

        def pullback(dy: Array) -> tuple[Array, Array]:
            own, dh = last.pull(h, out.pullback(z, y, dy), ctx)
            grads = [own]  # last layer first
            for one, two, h_in, z1, y1, z2, y2 in reversed(kept):
                own_two, dy1 = two.pull(y1, act.pullback(z2, y2, self.gain * dh), ctx)
                own_one, dh_in = one.pull(h_in, act.pullback(z1, y1, dy1), ctx)
                grads += [own_two, own_one]
                dh = dh + dh_in
            own_first, dx = first.pull(x, dh, ctx, asked=ctx.input_gradient)
            grads.append(own_first)
            return pack_gradient([g for own in reversed(grads) for g in own], like=theta), dx

        return y, pullback

    def working_set(self, fan_in: int, fan_out: int) -> int:
        """What goes past a block, a layer's product, and what the activation makes of it."""
        return 4 * max(fan_in, fan_out, self.width)

    def _sizes(self, fan_in: int, fan_out: int) -> list[tuple[int, int]]:
        return [(fan_in, self.width), *[(self.width, self.width)] * (2 * self.depth), (self.width, fan_out)]

    def _layers(self, theta: Array, x: Array) -> list[Dense]:
        return layers_of(theta, self._sizes(x.shape[0], 0))
