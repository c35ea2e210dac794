"""Dense layers; layer i has the parameters ``W{i}`` (out, in) and ``b{i}`` (out,)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, Context, Parameter, ParameterLayout, Params, namespace

Sizes = Sequence[tuple[int, int]]
"""The numbers of inputs and outputs of each layer."""


@dataclass(frozen=True)
class Dense:
    """Layer number ``index`` of a network, with its W and, if ``bias``, b."""

    params: Params
    index: int
    bias: bool = True

    @property
    def weights(self) -> Array:
        """The weights W, ``(out, in)``."""
        return self.params[f"W{self.index}"]

    def __call__(self, h: Array, ctx: Context) -> Array:
        """Return W h + b."""
        if self.bias:
            return ctx.primitives.affine(self.weights, h, self.params[f"b{self.index}"])
        return ctx.primitives.product(self.weights, h)

    def write_gradients(self, gradient: Params, h: Array, dz: Array, ctx: Context) -> None:
        """Write the gradients of W and b, summed over the points, into a flat gradient."""
        slices = gradient.layout.slices
        ctx.primitives.write_outer(gradient.flat, slices[f"W{self.index}"].start, dz, h)
        if self.bias:
            gradient.flat[slices[f"b{self.index}"]] = namespace(dz).sum(dz, axis=1)

    def gradients_per_point(self, h: Array, dz: Array) -> list[Array]:
        """Return the gradients of W and b at each point: ``(out in, n)`` and ``(out, n)``."""
        xp, points = namespace(dz), dz.shape[1]
        weights = [xp.reshape(dz[:, None, :] * h[None, :, :], (dz.shape[0] * h.shape[0], points))]
        return [*weights, dz] if self.bias else weights

    def input_gradient(self, dz: Array, ctx: Context) -> Array:
        """Return the gradient of h."""
        return ctx.primitives.product(self.weights.T, dz)


def layout_of(sizes: Sizes, *, bias: bool = True) -> ParameterLayout:
    """Return the layout W0, b0, W1, b1, ..."""
    parameters = []
    for i, (n_in, n_out) in enumerate(sizes):
        parameters.append(Parameter(f"W{i}", (n_out, n_in)))
        if bias:
            parameters.append(Parameter(f"b{i}", (n_out,)))
    return ParameterLayout(tuple(parameters))


def normal_params(
    layout: ParameterLayout, rng: np.random.Generator, weight_scale: float, bias_scale: float, contrast: float
) -> dict[str, np.ndarray]:
    """Draw normal weights with σ = weight_scale / sqrt(fan in) and biases with σ = bias_scale.

    The last weights are multiplied by ``contrast``. Each parameter has its own generator, so that a wider input does
    not change later layers.
    """
    arrays, last = {}, ""
    for parameter, child in zip(layout.parameters, rng.spawn(len(layout.parameters)), strict=True):
        weights = len(parameter.shape) == 2
        scale = weight_scale / parameter.shape[1] ** 0.5 if weights else bias_scale
        arrays[parameter.name] = child.normal(0, scale, parameter.shape)
        last = parameter.name if weights else last
    arrays[last] *= contrast
    return arrays
