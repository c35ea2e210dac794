"""The problem: a model, a picture and a loss, as trainers see them: a number and its gradient by θ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property, lru_cache
from math import inf, log10
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from limner.arrays.namespace import Array, namespace
from limner.stages.context import Context
from limner.stages.problem import Problem, batches_per_epoch
from limner.training.batches import Lesson, Lookup, plates_of, points_of
from limner.utils.limits import MAX_SEED
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from limner.models.base import Model
    from limner.stages.backend import Backend, Runner
    from limner.stages.loss import Loss
    from limner.training.filename_codes import Codes

ROWS = {1: (0,), 2: (0, 3), 3: (0, 1, 2), 4: (0, 1, 2, 3)}
"""Which of the model's channels a picture of so many planes is compared with: a gray one with the first alone."""
GLANCE = 2**18
"""Points that are looked at to judge a large picture while it is learned."""
NARROW = 2**21
"""Numbers of a Jacobian that a tile holds for each channel."""
PLATES = 2**20
"""Points of a tile of pictures that a code gives whole."""
KEPT_FEATURES = 2**30
"""Bytes of features that are kept; beyond, encoders are asked at every step."""
WORTH = 2**23
"""Points of a tile times numbers of θ, at least, or as many points as a tile takes. Threads hand over the interpreter's
lock at each operation: with 3 x 15 units one tile of 2^14 points is 1.4 times as fast as four on two cores."""
COMPANIES = 4
"""Of members of a population, for each thread: one future a member costs more than it shares out."""


class Judgement(NamedTuple):
    """How good a θ is: its loss, and the PSNR, in dB, of what it paints, clamped; and the SSIM, where that is asked."""

    loss: float
    psnr: float
    ssim: float | None = None


