"""Where the taps of a kernel fall on a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from limner.plugin import Array


class TapSpan(NamedTuple):
    """The places along an axis where a tap meets the picture: outputs lo to hi, and the input of the first."""

    lo: int
    hi: int
    start: int


def sides(pictures: Array) -> tuple[int, int]:
    """Return the height and width of ``(c, n, h, w)``."""
    height, width = pictures.shape[2:]
    return height, width


@dataclass(frozen=True)
class Geometry:
    """Along either axis: output o meets input ``o stride + tap dilation - before``, where there is one; else 0.

    Attributes:
        kernel: taps along an axis.
        stride: inputs from one output to the next.
        before: zeros put before the first input.
        after: zeros put behind the last.
        dilation: inputs from one tap to the next.
    """

    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1

    @staticmethod
    def same(kernel: int, stride: int = 1, dilation: int = 1) -> Geometry:
        """Zeros on both sides so that n stride inputs give n outputs; where they are odd, one more before."""
        zeros = dilation * (kernel - 1) + 1 - stride
        if zeros < 0:
            return Geometry(kernel, stride, 0, 0, dilation)
        return Geometry(kernel, stride, zeros - zeros // 2, zeros // 2, dilation)

    def outputs(self, inputs: int) -> int:
        """How many outputs so many inputs give."""
        return max(0, (inputs + self.before + self.after - self.dilation * (self.kernel - 1) - 1) // self.stride + 1)

    def inputs(self, outputs: int) -> int:
        """The least inputs that give so many outputs: what a transposed convolution gives."""
        return (outputs - 1) * self.stride + self.dilation * (self.kernel - 1) + 1 - self.before - self.after

    def span(self, tap: int, inputs: int, outputs: int) -> TapSpan:
        """Where a tap meets the picture."""
        shift = tap * self.dilation - self.before
        lo = max(0, -(shift // self.stride))
        hi = min(outputs, (inputs - 1 - shift) // self.stride + 1)
        return TapSpan(lo, max(lo, hi), lo * self.stride + shift)
