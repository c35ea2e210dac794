"""Padding that lets downsampling networks process pictures of any size."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from limner.plugin import Array, Context, Graph, Node, namespace
from limner_plugins.layers.layer import Pull, Size, TilesPull, map_tiles
from limner_plugins.layers.wrappers.wrapper import Wrapper

Run = tuple[slice, bool]


@dataclass(frozen=True)
class MirrorPadded(Wrapper):
    """An inner layer that gets pictures padded to multiples of ``multiple``; its output is cropped to their size.

    The padding is the picture mirrored at its edges, half of it on either side; the edge pixels are repeated.
    """

    multiple: int

    def size(self, size: Size) -> Size:
        """Return the size unchanged: the padding is cropped again."""
        return size

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the padded map, if its size differs, the inner layer and the crop."""
        size = graph.last.size or (1, 1)
        padded = tuple(_round_up(side, self.multiple) for side in size)
        if padded == size:
            return self.inner.extended(graph)
        graph = graph.then(Node(graph.outputs(), (padded[0], padded[1]), "mirror padding"))
        inner = self.inner.extended(graph)
        return inner.then(Node(inner.outputs(), size, "crop"))

    def samples_held(self, channels: int, size: Size) -> int:
        """Return what the inner layer keeps, plus the padded picture."""
        height, width = (_round_up(side, self.multiple) for side in size)
        return self.inner.samples_held(channels, (height, width)) + channels * height * width

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Return the cropped output of the inner layer for the padded picture."""
        padded = self._padded(x)
        y = self.inner.forward(theta, padded, ctx)
        return y if padded is x else y[self._crop(x)]

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Return the cropped output of the inner layer and its pullback."""
        (y,), pull = self.vjp_tiles(theta, [x], ctx)
        return y, lambda dy, flat, start: pull([dy], flat, start)[0]

    def vjp_tiles(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[list[Array], TilesPull]:
        """Return the cropped outputs of the inner layer for padded tiles, and their pullback."""
        padded = map_tiles(lambda x, at: self._padded(x), xs, ctx)  # noqa: ARG005
        ys, pull = self.inner.vjp_tiles(theta, padded, ctx)
        if padded[0] is xs[0]:
            return ys, pull

        def back(dys: list[Array], flat: Array, start: int) -> list[Array]:
            wide = []
            for x, y, dy in zip(xs, ys, dys, strict=True):
                full = namespace(y).zeros_like(y)
                full[self._crop(x)] = dy
                wide.append(full)
            dxs = pull(wide, flat, start)
            if not ctx.input_gradient:
                return xs
            return [
                _fold_axis(_fold_axis(dx, 3, self.multiple, x), 2, self.multiple, x)
                for dx, x in zip(dxs, xs, strict=True)
            ]

        return [y[self._crop(x)] for x, y in zip(xs, ys, strict=True)], back

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """Return θ with the batch statistics of the inner layer, and its cropped outputs."""
        theta, ys = self.inner.with_batch_statistics(theta, [self._padded(x) for x in xs], ctx)
        return theta, [y[self._crop(x)] for x, y in zip(xs, ys, strict=True)]

    def _padded(self, x: Array) -> Array:
        return _pad_axis(_pad_axis(x, 2, self.multiple), 3, self.multiple)

    def _crop(self, x: Array) -> tuple[slice, ...]:
        """Return the slices of the picture in the padded one."""
        first = [(_round_up(side, self.multiple) - side) // 2 for side in x.shape[2:]]
        return (slice(None), slice(None), *(slice(f, f + side) for f, side in zip(first, x.shape[2:], strict=True)))


def _index(axis: int, part: slice) -> tuple[Any, ...]:
    return *(slice(None),) * axis, part, ...


def _round_up(side: int, multiple: int) -> int:
    return -(-side // multiple) * multiple


def _runs(side: int, multiple: int) -> list[Run]:
    """Return the pieces that make up a padded axis: slices of the picture, each with whether it is mirrored."""
    padding = _round_up(side, multiple) - side
    pieces: list[Run] = [(slice(0, side), False)]
    for before, missing in ((True, padding // 2), (False, padding - padding // 2)):
        turn = True
        while missing > 0:
            length = min(side, missing)
            from_end = before != turn  # whether the piece comes from the end of the axis
            piece = slice(side - length, side) if from_end else slice(0, length)
            pieces.insert(0, (piece, turn)) if before else pieces.append((piece, turn))
            turn, missing = not turn, missing - length
    return pieces


def _pad_axis(x: Array, axis: int, multiple: int) -> Array:
    runs = _runs(x.shape[axis], multiple)
    if len(runs) == 1:
        return x
    xp = namespace(x)
    parts = [x[_index(axis, piece)] for piece, _ in runs]
    return xp.concat([xp.flip(p, axis=axis) if t else p for p, (_, t) in zip(parts, runs, strict=True)], axis=axis)


def _fold_axis(dx: Array, axis: int, multiple: int, like: Array) -> Array:
    """Return the transpose of ``_pad_axis``."""
    xp, runs = namespace(dx), _runs(like.shape[axis], multiple)
    if len(runs) == 1:
        return dx
    shape = list(dx.shape)
    shape[axis] = like.shape[axis]
    out = xp.zeros_like(dx[tuple(slice(0, side) for side in shape)])
    ends = list(accumulate(piece.stop - piece.start for piece, _ in runs))
    for (piece, turned), end in zip(runs, ends, strict=True):
        part = dx[_index(axis, slice(end - (piece.stop - piece.start), end))]
        out[_index(axis, piece)] += xp.flip(part, axis=axis) if turned else part
    return out
