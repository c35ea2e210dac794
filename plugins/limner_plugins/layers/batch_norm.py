"""Batch normalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, Context, Parameter, ParameterLayout, namespace, total
from limner_plugins.layers.layer import Layer, Pull, TilesPull

EPSILON = 1e-5


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Each channel to mean 0 and variance 1, then times a gain and a shift on.

    While training, over the whole batch; while painting, by the mean and variance that were measured and lie in θ,
    not learned. θ is gain, shift, mean, variance.

    Source: S. Ioffe and C. Szegedy, "Batch normalization", 2015.
    """

    def param_layout(self, channels: int) -> ParameterLayout:
        """What is learned, then what is measured."""
        learned = [Parameter(name, (channels,)) for name in ("gain", "shift")]
        measured = [Parameter(name, (channels,), trainable=False) for name in ("mean", "variance")]
        return ParameterLayout((*learned, *measured))

    def init_params(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG002
        """As if all had mean 0 and variance 1."""
        ones = ("gain", "variance")
        return layout.pack({e.name: np.full(e.shape, float(e.name in ones)) for e in layout.parameters})

    def uses_batch_statistics(self) -> bool:
        """The statistics are the whole batch's."""
        return True

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """By what lies in θ, unless this is a training."""
        if ctx.training:
            return self.vjp_tiles(theta, [x], ctx)[0][0]
        gain, shift, mean, variance = _parts(theta)
        y = x - mean
        y *= gain * _scale(variance)
        y += shift
        return y

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """While painting each picture stands by itself."""
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
        """By the statistics of all tiles together."""
        if not ctx.training:
            return super().vjp_tiles(theta, xs, ctx)
        gain, shift, _, _ = _parts(theta)
        mean, variance = _measured(xs, ctx)
        scale = _scale(variance)
        spread, tiles = ctx.primitives.parallel_map, range(len(xs))

        def normalised(i: int) -> tuple[Array, Array]:
            normal = xs[i] - mean
            normal *= scale
            y = normal * gain
            y += shift
            return normal, y

        answers = spread(normalised, tiles)

        def pull(dys: list[Array], flat: Array, start: int) -> list[Array]:
            parts = spread(lambda i: (_sum(dys[i] * answers[i][0]), _sum(dys[i])), tiles)
            dgain, dshift = total(part[0] for part in parts), total(part[1] for part in parts)
            _write(flat, start, dgain, dshift)
            each = 1.0 / sum(_numbers(x) for x in xs)

            def back(i: int) -> Array:
                dx = dys[i] - dshift * each
                dx -= answers[i][0] * (dgain * each)
                dx *= gain * scale
                return dx

            return spread(back, tiles)

        return [y for _, y in answers], pull

    def with_batch_statistics(self, theta: Array, xs: list[Array], ctx: Context) -> tuple[Array, list[Array]]:
        """The batch's mean and variance written into θ."""
        xp, c = namespace(theta), xs[0].shape[0]
        mean, variance = (xp.reshape(a, (c,)) for a in _measured(xs, ctx))
        theta = xp.concat([theta[: 2 * c], mean, variance], axis=0)
        return theta, ctx.primitives.parallel_map(lambda i: self.forward(theta, xs[i], ctx), range(len(xs)))


def _parts(theta: Array) -> list[Array]:
    """Gain, shift, mean and variance, to be broadcast over pictures."""
    c = theta.shape[0] // 4
    return [theta[i * c : (i + 1) * c, None, None, None] for i in range(4)]


def _scale(variance: Array) -> Array:
    return 1.0 / namespace(variance).sqrt(variance + EPSILON)


def _sum(x: Array) -> Array:
    return namespace(x).sum(x, axis=(1, 2, 3), keepdims=True)


def _numbers(x: Array) -> int:
    """How many numbers a channel has."""
    return int(x.shape[1] * x.shape[2] * x.shape[3])


def _measured(xs: list[Array], ctx: Context) -> tuple[Array, Array]:
    """Mean and variance of each channel: each tile's about its own mean, put together in the tiles' order.

    Source: T. Chan et al., "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
    """

    def of(i: int) -> tuple[Array, Array]:
        mean = _sum(xs[i]) / max(1, _numbers(xs[i]))
        centred = xs[i] - mean
        centred *= centred
        return mean, _sum(centred)

    (mean, squares), *others = ctx.primitives.parallel_map(of, range(len(xs)))
    count = _numbers(xs[0])
    for x, (its, more) in zip(xs[1:], others, strict=True):
        new = _numbers(x)
        apart = its - mean
        mean = mean + apart * (new / (count + new))
        squares = squares + more + apart * apart * (count * new / (count + new))
        count += new
    return mean, squares / max(1, count)


def _write(flat: Array, start: int, dgain: Array, dshift: Array) -> None:
    """The gradients of what is learned; 0 for what is measured."""
    xp, c = namespace(dgain), dgain.shape[0]
    flat[start : start + c] = xp.reshape(dgain, (c,))
    flat[start + c : start + 2 * c] = xp.reshape(dshift, (c,))
    flat[start + 2 * c : start + 4 * c] = 0.0
