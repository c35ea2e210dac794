"""Small pictures of several tiles, together."""

from __future__ import annotations

from dataclasses import dataclass

from limner.plugin import Array, Context, namespace
from limner_plugins.layers.layer import Pull, TilesPull
from limner_plugins.layers.wrappers.wrapper import Wrapper

ENOUGH = 2**11  # points of a tile, from which on its products are as quick as larger ones
FEWEST = 2  # tiles that are left


@dataclass(frozen=True)
class BatchedLayer(Wrapper):
    """An inner layer, asked for fewer and larger tiles where those of a batch have few points.

    Deep in a network pictures are small and weights many: read for every picture, they take longer than what is
    multiplied with them.
    """

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """The inner layer's."""
        return self.inner.forward(theta, x, ctx)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """The inner layer's."""
        return self.inner.vjp(theta, x, ctx)

    def vjp_tiles(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[list[Array], TilesPull]:
        """Joined, asked, and cut again."""
        if not (ctx.training and self.uses_batch_statistics()):
            return super().vjp_tiles(theta, xs, ctx)
        counts = [int(x.shape[1]) for x in xs]
        groups = _groups(counts, xs[0].shape[2] * xs[0].shape[3])
        ys, pull = self.inner.vjp_tiles(theta, _joined(xs, groups), ctx)

        def back(dys: list[Array], flat: Array, start: int) -> list[Array]:
            return _cut(pull(_joined(dys, groups), flat, start), groups, counts)

        return _cut(ys, groups, counts), back

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """The inner layer is."""
        return self.inner.with_batch_statistics(theta, xs, ctx)


def _groups(counts: list[int], points: int) -> list[range]:
    """Neighbours that go together: as few groups as have enough points each, two at least where there are two."""
    wanted = max(FEWEST, sum(counts) * points // ENOUGH)
    each = -(-len(counts) // wanted)
    return [range(first, min(first + each, len(counts))) for first in range(0, len(counts), each)]


def _joined(xs: list[Array], groups: list[range]) -> list[Array]:
    if len(groups) == len(xs):
        return xs
    return [namespace(xs[0]).concat([xs[i] for i in group], axis=1) for group in groups]


def _cut(ys: list[Array], groups: list[range], counts: list[int]) -> list[Array]:
    if len(groups) == len(counts):
        return ys
    out = []
    for y, group in zip(ys, groups, strict=True):
        first = 0
        for i in group:
            out.append(y[:, first : first + counts[i], ...])
            first += counts[i]
    return out
