"""A sequence of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import TypeAlias, TypeVar

import numpy as np

from limner.plugin import Array, Context, Graph, ParameterLayout, namespace
from limner_plugins.layers.layer import Layer, Pull, Size, TilesPull, map_tiles, vjp_of_tiles

Gradient = TypeVar("Gradient", Array, list[Array])
_Pull: TypeAlias = Callable[[Gradient, Array, int], Gradient]


@dataclass(frozen=True)
class Sequence(Layer):
    """Layers applied one after another; their parts of θ are concatenated in order.

    Consecutive layers without batch statistics process a batch tile by tile, all of them for one tile before the next,
    so that the tile stays in a core's cache.
    """

    layers: tuple[Layer, ...]

    def out_channels(self, channels: int) -> int:
        """Return the number of output channels of the last layer."""
        for layer in self.layers:
            channels = layer.out_channels(channels)
        return channels

    def size(self, size: Size) -> Size:
        """Return the output size of the last layer."""
        for layer in self.layers:
            size = layer.size(size)
        return size

    def param_layout(self, channels: int) -> ParameterLayout:
        """Return the layouts of all layers, with the index of the layer before each name."""
        return ParameterLayout.join(
            (str(i), layer.param_layout(c)) for i, (layer, c) in enumerate(self._with_channels(channels))
        )

    def init_params(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:
        """Return the initial θ of all layers, each drawn from its own generator."""
        parts, entries = [np.empty(0, np.float32)], layout.parameters
        for i, (layer, child) in enumerate(zip(self.layers, rng.spawn(len(self.layers)), strict=True)):
            prefix = f"{i}."
            own = [replace(e, name=e.name.removeprefix(prefix)) for e in entries if e.name.startswith(prefix)]
            parts.append(layer.init_params(ParameterLayout(tuple(own)), child))
        return np.concatenate(parts)

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with every layer in turn."""
        for layer in self.layers:
            graph = layer.extended(graph)
        return graph

    def with_updated_buffers(self, theta: Array, channels: int) -> Array:
        """Return θ with the updated buffers of every layer."""
        parts, start = [], 0
        for layer, c in self._with_channels(channels):
            stop = start + layer.param_layout(c).size
            parts.append(layer.with_updated_buffers(theta[start:stop], c))
            start = stop
        return namespace(theta).concat(parts, axis=0)

    def uses_batch_statistics(self) -> bool:
        """Return whether any of the layers does."""
        return self._any_batch_statistics

    def samples_held(self, channels: int, size: Size) -> int:
        """Return the total of all layers."""
        total = 0
        for layer, c in self._with_channels(channels):
            total += layer.samples_held(c, size)
            size = layer.size(size)
        return total

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Return the output of the last layer, storing nothing."""
        if ctx.training and self.uses_batch_statistics():
            return self.vjp_tiles(theta, [x], ctx)[0][0]
        for layer, theta_part in self._with_theta(theta, x.shape[0]):
            x = layer.forward(theta_part, x, ctx)
        return x

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Return the output of the last layer, and a pullback through all layers."""
        if ctx.training and self.uses_batch_statistics():
            return super().vjp(theta, x, ctx)
        pulls: list[tuple[Pull, int]] = []
        needs_input_gradient = ctx.input_gradient
        for layer, theta_part in self._with_theta(theta, x.shape[0]):
            same = needs_input_gradient == ctx.input_gradient
            x, pull = layer.vjp(theta_part, x, ctx if same else replace(ctx, input_gradient=needs_input_gradient))
            needs_input_gradient = needs_input_gradient or theta_part.shape[0] > 0
            pulls.append((pull, theta_part.shape[0]))

        return x, _backwards(pulls, theta.shape[0])

    def vjp_tiles(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[list[Array], TilesPull]:
        """Return the outputs and their pullback; layers with batch statistics process all tiles together."""
        if not (ctx.training and self.uses_batch_statistics()):
            return vjp_of_tiles(self.vjp, theta, xs, ctx)
        pulls: list[tuple[TilesPull, int]] = []
        needs_input_gradient = ctx.input_gradient
        for run, span in self._runs._spans(xs[0].shape[0]):
            xs, pull = run.vjp_tiles(theta[span], xs, replace(ctx, input_gradient=needs_input_gradient))
            needs_input_gradient = needs_input_gradient or span.stop > span.start
            pulls.append((pull, span.stop - span.start))

        return xs, _backwards(pulls, theta.shape[0])

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """Return θ and outputs after each layer has measured the outputs of the layers before it, already updated."""
        if not self.uses_batch_statistics():
            return theta, map_tiles(lambda x, at: self.forward(theta, x, at), xs, ctx)
        parts = []
        for layer, theta_part in self._with_theta(theta, xs[0].shape[0]):
            written, xs = layer.with_batch_statistics(theta_part, xs, ctx)
            parts.append(written)
        return namespace(theta).concat(parts, axis=0), xs

    def _with_channels(self, channels: int) -> Iterator[tuple[Layer, int]]:
        """Yield each layer with its number of input channels."""
        for layer in self.layers:
            yield layer, channels
            channels = layer.out_channels(channels)

    def _with_theta(self, theta: Array, channels: int) -> Iterator[tuple[Layer, Array]]:
        """Yield each layer with its part of θ."""
        for layer, span in self._spans(channels):
            yield layer, theta[span]

    def _spans(self, channels: int) -> list[tuple[Layer, slice]]:
        """Return each layer with the slice of its part of θ; the result is cached."""
        if channels not in self._span_cache:
            spans, start = [], 0
            for layer, c in self._with_channels(channels):
                stop = start + layer.param_layout(c).size
                spans.append((layer, slice(start, stop)))
                start = stop
            self._span_cache[channels] = spans
        return self._span_cache[channels]

    @cached_property
    def _span_cache(self) -> dict[int, list[tuple[Layer, slice]]]:
        return {}

    @cached_property
    def _any_batch_statistics(self) -> bool:
        return any(layer.uses_batch_statistics() for layer in self.layers)

    @cached_property
    def _runs(self) -> Sequence:
        """The layers, with consecutive ones without batch statistics merged into one sequence."""
        runs: list[Layer] = []
        for shared, group in groupby(self.layers, lambda layer: layer.uses_batch_statistics()):
            run = tuple(group)
            runs += run if shared else (Sequence(run),)
        return Sequence(tuple(runs))


def _backwards(pulls: list[tuple[_Pull[Gradient], int]], size: int) -> _Pull[Gradient]:
    """Return a pullback that chains those of layers, the last first; each comes with the length of its part of θ.

    The lengths sum to ``size``.
    """

    def pull_all(gradient: Gradient, flat: Array, start: int) -> Gradient:
        end = start + size
        for pull, count in reversed(pulls):
            end -= count
            gradient = pull(gradient, flat, end)
        return gradient

    return pull_all
