"""The problem: a model, a picture and a loss, as trainers see them: a number and its gradient by θ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from math import inf, log10
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from limner.namespace import Array, device, namespace
from limner.rng import MAX_SEED, child_rng
from limner.samples import Context, Samples
from limner.trainer import Problem, batches_per_epoch

if TYPE_CHECKING:
    from limner.backend import Backend, Runner
    from limner.loss import Loss
    from limner.model import Model

ROWS = {1: (0,), 2: (0, 3), 3: (0, 1, 2), 4: (0, 1, 2, 3)}
"""Which of the model's channels a picture of so many planes is compared with: a gray one with the first alone."""
GLANCE = 2**18
"""Points that are looked at to judge a large picture while it is learned."""
KEPT_FEATURES = 2**30
"""Bytes of features that are kept; beyond, encoders are asked at every step."""


class Judgement(NamedTuple):
    """How good a θ is: its loss, and the PSNR, in dB, of what it paints, clamped."""

    loss: float
    psnr: float


def _columns(array: Array, at: slice) -> Array:
    return array[:, at]


@dataclass(frozen=True)
class Points:
    """Some of a picture's points, on the backend: what the model is asked, and what it should have said.

    Attributes:
        samples: pixels, and features where they are kept.
        target: the picture's planes there, ``(c, n)``.
        weight: what each channel counts for, ``(c, n)``: colours by their opacity; None where nothing is clear.
    """

    samples: Samples
    target: Array
    weight: Array | None

    @property
    def count(self) -> int:
        """How many points these are."""
        return int(self.target.shape[1])

    def weighted(self, y: Array) -> Array:
        """Channels ``(c, n)`` by what they count for."""
        return y if self.weight is None else y * self.weight

    def cut(self, tile: int) -> Iterator[Points]:
        """The points in tiles; views, where the array library makes them."""
        for start in range(0, self.count, tile):
            yield self._map(partial(_columns, at=slice(start, min(start + tile, self.count))))

    def take(self, index: Array) -> Points:
        """The points at these places."""
        return self._map(lambda a: namespace(a).take(a, index, axis=1))

    def _map(self, chosen: Callable[[Array], Array]) -> Points:
        kept = self.samples.features
        samples = replace(
            self.samples,
            pixels=chosen(self.samples.pixels),
            features=None if kept is None else chosen(kept),
        )
        return Points(samples, chosen(self.target), None if self.weight is None else chosen(self.weight))


@dataclass(frozen=True)
class Rows:
    """All that is known of each point, beside each other: a point that is looked up is one stretch of memory.

    Attributes:
        table: ``(n, columns)``: pixels, features, target and weight.
        features: how many columns are features, and so on.
    """

    table: Array
    features: int
    target: int

    @staticmethod
    def of(points: Points) -> Rows:
        """The rows of points."""
        samples = points.samples
        parts = [samples.pixels, samples.features, points.target, points.weight]
        there = [part for part in parts if part is not None]
        xp, like = namespace(points.target), points.target if samples.features is None else samples.features
        columns = sum(part.shape[0] for part in there)
        # Written into a new array: a copy of the transposed one might keep its order in memory.
        table, start = xp.empty((points.count, columns), dtype=like.dtype, device=device(like)), 0
        for part in there:
            table[:, start : start + part.shape[0]] = xp.permute_dims(part, (1, 0))
            start += part.shape[0]
        kept = 0 if samples.features is None else samples.features.shape[0]
        return Rows(table, kept, points.target.shape[0])

    def take(self, index: Array) -> Points:
        """The points at these places, as views ``(k, n)`` of their rows."""
        xp = namespace(self.table)
        columns = xp.permute_dims(xp.take(self.table, index, axis=0), (1, 0))
        first, last = 2 + self.features, 2 + self.features + self.target
        samples = Samples(pixels=columns[:2, :], features=columns[2:first, :] if self.features else None)
        return Points(samples, columns[first:last, :], columns[last:, :] if columns.shape[0] > last else None)


