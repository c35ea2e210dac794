"""Upsampling layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from limner.plugin import Array, Context, Graph, Node, device, namespace
from limner_plugins.layers.layer import Layer, Pull, Size, height_width

Interpolation: TypeAlias = Literal["nearest", "bilinear"]


@dataclass(frozen=True)
class Upsample(Layer):
    """Upsampling to twice the height and width, by nearest-neighbour or bilinear interpolation.

    Pixel centres are aligned; edges are repeated.

    Source: A. Odena et al., "Deconvolution and checkerboard artifacts", 2016.
    """

    interpolation: Interpolation = "nearest"

    def size(self, size: Size) -> Size:
        """Return twice the size."""
        return 2 * size[0], 2 * size[1]

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the larger map."""
        height, width = self.size(height_width(graph))
        return graph.then(Node(graph.outputs(), (width, height), f"{self.interpolation} upsampling ×2"))

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the upsampled pictures."""
        if self.interpolation == "bilinear":
            return _bilinear(_bilinear(x, 2), 3)
        return _interleaved(x, [x] * 4)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Return the output and its pullback; the layer is linear and stores nothing."""

        def pull(dy: Array, flat: Array, start: int) -> Array:  # noqa: ARG001
            if self.interpolation == "bilinear":
                return _bilinear_transposed(_bilinear_transposed(dy, 3), 2)
            dx = dy[:, :, ::2, ::2] + dy[:, :, ::2, 1::2]
            dx += dy[:, :, 1::2, ::2]
            dx += dy[:, :, 1::2, 1::2]
            return dx

        return self.forward(theta, x, ctx), pull


@dataclass(frozen=True)
class PixelShuffle(Layer):
    """Channels rearranged into blocks: channel ``(c height + i) width + j`` is row i, column j of the blocks of c.

    Source: W. Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel
    convolutional neural network", 2016.
    """

    height: int = 2
    width: int = 2

    def out_channels(self, channels: int) -> int:
        """Return the number of channels divided by the pixels of a block."""
        return channels // (self.height * self.width)

    def size(self, size: Size) -> Size:
        """Return the size times that of a block."""
        return self.height * size[0], self.width * size[1]

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the rearranged map, as a part of the layer before it."""
        (height, width), channels = self.size(height_width(graph)), self.out_channels(graph.outputs())
        if len(graph.nodes) == 1 or graph.last.activation:
            return graph.then(Node(channels, (width, height), "pixel shuffle"))
        operation = f"{graph.last.operation}, pixel shuffle"
        return graph.changed(width=channels, size=(width, height), operation=operation)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:  # noqa: ARG002
        """Return the output and its pullback; nothing is stored."""
        xp, (channels, n, h, w) = namespace(x), x.shape
        blocks = (self.out_channels(channels), self.height, self.width, n, h, w)
        rows = (blocks[0], n, h, self.height, w, self.width)
        y = xp.reshape(xp.permute_dims(xp.reshape(x, blocks), (0, 3, 4, 1, 5, 2)), (blocks[0], n, *self.size((h, w))))

        def pull(dy: Array, flat: Array, start: int) -> Array:  # noqa: ARG001
            return xp.reshape(xp.permute_dims(xp.reshape(dy, rows), (0, 3, 5, 1, 2, 4)), x.shape)

        return y, pull


def _interleaved(x: Array, parts: list[Array]) -> Array:
    """Return four pictures interleaved as top left, top right, bottom left and bottom right of each square."""
    c, n, h, w = parts[0].shape
    y = namespace(x).empty((c, n, 2 * h, 2 * w), dtype=x.dtype, device=device(x))
    for k, part in enumerate(parts):
        y[:, :, k // 2 :: 2, k % 2 :: 2] = part
    return y


def _index(axis: int, part: slice) -> tuple[Any, ...]:
    return *(slice(None),) * axis, part, ...


def _bilinear(x: Array, axis: int) -> Array:
    """Return bilinear interpolation to twice the length of an axis: 3/4 of the nearer number, 1/4 of the farther."""
    xp, shape = namespace(x), list(x.shape)
    near, far = 0.75 * x, 0.25 * x
    shape[axis] *= 2
    y = xp.empty(tuple(shape), dtype=x.dtype, device=device(x))
    y[_index(axis, slice(0, None, 2))] = near
    y[_index(axis, slice(1, None, 2))] = near
    y[_index(axis, slice(2, None, 2))] += far[_index(axis, slice(0, -1))]
    y[_index(axis, slice(1, -1, 2))] += far[_index(axis, slice(1, None))]
    y[_index(axis, slice(0, 1))] += far[_index(axis, slice(0, 1))]
    y[_index(axis, slice(-1, None))] += far[_index(axis, slice(-1, None))]
    return y


def _bilinear_transposed(dy: Array, axis: int) -> Array:
    """Return the transpose of ``_bilinear``."""
    even, odd = dy[_index(axis, slice(0, None, 2))], dy[_index(axis, slice(1, None, 2))]
    dx = 0.75 * (even + odd)
    dx[_index(axis, slice(0, -1))] += 0.25 * even[_index(axis, slice(1, None))]
    dx[_index(axis, slice(1, None))] += 0.25 * odd[_index(axis, slice(0, -1))]
    dx[_index(axis, slice(0, 1))] += 0.25 * even[_index(axis, slice(0, 1))]
    dx[_index(axis, slice(-1, None))] += 0.25 * odd[_index(axis, slice(-1, None))]
    return dx
