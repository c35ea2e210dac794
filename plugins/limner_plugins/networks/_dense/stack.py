"""A stack of dense layers, each with an activation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from limner.plugin import Activation, Array, Context, Params, PointwisePullback, Pullback, namespace
from limner_plugins.networks._dense.layers import Dense


class _LayerValues(NamedTuple):
    """The values of a layer that backpropagation needs: input h, product z, and output y of the activation."""

    layer: Dense
    activation: Activation
    h: Array
    z: Array
    y: Array


@dataclass(frozen=True)
class DenseStack:
    """Dense layers with their parameters and activations.

    Attributes:
        layers: the layers, in order.
        activations: the activation of each.
        repeat_input: whether every layer except the first also gets the input of the stack, after its own.
    """

    layers: Sequence[Dense]
    activations: Sequence[Activation]
    repeat_input: bool = False

    def forward(self, x: Array, ctx: Context) -> Array:
        """Return the output, storing nothing."""
        h = x
        for i, (layer, activation) in enumerate(zip(self.layers, self.activations, strict=True)):
            h = activation(layer(_with_input(h, x) if self.repeat_input and i else h, ctx))
        return h

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Return the output and its pullback, which keeps the values of every layer.

        The pullback writes gradients directly into one flat vector; collecting them from pieces would copy them again.
        """
        y, stored = self._forward_stored(x, ctx)

        def pullback(dy: Array) -> tuple[Params, Array]:
            gradient = params.empty_like()

            def write(layer: Dense, h: Array, dz: Array) -> None:
                layer.write_gradients(gradient, h, dz, ctx)

            return gradient, self._backward(stored, dy, x, ctx, write, input_gradient=ctx.input_gradient)

        return y, pullback

    def jacobian(self, x: Array, ctx: Context) -> tuple[Array, PointwisePullback]:
        """Return the output, and a function from its gradient to the gradient of θ at each point."""
        y, stored = self._forward_stored(x, ctx)

        def rows(dy: Array) -> Array:
            per_layer: list[list[Array]] = []  # last layer first

            def append(layer: Dense, h: Array, dz: Array) -> None:
                per_layer.append(layer.gradients_per_point(h, dz))

            self._backward(stored, dy, x, ctx, append, input_gradient=False)
            return namespace(dy).concat([part for parts in reversed(per_layer) for part in parts], axis=0)

        return y, rows

    def _forward_stored(self, x: Array, ctx: Context) -> tuple[Array, list[_LayerValues]]:
        stored, h = [], x
        for i, (layer, activation) in enumerate(zip(self.layers, self.activations, strict=True)):
            layer_input = _with_input(h, x) if self.repeat_input and i else h
            z = layer(layer_input, ctx)
            h = activation(z)
            stored.append(_LayerValues(layer, activation, layer_input, z, h))
        return h, stored

    def _backward(
        self,
        stored: list[_LayerValues],
        dy: Array,
        x: Array,
        ctx: Context,
        handle_layer: Callable[[Dense, Array, Array], None],
        *,
        input_gradient: bool,
    ) -> Array:
        """Call ``handle_layer(layer, h, dz)`` for each layer, the last first; return the gradient of x.

        Without ``input_gradient``, the returned array may be anything.
        """
        dx, k = 0.0 * x if self.repeat_input else None, x.shape[0]
        for i in range(len(stored) - 1, -1, -1):
            layer, activation, h, z, y = stored[i]
            dz = activation.pullback(z, y, dy)
            handle_layer(layer, h, dz)
            dy = layer.input_gradient(dz, ctx) if i or self.repeat_input or input_gradient else dz
            if dx is not None and i:
                dx, dy = dx + dy[-k:, :], dy[:-k, :]
        return dy if dx is None else dx + dy


def _with_input(h: Array, x: Array) -> Array:
    return namespace(x).concat([h, x], axis=0)
