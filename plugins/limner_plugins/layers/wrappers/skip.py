"""Skip connections around layers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from limner.plugin import Array, Context, Graph, Join, empty_theta, namespace
from limner_plugins.layers.layer import Pull, Size, TilesPull, map_tiles
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.wrappers.wrapper import Wrapper

IDENTITY = Sequence(())


@dataclass(frozen=True)
class Skip(Wrapper, ABC):
    """The output of an inner layer joined with a shortcut around it.

    The shortcut is the input of the inner layer, unchanged or after layers without θ. Both have the same height and
    width.
    """

    shortcut: Sequence = IDENTITY
    joins: ClassVar[Join] = "add"
    """How the shortcut is joined, for diagrams."""
    join_label: ClassVar[str] = ""
    """The label of the shortcut in a diagram."""

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the inner layer, and an edge for the shortcut."""
        source, channels = len(graph.nodes) - 1, graph.outputs()
        around = self.shortcut.extended(Graph.start(channels, graph.last.size))
        steps = dict.fromkeys(node.operation for node in around.nodes[1:])
        return self.inner.extended(graph).joined(source, self.joins, ", ".join([*steps]) or self.join_label)

    @abstractmethod
    def join(self, y: Array, shortcut: Array) -> Array:
        """Return the inner layer's output and the shortcut joined into one array."""

    @abstractmethod
    def split(self, dy: Array, inner: int, shortcut: int) -> tuple[Array, Array]:
        """Return the gradients of the inner layer's output and of the shortcut, given their numbers of channels."""

    def samples_held(self, channels: int, size: Size) -> int:
        """Return what the inner layer keeps, plus the joined output."""
        height, width = self.size(size)
        return self.inner.samples_held(channels, size) + self.out_channels(channels) * height * width

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Return the inner layer's output joined with the shortcut; x stays in memory until then."""
        return self.join(self.inner.forward(theta, x, ctx), self.shortcut.forward(empty_theta(x), x, ctx))

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Return the joined output, and a pullback that adds the gradients of both paths."""
        y, pull = self.inner.vjp(theta, x, ctx)
        z, pull_shortcut = self.shortcut.vjp(empty_theta(x), x, ctx)
        channels = y.shape[0], z.shape[0]

        def back(dy: Array, flat: Array, start: int) -> Array:
            dinner, dshortcut = self.split(dy, *channels)
            dx = pull(dinner, flat, start)
            return dx + pull_shortcut(dshortcut, flat, start) if ctx.input_gradient else x

        return self.join(y, z), back

    def vjp_tiles(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[list[Array], TilesPull]:
        """Return the joined outputs of the tiles of a batch, and their pullback."""
        if not (ctx.training and self.uses_batch_statistics()):
            return super().vjp_tiles(theta, xs, ctx)
        ys, pull = self.inner.vjp_tiles(theta, xs, ctx)
        zs, pull_shortcut = self.shortcut.vjp_tiles(empty_theta(theta), xs, ctx)
        channels = ys[0].shape[0], zs[0].shape[0]

        def back(dys: list[Array], flat: Array, start: int) -> list[Array]:
            split_gradients = [self.split(dy, *channels) for dy in dys]
            dxs = pull([dinner for dinner, _ in split_gradients], flat, start)
            if not ctx.input_gradient:
                return xs
            dshortcuts = pull_shortcut([dshortcut for _, dshortcut in split_gradients], flat, start)
            return ctx.primitives.parallel_map(lambda i: dxs[i] + dshortcuts[i], range(len(dxs)))

        return ctx.primitives.parallel_map(lambda i: self.join(ys[i], zs[i]), range(len(xs))), back

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """Return θ with the batch statistics of the inner layer, and the joined outputs."""
        if not self.uses_batch_statistics():
            return theta, map_tiles(lambda x, at: self.forward(theta, x, at), xs, ctx)
        theta, ys = self.inner.with_batch_statistics(theta, xs, ctx)
        shortcuts = (self.shortcut.forward(empty_theta(theta), x, ctx) for x in xs)
        return theta, [self.join(y, shortcut) for y, shortcut in zip(ys, shortcuts, strict=True)]


@dataclass(frozen=True)
class Concatenate(Skip):
    """The channels of the inner layer, followed by those of the shortcut."""

    joins: ClassVar[Join] = "concatenate"

    def out_channels(self, channels: int) -> int:
        """Return the sum of both numbers of channels."""
        return self.inner.out_channels(channels) + self.shortcut.out_channels(channels)

    def samples_held(self, channels: int, size: Size) -> int:
        """Return what the inner layer keeps; the activation that follows keeps the joined output."""
        return self.inner.samples_held(channels, size)

    def join(self, y: Array, shortcut: Array) -> Array:
        """Return both, concatenated along the channels."""
        return namespace(y).concat([y, shortcut], axis=0)

    def split(self, dy: Array, inner: int, shortcut: int) -> tuple[Array, Array]:  # noqa: ARG002
        """Return the gradient split by channels."""
        return dy[:inner, ...], dy[inner:, ...]


@dataclass(frozen=True)
class Add(Skip):
    """The sum of the inner layer's output and the shortcut; a single-channel shortcut is added to every channel."""

    def join(self, y: Array, shortcut: Array) -> Array:
        """Return the sum."""
        return y + shortcut

    def split(self, dy: Array, inner: int, shortcut: int) -> tuple[Array, Array]:
        """Return the gradient for both; that of a single-channel shortcut is summed over the channels."""
        return dy, dy if inner == shortcut else namespace(dy).sum(dy, axis=0, keepdims=True)
