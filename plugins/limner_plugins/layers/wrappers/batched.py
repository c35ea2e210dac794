"""Merging tiles of small pictures."""

from __future__ import annotations

from dataclasses import dataclass

from limner.plugin import Array, Context, namespace
from limner_plugins.layers.layer import Pull, TilesPull
from limner_plugins.layers.wrappers.wrapper import Wrapper

MIN_TILE_POINTS = 2**11  # points of a tile above which larger products are no faster
MIN_TILES = 2  # the fewest tiles after merging


@dataclass(frozen=True)
class BatchedLayer(Wrapper):
    """An inner layer that gets fewer and larger tiles if those of a batch have few points.

    Deep in a network pictures are small and weights many. Reading the weights for every tile would take longer than
    multiplying them.
    """

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Return the output of the inner layer."""
        return self.inner.forward(theta, x, ctx)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Return the output of the inner layer and its pullback."""
        return self.inner.vjp(theta, x, ctx)

    def vjp_tiles(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[list[Array], TilesPull]:
        """Return the outputs of the inner layer for merged tiles, split again, and their pullback."""
        if not (ctx.training and self.uses_batch_statistics()):
            return super().vjp_tiles(theta, xs, ctx)
        counts = [int(x.shape[1]) for x in xs]
        groups = _groups(counts, xs[0].shape[2] * xs[0].shape[3])
        ys, pull = self.inner.vjp_tiles(theta, _joined(xs, groups), ctx)

        def back(dys: list[Array], flat: Array, start: int) -> list[Array]:
            return _cut(pull(_joined(dys, groups), flat, start), groups, counts)

        return _cut(ys, groups, counts), back

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """Return θ with the batch statistics of the inner layer, and its outputs."""
        return self.inner.with_batch_statistics(theta, xs, ctx)


def _groups(counts: list[int], points: int) -> list[range]:
    """Return groups of consecutive tiles to merge: groups with enough points each, but at least two of them."""
    number = max(MIN_TILES, sum(counts) * points // MIN_TILE_POINTS)
    size = -(-len(counts) // number)
    return [range(first, min(first + size, len(counts))) for first in range(0, len(counts), size)]


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
