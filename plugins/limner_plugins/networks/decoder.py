"""The network ``decoder``."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np
from pydantic import Field, field_validator

from limner.plugin import LimnerError
from limner_plugins.layers.activation import ActivationLayer
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.convolutions.kernel_layer import Init
from limner_plugins.layers.convolutions.transposed import Transposed
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.upsample import PixelShuffle, Upsample
from limner_plugins.networks._convolutional import (
    NORMS,
    ConvolutionalNetwork,
    HiddenActivation,
    Norm,
    OutputActivation,
    output_activation,
)

MIN_BASE_SIDE = 4
"""The minimum shorter side of an automatic first map, in pixels."""
UNSET = (0, 0)
MAX_BASE_SIDE = 512
Side: TypeAlias = Annotated[int, Field(ge=0, le=MAX_BASE_SIDE)]


class Decoder(ConvolutionalNetwork):
    """A decoder, which turns a few numbers, such as noise, into a picture.

    First, every pixel of the input becomes a map of ``base`` pixels ("project and reshape"). Upsampling steps follow,
    each with half the channels of the previous one: ``width`` before the last, min(width 2^i, widest) i steps earlier,
    and those of the picture at the end. Between them are a normalisation and an activation. Training derives unset
    ``base`` and ``doublings`` from its pictures: the base has their shape, with four to seven pixels on the shorter
    side if the sides allow it.

    Source: A. Radford et al., "Unsupervised representation learning with deep convolutional generative adversarial
    networks", 2015, where ``width`` is 128, ``widest`` 1024, and 100 numbers become 4 x 4, and then 64 x 64 pixels.
    """

    base: tuple[Side, Side] = Field(
        default=UNSET,
        description="width and height of an input pixel's first map; [0, 0] means what suits the pictures",
    )
    doublings: int = Field(default=0, ge=0, le=8, description="upsampling steps; 0 means as many as suit the pictures")
    width: int = Field(default=32, ge=1, le=1024, description="channels before the last upsampling step")
    widest: int = Field(default=512, ge=1, le=4096, description="maximum number of channels")
    kernel: Literal[4, 6] = Field(default=4, description="side of the kernels; one less after resizing")
    up: Literal["transposed", "resize"] = Field(
        default="resize", description="upsampling: transposed convolutions, or resizing before a convolution"
    )
    norm: Norm = Field(default="batch", description="normalisation: per picture (instance), over the batch, or none")
    activation: HiddenActivation = Field(
        default="relu", description="hidden activation; leaky-relu has slope 0.2 below 0"
    )
    output: OutputActivation = Field(
        default="tanh", description="output activation, with values from 0 to 1; tanh is (1 + tanh)/2"
    )
    init: Init = Field(
        default="normal",
        description="initial weights: normal with σ = weight_scale, or He or Glorot times that",
    )
    weight_scale: float = Field(default=0.02, gt=0, le=100, description="scale of the initial weights")

    @field_validator("base")
    @classmethod
    def _is_a_size(cls, base: tuple[int, int]) -> tuple[int, int]:
        if base != UNSET and 0 in base:
            raise ValueError(f"width and height must be 1 to {MAX_BASE_SIDE} pixels, or both 0")
        return base

    @classmethod
    def examples(cls) -> tuple[Decoder, ...]:
        """Return small networks of every variant; the conformance kit differentiates them numerically."""
        free = {"init": "he", "weight_scale": 1.0}
        return (
            cls.model_validate({"base": (4, 4), "doublings": 1, "width": 1, "activation": "swish", **free}),
            cls.model_validate({"base": (3, 2), "doublings": 2, "width": 2, "norm": "instance", **free}),
            cls(base=(2, 2), doublings=1, width=1, up="transposed", activation="sin", output="identity"),
        )

    def configured_for(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Decoder:
        """Return the network with base and doublings chosen, unless set, so that ``size`` becomes ``target``.

        Raises:
            LimnerError: no base and number of doublings fit.
        """
        if target is None or (self.doublings and self.base != UNSET):
            return self
        wide, high = target[0] // size[0], target[1] // size[1]
        if (wide * size[0], high * size[1]) != target:
            raise LimnerError(
                f"network.base: {target[0]}x{target[1]} is not a multiple of the input size, {size[0]}x{size[1]}; "
                "choose an encoder.noise.coarse that divides both sides"
            )
        fits = [d for d in range(1, 9) if self._fits(d, wide, high)]
        if not fits:
            raise LimnerError(self._misfit(wide, high))
        return self.model_copy(update={"doublings": fits[-1], "base": (wide >> fits[-1], high >> fits[-1])})

    def resolved(self, rng: np.random.Generator) -> Decoder:  # noqa: ARG002
        """Return the network with a base of 4 x 4 and four doublings if no size has set them."""
        return self.model_copy(update={"base": self._base, "doublings": self._doublings})

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the output width and height."""
        wide, high = self._base
        return (wide << self._doublings) * size[0], (high << self._doublings) * size[1]

    def layers(self, fan_in: int, fan_out: int) -> Layer:  # noqa: ARG002
        """Return the layers of the first map and of the upsampling steps."""
        (wide, high), doublings = self._base, self._doublings
        widths = [min(self.width * 2**i, self.widest) for i in range(doublings)][::-1]
        between = (*NORMS[self.norm], ActivationLayer(self.activation))
        out: list[Layer] = [self._convolution(widths[0] * wide * high, 1), PixelShuffle(high, wide), *between]
        for channels in widths[1:]:
            out += [*self._doubled(channels), *between]
        return Sequence((*out, *self._doubled(fan_out), *output_activation(self.output, residual=False)))

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """Return the floats per input pixel, at the output size: picture, inputs and products of the last step."""
        wide, high = self.output_size((1, 1))
        return max(fan_in, wide * high * (4 * fan_out + 2 * self.width))

    @property
    def _base(self) -> tuple[int, int]:
        return (MIN_BASE_SIDE, MIN_BASE_SIDE) if self.base == UNSET else self.base

    @property
    def _doublings(self) -> int:
        return self.doublings or 4

    def _fits(self, doublings: int, wide: int, high: int) -> bool:
        """Return whether this number of doublings gives the size and agrees with the settings."""
        base, rest = (wide >> doublings, high >> doublings), (wide | high) % 2**doublings
        if rest or (self.doublings and doublings != self.doublings):
            return False
        if self.base != UNSET:
            return base == self.base
        return bool(self.doublings) or (min(base) >= MIN_BASE_SIDE and (doublings > 1 or min(base) < 2 * MIN_BASE_SIDE))

    def _misfit(self, wide: int, high: int) -> str:
        """Return why no settings turn an input pixel into this size, with a fix."""
        if self.base != UNSET or self.doublings:
            base = "any base" if self.base == UNSET else self.base
            settings = f"{self.doublings or 'any number of'} doublings of {base}"
            return (
                f"network.base: no fit for {wide}x{high} with {settings}; remove both to derive them from the pictures"
            )
        if min(wide, high) < 2 * MIN_BASE_SIDE:
            return (
                f"network.doublings: an input pixel becomes at least 8x8 pixels, but {wide}x{high} are needed; "
                "choose a larger size, or encoder.noise.coarse=0"
            )
        return f"network.doublings: {wide}x{high} cannot be halved twice; choose a size whose sides are multiples of 4"

    def _doubled(self, channels: int) -> tuple[Layer, ...]:
        if self.up == "transposed":
            geometry = Geometry.same(self.kernel, 2)
            return (Transposed(channels, geometry, init=self.init, scale=self.weight_scale),)
        return Upsample(), self._convolution(channels, self.kernel - 1)

    def _convolution(self, channels: int, kernel: int) -> Layer:
        return Convolution(channels, Geometry.same(kernel), init=self.init, scale=self.weight_scale)
