"""The base of layers of image networks: a pure function of its part of θ and of pictures, with a pullback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import numpy as np

from limner.plugin import Array, Context, Graph, Node, ParameterLayout, namespace

Size: TypeAlias = tuple[int, int]
"""Height and width."""
Pull: TypeAlias = Callable[[Array, Array, int], Array]
"""``pull(dy, flat, start) -> dx`` writes the gradient of the layer's θ into ``flat`` from ``start`` on.

If ``ctx.input_gradient`` is False, dx is any array of its shape. If ``ctx.theta_gradient`` is False, flat may stay
unchanged.
"""
TilesPull: TypeAlias = Callable[[list[Array], Array, int], list[Array]]
"""A pullback of the tiles of a batch; it writes the sum of their gradients of θ."""
MAX_TILES = 4096  # of a batch; each has its own tile number, which keys its random draws
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Layer:
    """A function of pictures ``(c, n, h, w)``.

    Most layers process each picture independently, and implement ``forward`` and ``vjp``.

    A batch is split into tiles of a few pictures, which are processed in parallel. A layer that uses batch statistics
    sees all tiles while training, and implements the methods of tiles.
    """

    def out_channels(self, channels: int) -> int:
        """Return the number of output channels."""
        return channels

    def size(self, size: Size) -> Size:
        """Return height and width of the output."""
        return size

    def param_layout(self, channels: int) -> ParameterLayout:  # noqa: ARG002
        """Return the layout of θ for a number of input channels."""
        return ParameterLayout()

    def init_params(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG002
        """Return the initial θ, float32 on the host."""
        return np.empty(0, dtype=np.float32)

    def with_updated_buffers(self, theta: Array, channels: int) -> Array:  # noqa: ARG002
        """Return θ with updated buffers: fixed entries that are computed from the weights."""
        return theta

    def uses_batch_statistics(self) -> bool:
        """Return whether training processes the pictures of a batch together."""
        return False

    def samples_held(self, channels: int, size: Size) -> int:
        """Return the count of numbers per picture that a pullback keeps; by default the size of the output."""
        height, width = self.size(size)
        return self.out_channels(channels) * height * width

    def extended(self, graph: Graph) -> Graph:
        """Return the graph of a network with this layer at its end.

        By default that is a node with the name of the class if the layer has parameters or changes the shape, and none
        otherwise.
        """
        channels, size = graph.outputs(), height_width(graph)
        width, count = self.out_channels(channels), self.param_layout(channels).size
        if (width, self.size(size), count) == (channels, size, 0):
            return graph
        return graph.then(Node(width, self.size(size)[::-1], type(self).__name__.lower(), num_params=count))

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Return the output, storing nothing."""
        return self.vjp(theta, x, ctx)[0]

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Return the output and its pullback."""
        (y,), pull = self.vjp_tiles(theta, [x], ctx)
        return y, lambda dy, flat, start: pull([dy], flat, start)[0]

    def vjp_tiles(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[list[Array], TilesPull]:
        """Return the outputs of the tiles of a batch, computed in parallel, and their pullback."""
        return vjp_of_tiles(self.vjp, theta, xs, ctx)

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """Return θ with the statistics of a batch, and the outputs of the layer with that θ."""
        return theta, map_tiles(lambda x, at: self.forward(theta, x, at), xs, ctx)


def height_width(graph: Graph) -> Size:
    """Return height and width of the last map of a graph."""
    width, height = graph.last.size or (1, 1)
    return height, width


def map_tiles(function: Callable[[Array, Context], Result], xs: list[Array], ctx: Context) -> list[Result]:
    """Apply a function to each tile in parallel; the context gives each its own tile number."""
    if len(xs) == 1:
        return [function(xs[0], ctx)]
    first = MAX_TILES * ctx.tile
    return ctx.primitives.parallel_map(lambda i: function(xs[i], replace(ctx, tile=first + i)), range(len(xs)))


def vjp_of_tiles(
    vjp: Callable[[Array, Array, Context], tuple[Array, Pull]], theta: Array, xs: list[Array], ctx: Context
) -> tuple[list[Array], TilesPull]:
    """Return the outputs of a vjp of each tile, in parallel, and a pullback that sums the gradients of θ in order."""
    results = map_tiles(lambda x, at: vjp(theta, x, at), xs, ctx)

    def pull(dys: list[Array], flat: Array, start: int) -> list[Array]:
        if len(dys) == 1:
            return [results[0][1](dys[0], flat, start)]

        def pull_tile(i: int) -> tuple[Array, Array]:
            gradient = namespace(theta).empty_like(theta)
            return gradient, results[i][1](dys[i], gradient, 0)

        stop, parts = start + theta.shape[0], ctx.primitives.parallel_map(pull_tile, range(len(dys)))
        if theta.shape[0] and ctx.theta_gradient:
            total = parts[0][0]
            for gradient, _ in parts[1:]:
                total += gradient
            flat[start:stop] = total
        return [dx for _, dx in parts]

    return [y for y, _ in results], pull
