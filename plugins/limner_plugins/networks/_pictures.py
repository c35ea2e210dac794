"""What networks from pictures to pictures have in common: layers over one θ, and tiles of a batch."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from functools import lru_cache
from math import prod
from typing import ClassVar, Literal, TypeAlias

import numpy as np

from limner.plugin import Array, Context, Domain, ParameterLayout, LimnerError, Network, Pullback, namespace
from limner_plugins.layers.activation import Activation
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
    return (Activation("tanh" if residual else "unit-tanh" if output == "tanh" else "sigmoid"),)


class PictureNetwork(Network):
    """A network that is a layer of the image domain: a subclass says which."""

    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})

    @classmethod
    def surprise(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Nothing: it has to be trained first."""
        return

    @abstractmethod
    def layers(self, fan_in: int, fan_out: int) -> Layer:
        """The layer for these numbers of channels; the length of its θ is linear in those that come out."""

    def refuses(self, fan_in: int, fan_out: int) -> str:  # noqa: ARG002
        """Why it cannot take these numbers of channels, and the mend; empty where it can."""
        return ""

    def layout(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Layer by layer: of a convolution W (out, k, k, in), of a transposed one W (in, k, k, out), then b (out).

        Raises:
            LimnerError: the network cannot take these numbers.
        """
        refusal = self.refuses(fan_in, fan_out)
        if refusal:
            raise LimnerError(refusal)
        return self.layers(fan_in, fan_out).layout(fan_in)

    def draw(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:
        """As each layer is drawn."""
        fan_in = next(e.shape[3] for e in layout.parameters if len(e.shape) == 4)
        return _layers(self, fan_in, layout.size).draw(layout, rng)

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Layer by layer, keeping nothing."""
        return _layers(self, x.shape[0], theta.shape[0]).forward(theta, x, ctx)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Layer by layer; a batch that is looked at together a few pictures at a time, side by side."""
        layers = _layers(self, x.shape[0], theta.shape[0])
        tiles = _tiles(layers, x) if ctx.training and self.mixes() else [slice(None)]  # else they were cut before
        ys, pull = layers.vjp_tiles(theta, [x[:, tile, ...] for tile in tiles], ctx)

        def back(dy: Array) -> tuple[Array, Array]:
            flat = namespace(theta).zeros_like(theta)
            dxs = pull([dy[:, tile, ...] for tile in tiles], flat, 0)
            return flat, _joined(dxs) if ctx.input_gradient else x

        return _joined(ys), back

    def mixes(self) -> bool:
        """Does a layer?"""
        return self.layers(1, 1).mixes()

    def calibrated(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Layer by layer, as painting will see what comes before it."""
        if not self.mixes():
            return theta
        layers, at = _layers(self, x.shape[0], theta.shape[0]), replace(ctx, training=False)
        return layers.calibrated(theta, [x[:, tile, ...] for tile in _tiles(layers, x)], at)[0]

    def trained_set(self, fan_in: int, fan_out: int, size: tuple[int, int]) -> int:
        """What every layer keeps, and what comes and goes beside it."""
        width, height = size
        held = self.layers(fan_in, fan_out).held(fan_in, (height, width))
        return held + self.working_set(fan_in, fan_out) * width * height


@lru_cache(maxsize=64)
def _layers(network: PictureNetwork, fan_in: int, length: int) -> Layer:
    """The layers whose θ has this length: how many channels come out follows from it."""
    one, two = (network.layers(fan_in, fan_out).layout(fan_in).size for fan_out in (1, 2))
    return network.layers(fan_in, 1 + (length - one) // (two - one))


def _tiles(layers: Layer, x: Array) -> list[slice]:
    """A few pictures each; it depends on their size alone, before or behind the layers: the larger."""
    n, size = x.shape[1], (x.shape[2], x.shape[3])
    count = max(1, TILE // max(1, prod(size), prod(layers.size(size))))
    return [slice(first, min(first + count, n)) for first in range(0, n, count)] or [slice(0, 0)]


def _joined(parts: list[Array]) -> Array:
    return parts[0] if len(parts) == 1 else namespace(parts[0]).concat(parts, axis=1)
