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
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.pooling import AveragePool, MaxPool
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.upsample import Upsample
from limner_plugins.layers.wrappers.batched import BatchedLayer
from limner_plugins.layers.wrappers.mirror import MirrorPadded
from limner_plugins.layers.wrappers.skip import Add, Concatenate
from limner_plugins.layers.wrappers.tint import Tint
from limner_plugins.networks._convolutional import (
    NORMS,
    ConvolutionalNetwork,
    HiddenActivation,
    Norm,
    OutputActivation,
    checked_depth,
    output_activation,
)


class Unet(ConvolutionalNetwork):
    """A U-Net: levels that downsample a picture, levels that upsample it again, and skip connections between them.

    Level i has min(width 2^i, widest) channels. It downsamples with a convolution, a normalisation (except in the first
    and the last level) and an activation. It upsamples with an activation, a transposed convolution, a normalisation,
    and dropout in the innermost levels. Pictures of other sizes are padded by mirroring to a multiple of 2^depth, and
    the output is cropped.

    With ``residual`` the input is added to the output, a gray input to each channel, so the network learns only the
    changes. With ``"chroma"`` it learns only the colours. With a small ``contrast`` training starts from the input.

    With width 64, batch normalisation, dropout 0.5, weights of σ = 0.02 and a tanh it is the generator of Isola et al.

    Sources: O. Ronneberger et al., "U-Net", 2015; P. Isola et al., "Image-to-image translation with conditional
    adversarial networks", 2017.
    """

    conditional_fields = (("dropouts", "dropout"),)

    width: int = Field(default=32, ge=1, le=1024, description="channels of the first level")
    widest: int = Field(default=512, ge=1, le=4096, description="maximum number of channels")
    depth: int = Field(
        default=0,
        ge=0,
        le=10,
        description="downsampling steps; 0 means 1 to 6, so that four pixels or more remain",
    )
    kernel: int = Field(default=4, ge=2, le=9, description="side of the kernels; an even side is one less at stride 1")
    down: Literal["stride", "max", "average"] = Field(
        default="stride", description="downsampling: convolutions with a stride of 2, or pooling after convolutions"
    )
    up: Literal["transposed", "resize"] = Field(
        default="transposed", description="upsampling: transposed convolutions, or resizing before a convolution"
    )
    norm: Norm = Field(default="instance", description="normalisation: per picture (instance), over the batch, or none")
    dropout: float = Field(default=0.0, ge=0, le=0.95, description="dropout rate of the innermost upsampling steps")
    dropouts: int = Field(default=1, ge=0, le=10, description="number of innermost upsampling steps with dropout")
    activation: HiddenActivation = Field(
        default="leaky-relu", description="downsampling activation; leaky-relu has a slope of 0.2 below 0"
    )
    up_activation: HiddenActivation = Field(default="relu", description="activation before the upsampling steps")
    output: OutputActivation = Field(
        default="sigmoid", description="output activation, with values from 0 to 1; tanh is (1 + tanh)/2"
    )
    residual: bool | Literal["chroma"] = Field(
        default=False,
        description="add the output to the input picture; chroma: replace only its colours",
    )
    skips: bool = Field(default=True, description="whether to use skip connections between levels")
    init: Init = Field(default="he", description="initial weights: normal with σ = scale, or He or Glorot times scale")
    scale: float = Field(default=1.0, gt=0, le=100, description="scale of the initial weights")
    contrast: float = Field(
        default=1.0,
        ge=0,
        le=100,
        description="factor for the initial weights of the last convolution; 0.1 suits a residual",
    )

    @classmethod
    def examples(cls) -> tuple[Unet, ...]:
        """Return small networks of every variant; the conformance kit differentiates them numerically."""
        return (
            cls(width=2, widest=3, depth=2, activation="swish", up_activation="tanh"),
            cls(width=1, depth=2, norm="batch", down="average", up="resize", kernel=3, dropout=0.5, activation="sin"),
            cls(width=2, depth=1, norm="none", down="max", residual=True, output="identity", activation="softplus",
                up_activation="gelu", skips=False, init="normal", scale=0.5),
        )  # fmt: skip

    def configured_for(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Unet:  # noqa: ARG002
        """Return the network with a depth that suits the size, unless it is set.

        Raises:
            LimnerError: the depth is set and too large for the size.
        """
        return self.model_copy(update={"depth": checked_depth(self.depth, size)})

    def resolved(self, rng: np.random.Generator) -> Unet:  # noqa: ARG002
        """Return the network with a depth of 4 if no size has set it."""
        return self if self.depth else self.model_copy(update={"depth": 4})

    def channel_problem(self, fan_in: int, fan_out: int) -> str:
        """Return a problem unless a residual has matching channels, and chroma three output channels."""
        if self.residual == "chroma" and (fan_in not in (1, 3) or fan_out != 3):
            return (
                f"unet: residual=chroma recolours pictures, but {fan_in} channels go in and {fan_out} come out; "
                "use a filter of one or three channels with the colour mode rgb, or network.residual=false"
            )
        if self.residual and fan_in not in (1, fan_out):
            return (
                f"unet: residual adds the input to the output, but {fan_in} channels go in and {fan_out} come out; "
                "use filters and a colour mode with equal numbers of channels, or network.residual=false"
            )
        return ""

    def layers(self, fan_in: int, fan_out: int) -> Layer:
        """Return the nested levels, padded to any size, with the residual if there is one."""
        inner = Sequence((*self._level(0, fan_out), *output_activation(self.output, residual=bool(self.residual))))
        whole = MirrorPadded(inner, 2**self._depth)
        if self.residual == "chroma":
            return Tint(whole)
        return Add(whole) if self.residual and fan_in in (1, fan_out) else whole

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """Return the floats per pixel of the picture, the first level and its products."""
        first = min(self.width, self.widest)
        whole = self.down != "stride" or self.up != "transposed"
        return 4 * (fan_in + fan_out) + (6 * first if whole else 2 * first)

    @property
    def _depth(self) -> int:
        return self.depth or 4

    def _level(self, i: int, fan_out: int) -> tuple[Layer, ...]:
        """Return the layers of level i: downsampling, the deeper levels, and upsampling to ``fan_out`` channels."""
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
            return Upsample(), self._convolution(channels, 1, contrast)
        scale = contrast * self.scale
        return (Transposed(channels, Geometry.same(self.kernel, 2), init=self.init, scale=scale),)

    def _convolution(self, channels: int, stride: int, contrast: float = 1.0) -> Convolution:
        kernel = self.kernel if stride == 2 else self.kernel - 1 + self.kernel % 2
        return Convolution(channels, Geometry.same(kernel, stride), init=self.init, scale=contrast * self.scale)
