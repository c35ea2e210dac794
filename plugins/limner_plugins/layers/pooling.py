"""Pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from limner.plugin import Array, Context, Graph, Node, namespace
from limner_plugins.layers.convolutions.geometry import sides
from limner_plugins.layers.layer import Layer, Pull, Size, height_width


@dataclass(frozen=True)
class SquarePool(Layer):
    """One number for each square of ``side`` by ``side`` numbers; incomplete squares at the edges are dropped."""

    side: int = 2
    pools: ClassVar[str] = ""
    """What the layer does, for diagrams."""

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the pooled map."""
        height, width = self.size(height_width(graph))
        return graph.then(Node(graph.outputs(), (width, height), f"{self.pools} pooling {self.side}×{self.side}"))

    def size(self, size: Size) -> Size:
        """Return the size divided by ``side``."""
        return size[0] // self.side, size[1] // self.side


@dataclass(frozen=True)
class AveragePool(SquarePool):
    """The mean of each square."""

    pools: ClassVar[str] = "average"

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:  # noqa: ARG002
        """Return the means and their pullback, which shares a gradient equally."""
        parts = [x[place] for place in _places(self.side, self.size(sides(x)))]
        part = 1.0 / self.side**2
        y = sum(parts[1:], start=parts[0]) * part

        def pull(dy: Array, flat: Array, start: int) -> Array:  # noqa: ARG001
            dx, share = namespace(x).zeros_like(x), dy * part
            for place in _places(self.side, dy.shape[2:]):
                dx[place] = share
            return dx

        return y, pull


@dataclass(frozen=True)
class GlobalMean(Layer):
    """The mean of each channel of each picture, as a map of 1 x 1."""

    def size(self, size: Size) -> Size:  # noqa: ARG002
        """Return 1 x 1."""
        return 1, 1

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the means."""
        return graph.then(Node(graph.outputs(), (1, 1), "mean of the map"))

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:  # noqa: ARG002
        """Return the means and their pullback, which shares a gradient equally."""
        xp, share = namespace(x), 1.0 / max(1, x.shape[2] * x.shape[3])

        def pull(dy: Array, flat: Array, start: int) -> Array:  # noqa: ARG001
            return xp.broadcast_to(dy * share, x.shape)

        return xp.sum(x, axis=(2, 3), keepdims=True) * share, pull


@dataclass(frozen=True)
class MaxPool(SquarePool):
    """The maximum of each square."""

    pools: ClassVar[str] = "max"

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:  # noqa: ARG002
        """Return the maxima and their pullback, which gives the whole gradient to the first maximum."""
        xp = namespace(x)
        places = _places(self.side, self.size(sides(x)))
        y = x[places[0]]
        for place in places[1:]:
            y = xp.maximum(y, x[place])

        def pull(dy: Array, flat: Array, start: int) -> Array:  # noqa: ARG001
            dx, rest = xp.zeros_like(x), dy
            for place in places:
                part = rest * xp.astype(x[place] == y, rest.dtype)
                dx[place] = part
                rest = rest - part
            return dx

        return y, pull


def _places(side: int, size: tuple[int, ...]) -> list[tuple[slice, ...]]:
    """Return, for each position in a square, the slices of the numbers at that position."""
    return [
        (slice(None), slice(None), slice(i, size[0] * side, side), slice(j, size[1] * side, side))
        for i in range(side)
        for j in range(side)
    ]
