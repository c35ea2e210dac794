"""Connections that go past layers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from limner.plugin import Array, Context, empty_theta, namespace
from limner_plugins.layers.layer import Pull, Size, TilesPull, each
from limner_plugins.layers.sequence import Sequence
from limner_plugins.layers.wrappers.wrapper import Wrapper

NOTHING = Sequence(())


@dataclass(frozen=True)
class Skip(Wrapper, ABC):
    """What an inner layer gives, joined with what goes past it.

    That is what the inner layer was told, as it is or as layers without θ make it; the two are of one height and width.
    """

    past: Sequence = NOTHING

    @abstractmethod
    def join(self, y: Array, past: Array) -> Array:
        """Return both as one."""

    @abstractmethod
    def split(self, dy: Array, inner: int, past: int) -> tuple[Array, Array]:
        """Return the gradients of the inner layer's output and of what went past it, by their channels."""

    def samples_held(self, channels: int, size: Size) -> int:
        """What the inner layer keeps, and the two joined."""
        height, width = self.size(size)
        return self.inner.samples_held(channels, size) + self.out_channels(channels) * height * width

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Keeps x until the inner layer is done."""
        return self.join(self.inner.forward(theta, x, ctx), self.past.forward(empty_theta(x), x, ctx))

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """The gradients of both ways are added."""
        y, pull = self.inner.vjp(theta, x, ctx)
        z, pull_past = self.past.vjp(empty_theta(x), x, ctx)
        channels = y.shape[0], z.shape[0]

        def back(dy: Array, flat: Array, start: int) -> Array:
            dinner, dpast = self.split(dy, *channels)
            dx = pull(dinner, flat, start)
            return dx + pull_past(dpast, flat, start) if ctx.input_gradient else x

        return self.join(y, z), back

    def vjp_tiles(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[list[Array], TilesPull]:
        """The same, whether the inner layer mixes tiles or not."""
        if not (ctx.training and self.uses_batch_statistics()):
            return super().vjp_tiles(theta, xs, ctx)
        ys, pull = self.inner.vjp_tiles(theta, xs, ctx)
        zs, pull_past = self.past.vjp_tiles(empty_theta(theta), xs, ctx)
        channels = ys[0].shape[0], zs[0].shape[0]

        def back(dys: list[Array], flat: Array, start: int) -> list[Array]:
            both = [self.split(dy, *channels) for dy in dys]
            dxs = pull([dinner for dinner, _ in both], flat, start)
            if not ctx.input_gradient:
                return xs
            dpasts = pull_past([dpast for _, dpast in both], flat, start)
            return ctx.primitives.parallel_map(lambda i: dxs[i] + dpasts[i], range(len(dxs)))

        return ctx.primitives.parallel_map(lambda i: self.join(ys[i], zs[i]), range(len(xs))), back

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """The inner layer is."""
        if not self.uses_batch_statistics():
            return theta, each(lambda x, at: self.forward(theta, x, at), xs, ctx)
        theta, ys = self.inner.with_batch_statistics(theta, xs, ctx)
        pasts = (self.past.forward(empty_theta(theta), x, ctx) for x in xs)
        return theta, [self.join(y, past) for y, past in zip(ys, pasts, strict=True)]


@dataclass(frozen=True)
class Concatenate(Skip):
    """The inner layer's channels, then those that went past it."""

    def out_channels(self, channels: int) -> int:
        """Both numbers together."""
        return self.inner.out_channels(channels) + self.past.out_channels(channels)

    def samples_held(self, channels: int, size: Size) -> int:
        """What the inner layer keeps: an activation follows, which keeps what it makes of both."""
        return self.inner.samples_held(channels, size)

    def join(self, y: Array, past: Array) -> Array:
        """One below the other."""
        return namespace(y).concat([y, past], axis=0)

    def split(self, dy: Array, inner: int, past: int) -> tuple[Array, Array]:  # noqa: ARG002
        """Each its own."""
        return dy[:inner, ...], dy[inner:, ...]


@dataclass(frozen=True)
class Add(Skip):
    """The sum of both; one channel that goes past is added to each."""

    def join(self, y: Array, past: Array) -> Array:
        """The sum."""
        return y + past

    def split(self, dy: Array, inner: int, past: int) -> tuple[Array, Array]:
        """To both the same."""
        return dy, dy if inner == past else namespace(dy).sum(dy, axis=0, keepdims=True)
