"""What discriminators have in common: halvings, each with more channels, and a map of numbers behind them."""

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
from limner_plugins.networks._pictures import NORMS, ConvolutionalNetwork, Hidden, Norm

KERNEL = 4


class DownsamplingDiscriminator(ConvolutionalNetwork, Discriminator):
    """Convolutions of 4 x 4 with a stride of 2, level i of min(width 2^i, widest) channels; a subclass says what then.

    The first level is never normalised, nor is the last convolution.
    """

    least: ClassVar[int] = 1
    """Pixels of the shorter side that the halvings must leave."""

    width: int = Field(default=64, ge=1, le=1024, description="channels of the first level")
    widest: int = Field(default=512, ge=1, le=4096, description="channels of a level, at most")
    depth: int = Field(default=0, ge=0, le=10, description="halvings; 0 is as many as suit the size")
    norm: Norm = Field(default="instance", description="normalisation: over each picture, over the batch, or none")
    spectral: bool = Field(
        default=False,
        description="divide the weights by their largest singular value, so that no slope is steep; wants norm=none",
    )
    activation: Hidden = Field(default="leaky-relu", description="the activation within; leaky falls by 0.2 x")
    init: Init = Field(
        default="normal", description="weights N(0, scale), or by the numbers that a unit sees, times scale"
    )
    scale: float = Field(default=0.02, gt=0, le=100, description="scale of the drawn weights")

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.spectral and self.norm != "none":
            raise ValueError(
                "spectral bounds the discriminator's slope, and a normalisation undoes that; choose norm=none"
            )
        return self

    def configured_for(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Self:  # noqa: ARG002
        """A depth of 0 becomes the size's.

        Raises:
            LimnerError: the halvings leave too little of a picture.
        """
        made = self if self.depth else self.model_copy(update={"depth": self.depth_for(size)})
        if min(size) >> made.depth < self.least:
            fits = (min(size) // self.least).bit_length() - 1
            halvings = "1 halving leaves" if made.depth == 1 else f"{made.depth} halvings leave"
            told = f"depth: {halvings} too little of {size[0]}x{size[1]}"
            side = 2 * self.least
            raise LimnerError(f"{told}; " + (f"take {fits} at most" if fits > 0 else f"pictures need a side of {side}"))
        return made

    def resolved(self, rng: np.random.Generator) -> Self:  # noqa: ARG002
        """A depth of 0 that no size has filled in becomes 4."""
        return self if self.depth else self.model_copy(update={"depth": 4})

    @abstractmethod
    def depth_for(self, size: tuple[int, int]) -> int:
        """The halvings that suit a size."""

    @abstractmethod
    def head(self, fan_out: int) -> tuple[Layer, ...]:
        """What is behind the halvings."""

    def layers(self, fan_in: int, fan_out: int) -> Layer:  # noqa: ARG002
        """Level by level, then the head."""
        down: list[Layer] = []
        for i in range(self._depth):
            down += self._level(min(self.width * 2**i, self.widest), 2, norm=i > 0)
        return Sequence((*down, *self.head(fan_out)))

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Width and height of the map of numbers."""
        height, width = self.layers(3, 1).size((size[1], size[0]))
        return width, height

    def is_bounded(self) -> bool:
        """Whether spectral normalisation bounds the slope."""
        return self.spectral

    def with_updated_buffers(self, params: Params) -> Params:
        """The parameters with a power iteration of each convolution's, where spectral normalisation divides by it."""
        if not self.spectral:
            return params
        return params.with_flat(self.layers(params.fan_in, 1).with_updated_buffers(params.flat, params.fan_in))

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """The picture, the first level's channels at half its size, and what is multiplied for them."""
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
