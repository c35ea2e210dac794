"""Dense layers one after the other, an activation after each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from limner.plugin import Activation, Array, Context, Params, PointwisePullback, Pullback, namespace
from limner_plugins.networks._dense.layers import Dense


class _Kept(NamedTuple):
    """The values of a layer that backpropagation needs: input, product, and output of the activation."""

    layer: Dense
    activation: Activation
    h: Array
    z: Array
    y: Array


@dataclass(frozen=True)
class DenseStack:
    """Layers with their parameters.

    Attributes:
        layers: the layers, in order.
        activations: the activation of each.
        feed: whether every layer but the first sees the input again, below what comes from the layer before it.
    """

    layers: Sequence[Dense]
    activations: Sequence[Activation]
    feed: bool = False

    def forward(self, x: Array, ctx: Context) -> Array:
        """Return the output, keeping nothing."""
        h = x
        for i, (layer, activation) in enumerate(zip(self.layers, self.activations, strict=True)):
            h = activation(layer(_fed(h, x) if self.feed and i else h, ctx))
        return h

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Return the output, and backpropagation through the stored values of every layer.

        Gradients go straight into one flat vector: gathered from pieces they would be copied once more.
        """
        y, kept = self._kept(x, ctx)

        def pullback(dy: Array) -> tuple[Params, Array]:
            gradient = params.empty_like()

            def put(layer: Dense, h: Array, dz: Array) -> None:
                layer.put(gradient, h, dz, ctx)

            return gradient, self._backward(kept, dy, x, ctx, put, wanted=ctx.input_gradient)

        return y, pullback

    def jacobian(self, x: Array, ctx: Context) -> tuple[Array, PointwisePullback]:
        """Return the output, and backpropagation at each point by itself."""
        y, kept = self._kept(x, ctx)

        def rows(dy: Array) -> Array:
            each: list[list[Array]] = []  # last layer first
            self._backward(kept, dy, x, ctx, lambda layer, h, dz: each.append(layer.each(h, dz)), wanted=False)
            return namespace(dy).concat([part for own in reversed(each) for part in own], axis=0)

        return y, rows

    def _kept(self, x: Array, ctx: Context) -> tuple[Array, list[_Kept]]:
        kept, h = [], x
        for i, (layer, activation) in enumerate(zip(self.layers, self.activations, strict=True)):
            told = _fed(h, x) if self.feed and i else h
            z = layer(told, ctx)
            h = activation(z)
            kept.append(_Kept(layer, activation, told, z, h))
        return h, kept

    def _backward(
        self,
        kept: list[_Kept],
        dy: Array,
        x: Array,
        ctx: Context,
        own: Callable[[Dense, Array, Array], None],
        *,
        wanted: bool,
    ) -> Array:
        """Hand each layer's input and gradient to ``own``, the last first; return the gradient of x, if ``wanted``."""
        dx, k = 0.0 * x if self.feed else None, x.shape[0]
        for i in range(len(kept) - 1, -1, -1):
            layer, activation, h, z, y = kept[i]
            dz = activation.pullback(z, y, dy)
            own(layer, h, dz)
            dy = layer.back(dz, ctx) if i or self.feed or wanted else dz
            if dx is not None and i:
                dx, dy = dx + dy[-k:, :], dy[:-k, :]
        return dy if dx is None else dx + dy


def _fed(h: Array, x: Array) -> Array:
    return namespace(x).concat([h, x], axis=0)
