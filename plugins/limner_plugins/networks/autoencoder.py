"""The network ``autoencoder``."""

from __future__ import annotations

from math import prod
from typing import Literal

import numpy as np
from pydantic import Field

from limner_plugins.layers.activation import ActivationLayer
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.convolutions.kernel_layer import Init
from limner_plugins.layers.convolutions.transposed import Transposed
from limner_plugins.layers.enlarge import Enlarge
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.wrappers.mirror import Mirrored
from limner_plugins.networks._pictures import NORMS, ConvolutionalNetwork, Hidden, Norm, Tone, depth_for, toned


class Autoencoder(ConvolutionalNetwork):
    """A picture is halved level by level down to a narrow code, and made again from that alone.

    Level i has min(width 2^i, widest) channels, and the last is followed by the code, of few: a code of c channels
    behind d halvings holds c numbers for each 4^d pixels; ``compression`` says how many times fewer these are.

    Source: G. Hinton and R. Salakhutdinov, "Reducing the dimensionality of data with neural networks", 2006.
    """

    width: int = Field(default=32, ge=1, le=1024, description="channels of the first level")
    widest: int = Field(default=512, ge=1, le=4096, description="channels of a level, at most")
    depth: int = Field(
        default=0, ge=0, le=10, description="halvings; 0 is as many as leave four pixels of the shorter side, 1 to 6"
    )
    code: int = Field(default=32, ge=1, le=4096, description="channels of the code")
    kernel: int = Field(default=4, ge=2, le=9, description="side of the kernels; where nothing is halved, an odd one")
    up: Literal["transposed", "resize"] = Field(
        default="resize", description="doubling: transposed convolutions, or enlarging before a convolution"
    )
    norm: Norm = Field(default="instance", description="normalisation: over each picture, over the batch, or none")
    activation: Hidden = Field(default="leaky-relu", description="the activation within; leaky falls by 0.2 x")
    output: Tone = Field(default="sigmoid", description="the last activation, onto 0 to 1: tanh is (1 + tanh)/2")
    init: Init = Field(default="he", description="weights N(0, scale), or by the numbers that a unit sees, times scale")
    scale: float = Field(default=1.0, gt=0, le=100, description="scale of the drawn weights")

    @classmethod
    def examples(cls) -> tuple[Autoencoder, ...]:
        """Small ones of every kind: the kit differentiates them numerically."""
        return (
            cls(width=2, widest=3, depth=2, code=1, activation="swish"),
            cls(width=1, depth=1, code=2, norm="none", up="transposed", kernel=3, activation="tanh", output="tanh"),
        )

    def configured_for(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Autoencoder:  # noqa: ARG002
        """A depth of 0 becomes the size's."""
        return self if self.depth else self.model_copy(update={"depth": depth_for(size)})

    def resolved(self, rng: np.random.Generator) -> Autoencoder:  # noqa: ARG002
        """A depth of 0 that no size has filled in becomes 4."""
        return self if self.depth else self.model_copy(update={"depth": 4})

    def compression(self, fan_in: int, size: tuple[int, int]) -> float:
        """How many numbers of a picture of a width and height there are to one of its code."""
        sides = [-(-side // 2**self._depth) for side in size]
        return float(fan_in * prod(size) / (self.code * prod(sides)))

    def layers(self, fan_in: int, fan_out: int) -> Layer:  # noqa: ARG002
        """Down, the code, and up."""
        widths = [min(self.width * 2**i, self.widest) for i in range(self._depth)]
        norm, act = NORMS[self.norm], ActivationLayer(self.activation)
        down: list[Layer] = []
        for i, channels in enumerate(widths):
            down += [self._convolution(channels, self.kernel, 2), *(norm if 0 < i < len(widths) - 1 else ()), act]
        code = self._convolution(self.code, 1, 1), self._convolution(widths[-1], 1, 1), act
        up: list[Layer] = []
        for channels in widths[-2::-1]:
            up += [*self._up(channels), *norm, act]
        whole = Sequence((*down, *code, *up, *self._up(fan_out), *toned(self.output, residual=False)))
        return Mirrored(whole, 2**self._depth)

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """The picture, the first level's channels and what is multiplied for them."""
        return 4 * (fan_in + fan_out) + 6 * min(self.width, self.widest)

    @property
    def _depth(self) -> int:
        return self.depth or 4

    def _up(self, channels: int) -> tuple[Layer, ...]:
        if self.up == "resize":
            return Enlarge(), self._convolution(channels, self.kernel - 1 + self.kernel % 2, 1)
        return (Transposed(channels, Geometry.same(self.kernel, 2), init=self.init, scale=self.scale),)

    def _convolution(self, channels: int, kernel: int, stride: int) -> Convolution:
        return Convolution(channels, Geometry.same(kernel, stride), init=self.init, scale=self.scale)
