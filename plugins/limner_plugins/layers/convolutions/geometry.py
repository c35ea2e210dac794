"""The geometry of a convolution: where the taps of a kernel meet a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from limner.plugin import Array


class TapSpan(NamedTuple):
    """The outputs ``lo`` to ``hi`` along an axis for which a tap meets the picture, and the input of the first."""

    lo: int
    hi: int
    start: int


def sides(pictures: Array) -> tuple[int, int]:
    """Return the height and width of ``(c, n, h, w)``."""
    height, width = pictures.shape[2:]
    return height, width


@dataclass(frozen=True)
class Geometry:
    """The geometry along both axes: a tap of output o reads input ``o stride + tap dilation - before``, or 0 outside.

    Attributes:
        kernel: number of taps along an axis.
        stride: distance between outputs, in inputs.
        before: zeros before the first input.
        after: zeros after the last input.
        dilation: distance between taps, in inputs.
    """

    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1

    @staticmethod
    def same(kernel: int, stride: int = 1, dilation: int = 1) -> Geometry:
        """Return the geometry that pads so that n stride inputs give n outputs; an odd zero goes before the inputs."""
        zeros = dilation * (kernel - 1) + 1 - stride
        if zeros < 0:
            return Geometry(kernel, stride, 0, 0, dilation)
        return Geometry(kernel, stride, zeros - zeros // 2, zeros // 2, dilation)

    def outputs(self, inputs: int) -> int:
        """Return the number of outputs for a number of inputs."""
        return max(0, (inputs + self.before + self.after - self.dilation * (self.kernel - 1) - 1) // self.stride + 1)

    def inputs(self, outputs: int) -> int:
        """Return the smallest number of inputs for a number of outputs: the size of a transposed convolution."""
        return (outputs - 1) * self.stride + self.dilation * (self.kernel - 1) + 1 - self.before - self.after

    def span(self, tap: int, inputs: int, outputs: int) -> TapSpan:
        """Return the span of outputs for which a tap meets the picture."""
        shift = tap * self.dilation - self.before
        lo = max(0, -(shift // self.stride))
        hi = min(outputs, (inputs - 1 - shift) // self.stride + 1)
        return TapSpan(lo, max(lo, hi), lo * self.stride + shift)