class PictureProblem(Problem):
    """One picture to learn. Tiles run in parallel and are summed in a fixed order, so nothing depends on the threads.

    Colours of clear pixels do not count: both sides are multiplied by the picture's opacity first.

    Args:
        model: what learns.
        planes: the picture, float32 ``(c, h, w)`` with 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
        loss: how far the two are apart.
        backend: whose arrays these are.
        runner: of that backend; open for as long as the problem is asked.
        theta: θ at the start; features that learning never changes are made with it.
        drawn: a θ of the model from a seed.
    """

    def __init__(
        self,
        model: Model,
        planes: np.ndarray,
        loss: Loss,
        backend: Backend,
        runner: Runner,
        theta: np.ndarray,
        drawn: Callable[[int], np.ndarray],
    ) -> None:
        channels, height, width = planes.shape
        self.model, self.loss, self.backend, self.runner = model, loss, backend, runner
        self.rows = ROWS[channels]
        self.points = width * height
        self.learned, self.units = model.layout.learned, model.layout.units
        self._start, self._drawn = theta, drawn
        self.context = Context(size=(width, height), seed=model.recipe.seed, backend=backend, training=True)
        self._all = self._with_features(_points_of(planes, backend), backend.asarray(theta))
        self._permutation = lru_cache(maxsize=1)(self._shuffled)

    def value(self, theta: Array, ctx: Context) -> Array:
        """The loss over all points; of every row of a population ``(p, len θ)``, members side by side."""
        tiles = list(self._tiles(self._all))
        divisor = self.loss.divisor(len(self.rows), self.points)
        if theta.ndim == 1:
            return sum(self.runner.map(lambda tile: self._loss(theta, tile, ctx), tiles)) / divisor

        def of(member: int) -> Array:
            return sum(self._loss(theta[member, :], tile, ctx) for tile in tiles) / divisor

        return namespace(theta).stack(list(self.runner.map(of, range(theta.shape[0]))))

    def value_and_grad(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array]:
        """The loss and its gradient, over all points or over the batch of this step."""
        if 0 < batch < self.points:
            index = self._batch(ctx.step, batch)
            count, work = index.shape[0], self._cuts(index)
        else:
            count, work = self.points, self._tiles(self._all)
        divisor = self.loss.divisor(len(self.rows), count)
        parts = self.runner.map(lambda tile: self._gradient(theta, tile, ctx, divisor), work)
        total, gradient = next(parts)
        for value, part in parts:
            total = total + value
            gradient += part  # in place: it is ours since the pullback
        return total / divisor, gradient

    def draw(self, number: int) -> Array:
        """Another start, from a seed that follows from the recipe's and the number."""
        fresh = self._drawn(int(child_rng(self.context.seed, "start", number).integers(MAX_SEED)))
        return self.backend.asarray(np.where(self.learned, fresh, self._start).astype(self._start.dtype))

    def judge(self, theta: Array) -> Judgement:
        """The loss and the PSNR over all points, or of a large picture over a fixed choice of them."""
        points = self._glance

        def of(tile: Points) -> tuple[float, float]:
            y, target = self._forward(theta, tile, self.context), tile.target
            xp = namespace(y)
            error = tile.weighted(xp.clip(y, 0.0, 1.0) - target)
            loss = self.loss.value(tile.weighted(y), tile.weighted(target))
            return float(xp.sum(loss)), float(xp.sum(error * error))

        parts = list(self.runner.map(of, self._tiles(points)))
        channels = len(self.rows)
        loss = sum(part[0] for part in parts) / self.loss.divisor(channels, points.count)
        mean = sum(part[1] for part in parts) / (channels * points.count)
        return Judgement(loss, -10 * log10(mean) if mean > 0 else inf)

    def normal_equations(self, theta: Array, ctx: Context) -> tuple[Array, Array, Array]:
        """Not yet: second-order trainers bring them."""
        raise NotImplementedError("the problem of a picture has no normal equations yet")

    def _tiles(self, points: Points) -> Iterator[Points]:
        return points.cut(self._tile(points.count))

    def _tile(self, count: int) -> int:
        """A quarter of the points, within bounds: the cut depends on their number alone, never on the machine."""
        most = self.backend.tile
        return min(most, max(most // 4, -(-count // 4)))

    def _cuts(self, index: Array) -> Iterator[Array]:
        """The places of a batch's points, in tiles; the tiles look them up themselves, side by side."""
        count = index.shape[0]
        tile = self._tile(count)
        for start in range(0, count, tile):
            yield index[start : min(start + tile, count)]

    def _loss(self, theta: Array, tile: Points, ctx: Context) -> Array:
        y = self._forward(theta, tile, ctx)
        return namespace(y).sum(self.loss.value(tile.weighted(y), tile.weighted(tile.target)))

    def _forward(self, theta: Array, tile: Points, ctx: Context) -> Array:
        """What the model says, in the channels that the picture has."""
        with np.errstate(all="ignore"):  # an overflow shows in the loss, and is told by the loop
            return self._chosen(self.model.forward(theta, tile.samples, self._at(ctx)))

    def _gradient(self, theta: Array, tile: Points | Array, ctx: Context, divisor: int) -> tuple[Array, Array]:
        """A tile's loss, not divided, and its part of the gradient; a tile of a batch is the places of its points."""
        tile = tile if isinstance(tile, Points) else self._rows.take(tile)
        with np.errstate(all="ignore"):
            colours, pull = self.model.vjp(theta, tile.samples, self._at(ctx))
            y, target = tile.weighted(self._chosen(colours)), tile.weighted(tile.target)
            value = namespace(y).sum(self.loss.value(y, target))
            dy = tile.weighted(self.loss.gradient(y, target) * (1.0 / divisor))
            return value, pull(self._spread(dy, colours))

    def _at(self, ctx: Context) -> Context:
        return replace(self.context, step=ctx.step, progress=ctx.progress)

    def _chosen(self, colours: Array) -> Array:
        """The channels that the picture is compared in."""
        if colours.shape[0] == len(self.rows):
            return colours
        return namespace(colours).stack([colours[row, :] for row in self.rows])

    def _spread(self, dy: Array, colours: Array) -> Array:
        """The gradient of all channels, zero in those that are not compared."""
        if colours.shape[0] == len(self.rows):
            return dy
        xp = namespace(dy)
        given = {row: dy[i, :] for i, row in enumerate(self.rows)}
        return xp.stack([given.get(row, 0.0 * dy[0, :]) for row in range(colours.shape[0])])

    def _batch(self, step: int, batch: int) -> Array:
        """The places of this step's points: of each epoch's order, one stretch after the other."""
        epoch, place = divmod(step, batches_per_epoch(self.points, batch))
        return self.backend.asarray(self._permutation(epoch)[place * batch : (place + 1) * batch])

    @cached_property
    def _rows(self) -> Rows:
        """All points once more, as a batch looks them up."""
        return Rows.of(self._all)

    def _shuffled(self, epoch: int) -> np.ndarray:
        return child_rng(self.context.seed, "batches", epoch).permutation(self.points)

    @cached_property
    def _glance(self) -> Points:
        """The points that a θ is judged by."""
        if self.points <= GLANCE:
            return self._all
        chosen = np.sort(child_rng(0, "glance").choice(self.points, GLANCE, replace=False))
        return self._all.take(self.backend.asarray(chosen))

    def _with_features(self, points: Points, theta: Array) -> Points:
        """The points with what the encoders say of them, where that never changes and memory can hold it."""
        one = self.model.features(theta, next(points.cut(1)).samples, self.context)
        if one is None or 4 * one.shape[0] * self.points > KEPT_FEATURES:
            return points
        parts = self.runner.map(
            lambda tile: self.model.features(theta, tile.samples, self.context), points.cut(self.backend.tile)
        )
        features = namespace(theta).concat(list(parts), axis=1)
        return replace(points, samples=replace(points.samples, features=features))


def _points_of(planes: np.ndarray, backend: Backend) -> Points:
    """All points of a picture, row by row."""
    channels, height, width = planes.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) + np.float32(0.5)
    pixels = np.stack([columns.ravel(), rows.ravel()])
    clear = channels in (2, 4) and bool((planes[-1] < 1).any())
    weight = np.concatenate([np.repeat(planes[-1:], channels - 1, axis=0), np.ones_like(planes[-1:])])
    return Points(
        Samples(pixels=backend.asarray(pixels)),
        backend.asarray(np.ascontiguousarray(planes.reshape(channels, -1), dtype=np.float32)),
        backend.asarray(weight.reshape(channels, -1)) if clear else None,
    )
