"""The base class of networks from pictures to pictures: layers over one θ, and tiles of a batch."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Set
from dataclasses import replace
from functools import lru_cache
from math import prod
from typing import Any, Literal, TypeAlias

import numpy as np

from limner.plugin import (
    Array,
    Context,
    Graph,
    ImageNetwork,
    LimnerError,
    ParameterLayout,
    Params,
    Pullback,
    namespace,
)
from limner_plugins.layers.activation import ActivationLayer
from limner_plugins.layers.batch_norm import BatchNorm
from limner_plugins.layers.instance_norm import InstanceNorm
from limner_plugins.layers.layer import Layer

MIN_BOTTOM_SIDE = 4  # minimum shorter side of the deepest map, in pixels, for an automatic depth
MAX_AUTO_DEPTH = 6  # maximum automatic depth
NOMINAL_SIZE = (64, 64)  # of the pictures in a diagram if none is given
TILE_POINTS = 2**14  # approximate number of points in a tile
HiddenActivation: TypeAlias = Literal["relu", "leaky-relu", "tanh", "sigmoid", "gelu", "swish", "softplus", "sin"]
OutputActivation: TypeAlias = Literal["tanh", "sigmoid", "identity"]
Norm: TypeAlias = Literal["none", "batch", "instance"]
NORMS: dict[str, tuple[Layer, ...]] = {"none": (), "batch": (BatchNorm(),), "instance": (InstanceNorm(),)}


def depth_for(size: tuple[int, int]) -> int:
    """Return the number of downsampling steps, 1 to 6, that leave at least four pixels of the shorter side."""
    return min(MAX_AUTO_DEPTH, max(1, (min(size) // MIN_BOTTOM_SIDE).bit_length() - 1))


def checked_depth(depth: int, size: tuple[int, int]) -> int:
    """Return the number of downsampling steps for pictures of a size: the given one, or if that is 0, a suitable one.

    The steps may halve a picture down to a single pixel. Each further one would only double the padding.

    Raises:
        LimnerError: there are more steps.
    """
    limit = max(1, (2 * max(size) - 1).bit_length() - 1)
    if depth > limit:
        padded = "x".join(str(-(-side // 2**depth) * 2**depth) for side in size)
        raise LimnerError(
            f"network.depth: {depth} downsampling steps need pictures of {padded}, and {size[0]}x{size[1]} would be "
            f"padded to that; use at most {limit}, or a larger `size`"
        )
    return depth or depth_for(size)


def output_activation(output: OutputActivation, *, residual: bool) -> tuple[Layer, ...]:
    """Return the output activation, with values from 0 to 1, where tanh is (1 + tanh)/2, or -1 to 1 for a residual."""
    if output == "identity":
        return ()
    return (ActivationLayer("tanh" if residual else "unit-tanh" if output == "tanh" else "sigmoid"),)


class ConvolutionalNetwork(ImageNetwork):
    """A network of the image domain; a subclass defines its layers."""

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: the network shows nothing before it is trained."""
        return

    @classmethod
    def for_other_inputs(cls, settings: Mapping[str, Any], chosen: Set[str]) -> Mapping[str, Any]:
        """Return the settings without a residual, which suits only the network's own input, and its small contrast."""
        if "residual" in chosen or not settings.get("residual"):
            return settings
        return {name: value for name, value in settings.items() if name not in ("residual", "contrast")}

    @abstractmethod
    def layers(self, fan_in: int, fan_out: int) -> Layer:
        """Return the layers for these numbers of channels."""

    def channel_problem(self, fan_in: int, fan_out: int) -> str:  # noqa: ARG002
        """Return why the network cannot have these numbers of channels, with a fix, or an empty string if it can."""
        return ""

    def param_layout(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Return the layout layer by layer.

        A convolution has W (out, k, k, in), a transposed one W (in, k, k, out), each followed by b (out).

        Raises:
            LimnerError: the network cannot have these numbers of channels.
        """
        problem = self.channel_problem(fan_in, fan_out)
        if problem:
            raise LimnerError(problem)
        return _layers(self, fan_in, fan_out).param_layout(fan_in)

    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Params:
        """Return the initial parameters of all layers."""
        layers = _layers(self, fan_in, fan_out)
        layout = layers.param_layout(fan_in)
        return Params(layout, layers.init_params(layout, rng))

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return the output of the layers, storing nothing."""
        return _layers(self, *params.layout.fans).forward(params.flat, x, ctx)

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Return the output and its pullback; layers write their gradients directly into one flat vector.

        If the network uses batch statistics, the batch is split into tiles that run in parallel.
        """
        layers = _layers(self, *params.layout.fans)
        # Without batch statistics, the caller has already split the batch into tiles.
        tiles = _tiles(layers, x) if ctx.training and self.uses_batch_statistics() else [slice(None)]
        ys, pull = layers.vjp_tiles(params.flat, [x[:, tile, ...] for tile in tiles], ctx)

        def back(dy: Array) -> tuple[Params, Array]:
            gradient = params.zeros_like()
            dxs = pull([dy[:, tile, ...] for tile in tiles], gradient.flat, 0)
            return gradient, _joined(dxs) if ctx.input_gradient else x

        return _joined(ys), back

    def uses_batch_statistics(self) -> bool:
        """Return whether any layer does."""
        return self.layers(1, 1).uses_batch_statistics()

    def with_batch_statistics(self, params: Params, x: Array, ctx: Context) -> Params:
        """Return the parameters with batch statistics, each measured on the inputs that rendering will produce."""
        if not self.uses_batch_statistics():
            return params
        layers, at = _layers(self, *params.layout.fans), replace(ctx, training=False)
        return params.with_flat(
            layers.with_batch_statistics(params.flat, [x[:, tile, ...] for tile in _tiles(layers, x)], at)[0]
        )

    def structure(self, fan_in: int, fan_out: int, size: tuple[int, int] | None = None) -> Graph:
        """Return the layers as they describe themselves, for pictures of ``size``, by default 64 x 64.

        Raises:
            LimnerError: the network cannot have these numbers of channels.
        """
        self.param_layout(fan_in, fan_out)  # it checks them
        return _layers(self, fan_in, fan_out).extended(Graph.start(fan_in, size or NOMINAL_SIZE))

    def training_floats(self, fan_in: int, fan_out: int, size: tuple[int, int]) -> int:
        """Return the floats that all layers keep for the pullback, plus those of inference."""
        width, height = size
        stored = self.layers(fan_in, fan_out).samples_held(fan_in, (height, width))
        return stored + self.inference_floats(fan_in, fan_out) * width * height


@lru_cache(maxsize=64)
def _layers(network: ConvolutionalNetwork, fan_in: int, fan_out: int) -> Layer:
    """Return the layers for these numbers of channels, built once."""
    return network.layers(fan_in, fan_out)


def _tiles(layers: Layer, x: Array) -> list[slice]:
    """Return tiles of a few pictures; their number depends only on the larger of input and output size."""
    n, size = x.shape[1], (x.shape[2], x.shape[3])
    count = max(1, TILE_POINTS // max(1, prod(size), prod(layers.size(size))))
    return [slice(first, min(first + count, n)) for first in range(0, n, count)] or [slice(0, 0)]


def _joined(parts: list[Array]) -> Array:
    return parts[0] if len(parts) == 1 else namespace(parts[0]).concat(parts, axis=1)