class PictureProblem(Problem):
    """A picture to learn, or several, each behind a code.

    Tiles run in parallel and are summed in a fixed order, so nothing depends on the threads.

    Colours of clear pixels do not count: both sides are multiplied by the picture's opacity first.

    Args:
        model: what learns.
        planes: the picture, float32 ``(c, h, w)`` with 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA; or several, one a row.
        loss: how far the two are apart.
        backend: whose arrays these are.
        runner: of that backend; open for as long as the problem is asked.
        theta: θ at the start; features that learning never changes are made with it.
        drawn: a θ of the model from a seed.
        codes: what is pressed for each picture; where there is none, all points are of one.

    Where the model gives a picture whole, ``points`` counts pictures.
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
        codes: Codes | None = None,
    ) -> None:
        pictures = planes if planes.ndim == 4 else planes[None, ...]
        channels, height, width = pictures.shape[1:]
        self.model, self.loss, self.backend, self.runner = model, loss, backend, runner
        self.rows = ROWS[channels]
        self.learned, self.units = model.layout.learned, model.layout.units
        self._start, self._drawn = theta, drawn
        self.context = Context(size=(width, height), seed=model.recipe.seed, backend=backend, training=True)
        whole = plates_of(pictures, codes, backend) if codes is not None and model.plate else None
        given: Lesson = whole or points_of(pictures, codes, backend)
        self.points = given.count
        self._pixels = given.numbers // given.count
        self._all = self._with_features(given, backend.asarray(theta))
        self._permutation = lru_cache(maxsize=1)(self._shuffled)

    def value(self, theta: Array, ctx: Context, batch: int = 0) -> Array:
        """The loss; of every row of a population ``(p, len θ)``, members side by side."""
        count, work = self._work(ctx.step, batch, crowd=theta.ndim > 1)
        divisor = self.loss.divisor(len(self.rows), count)
        if theta.ndim == 1:
            return sum(self.runner.map(lambda tile: self._loss(theta, tile, ctx), work)) / divisor
        return self._values(theta, list(work), ctx) / divisor

    def value_and_grad(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array]:
        """The loss and its gradient, over all points or over the batch of this step."""
        count, work = self._work(ctx.step, batch)
        divisor = self.loss.divisor(len(self.rows), count)
        parts = self.runner.map(lambda tile: self._gradient(theta, tile, ctx, divisor), work)
        total, gradient = next(parts)
        for value, part in parts:
            total = total + value
            gradient += part  # in place: it is ours since the pullback
        return total / divisor, gradient

    def normal_equations(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array, Array]:
        """The loss, JᵀJ and Jᵀr, tile by tile and channel by channel: the whole Jacobian is never held."""
        count, work = self._work(ctx.step, batch)
        divisor = self.loss.divisor(len(self.rows), count)
        self.loss.residual(*(2 * [namespace(theta).zeros((1, 1))]))  # a loss that is no square is told first
        narrow = (part for tile in work for part in self._narrowed(tile))
        parts = self.runner.map(lambda tile: self._normal(theta, tile, ctx), narrow)
        total, square, gradient = next(parts)
        for value, part, slope in parts:
            total = total + value
            square += part  # in place: both are ours
            gradient += slope
        return total / divisor, square / divisor, gradient / divisor

    def draw(self, number: int) -> Array:
        """Another start, from a seed that follows from the recipe's and the number."""
        fresh = self._drawn(int(child_rng(self.context.seed, "start", number).integers(MAX_SEED)))
        return self.backend.asarray(np.where(self.learned, fresh, self._start).astype(self._start.dtype))

    @property
    def judged(self) -> int:
        """Points that ``judge`` looks at."""
        return min(self.points, GLANCE)

    def judge(self, theta: Array) -> Judgement:
        """The loss and the PSNR over all points, or of a large picture over a fixed choice of them."""
        points = self._glance

        def of(tile: Lesson) -> tuple[float, float]:
            y, target = self._forward(theta, tile, self.context), tile.answer()
            xp = namespace(y)
            with np.errstate(all="ignore"):
                error = tile.weighted(xp.clip(y, 0.0, 1.0) - target)
                loss = self.loss.value(tile.weighted(y), tile.weighted(target))
                return float(xp.sum(loss)), float(xp.sum(error * error))

        parts = list(self.runner.map(of, self._tiles(points)))
        channels = len(self.rows)
        loss = sum(part[0] for part in parts) / self.loss.divisor(channels, points.numbers)
        mean = sum(part[1] for part in parts) / (channels * points.numbers)
        return Judgement(loss, -10 * log10(mean) if mean > 0 else inf)

    def _work(self, step: int, batch: int, *, crowd: bool = False) -> tuple[int, Iterator[Lesson | Array]]:
        """How many numbers of a channel a step looks at, and their tiles; those of a batch are places of points.

        A crowd of θ runs side by side, so that its tiles need not, and are as large as they may be.
        """
        numbers = self._pixels * (min(batch, self.points) if batch > 0 else self.points)
        tile = self._most if crowd else self._tile(numbers)
        if 0 < batch < self.points:
            index, _ = self._batch(step, batch), self._rows  # made here, once, and not by every thread
            return self._pixels * index.shape[0], _cuts(index, max(1, tile // self._pixels))
        return numbers, self._all.cut(tile)

    def _there(self, tile: Lesson | Array) -> Lesson:
        return tile if isinstance(tile, Lesson) else self._rows.take(tile)

    def _tiles(self, points: Lesson) -> Iterator[Lesson]:
        return points.cut(self._tile(points.numbers))

    @property
    def _most(self) -> int:
        """The most points of a tile: pictures that are given whole are one product, the more the better."""
        return self.backend.tile if self._pixels == 1 else PLATES

    def _tile(self, count: int) -> int:
        """A quarter of the points, within bounds: it depends on the model and their number, never on the machine."""
        most = self._most
        worth: int = 2 ** (WORTH // max(1, self.learned.size)).bit_length()
        return min(most, max(most // 4, -(-count // 4), worth))

    def _values(self, theta: Array, tiles: list[Lesson | Array], ctx: Context) -> Array:
        """The loss of each member of a population, not divided."""
        count = theta.shape[0]
        company = max(1, count // (COMPANIES * self.backend.parallelism()))

        def of(first: int) -> list[Array]:
            members = range(first, min(first + company, count))
            return [sum(self._loss(theta[i, :], tile, ctx) for tile in tiles) for i in members]

        return namespace(theta).stack([v for values in self.runner.map(of, range(0, count, company)) for v in values])

    def _loss(self, theta: Array, tile: Lesson | Array, ctx: Context) -> Array:
        tile = self._there(tile)
        y = self._forward(theta, tile, ctx)
        with np.errstate(all="ignore"):
            return namespace(y).sum(self.loss.value(tile.weighted(y), tile.weighted(tile.answer())))

    def _forward(self, theta: Array, tile: Lesson, ctx: Context) -> Array:
        """What the model says, in the channels that the picture has."""
        with np.errstate(all="ignore"):  # an overflow shows in the loss, and is told by the loop
            return self._chosen(self.model.forward(theta, tile.samples, self._at(ctx)))

    def _gradient(self, theta: Array, tile: Lesson | Array, ctx: Context, divisor: int) -> tuple[Array, Array]:
        """A tile's loss, not divided, and its part of the gradient."""
        tile = self._there(tile)
        with np.errstate(all="ignore"):
            colours, pull = self.model.vjp(theta, tile.samples, self._at(ctx))
            y, target = tile.weighted(self._chosen(colours)), tile.weighted(tile.answer())
            value = namespace(y).sum(self.loss.value(y, target))
            dy = tile.weighted(self.loss.gradient(y, target) * (1.0 / divisor))
            return value, pull(self._spread(dy, colours))

    def _narrowed(self, tile: Lesson | Array) -> Iterator[Lesson]:
        """A tile in pieces whose Jacobian of one channel has about as many numbers as fit in a cache."""
        return self._there(tile).cut(max(256, NARROW // max(1, self.learned.size)))

    def _normal(self, theta: Array, tile: Lesson, ctx: Context) -> tuple[Array, Array, Array]:
        """A tile's Σ ½r², JᵀJ and Jᵀr."""
        xp = namespace(theta)
        with np.errstate(all="ignore"):
            colours, jacobian = self.model.jacobian(theta, tile.samples, self._at(ctx))
            y, target = tile.weighted(self._chosen(colours)), tile.weighted(tile.answer())
            residual, slope = self.loss.residual(y, target)
            weight = tile.weighted(xp.ones_like(y))
            total, square, gradient = 0.5 * xp.sum(residual * residual), 0.0, 0.0
            for i, row in enumerate(self.rows):
                by_theta = slope * jacobian[row, :, :]
                by_theta = by_theta * weight[i : i + 1, :]
                square = square + by_theta @ by_theta.T
                gradient = gradient + by_theta @ residual[i, :]
        return total, square, gradient

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
    def _rows(self) -> Lookup:
        """All points once more, as a batch looks them up."""
        return self._all.rows()

    def _shuffled(self, epoch: int) -> np.ndarray:
        return child_rng(self.context.seed, "batches", epoch).permutation(self.points)

    @cached_property
    def _glance(self) -> Lesson:
        """The points that a θ is judged by."""
        most = max(1, GLANCE // self._pixels)
        if self.points <= most:
            return self._all
        chosen = np.sort(child_rng(0, "glance").choice(self.points, most, replace=False))
        return self._all.take(self.backend.asarray(chosen))

    def _with_features(self, points: Lesson, theta: Array) -> Lesson:
        """The points with what the encoders say of them, where that never changes and memory can hold it."""
        one = self.model.features(theta, next(points.cut(1)).samples, self.context)
        if one is None or 4 * one.shape[0] * self.points > KEPT_FEATURES:
            return points

        def of(tile: Lesson) -> Array:
            return self.model.features(theta, tile.samples, self.context)

        features = namespace(theta).concat(list(self.runner.map(of, points.cut(self.backend.tile))), axis=1)
        return points.told(features)


def _cuts(index: Array, tile: int) -> Iterator[Array]:
    """The places of a batch's points, in tiles; the tiles look them up themselves, side by side."""
    for start in range(0, index.shape[0], tile):
        yield index[start : min(start + tile, index.shape[0])]
