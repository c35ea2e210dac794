"""Batch normalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, Context, Graph, Parameter, ParameterLayout, namespace, total
from limner_plugins.layers.layer import Layer, Pull, TilesPull

EPSILON = 1e-5


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Normalisation of each channel to mean 0 and variance 1 over the batch, followed by a gain and a shift.

    Training uses the statistics of the whole batch. Rendering uses the mean and variance stored in θ, which are
    measured, not trained. θ is gain, shift, mean, variance.

    Source: S. Ioffe and C. Szegedy, "Batch normalization", 2015.
    """

    def param_layout(self, channels: int) -> ParameterLayout:
        """Return the trainable gain and shift, then the measured mean and variance."""
        trainable = [Parameter(name, (channels,)) for name in ("gain", "shift")]
        measured = [Parameter(name, (channels,), trainable=False) for name in ("mean", "variance")]
        return ParameterLayout((*trainable, *measured))

    def init_params(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG002
        """Return gains and variances of 1, shifts and means of 0."""
        ones = ("gain", "variance")
        return layout.pack({e.name: np.full(e.shape, float(e.name in ones)) for e in layout.parameters})

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the normalisation of its last node."""
        return graph.detailed("batch norm", self.param_layout(graph.outputs()).size)

    def uses_batch_statistics(self) -> bool:
        """Return True: training uses the statistics of the whole batch."""
        return True

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Return the pictures normalised with the statistics in θ, or with their own while training."""
        if ctx.training:
            return self.vjp_tiles(theta, [x], ctx)[0][0]
        gain, shift, mean, variance = _parts(theta)
        y = x - mean
        y *= gain * _scale(variance)
        y += shift
        return y

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Return the output and its pullback; pictures are independent except while training."""
        if ctx.training:
            return super().vjp(theta, x, ctx)
        gain, _, mean, variance = _parts(theta)
        scale = _scale(variance)

        def pull(dy: Array, flat: Array, start: int) -> Array:
            if ctx.theta_gradient:
                _write(flat, start, _sum(dy * ((x - mean) * scale)), _sum(dy))
            return dy * (gain * scale)

        return self.forward(theta, x, ctx), pull

    def vjp_tiles(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[list[Array], TilesPull]:
        """Return the outputs and their pullback, using the statistics of all tiles together."""
        if not ctx.training:
            return super().vjp_tiles(theta, xs, ctx)
        gain, shift, _, _ = _parts(theta)
        mean, variance = _measured(xs, ctx)
        scale = _scale(variance)
        parallel_map, tiles = ctx.primitives.parallel_map, range(len(xs))

        def normalised(i: int) -> tuple[Array, Array]:
            normal = xs[i] - mean
            normal *= scale
            y = normal * gain
            y += shift
            return normal, y

        normalised_tiles = parallel_map(normalised, tiles)

        def pull(dys: list[Array], flat: Array, start: int) -> list[Array]:
            sums = parallel_map(lambda i: (_sum(dys[i] * normalised_tiles[i][0]), _sum(dys[i])), tiles)
            dgain, dshift = total(part[0] for part in sums), total(part[1] for part in sums)
            _write(flat, start, dgain, dshift)
            inverse_count = 1.0 / sum(_count(x) for x in xs)

            def input_gradient(i: int) -> Array:
                dx = dys[i] - dshift * inverse_count
                dx -= normalised_tiles[i][0] * (dgain * inverse_count)
                dx *= gain * scale
                return dx

            return parallel_map(input_gradient, tiles)

        return [y for _, y in normalised_tiles], pull

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """Return θ with the mean and variance of the batch, and the outputs of the layer with that θ."""
        xp, c = namespace(theta), xs[0].shape[0]
        mean, variance = (xp.reshape(a, (c,)) for a in _measured(xs, ctx))
        theta = xp.concat([theta[: 2 * c], mean, variance], axis=0)
        return theta, ctx.primitives.parallel_map(lambda i: self.forward(theta, xs[i], ctx), range(len(xs)))


def _parts(theta: Array) -> list[Array]:
    """Return gain, shift, mean and variance, shaped to broadcast over pictures."""
    c = theta.shape[0] // 4
    return [theta[i * c : (i + 1) * c, None, None, None] for i in range(4)]


def _scale(variance: Array) -> Array:
    return 1.0 / namespace(variance).sqrt(variance + EPSILON)


def _sum(x: Array) -> Array:
    return namespace(x).sum(x, axis=(1, 2, 3), keepdims=True)


def _count(x: Array) -> int:
    """Return the count of numbers in a channel."""
    return int(x.shape[1] * x.shape[2] * x.shape[3])


def _measured(xs: list[Array], ctx: Context) -> tuple[Array, Array]:
    """Return the mean and variance of each channel, combined from those of the tiles in order.

    Source: T. Chan et al., "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
    """

    def tile_statistics(i: int) -> tuple[Array, Array]:
        mean = _sum(xs[i]) / max(1, _count(xs[i]))
        centred = xs[i] - mean
        centred *= centred
        return mean, _sum(centred)

    (mean, squares), *others = ctx.primitives.parallel_map(tile_statistics, range(len(xs)))
    count = _count(xs[0])
    for x, (tile_mean, tile_squares) in zip(xs[1:], others, strict=True):
        tile_count = _count(x)
        difference = tile_mean - mean
        mean = mean + difference * (tile_count / (count + tile_count))
        squares = squares + tile_squares + difference * difference * (count * tile_count / (count + tile_count))
        count += tile_count
    return mean, squares / max(1, count)


def _write(flat: Array, start: int, dgain: Array, dshift: Array) -> None:
    """Write the gradients of gain and shift, and 0 for mean and variance."""
    xp, c = namespace(dgain), dgain.shape[0]
    flat[start : start + c] = xp.reshape(dgain, (c,))
    flat[start + c : start + 2 * c] = xp.reshape(dshift, (c,))
    flat[start + 2 * c : start + 4 * c] = 0.0
