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
from limner_plugins.layers.enlarge import Enlarge, Shuffle
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.sequence import Sequence
from limner_plugins.networks._pictures import NORMS, ConvolutionalNetwork, Hidden, Norm, Tone, toned

LEAST = 4
"""Pixels of the shorter side of a first map, at least, where it follows from the pictures."""
OPEN = (0, 0)
MOST = 512
Side: TypeAlias = Annotated[int, Field(ge=0, le=MOST)]


class Decoder(ConvolutionalNetwork):
    """A few numbers, noise say, become a picture.

    First a map of ``base`` pixels for each place ("project and reshape"); then doublings, each with half the channels
    of the one before: ``width`` before the last, min(width 2^i, widest) farther up, and the picture's at the end.
    Between them stand a normalisation and an activation. What is left open of base and doublings a training makes for
    its pictures: the base is their shape, four to seven pixels of the shorter side if the sides let it.

    Source: A. Radford et al., "Unsupervised representation learning with deep convolutional generative adversarial
    networks", 2015, where ``width`` is 128, ``widest`` 1024, and 100 numbers become 4 x 4, and then 64 x 64 pixels.
    """

    base: tuple[Side, Side] = Field(
        default=OPEN, description="width and height of each place's first map; [0, 0] is what suits the pictures"
    )
    doublings: int = Field(default=0, ge=0, le=8, description="how many follow; 0 is as many as suit the pictures")
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

    @field_validator("base")
    @classmethod
    def _is_a_size(cls, base: tuple[int, int]) -> tuple[int, int]:
        if base != OPEN and 0 in base:
            raise ValueError(f"width and height must be 1 to {MOST} pixels, or both 0")
        return base

    @classmethod
    def examples(cls) -> tuple[Decoder, ...]:
        """Small ones of every kind: the kit differentiates them numerically."""
        free = {"init": "he", "weight_scale": 1.0}
        return (
            cls.model_validate({"base": (4, 4), "doublings": 1, "width": 1, "activation": "swish", **free}),
            cls.model_validate({"base": (3, 2), "doublings": 2, "width": 2, "norm": "instance", **free}),
            cls(base=(2, 2), doublings=1, width=1, up="transposed", activation="sin", output="identity"),
        )

    def configured_for(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Decoder:
        """What is left open becomes what takes a map of a size to the pictures.

        Raises:
            LimnerError: nothing does.
        """
        if target is None or (self.doublings and self.base != OPEN):
            return self
        wide, high = target[0] // size[0], target[1] // size[1]
        if (wide * size[0], high * size[1]) != target:
            raise LimnerError(
                f"network.base: {target[0]}x{target[1]} is no whole number of times {size[0]}x{size[1]}, which is what "
                "the decoder is given; choose an encoder.noise.coarse that divides both sides"
            )
        fits = [d for d in range(1, 9) if self._fits(d, wide, high)]
        if not fits:
            raise LimnerError(self._misfit(wide, high))
        return self.model_copy(update={"doublings": fits[-1], "base": (wide >> fits[-1], high >> fits[-1])})

    def resolved(self, rng: np.random.Generator) -> Decoder:  # noqa: ARG002
        """What no size has filled in becomes 4 x 4, and four doublings."""
        return self.model_copy(update={"base": self._base, "doublings": self._doublings})

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """So many times as large."""
        wide, high = self._base
        return (wide << self._doublings) * size[0], (high << self._doublings) * size[1]

    def layers(self, fan_in: int, fan_out: int) -> Layer:  # noqa: ARG002
        """The first map, and doubling by doubling."""
        (wide, high), doublings = self._base, self._doublings
        widths = [min(self.width * 2**i, self.widest) for i in range(doublings)][::-1]
        between = (*NORMS[self.norm], ActivationLayer(self.activation))
        out: list[Layer] = [self._convolution(widths[0] * wide * high, 1), Shuffle(high, wide), *between]
        for channels in widths[1:]:
            out += [*self._doubled(channels), *between]
        return Sequence((*out, *self._doubled(fan_out), *toned(self.output, residual=False)))

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """At the larger size: the picture, and the channels before the last doubling, enlarged and multiplied."""
        wide, high = self.output_size((1, 1))
        return max(fan_in, wide * high * (4 * fan_out + 2 * self.width))

    @property
    def _base(self) -> tuple[int, int]:
        return (LEAST, LEAST) if self.base == OPEN else self.base

    @property
    def _doublings(self) -> int:
        return self.doublings or 4

    def _fits(self, doublings: int, wide: int, high: int) -> bool:
        """Do so many doublings make pictures of this size, as far as base and doublings are set?"""
        base, rest = (wide >> doublings, high >> doublings), (wide | high) % 2**doublings
        if rest or (self.doublings and doublings != self.doublings):
            return False
        if self.base != OPEN:
            return base == self.base
        return bool(self.doublings) or (min(base) >= LEAST and (doublings > 1 or min(base) < 2 * LEAST))

    def _misfit(self, wide: int, high: int) -> str:
        """Why no doublings make pictures of this size of a place, and the mend."""
        if self.base != OPEN or self.doublings:
            asked = f"{self.doublings or 'no'} doublings of {'any base' if self.base == OPEN else self.base}"
            return f"network.base: {asked} make {wide}x{high}; leave both out, and they follow"
        if min(wide, high) < 2 * LEAST:
            return (
                f"network.doublings: a decoder makes 8x8 pixels of a place at least, and here {wide}x{high}; choose a "
                "larger size, or encoder.noise.coarse=0"
            )
        return f"network.doublings: {wide}x{high} cannot be halved twice; choose a size whose sides are multiples of 4"

    def _doubled(self, channels: int) -> tuple[Layer, ...]:
        if self.up == "transposed":
            geometry = Geometry.same(self.kernel, 2)
            return (Transposed(channels, geometry, init=self.init, scale=self.weight_scale),)
        return Enlarge(), self._convolution(channels, self.kernel - 1)

    def _convolution(self, channels: int, kernel: int) -> Layer:
        return Convolution(channels, Geometry.same(kernel), init=self.init, scale=self.weight_scale)
