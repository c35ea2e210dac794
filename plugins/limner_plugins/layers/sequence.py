"""Layers one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import TypeAlias, TypeVar

import numpy as np

from limner.plugin import Array, Context, ParameterLayout, namespace
from limner_plugins.layers.layer import Layer, Pull, Size, TilesPull, each, vjp_of_each

Gradient = TypeVar("Gradient", Array, list[Array])
_Pull: TypeAlias = Callable[[Gradient, Array, int], Gradient]


@dataclass(frozen=True)
class Sequence(Layer):
    """Each layer takes what the one before it gives; their pieces of θ lie one behind the other.

    Of a batch in tiles, layers that do not mix pictures are asked for one tile after the other, all of them at once:
    what a tile is made of stays in a core's cache.
    """

    layers: tuple[Layer, ...]

    def out_channels(self, channels: int) -> int:
        """The last one's."""
        for layer in self.layers:
            channels = layer.out_channels(channels)
        return channels

    def size(self, size: Size) -> Size:
        """The last one's."""
        for layer in self.layers:
            size = layer.size(size)
        return size

    def param_layout(self, channels: int) -> ParameterLayout:
        """Each layer's, led by its place."""
        return ParameterLayout.join(
            (str(i), layer.param_layout(c)) for i, (layer, c) in enumerate(self._told(channels))
        )

    def init_params(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:
        """Each layer from a generator of its own."""
        parts, entries = [np.empty(0, np.float32)], layout.parameters
        for i, (layer, child) in enumerate(zip(self.layers, rng.spawn(len(self.layers)), strict=True)):
            lead = f"{i}."
            own = [replace(e, name=e.name.removeprefix(lead)) for e in entries if e.name.startswith(lead)]
            parts.append(layer.init_params(ParameterLayout(tuple(own)), child))
        return np.concatenate(parts)

    def with_updated_buffers(self, theta: Array, channels: int) -> Array:
        """Each layer's."""
        parts, start = [], 0
        for layer, c in self._told(channels):
            stop = start + layer.param_layout(c).size
            parts.append(layer.with_updated_buffers(theta[start:stop], c))
            start = stop
        return namespace(theta).concat(parts, axis=0)

    def uses_batch_statistics(self) -> bool:
        """Does one of them?"""
        return self._mixes

    def samples_held(self, channels: int, size: Size) -> int:
        """What they keep together."""
        total = 0
        for layer, c in self._told(channels):
            total += layer.samples_held(c, size)
            size = layer.size(size)
        return total

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """One after the other, keeping nothing."""
        if ctx.training and self.uses_batch_statistics():
            return self.vjp_tiles(theta, [x], ctx)[0][0]
        for layer, own in self._owned(theta, x.shape[0]):
            x = layer.forward(own, x, ctx)
        return x

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """One after the other, and back."""
        if ctx.training and self.uses_batch_statistics():
            return super().vjp(theta, x, ctx)
        pulls: list[tuple[Pull, int]] = []
        asked = ctx.input_gradient
        for layer, own in self._owned(theta, x.shape[0]):
            x, pull = layer.vjp(own, x, ctx if asked == ctx.input_gradient else replace(ctx, input_gradient=asked))
            asked = asked or own.shape[0] > 0
            pulls.append((pull, own.shape[0]))

        return x, _backwards(pulls, theta.shape[0])

    def vjp_tiles(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[list[Array], TilesPull]:
        """Runs of layers that do not mix tile by tile, the others with all tiles."""
        if not (ctx.training and self.uses_batch_statistics()):
            return vjp_of_each(self.vjp, theta, xs, ctx)
        pulls: list[tuple[TilesPull, int]] = []
        asked = ctx.input_gradient
        for run, span in self._runs._spans(xs[0].shape[0]):
            xs, pull = run.vjp_tiles(theta[span], xs, replace(ctx, input_gradient=asked))
            asked = asked or span.stop > span.start
            pulls.append((pull, span.stop - span.start))

        return xs, _backwards(pulls, theta.shape[0])

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """One layer after the other: each measures what those before it give when they are calibrated."""
        if not self.uses_batch_statistics():
            return theta, each(lambda x, at: self.forward(theta, x, at), xs, ctx)
        parts = []
        for layer, own in self._owned(theta, xs[0].shape[0]):
            written, xs = layer.with_batch_statistics(own, xs, ctx)
            parts.append(written)
        return namespace(theta).concat(parts, axis=0), xs

    def _told(self, channels: int) -> Iterator[tuple[Layer, int]]:
        """Each layer and the channels that it takes."""
        for layer in self.layers:
            yield layer, channels
            channels = layer.out_channels(channels)

    def _owned(self, theta: Array, channels: int) -> Iterator[tuple[Layer, Array]]:
        """Each layer and its piece of θ."""
        for layer, span in self._spans(channels):
            yield layer, theta[span]

    def _spans(self, channels: int) -> list[tuple[Layer, slice]]:
        """Each layer and where its piece of θ lies; worked out once."""
        if channels not in self._known:
            spans, start = [], 0
            for layer, c in self._told(channels):
                stop = start + layer.param_layout(c).size
                spans.append((layer, slice(start, stop)))
                start = stop
            self._known[channels] = spans
        return self._known[channels]

    @cached_property
    def _known(self) -> dict[int, list[tuple[Layer, slice]]]:
        return {}

    @cached_property
    def _mixes(self) -> bool:
        return any(layer.uses_batch_statistics() for layer in self.layers)

    @cached_property
    def _runs(self) -> Sequence:
        """Neighbours that do not mix as one, each that does by itself."""
        runs: list[Layer] = []
        for mixes, group in groupby(self.layers, lambda layer: layer.uses_batch_statistics()):
            run = tuple(group)
            runs += run if mixes else (Sequence(run),)
        return Sequence(tuple(runs))


def _backwards(pulls: list[tuple[_Pull[Gradient], int]], size: int) -> _Pull[Gradient]:
    """Chain the pullbacks of layers, the last first; each comes with the length of its piece of θ, ``size`` in all."""

    def pull_all(gradient: Gradient, flat: Array, start: int) -> Gradient:
        end = start + size
        for pull, count in reversed(pulls):
            end -= count
            gradient = pull(gradient, flat, end)
        return gradient

    return pull_all
