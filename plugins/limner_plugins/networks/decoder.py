"""The network ``decoder``."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from limner.plugin import Layout, LimnerError
from limner_plugins.layers._drawing import Init
from limner_plugins.layers.activation import Activation
from limner_plugins.layers.convolution import Convolution
from limner_plugins.layers.enlarge import Enlarge
from limner_plugins.layers.geometry import Geometry
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.transposed import Transposed
from limner_plugins.networks._pictures import NORMS, Hidden, Norm, PictureNetwork, Tone, toned

FIRST = 4
SCALES = (4, 8, 16, 32, 64)


class Decoder(PictureNetwork):
    """A small map, of noise say, becomes a picture ``scale`` times as wide and high.

    First each number of the map a square of 4 x 4, by a transposed convolution; then doublings, each with half the
    channels of the one before: ``width`` in the last but one, min(width 2^i, widest) before, and the picture's at the
    end. Between them stand a normalisation and an activation.

    Source: A. Radford et al., "Unsupervised representation learning with deep convolutional generative adversarial
    networks", 2015, where ``width`` is 128, ``widest`` 1024 and the map a single place of 100 channels.
    """

    scale: Literal[0, 4, 8, 16, 32, 64] = Field(
        default=0, description="how many times as high and wide; 0: as many as make the pictures of a training"
    )
    width: int = Field(default=32, ge=1, le=1024, description="channels before the last doubling")
    widest: int = Field(default=512, ge=1, le=4096, description="channels of a level, at most")
    kernel: Literal[4, 6] = Field(default=4, description="side of the kernels; one less where enlarging comes before")
    up: Literal["transposed", "resize"] = Field(
        default="resize", description="doubling: transposed convolutions, or enlarging before a convolution"
    )
    norm: Norm = Field(default="batch", description="normalisation: over each picture, over the batch, or none")
    activation: Hidden = Field(default="relu", description="the activation within; leaky falls by 0.2 x")
    output: Tone = Field(default="tanh", description="the last activation, onto 0 to 1: tanh is (1 + tanh)/2")
    init: Init = Field(
        default="normal", description="weights N(0, weight_scale), or by the numbers that a unit sees, times that"
    )
    weight_scale: float = Field(default=0.02, gt=0, le=100, description="scale of the drawn weights")

    @classmethod
    def examples(cls) -> tuple[Decoder, ...]:
        """Small ones of every kind: the kit differentiates them numerically."""
        return (
            cls(scale=4, width=1, activation="swish", init="he", weight_scale=1.0),
            cls(scale=8, width=2, norm="instance", activation="tanh", init="glorot", weight_scale=1.0),
            cls(scale=8, width=1, norm="batch", up="transposed", activation="sin", output="identity", weight_scale=0.5),
        )

    def sized(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Decoder:
        """A scale of 0 becomes what takes the map to the pictures.

        Raises:
            LimnerError: none of the scales does.
        """
        if self.scale or target is None:
            return self
        for scale in SCALES:
            if (scale * size[0], scale * size[1]) == target:
                return self.model_copy(update={"scale": scale})
        raise LimnerError(
            f"network.scale: a decoder enlarges {', '.join(map(str, SCALES[:-1]))} or {SCALES[-1]} times, and "
            f"{size[0]}x{size[1]} is to become {target[0]}x{target[1]}; choose a size whose sides are multiples of 4, "
            "with encoder.noise.coarse=0"
        )

    def settled(self, rng: np.random.Generator) -> Decoder:  # noqa: ARG002
        """A scale of 0 that no size has filled in becomes 64."""
        return self if self.scale else self.model_copy(update={"scale": SCALES[-1]})

    def answer(self, size: tuple[int, int]) -> tuple[int, int]:
        """So many times as large."""
        return self._scale * size[0], self._scale * size[1]

    def draw(self, layout: Layout, rng: np.random.Generator) -> np.ndarray:
        """As each layer is drawn."""
        first, last = layout.entries[0].shape[0], layout.entries[-1].shape[0]
        return self.layers(first, last).draw(layout, rng)

    def layers(self, fan_in: int, fan_out: int) -> Layer:  # noqa: ARG002
        """The square, and doubling by doubling."""
        doublings = (self._scale // FIRST).bit_length() - 1
        widths = [min(self.width * 2**i, self.widest) for i in range(doublings)][::-1]
        out: list[Layer] = []
        for i, channels in enumerate((*widths, fan_out)):
            out += self._up(channels) if i else [self._transposed(channels, FIRST)]
            if i < doublings:
                out += [*NORMS[self.norm], Activation(self.activation)]
        return Sequence((*out, *toned(self.output, residual=False)))

    def working_set(self, fan_in: int, fan_out: int) -> int:
        """At the larger size: the picture, and the channels before the last doubling, enlarged and multiplied."""
        return max(fan_in, self._scale**2 * (4 * fan_out + 2 * self.width))

    @property
    def _scale(self) -> int:
        return self.scale or SCALES[-1]

    def _up(self, channels: int) -> tuple[Layer, ...]:
        if self.up == "transposed":
            return (self._transposed(channels, 2),)
        inner = Convolution(channels, Geometry.same(self.kernel - 1), init=self.init, scale=self.weight_scale)
        return Enlarge(), inner

    def _transposed(self, channels: int, stride: int) -> Layer:
        kernel = FIRST if stride == FIRST else self.kernel
        return Transposed(channels, Geometry.same(kernel, stride), init=self.init, scale=self.weight_scale)
