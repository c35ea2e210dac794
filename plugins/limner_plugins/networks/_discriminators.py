"""The base class of discriminators: downsampling levels, followed by a map of numbers."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Discriminator, LimnerError, Params
from limner_plugins.layers.activation import ActivationLayer
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.convolutions.kernel_layer import Init
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.wrappers.spectral import Spectral
from limner_plugins.networks._convolutional import NORMS, ConvolutionalNetwork, HiddenActivation, Norm

KERNEL = 4


class DownsamplingDiscriminator(ConvolutionalNetwork, Discriminator):
    """Convolutions of 4 x 4 with a stride of 2, where level i has min(width 2^i, widest) channels.

    A subclass defines the head. The first level and the last convolution are not normalised.
    """

    min_side: ClassVar[int] = 1
    """The minimum shorter side after downsampling, in pixels."""

    width: int = Field(default=64, ge=1, le=1024, description="channels of the first level")
    widest: int = Field(default=512, ge=1, le=4096, description="maximum number of channels")
    depth: int = Field(default=0, ge=0, le=10, description="downsampling steps; 0 means as many as suit the size")
    norm: Norm = Field(default="instance", description="normalisation: per picture (instance), over the batch, or none")
    spectral: bool = Field(
        default=False,
        description="divide weights by their largest singular value, which bounds the slope; requires norm=none",
    )
    activation: HiddenActivation = Field(
        default="leaky-relu", description="hidden activation; leaky-relu has a slope of 0.2 below 0"
    )
    init: Init = Field(
        default="normal",
        description="initial weights: normal with σ = scale, or He or Glorot times scale",
    )
    scale: float = Field(default=0.02, gt=0, le=100, description="scale of the initial weights")

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.spectral and self.norm != "none":
            raise ValueError(
                "spectral bounds the discriminator's slope, but a normalisation undoes that; choose norm=none"
            )
        return self

    def configured_for(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Self:  # noqa: ARG002
        """Return the network with a depth that suits the size, unless it is set.

        Raises:
            LimnerError: downsampling leaves too little of a picture.
        """
        network = self if self.depth else self.model_copy(update={"depth": self.depth_for(size)})
        if min(size) >> network.depth < self.min_side:
            fits = (min(size) // self.min_side).bit_length() - 1
            steps = "1 downsampling step leaves" if network.depth == 1 else f"{network.depth} downsampling steps leave"
            problem = f"depth: {steps} too little of {size[0]}x{size[1]}"
            side = 2 * self.min_side
            raise LimnerError(
                f"{problem}; " + (f"use at most {fits}" if fits > 0 else f"use pictures of at least {side}x{side}")
            )
        return network

    def resolved(self, rng: np.random.Generator) -> Self:  # noqa: ARG002
        """Return the network with a depth of 4 if no size has set it."""
        return self if self.depth else self.model_copy(update={"depth": 4})

    @abstractmethod
    def depth_for(self, size: tuple[int, int]) -> int:
        """Return the number of downsampling steps that suits a size."""

    @abstractmethod
    def head(self, fan_out: int) -> tuple[Layer, ...]:
        """Return the layers after downsampling."""

    def layers(self, fan_in: int, fan_out: int) -> Layer:  # noqa: ARG002
        """Return the downsampling levels, then the head."""
        down: list[Layer] = []
        for i in range(self._depth):
            down += self._level(min(self.width * 2**i, self.widest), 2, norm=i > 0)
        return Sequence((*down, *self.head(fan_out)))

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return width and height of the map of numbers."""
        height, width = self.layers(3, 1).size((size[1], size[0]))
        return width, height

    def is_bounded(self) -> bool:
        """Return whether spectral normalisation bounds the slope."""
        return self.spectral

    def with_updated_buffers(self, params: Params) -> Params:
        """Return the parameters after one power iteration per convolution, with spectral normalisation only."""
        if not self.spectral:
            return params
        return params.with_flat(self.layers(params.fan_in, 1).with_updated_buffers(params.flat, params.fan_in))

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """Return the floats per pixel of the picture, the first level at half its size, and its products."""
        return 2 * (fan_in + fan_out) + self.width

    @property
    def _depth(self) -> int:
        return self.depth or 4

    def _level(self, channels: int, stride: int, *, norm: bool = True) -> tuple[Layer, ...]:
        normed = NORMS[self.norm] if norm else ()
        return (self._convolution(channels, Geometry.same(KERNEL, stride)), *normed, ActivationLayer(self.activation))

    def _convolution(self, channels: int, geometry: Geometry) -> Layer:
        inner = Convolution(channels, geometry, init=self.init, scale=self.scale)
        return Spectral(inner) if self.spectral else inner
