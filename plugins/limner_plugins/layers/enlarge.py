"""Enlarging: each picture twice as high and wide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from limner.plugin import Array, Context, device, namespace
from limner_plugins.layers.layer import Layer, Pull, Size

Way: TypeAlias = Literal["nearest", "bilinear"]


@dataclass(frozen=True)
class Enlarge(Layer):
    """Twice the height and width, each number as it is, or between its neighbours; then a convolution may follow.

    Pixel centres are aligned, edges are repeated.

    Source: A. Odena et al., "Deconvolution and checkerboard artifacts", 2016.
    """

    way: Way = "nearest"

    def size(self, size: Size) -> Size:
        """Twice as large."""
        return 2 * size[0], 2 * size[1]

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Four numbers of each."""
        if self.way == "bilinear":
            return _between(_between(x, 2), 3)
        return _four(x, [x] * 4)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Linear: nothing is kept."""

        def pull(dy: Array, flat: Array, start: int) -> Array:  # noqa: ARG001
            if self.way == "bilinear":
                return _gathered(_gathered(dy, 3), 2)
            dx = dy[:, :, ::2, ::2] + dy[:, :, ::2, 1::2]
            dx += dy[:, :, 1::2, ::2]
            dx += dy[:, :, 1::2, 1::2]
            return dx

        return self.forward(theta, x, ctx), pull


@dataclass(frozen=True)
class Shuffle(Layer):
    """Channels become blocks: channel ``(c height + i) width + j`` gives row i, column j of each of channel c's.

    Source: W. Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel
    convolutional neural network", 2016.
    """

    height: int = 2
    width: int = 2

    def out_channels(self, channels: int) -> int:
        """One for as many as a block has places."""
        return channels // (self.height * self.width)

    def size(self, size: Size) -> Size:
        """So many times as large."""
        return self.height * size[0], self.width * size[1]

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:  # noqa: ARG002
        """Nothing is kept."""
        xp, (channels, n, h, w) = namespace(x), x.shape
        blocks = (self.out_channels(channels), self.height, self.width, n, h, w)
        rows = (blocks[0], n, h, self.height, w, self.width)
        y = xp.reshape(xp.permute_dims(xp.reshape(x, blocks), (0, 3, 4, 1, 5, 2)), (blocks[0], n, *self.size((h, w))))

        def pull(dy: Array, flat: Array, start: int) -> Array:  # noqa: ARG001
            return xp.reshape(xp.permute_dims(xp.reshape(dy, rows), (0, 3, 5, 1, 2, 4)), x.shape)

        return y, pull


def _four(x: Array, parts: list[Array]) -> Array:
    """The numbers of four pictures, top left, top right, bottom left, bottom right of each square."""
    c, n, h, w = parts[0].shape
    y = namespace(x).empty((c, n, 2 * h, 2 * w), dtype=x.dtype, device=device(x))
    for k, part in enumerate(parts):
        y[:, :, k // 2 :: 2, k % 2 :: 2] = part
    return y


def _at(axis: int, part: slice) -> tuple[Any, ...]:
    return *(slice(None),) * axis, part, ...


def _between(x: Array, axis: int) -> Array:
    """Twice as many along an axis: 3/4 of the nearer, 1/4 of the farther."""
    xp, shape = namespace(x), list(x.shape)
    near, far = 0.75 * x, 0.25 * x
    shape[axis] *= 2
    y = xp.empty(tuple(shape), dtype=x.dtype, device=device(x))
    y[_at(axis, slice(0, None, 2))] = near
    y[_at(axis, slice(1, None, 2))] = near
    y[_at(axis, slice(2, None, 2))] += far[_at(axis, slice(0, -1))]
    y[_at(axis, slice(1, -1, 2))] += far[_at(axis, slice(1, None))]
    y[_at(axis, slice(0, 1))] += far[_at(axis, slice(0, 1))]
    y[_at(axis, slice(-1, None))] += far[_at(axis, slice(-1, None))]
    return y


def _gathered(dy: Array, axis: int) -> Array:
    """Its transpose."""
    even, odd = dy[_at(axis, slice(0, None, 2))], dy[_at(axis, slice(1, None, 2))]
    dx = 0.75 * (even + odd)
    dx[_at(axis, slice(0, -1))] += 0.25 * even[_at(axis, slice(1, None))]
    dx[_at(axis, slice(1, None))] += 0.25 * odd[_at(axis, slice(0, -1))]
    dx[_at(axis, slice(0, 1))] += 0.25 * even[_at(axis, slice(0, 1))]
    dx[_at(axis, slice(-1, None))] += 0.25 * odd[_at(axis, slice(-1, None))]
    return dx
