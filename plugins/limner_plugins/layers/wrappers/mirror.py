"""Any size for networks that halve: mirrored at the edges to a size that divides, and cut out again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from limner.plugin import Array, Context, namespace
from limner_plugins.layers.layer import Pull, Size, TilesPull, each
from limner_plugins.layers.wrappers.wrapper import Wrapper

Run = tuple[slice, bool]


@dataclass(frozen=True)
class Mirrored(Wrapper):
    """An inner layer, asked for pictures whose sides are multiples of ``of``; what comes out is cut out again.

    What is added is mirrored at the edges, half of it on either side; the edge itself is repeated.
    """

    of: int

    def size(self, size: Size) -> Size:
        """Return the size itself: what was added is cut out again."""
        return size

    def samples_held(self, channels: int, size: Size) -> int:
        """What the inner layer keeps, and the larger picture."""
        height, width = (_up(side, self.of) for side in size)
        return self.inner.samples_held(channels, (height, width)) + channels * height * width

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Padded, asked, cut."""
        padded = self._padded(x)
        y = self.inner.forward(theta, padded, ctx)
        return y if padded is x else y[self._cut(x)]

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """The same with a single tile."""
        (y,), pull = self.vjp_tiles(theta, [x], ctx)
        return y, lambda dy, flat, start: pull([dy], flat, start)[0]

    def vjp_tiles(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[list[Array], TilesPull]:
        """Padded, asked, cut; and back."""
        padded = each(lambda x, at: self._padded(x), xs, ctx)  # noqa: ARG005
        ys, pull = self.inner.vjp_tiles(theta, padded, ctx)
        if padded[0] is xs[0]:
            return ys, pull

        def back(dys: list[Array], flat: Array, start: int) -> list[Array]:
            wide = []
            for x, y, dy in zip(xs, ys, dys, strict=True):
                full = namespace(y).zeros_like(y)
                full[self._cut(x)] = dy
                wide.append(full)
            dxs = pull(wide, flat, start)
            if not ctx.input_gradient:
                return xs
            return [_folded(_folded(dx, 3, self.of, x), 2, self.of, x) for dx, x in zip(dxs, xs, strict=True)]

        return [y[self._cut(x)] for x, y in zip(xs, ys, strict=True)], back

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """The inner layer is."""
        theta, ys = self.inner.with_batch_statistics(theta, [self._padded(x) for x in xs], ctx)
        return theta, [y[self._cut(x)] for x, y in zip(xs, ys, strict=True)]

    def _padded(self, x: Array) -> Array:
        return _mirrored(_mirrored(x, 2, self.of), 3, self.of)

    def _cut(self, x: Array) -> tuple[slice, ...]:
        """Where the picture lies in the larger one."""
        first = [(_up(side, self.of) - side) // 2 for side in x.shape[2:]]
        return (slice(None), slice(None), *(slice(f, f + side) for f, side in zip(first, x.shape[2:], strict=True)))


def _at(axis: int, part: slice) -> tuple[Any, ...]:
    return *(slice(None),) * axis, part, ...


def _up(side: int, of: int) -> int:
    return -(-side // of) * of


def _runs(side: int, of: int) -> list[Run]:
    """The pieces of an axis, each a slice and whether it is mirrored, that make it as long as it should be."""
    more = _up(side, of) - side
    pieces: list[Run] = [(slice(0, side), False)]
    for before, missing in ((True, more // 2), (False, more - more // 2)):
        turn = True
        while missing > 0:
            length = min(side, missing)
            low = before != turn  # the end of the picture that this piece begins with, seen from within
            piece = slice(side - length, side) if low else slice(0, length)
            pieces.insert(0, (piece, turn)) if before else pieces.append((piece, turn))
            turn, missing = not turn, missing - length
    return pieces


def _mirrored(x: Array, axis: int, of: int) -> Array:
    runs = _runs(x.shape[axis], of)
    if len(runs) == 1:
        return x
    xp = namespace(x)
    parts = [x[_at(axis, piece)] for piece, _ in runs]
    return xp.concat([xp.flip(p, axis=axis) if t else p for p, (_, t) in zip(parts, runs, strict=True)], axis=axis)


def _folded(dx: Array, axis: int, of: int, like: Array) -> Array:
    """Its transpose along one axis."""
    xp, runs = namespace(dx), _runs(like.shape[axis], of)
    if len(runs) == 1:
        return dx
    shape = list(dx.shape)
    shape[axis] = like.shape[axis]
    out = xp.zeros_like(dx[tuple(slice(0, side) for side in shape)])
    ends = list(accumulate(piece.stop - piece.start for piece, _ in runs))
    for (piece, turned), end in zip(runs, ends, strict=True):
        part = dx[_at(axis, slice(end - (piece.stop - piece.start), end))]
        out[_at(axis, piece)] += xp.flip(part, axis=axis) if turned else part
    return out
