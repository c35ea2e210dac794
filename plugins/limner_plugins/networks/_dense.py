"""Dense layers over one flat θ: of each layer W (out, in) row by row, then b (out)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from limner.plugin import Activation, Array, Context, Entry, Layout, Pullback, Rows, namespace

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
    y, kept = _kept(layers, activations, x, ctx, feed=feed)

    def pullback(dy: Array) -> tuple[Array, Array]:
        gradient = _Gradient(theta)
        _, dx = _backward(kept, dy, x, ctx, gradient.put, feed=feed, asked=ctx.input_gradient)
        return gradient.flat, dx

    return y, pullback


def chain_jacobian(
    layers: Iterable[Dense], activations: Iterable[Activation], x: Array, ctx: Context, *, feed: bool = False
) -> tuple[Array, Rows]:
    """The same, and backpropagation at each point by itself."""
    y, kept = _kept(layers, activations, x, ctx, feed=feed)

    def rows(dy: Array) -> Array:
        grads, _ = _backward(kept, dy, x, ctx, Dense.each, feed=feed, asked=False)
        return namespace(dy).concat(grads, axis=0)

    return y, rows


class _Gradient:
    """A gradient beside θ that layers write into, the last one first; gathered from pieces, it is copied once more."""

    def __init__(self, theta: Array) -> None:
        self.flat = namespace(theta).empty_like(theta)
        self._end = int(theta.shape[0])

    def put(self, layer: Dense, h: Array, dz: Array, ctx: Context) -> list[Array]:
        """What a layer's W and b get; nothing is left to gather."""
        if layer.bias is not None:
            start = self._end - dz.shape[0]
            self.flat[start : self._end] = namespace(dz).sum(dz, axis=1)
            self._end = start
        self._end -= dz.shape[0] * h.shape[0]
        ctx.primitives.put_outer(self.flat, self._end, dz, h)
        return []


class _Kept(NamedTuple):
    """What backpropagation needs of a layer: what it was told, its product, and what the activation made of it."""

    layer: Dense
    activation: Activation
    told: Array
    z: Array
    y: Array


def _kept(
    layers: Iterable[Dense], activations: Iterable[Activation], x: Array, ctx: Context, *, feed: bool
) -> tuple[Array, list[_Kept]]:
    kept, h = [], x
    for i, (layer, activation) in enumerate(zip(layers, activations, strict=True)):
        told = _fed(h, x) if feed and i else h
        z = layer(told, ctx)
        h = activation.forward(z)
        kept.append(_Kept(layer, activation, told, z, h))
    return h, kept


def _backward(
    kept: list[_Kept],
    dy: Array,
    x: Array,
    ctx: Context,
    own: Callable[[Dense, Array, Array, Context], list[Array]],
    *,
    feed: bool,
    asked: bool,
) -> tuple[list[Array], Array]:
    """The gradients of all layers, first to last, as ``own`` makes them; and of x, where it is ``asked`` for."""
    grads: list[list[Array]] = []  # last layer first
    dx, k = 0.0 * x if feed else None, x.shape[0]
    for i in range(len(kept) - 1, -1, -1):
        layer, activation, told, z, y = kept[i]
        dz = activation.pullback(z, y, dy)
        grads.append(own(layer, told, dz, ctx))
        dy = layer.back(dz, ctx) if i or feed or asked else dz
        if dx is not None and i:
            dx, dy = dx + dy[-k:, :], dy[:-k, :]
    return [g for layer_grads in reversed(grads) for g in layer_grads], dy if dx is None else dx + dy


def _fed(h: Array, x: Array) -> Array:
    return namespace(x).concat([h, x], axis=0)
