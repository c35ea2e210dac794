"""The network ``upscaler``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from limner_plugins.layers.activation import ActivationLayer
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.convolutions.kernel_layer import Init
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.upsample import Interpolation, PixelShuffle, Upsample
from limner_plugins.layers.wrappers.skip import Add
from limner_plugins.networks._convolutional import (
    NORMS,
    ConvolutionalNetwork,
    HiddenActivation,
    Norm,
    OutputActivation,
    output_activation,
)


class Upscaler(ConvolutionalNetwork):
    """An upscaling network: a wide convolution, residual blocks, upsampling steps and a wide convolution.

    A block is h + norm(conv(φ(norm(conv(h))))) with kernels of 3 x 3. An upsampling step interpolates before a
    convolution, which avoids checkerboard artifacts, or shuffles the channels after one. With ``residual``, and equal
    numbers of input and output channels, the enlarged picture is added. The initial weights of the last convolution are
    small, so that training starts from the enlarged picture.

    Sources: C. Ledig et al., "Photo-realistic single image super-resolution using a generative adversarial network",
    2017; W. Shi et al., 2016 (the shuffle); A. Odena et al., "Deconvolution and checkerboard artifacts", 2016.
    """

    scale: Literal[2, 4, 8] = Field(default=2, description="factor for height and width")
    width: int = Field(default=32, ge=1, le=1024, description="channels of the hidden layers; 64 in the original")
    blocks: int = Field(default=4, ge=0, le=64, description="residual blocks; 16 in the original")
    kernel: Literal[3, 5, 7, 9] = Field(default=9, description="side of the first and the last kernel")
    up: Literal["nearest", "bilinear", "shuffle"] = Field(
        default="nearest", description="upsampling: interpolation before a convolution, or shuffled channels"
    )
    norm: Norm = Field(default="none", description="normalisation in the blocks; batch in the original")
    activation: HiddenActivation = Field(
        default="leaky-relu", description="hidden activation; leaky-relu has a slope of 0.2 below 0"
    )
    output: OutputActivation = Field(
        default="tanh", description="output activation, with values from 0 to 1, or from -1 to 1 with a residual"
    )
    residual: bool = Field(default=True, description="add the enlarged picture, if the numbers of channels agree")
    init: Init = Field(
        default="he",
        description="initial weights: normal with σ = weight_scale, or He or Glorot times that",
    )
    weight_scale: float = Field(default=1.0, gt=0, le=100, description="scale of the initial weights")
    contrast: float = Field(
        default=0.05, ge=0, le=100, description="factor for the initial weights of the last convolution"
    )

    @classmethod
    def examples(cls) -> tuple[Upscaler, ...]:
        """Return small networks of every variant; the conformance kit differentiates them numerically."""
        return (
            cls(width=1, blocks=1, kernel=3, up="bilinear", norm="batch", activation="tanh", contrast=1.0),
            cls(scale=4, width=1, blocks=0, kernel=3, up="shuffle", residual=False, activation="swish", contrast=1.0),
        )

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the output width and height."""
        return self.scale * size[0], self.scale * size[1]

    def layers(self, fan_in: int, fan_out: int) -> Layer:
        """Return the layers, with the enlarged picture added if there is a residual."""
        residual = self.residual and fan_in == fan_out
        doublings = self.scale.bit_length() - 1
        act = ActivationLayer(self.activation)
        last = Convolution(fan_out, Geometry.same(self.kernel), init=self.init, scale=self.weight_scale * self.contrast)
        inner = Sequence(
            (
                self._convolution(self.width, self.kernel),
                act,
                *(self._block(),) * self.blocks,
                *(*self._doubling(), act) * doublings,
                last,
                *output_activation(self.output, residual=residual),
            )
        )
        return Add(inner, Sequence((Upsample("bilinear"),) * doublings)) if residual else inner

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """Return the floats per input pixel, at the output size: inputs, outputs and products of a convolution."""
        return self.scale**2 * (4 * self.width + 4 * (fan_in + fan_out))

    def _block(self) -> Layer:
        norm = NORMS[self.norm]
        conv = self._convolution(self.width, 3)
        return Add(Sequence((conv, *norm, ActivationLayer(self.activation), conv, *norm)))

    def _doubling(self) -> tuple[Layer, ...]:
        if self.up == "shuffle":
            return self._convolution(4 * self.width, 3), PixelShuffle()
        interpolation: Interpolation = self.up
        return Upsample(interpolation), self._convolution(self.width, 3)

    def _convolution(self, channels: int, kernel: int) -> Convolution:
        return Convolution(channels, Geometry.same(kernel), init=self.init, scale=self.weight_scale)
