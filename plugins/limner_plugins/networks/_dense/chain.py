"""Dense layers one after the other, an activation after each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from limner.plugin import Activation, Array, Context, Pullback, Rows, namespace
from limner_plugins.networks._dense.layers import Dense


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
