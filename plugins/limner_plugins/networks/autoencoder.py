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
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.upsample import Upsample
from limner_plugins.layers.wrappers.mirror import MirrorPadded
from limner_plugins.networks._convolutional import (
    NORMS,
    ConvolutionalNetwork,
    HiddenActivation,
    Norm,
    OutputActivation,
    checked_depth,
    output_activation,
)


class Autoencoder(ConvolutionalNetwork):
    """An encoder that downsamples a picture to a small code, and a decoder that restores it from the code alone.

    Level i has min(width 2^i, widest) channels. The last level is followed by the code, which has few channels: c
    channels after d downsampling steps hold c numbers for every 4^d pixels. ``compression`` returns the ratio.

    Source: G. Hinton and R. Salakhutdinov, "Reducing the dimensionality of data with neural networks", 2006.
    """

    width: int = Field(default=32, ge=1, le=1024, description="channels of the first level")
    widest: int = Field(default=512, ge=1, le=4096, description="maximum number of channels")
    depth: int = Field(
        default=0,
        ge=0,
        le=10,
        description="downsampling steps; 0 means 1 to 6, so that four pixels or more remain",
    )
    code: int = Field(default=32, ge=1, le=4096, description="channels of the code")
    kernel: int = Field(default=4, ge=2, le=9, description="side of the kernels; an even side is one less at stride 1")
    up: Literal["transposed", "resize"] = Field(
        default="resize", description="upsampling: transposed convolutions, or resizing before a convolution"
    )
    norm: Norm = Field(default="instance", description="normalisation: per picture (instance), over the batch, or none")
    activation: HiddenActivation = Field(
        default="leaky-relu", description="hidden activation; leaky-relu has a slope of 0.2 below 0"
    )
    output: OutputActivation = Field(
        default="sigmoid", description="output activation, with values from 0 to 1; tanh is (1 + tanh)/2"
    )
    init: Init = Field(default="he", description="initial weights: normal with σ = scale, or He or Glorot times scale")
    scale: float = Field(default=1.0, gt=0, le=100, description="scale of the initial weights")

    @classmethod
    def examples(cls) -> tuple[Autoencoder, ...]:
        """Return small networks of every variant; the conformance kit differentiates them numerically."""
        return (
            cls(width=2, widest=3, depth=2, code=1, activation="swish"),
            cls(width=1, depth=1, code=2, norm="none", up="transposed", kernel=3, activation="tanh", output="tanh"),
        )

    def configured_for(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Autoencoder:  # noqa: ARG002
        """Return the network with a depth that suits the size, unless it is set.

        Raises:
            LimnerError: the depth is set and too large for the size.
        """
        return self.model_copy(update={"depth": checked_depth(self.depth, size)})

    def resolved(self, rng: np.random.Generator) -> Autoencoder:  # noqa: ARG002
        """Return the network with a depth of 4 if no size has set it."""
        return self if self.depth else self.model_copy(update={"depth": 4})

    def compression(self, fan_in: int, size: tuple[int, int]) -> float:
        """Return the count of numbers in a picture of a size, divided by the count in its code."""
        sides = [-(-side // 2**self._depth) for side in size]
        return float(fan_in * prod(size) / (self.code * prod(sides)))

    def layers(self, fan_in: int, fan_out: int) -> Layer:  # noqa: ARG002
        """Return the layers of the encoder, the code and the decoder."""
        widths = [min(self.width * 2**i, self.widest) for i in range(self._depth)]
        norm, act = NORMS[self.norm], ActivationLayer(self.activation)
        down: list[Layer] = []
        for i, channels in enumerate(widths):
            down += [self._convolution(channels, self.kernel, 2), *(norm if 0 < i < len(widths) - 1 else ()), act]
        code = self._convolution(self.code, 1, 1), self._convolution(widths[-1], 1, 1), act
        up: list[Layer] = []
        for channels in widths[-2::-1]:
            up += [*self._up(channels), *norm, act]
        whole = Sequence((*down, *code, *up, *self._up(fan_out), *output_activation(self.output, residual=False)))
        return MirrorPadded(whole, 2**self._depth)

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """Return the floats per pixel of the picture, the first level and its products."""
        return 4 * (fan_in + fan_out) + 6 * min(self.width, self.widest)

    @property
    def _depth(self) -> int:
        return self.depth or 4

    def _up(self, channels: int) -> tuple[Layer, ...]:
        if self.up == "resize":
            return Upsample(), self._convolution(channels, self.kernel - 1 + self.kernel % 2, 1)
        return (Transposed(channels, Geometry.same(self.kernel, 2), init=self.init, scale=self.scale),)

    def _convolution(self, channels: int, kernel: int, stride: int) -> Convolution:
        return Convolution(channels, Geometry.same(kernel, stride), init=self.init, scale=self.scale)
