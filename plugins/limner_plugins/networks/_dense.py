"""Dense layers over one flat θ: of each layer W (out, in) row by row, then b (out)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from limner.plugin import Activation, Array, Context, Entry, Layout, Pullback, namespace, pack_gradient

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
        own = [ctx.primitives.outer(dz, h)]
        if self.bias is not None:
            own.append(namespace(dz).sum(dz, axis=1))
        return own, ctx.primitives.product(self.weights.T, dz) if asked else dz


def layout_of(sizes: Sizes, *, bias: bool = True) -> Layout:
    """W0, b0, W1, b1, ..."""
    entries = []
    for i, (n_in, n_out) in enumerate(sizes):
        entries.append(Entry(f"W{i}", (n_out, n_in)))
        if bias:
            entries.append(Entry(f"b{i}", (n_out,)))
    return Layout(tuple(entries))


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
    layout: Layout, rng: np.random.Generator, weight_scale: float, bias_scale: float
) -> dict[str, np.ndarray]:
    """Weights with σ = weight_scale / sqrt(fan in), biases with σ = bias_scale.

    Each entry has a generator of its own: a wider input leaves the layers behind it as they were.
    """
    arrays = {}
    for entry, child in zip(layout.entries, rng.spawn(len(layout.entries)), strict=True):
        scale = bias_scale if len(entry.shape) == 1 else weight_scale / entry.shape[1] ** 0.5
        arrays[entry.name] = child.normal(0, scale, entry.shape)
    return arrays


def chain(
    layers: Iterable[Dense], activations: Iterable[Activation], x: Array, ctx: Context, *, feed: bool = False
) -> Array:
    """One layer after the other, an activation after each, keeping nothing.

    ``feed`` tells every layer but the first the input again, below what comes from the layer before it.
    """
    h = x
    for i, (layer, activation) in enumerate(zip(layers, activations, strict=True)):
        h = activation.forward(layer(_fed(h, x) if feed and i else h, ctx))
    return h


def chain_vjp(
    theta: Array,
    layers: Iterable[Dense],
    activations: Iterable[Activation],
    x: Array,
    ctx: Context,
    *,
    feed: bool = False,
) -> tuple[Array, Pullback]:
    """The same, and backpropagation through what was kept of every layer."""
    kept, h = [], x
    for i, (layer, activation) in enumerate(zip(layers, activations, strict=True)):
        told = _fed(h, x) if feed and i else h
        z = layer(told, ctx)
        h = activation.forward(z)
        kept.append((layer, activation, told, z, h))

    def pullback(dy: Array) -> tuple[Array, Array]:
        grads: list[list[Array]] = []  # last layer first
        dx, k = 0.0 * x if feed else None, x.shape[0]
        for i in range(len(kept) - 1, -1, -1):
            layer, activation, told, z, y = kept[i]
            own, dy = layer.pull(told, activation.pullback(z, y, dy), ctx, asked=i > 0 or feed or ctx.input_gradient)
            grads.append(own)
            if dx is not None and i:
                dx, dy = dx + dy[-k:, :], dy[:-k, :]
        return pack_gradient([g for own in reversed(grads) for g in own], like=theta), dy if dx is None else dx + dy

    return h, pullback


def _fed(h: Array, x: Array) -> Array:
    return namespace(x).concat([h, x], axis=0)
