"""The network ``unet``."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from limner_plugins.layers.activation import ActivationLayer
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.convolutions.kernel_layer import Init
from limner_plugins.layers.convolutions.transposed import Transposed
from limner_plugins.layers.dropout import Dropout
from limner_plugins.layers.enlarge import Enlarge
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.pooling import AveragePool, MaxPool
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.wrappers.mirror import Mirrored
from limner_plugins.layers.wrappers.skip import Add, Concatenate
from limner_plugins.layers.wrappers.tint import Tint
from limner_plugins.layers.wrappers.together import BatchedLayer
from limner_plugins.networks._pictures import NORMS, ConvolutionalNetwork, Hidden, Norm, Tone, depth_for, toned


class Unet(ConvolutionalNetwork):
    """A picture is halved level by level, each with more channels, and doubled again, each level beside its twin.

    Level i has min(width 2^i, widest) channels. Its halving is a convolution, a normalisation (none in the first and
    the last), and an activation; its doubling an activation, a transposed convolution, a normalisation, and dropout in
    the innermost levels. A size that the halvings do not divide is mirrored at its edges, and cut out again.

    With ``residual`` the picture itself is added to what comes out, a gray one to each channel: the network learns
    what to change, or with ``"chroma"`` the colours alone. With a small ``contrast`` it starts from the picture.

    With width 64, batch normalisation, dropout 0.5, and weights N(0, 0.02) it is the generator of Isola et al., which
    has a tanh.

    Sources: O. Ronneberger et al., "U-Net", 2015; P. Isola et al., "Image-to-image translation with conditional
    adversarial networks", 2017.
    """

    width: int = Field(default=32, ge=1, le=1024, description="channels of the first level")
    widest: int = Field(default=512, ge=1, le=4096, description="channels of a level, at most")
    depth: int = Field(
        default=0, ge=0, le=10, description="halvings; 0 is as many as leave four pixels of the shorter side, 1 to 6"
    )
    kernel: int = Field(default=4, ge=2, le=9, description="side of the kernels; where nothing is halved, an odd one")
    down: Literal["stride", "max", "average"] = Field(
        default="stride", description="halving: convolutions with a stride of 2, or pooling behind them"
    )
    up: Literal["transposed", "resize"] = Field(
        default="transposed", description="doubling: transposed convolutions, or enlarging before a convolution"
    )
    norm: Norm = Field(default="instance", description="normalisation: over each picture, over the batch, or none")
    dropout: float = Field(default=0.0, ge=0, le=0.95, description="how much the innermost doublings leave out")
    dropouts: int = Field(default=1, ge=0, le=10, description="how many of the innermost doublings do")
    activation: Hidden = Field(default="leaky-relu", description="activation of the halvings; leaky falls by 0.2 x")
    up_activation: Hidden = Field(default="relu", description="activation before the doublings")
    output: Tone = Field(default="sigmoid", description="the last activation, onto 0 to 1: tanh is (1 + tanh)/2")
    residual: bool | Literal["chroma"] = Field(
        default=False,
        description="add what comes out to the picture that goes in; chroma: its colours alone",
    )
    skips: bool = Field(default=True, description="each level beside its twin")
    init: Init = Field(default="he", description="weights N(0, scale), or by the numbers that a unit sees, times scale")
    scale: float = Field(default=1.0, gt=0, le=100, description="scale of the drawn weights")
    contrast: float = Field(
        default=1.0,
        ge=0,
        le=100,
        description="what the last convolution's drawn weights are multiplied by; a residual starts well from 0.1",
    )

    @classmethod
    def examples(cls) -> tuple[Unet, ...]:
        """Small ones of every kind: the kit differentiates them numerically."""
        return (
            cls(width=2, widest=3, depth=2, activation="swish", up_activation="tanh"),
            cls(width=1, depth=2, norm="batch", down="average", up="resize", kernel=3, dropout=0.5, activation="sin"),
            cls(width=2, depth=1, norm="none", down="max", residual=True, output="identity", activation="softplus",
                up_activation="gelu", skips=False, init="normal", scale=0.5),
        )  # fmt: skip

    def configured_for(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Unet:  # noqa: ARG002
        """A depth of 0 becomes the size's."""
        return self if self.depth else self.model_copy(update={"depth": depth_for(size)})

    def resolved(self, rng: np.random.Generator) -> Unet:  # noqa: ARG002
        """A depth of 0 that no size has filled in becomes 4."""
        return self if self.depth else self.model_copy(update={"depth": 4})

    def refuses(self, fan_in: int, fan_out: int) -> str:
        """A residual needs something to add, and chroma three channels."""
        if self.residual == "chroma" and (fan_in not in (1, 3) or fan_out != 3):
            return (
                f"unet: residual=chroma gives a picture colours, and {fan_in} channels go in and {fan_out} come out; "
                "take a filter of one channel or three, and the colour mode rgb, or network.residual=false"
            )
        if self.residual and fan_in not in (1, fan_out):
            return (
                f"unet: residual adds the picture to what comes out, and {fan_in} channels go in and {fan_out} come "
                "out; take filters and a colour mode of as many channels, or network.residual=false"
            )
        return ""

    def layers(self, fan_in: int, fan_out: int) -> Layer:
        """Level within level."""
        inner = Sequence((*self._level(0, fan_out), *toned(self.output, residual=bool(self.residual))))
        whole = Mirrored(inner, 2**self._depth)
        if self.residual == "chroma":
            return Tint(whole)
        return Add(whole) if self.residual and fan_in in (1, fan_out) else whole

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """The picture, the first level's halves and what is multiplied for them."""
        first = min(self.width, self.widest)
        whole = self.down != "stride" or self.up != "transposed"
        return 4 * (fan_in + fan_out) + (6 * first if whole else 2 * first)

    @property
    def _depth(self) -> int:
        return self.depth or 4

    def _level(self, i: int, fan_out: int) -> tuple[Layer, ...]:
        """Down, what lies deeper, and up again to so many channels."""
        last = i == self._depth - 1
        norm = NORMS[self.norm]
        channels = min(self.width * 2**i, self.widest)
        activation = self.up_activation if last else self.activation
        down = (*self._down(channels), *(() if i == 0 or last else norm), ActivationLayer(activation))
        if self.down != "stride":
            down = (*down, MaxPool() if self.down == "max" else AveragePool())
        up = self._up(fan_out, 1.0 if i else self.contrast)
        if i:
            drop = self.dropout and i >= self._depth - self.dropouts
            up = (*up, *norm, *((Dropout(self.dropout, str(i)),) if drop else ()))
        if last:
            return (*down, *up)
        within = BatchedLayer(Sequence(self._level(i + 1, channels)))
        return (*down, Concatenate(within) if self.skips else within, ActivationLayer(self.up_activation), *up)

    def _down(self, channels: int) -> tuple[Layer, ...]:
        stride = 2 if self.down == "stride" else 1
        return (self._convolution(channels, stride),)

    def _up(self, channels: int, contrast: float) -> tuple[Layer, ...]:
        if self.up == "resize":
            return Enlarge(), self._convolution(channels, 1, contrast)
        scale = contrast * self.scale
        return (Transposed(channels, Geometry.same(self.kernel, 2), init=self.init, scale=scale),)

    def _convolution(self, channels: int, stride: int, contrast: float = 1.0) -> Convolution:
        kernel = self.kernel if stride == 2 else self.kernel - 1 + self.kernel % 2
        return Convolution(channels, Geometry.same(kernel, stride), init=self.init, scale=contrast * self.scale)
