"""The network ``upscaler``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from limner_plugins.layers.activation import ActivationLayer
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.convolutions.kernel_layer import Init
from limner_plugins.layers.enlarge import Enlarge, Shuffle, Way
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.wrappers.skip import Add
from limner_plugins.networks._pictures import NORMS, ConvolutionalNetwork, Hidden, Norm, Tone, toned


class Upscaler(ConvolutionalNetwork):
    """A small picture to a larger one: a wide convolution, residual blocks, doublings, a wide convolution.

    A block is h + norm(conv(φ(norm(conv(h))))) with kernels of 3 x 3. A doubling enlarges before a convolution, which
    leaves no checkerboard, or shuffles the channels of one. Where as many channels come out as go in, and with
    ``residual``, the enlarged picture is added: drawn weights of the last convolution are small, so that learning
    starts from it.

    Sources: C. Ledig et al., "Photo-realistic single image super-resolution using a generative adversarial network",
    2017; W. Shi et al., 2016 (the shuffle); A. Odena et al., "Deconvolution and checkerboard artifacts", 2016.
    """

    scale: Literal[2, 4, 8] = Field(default=2, description="how many times as high and wide")
    width: int = Field(default=32, ge=1, le=1024, description="channels within; 64 in the original")
    blocks: int = Field(default=4, ge=0, le=64, description="residual blocks; 16 in the original")
    kernel: Literal[3, 5, 7, 9] = Field(default=9, description="side of the first and the last kernel")
    up: Literal["nearest", "bilinear", "shuffle"] = Field(
        default="nearest", description="doubling: enlarging before a convolution, or shuffled channels"
    )
    norm: Norm = Field(default="none", description="normalisation in the blocks; the original has batch")
    activation: Hidden = Field(default="leaky-relu", description="the activation within; leaky falls by 0.2 x")
    output: Tone = Field(default="tanh", description="the last activation, onto 0 to 1, or -1 to 1 as a residual")
    residual: bool = Field(default=True, description="add the enlarged picture, where the channels are as many")
    init: Init = Field(default="he", description="weights N(0, weight_scale), or by the numbers that a unit sees")
    weight_scale: float = Field(default=1.0, gt=0, le=100, description="scale of the drawn weights")
    contrast: float = Field(
        default=0.05, ge=0, le=100, description="what the last convolution's drawn weights are multiplied by"
    )

    @classmethod
    def examples(cls) -> tuple[Upscaler, ...]:
        """Small ones of every kind: the kit differentiates them numerically."""
        return (
            cls(width=1, blocks=1, kernel=3, up="bilinear", norm="batch", activation="tanh", contrast=1.0),
            cls(scale=4, width=1, blocks=0, kernel=3, up="shuffle", residual=False, activation="swish", contrast=1.0),
        )

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """So many times as large."""
        return self.scale * size[0], self.scale * size[1]

    def layers(self, fan_in: int, fan_out: int) -> Layer:
        """One after the other, beside the enlarged picture."""
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
                *toned(self.output, residual=residual),
            )
        )
        return Add(inner, Sequence((Enlarge("bilinear"),) * doublings)) if residual else inner

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """At the larger size, the channels before and behind a convolution, and what is multiplied for them."""
        return self.scale**2 * (4 * self.width + 4 * (fan_in + fan_out))

    def _block(self) -> Layer:
        norm = NORMS[self.norm]
        conv = self._convolution(self.width, 3)
        return Add(Sequence((conv, *norm, ActivationLayer(self.activation), conv, *norm)))

    def _doubling(self) -> tuple[Layer, ...]:
        if self.up == "shuffle":
            return self._convolution(4 * self.width, 3), Shuffle()
        way: Way = self.up
        return Enlarge(way), self._convolution(self.width, 3)

    def _convolution(self, channels: int, kernel: int) -> Convolution:
        return Convolution(channels, Geometry.same(kernel), init=self.init, scale=self.weight_scale)
