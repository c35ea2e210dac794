"""Dense layers over one flat θ: of each layer W (out, in) row by row, then b (out)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, Context, Parameter, ParameterLayout, namespace

Sizes = Sequence[tuple[int, int]]
"""Numbers that go into a layer and come out of it, layer by layer."""


@dataclass(frozen=True)
class Dense:
    """One layer: W, and b as a column, views into θ; b is None where there are no biases."""

    weights: Array
    bias: Array | None

    def __call__(self, h: Array, ctx: Context) -> Array:
        """W h + b."""
        z = ctx.primitives.product(self.weights, h)
        if self.bias is not None:
            z += self.bias  # in place: z is ours since the product
        return z

    def pull(self, h: Array, dz: Array, ctx: Context, *, asked: bool = True) -> tuple[list[Array], Array]:
        """The gradients of W and b, and of h; where that is not ``asked`` for, anything."""
        return self.summed(h, dz, ctx), self.back(dz, ctx) if asked else dz

    def summed(self, h: Array, dz: Array, ctx: Context) -> list[Array]:
        """The gradients of W and b, summed over the points."""
        own = [ctx.primitives.outer(dz, h)]
        return own if self.bias is None else [*own, namespace(dz).sum(dz, axis=1)]

    def each(self, h: Array, dz: Array, ctx: Context) -> list[Array]:  # noqa: ARG002 - as summed()
        """The gradients of W and b at each point by itself: ``(out in, n)`` and ``(out, n)``."""
        xp, points = namespace(dz), dz.shape[1]
        own = [xp.reshape(dz[:, None, :] * h[None, :, :], (dz.shape[0] * h.shape[0], points))]
        return own if self.bias is None else [*own, dz]

    def back(self, dz: Array, ctx: Context) -> Array:
        """The gradient of h."""
        return ctx.primitives.product(self.weights.T, dz)


def layout_of(sizes: Sizes, *, bias: bool = True) -> ParameterLayout:
    """W0, b0, W1, b1, ..."""
    entries = []
    for i, (n_in, n_out) in enumerate(sizes):
        entries.append(Parameter(f"W{i}", (n_out, n_in)))
        if bias:
            entries.append(Parameter(f"b{i}", (n_out,)))
    return ParameterLayout(tuple(entries))


def layers_of(theta: Array, sizes: Sizes, *, bias: bool = True) -> list[Dense]:
    """The layers that lie in θ. What comes out of the last is what is left of θ; its size is not looked at."""
    xp = namespace(theta)
    start, layers = 0, []
    for i, (n_in, n_out) in enumerate(sizes):
        if i == len(sizes) - 1:
            n_out = (theta.shape[0] - start) // (n_in + int(bias))
        middle = start + n_out * n_in
        weights = xp.reshape(theta[start:middle], (n_out, n_in))
        start = middle + n_out * int(bias)
        layers.append(Dense(weights, theta[middle:start][:, None] if bias else None))
    return layers


def draw_normal(
    layout: ParameterLayout, rng: np.random.Generator, weight_scale: float, bias_scale: float, contrast: float
) -> np.ndarray:
    """Return weights with σ = weight_scale / sqrt(fan in), the last ones times contrast; biases with σ = bias_scale.

    Each entry has a generator of its own: a wider input leaves the layers behind it as they were.
    """
    arrays, last = {}, ""
    for entry, child in zip(layout.parameters, rng.spawn(len(layout.parameters)), strict=True):
        scale = bias_scale if len(entry.shape) == 1 else weight_scale / entry.shape[1] ** 0.5
        arrays[entry.name] = child.normal(0, scale, entry.shape)
        last = last if len(entry.shape) == 1 else entry.name
    arrays[last] *= contrast
    return layout.pack(arrays)
