"""What a layer of an image network is: a pure function of its piece of θ and of pictures, and its pullback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import numpy as np

from limner.plugin import Array, Context, ParameterLayout, namespace

Size: TypeAlias = tuple[int, int]
"""Height and width."""
Pull: TypeAlias = Callable[[Array, Array, int], Array]
"""``pull(dy, flat, start) -> dx``: the gradient of the layer's θ is written into ``flat`` from ``start`` on.

Where ``ctx.input_gradient`` is False, dx is anything of its shape; where ``ctx.theta_gradient`` is False, flat may stay
as it is.
"""
TilesPull: TypeAlias = Callable[[list[Array], Array, int], list[Array]]
"""The same over the tiles of a batch; what is written is their sum."""
TILES = 4096  # of a batch, at most: each has a number of its own for what it draws
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Layer:
    """Pictures ``(c, n, h, w)`` to pictures. Most look at each picture by itself, and write ``forward`` and ``vjp``.

    A batch comes in tiles of a few pictures, side by side. A layer that ``mixes`` looks at all of them while training,
    and writes the methods of tiles.
    """

    def out_channels(self, channels: int) -> int:
        """How many channels come out."""
        return channels

    def size(self, size: Size) -> Size:
        """Height and width of what comes out."""
        return size

    def param_layout(self, channels: int) -> ParameterLayout:  # noqa: ARG002
        """The entries of θ for so many channels."""
        return ParameterLayout()

    def init_params(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG002
        """θ at the start, float32, on the host."""
        return np.empty(0, dtype=np.float32)

    def with_updated_buffers(self, theta: Array, channels: int) -> Array:  # noqa: ARG002
        """θ with what is measured of the weights themselves taken anew."""
        return theta

    def uses_batch_statistics(self) -> bool:
        """Does training look at the pictures of a batch together?"""
        return False

    def samples_held(self, channels: int, size: Size) -> int:
        """How many numbers a picture are kept for a pullback: as many as come out, unless nobody keeps these."""
        height, width = self.size(size)
        return self.out_channels(channels) * height * width

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """What comes out; keeps nothing."""
        return self.vjp(theta, x, ctx)[0]

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """What comes out, and the pullback."""
        (y,), pull = self.vjp_tiles(theta, [x], ctx)
        return y, lambda dy, flat, start: pull([dy], flat, start)[0]

    def vjp_tiles(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[list[Array], TilesPull]:
        """The same for the tiles of a batch, side by side."""
        return vjp_of_each(self.vjp, theta, xs, ctx)

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """θ with what is measured of a batch written in, and what the layer gives then."""
        return theta, each(lambda x, at: self.forward(theta, x, at), xs, ctx)


def each(function: Callable[[Array, Context], Result], xs: list[Array], ctx: Context) -> list[Result]:
    """A function of each tile, side by side; each has a number of its own in the context."""
    if len(xs) == 1:
        return [function(xs[0], ctx)]
    first = TILES * ctx.tile
    return ctx.primitives.parallel_map(lambda i: function(xs[i], replace(ctx, tile=first + i)), range(len(xs)))


def vjp_of_each(
    vjp: Callable[[Array, Array, Context], tuple[Array, Pull]], theta: Array, xs: list[Array], ctx: Context
) -> tuple[list[Array], TilesPull]:
    """A vjp of each tile, side by side; the gradients of θ are summed in the tiles' order."""
    answers = each(lambda x, at: vjp(theta, x, at), xs, ctx)

    def pull(dys: list[Array], flat: Array, start: int) -> list[Array]:
        if len(dys) == 1:
            return [answers[0][1](dys[0], flat, start)]

        def of(i: int) -> tuple[Array, Array]:
            own = namespace(theta).empty_like(theta)
            return own, answers[i][1](dys[i], own, 0)

        stop, parts = start + theta.shape[0], ctx.primitives.parallel_map(of, range(len(dys)))
        if theta.shape[0] and ctx.theta_gradient:
            total = parts[0][0]
            for own, _ in parts[1:]:
                total += own
            flat[start:stop] = total
        return [dx for _, dx in parts]

    return [y for y, _ in answers], pull
