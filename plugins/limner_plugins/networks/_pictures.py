"""What networks from pictures to pictures have in common: layers over one θ, and tiles of a batch."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Set
from dataclasses import replace
from functools import lru_cache
from math import prod
from typing import Any, Literal, TypeAlias

import numpy as np

from limner.plugin import Array, Context, ImageNetwork, LimnerError, ParameterLayout, Params, Pullback, namespace
from limner_plugins.layers.activation import ActivationLayer
from limner_plugins.layers.batch_norm import BatchNorm
from limner_plugins.layers.instance_norm import InstanceNorm
from limner_plugins.layers.layer import Layer

BOTTOM = 4  # pixels of the shorter side of the deepest map, at least, where the depth follows from the size
DEEPEST = 6  # halvings that a size asks for, at most
TILE = 2**14  # points of the pictures of a tile, about
Hidden: TypeAlias = Literal["relu", "leaky-relu", "tanh", "sigmoid", "gelu", "swish", "softplus", "sin"]
Tone: TypeAlias = Literal["tanh", "sigmoid", "identity"]
Norm: TypeAlias = Literal["none", "batch", "instance"]
NORMS: dict[str, tuple[Layer, ...]] = {"none": (), "batch": (BatchNorm(),), "instance": (InstanceNorm(),)}


def depth_for(size: tuple[int, int]) -> int:
    """Halvings that leave at least four pixels of the shorter side: 1 to 6."""
    return min(DEEPEST, max(1, (min(size) // BOTTOM).bit_length() - 1))


def toned(output: Tone, *, residual: bool) -> tuple[Layer, ...]:
    """The last activation: onto 0 to 1, or -1 to 1 where it is added to a picture; a tanh is halved and lifted."""
    if output == "identity":
        return ()
    return (ActivationLayer("tanh" if residual else "unit-tanh" if output == "tanh" else "sigmoid"),)


class ConvolutionalNetwork(ImageNetwork):
    """A network that is a layer of the image domain: a subclass says which."""

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Nothing: it has to be trained first."""
        return

    @classmethod
    def for_other_inputs(cls, settings: Mapping[str, Any], chosen: Set[str]) -> Mapping[str, Any]:
        """Remove the residual, which is meant for the network's own input, and its small contrast."""
        if "residual" in chosen or not settings.get("residual"):
            return settings
        return {name: value for name, value in settings.items() if name not in ("residual", "contrast")}

    @abstractmethod
    def layers(self, fan_in: int, fan_out: int) -> Layer:
        """The layer for these numbers of channels."""

    def refuses(self, fan_in: int, fan_out: int) -> str:  # noqa: ARG002
        """Why it cannot take these numbers of channels, and the mend; empty where it can."""
        return ""

    def param_layout(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Layer by layer: of a convolution W (out, k, k, in), of a transposed one W (in, k, k, out), then b (out).

        Raises:
            LimnerError: the network cannot take these numbers.
        """
        refusal = self.refuses(fan_in, fan_out)
        if refusal:
            raise LimnerError(refusal)
        return _layers(self, fan_in, fan_out).param_layout(fan_in)

    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Params:
        """As each layer is drawn."""
        layers = _layers(self, fan_in, fan_out)
        layout = layers.param_layout(fan_in)
        return Params(layout, layers.init_params(layout, rng))

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Run layer by layer; store nothing for gradients."""
        return _layers(self, *params.layout.fans).forward(params.flat, x, ctx)

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Run layer by layer; a batch with common statistics runs a few pictures at a time, in parallel.

        The layers write straight into the flat gradient.
        """
        layers = _layers(self, *params.layout.fans)
        # Otherwise the batch was cut into tiles before.
        tiles = _tiles(layers, x) if ctx.training and self.uses_batch_statistics() else [slice(None)]
        ys, pull = layers.vjp_tiles(params.flat, [x[:, tile, ...] for tile in tiles], ctx)

        def back(dy: Array) -> tuple[Params, Array]:
            gradient = params.zeros_like()
            dxs = pull([dy[:, tile, ...] for tile in tiles], gradient.flat, 0)
            return gradient, _joined(dxs) if ctx.input_gradient else x

        return _joined(ys), back

    def uses_batch_statistics(self) -> bool:
        """Whether a layer does."""
        return self.layers(1, 1).uses_batch_statistics()

    def with_batch_statistics(self, params: Params, x: Array, ctx: Context) -> Params:
        """Layer by layer, as painting will see what comes before it."""
        if not self.uses_batch_statistics():
            return params
        layers, at = _layers(self, *params.layout.fans), replace(ctx, training=False)
        return params.with_flat(
            layers.with_batch_statistics(params.flat, [x[:, tile, ...] for tile in _tiles(layers, x)], at)[0]
        )

    def training_floats(self, fan_in: int, fan_out: int, size: tuple[int, int]) -> int:
        """What every layer keeps, and what comes and goes beside it."""
        width, height = size
        held = self.layers(fan_in, fan_out).samples_held(fan_in, (height, width))
        return held + self.inference_floats(fan_in, fan_out) * width * height


@lru_cache(maxsize=64)
def _layers(network: ConvolutionalNetwork, fan_in: int, fan_out: int) -> Layer:
    """Return the layers for these numbers of channels, built once."""
    return network.layers(fan_in, fan_out)


def _tiles(layers: Layer, x: Array) -> list[slice]:
    """A few pictures each; it depends on their size alone, before or behind the layers: the larger."""
    n, size = x.shape[1], (x.shape[2], x.shape[3])
    count = max(1, TILE // max(1, prod(size), prod(layers.size(size))))
    return [slice(first, min(first + count, n)) for first in range(0, n, count)] or [slice(0, 0)]


def _joined(parts: list[Array]) -> Array:
    return parts[0] if len(parts) == 1 else namespace(parts[0]).concat(parts, axis=1)
