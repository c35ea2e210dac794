"""The problem of a fit: a model, one or more images and a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from limner.arrays.namespace import Array, device, namespace, total
from limner.models.output_checks import check_output, checked_loss, checked_loss_vjp
from limner.stages.context import Context
from limner.stages.loss import LeastSquaresLoss
from limner.training.base_problem import BaseProblem, Evaluation, psnr_of
from limner.training.batches.base import Batch, BatchSource
from limner.training.batches.channels import ComparedChannels
from limner.training.batches.features import with_features
from limner.training.batches.images import image_batch
from limner.training.batches.points import PointBatch, point_batch
from limner.training.batches.tiling import Tiling, tile_indices
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from limner.models.field import FieldModel
    from limner.stages.backend import Backend, Runner
    from limner.stages.loss import Loss
    from limner.training.filename_codes import ButtonCodes

EVAL_POINTS = 2**18
"""The most points of an image that an evaluation during training uses."""
GUIDED_FRACTION = 0.25
"""The fraction of a fit that solves the easier problem of the colour mode."""

Tile: TypeAlias = "Batch | Array"
"""A batch, or the indices of its samples, which the thread that runs the tile looks up."""


class ImageProblem(BaseProblem[Tile]):
    """The problem of fitting one image, or several with a code for each.

    Colours of transparent pixels do not count: output and target are multiplied by the image's opacity first. If the
    model outputs whole images, ``points`` counts images.

    Args:
        model: the model to train.
        planes: the image, float32 ``(c, h, w)`` with 1 (gray), 2 (gray and alpha), 3 (RGB) or 4 (RGBA) channels; or
            several images, ``(p, c, h, w)``.
        loss: the distance between the model's output and the image.
        backend: the backend of all arrays.
        runner: a runner of that backend, open for as long as the problem is used.
        theta: θ before the first step; cached features are computed with it.
        init_params: returns the initial θ for a seed.
        codes: the code of each image; None if there is one image without a code.
    """

    def __init__(
        self,
        model: FieldModel,
        planes: np.ndarray,
        loss: Loss,
        backend: Backend,
        runner: Runner,
        theta: np.ndarray,
        init_params: Callable[[int], np.ndarray],
        codes: ButtonCodes | None = None,
    ) -> None:
        images = planes if planes.ndim == 4 else planes[None, ...]
        channels, height, width = images.shape[1:]
        context = Context(size=(width, height), seed=model.recipe.seed, backend=backend, training=True)
        whole_images = image_batch(images, codes, backend) if codes is not None and model.is_raster else None
        all_samples: Batch = whole_images or point_batch(images, codes, backend)
        super().__init__(model, loss, backend, runner, theta, init_params, context, all_samples.count)
        self.compared = ComparedChannels.of(channels)
        self._pixels = all_samples.num_values // all_samples.count
        self._tiling = Tiling(self._pixels, self.trainable.size, backend.tile)
        self._all = with_features(all_samples, model, backend.asarray(theta), context, backend, runner)
        self._recolour: Callable[[Array], Array] | None = None

    def value_and_grad(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array]:
        """Return the loss and its gradient; over batches and at first, those of an easier problem if there is one.

        Trainers without batches compare losses of different steps, so they have the same problem from the start.
        """
        if batch > 0 and ctx.progress < GUIDED_FRACTION and self._recolour is None and self._guided is not None:
            return self._guided.value_and_grad(theta, ctx, batch)
        return super().value_and_grad(theta, ctx, batch)

    def normal_equations(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array, Array]:
        """Return the loss, JᵀJ and Jᵀr, summed by tile and channel so that the whole Jacobian is never in memory."""
        divisor, tiles = self._work(ctx.step, batch)
        least_squares = self._least_squares_loss()
        narrow = (part for tile in tiles for part in self._tile_batch(tile).tiles(self._tiling.jacobian))
        parts = self.runner.map(lambda tile: self._tile_normal_equations(theta, tile, ctx, least_squares), narrow)
        total, square, gradient = next(parts)
        for value, part, slope in parts:
            total = total + value
            square += part  # in place: both are new arrays
            gradient += slope
        return total / divisor, square / divisor, gradient / divisor

    @property
    def num_evaluated(self) -> int:
        """The number of points that ``evaluate`` uses."""
        return min(self.points, EVAL_POINTS)

    def evaluate(self, theta: Array) -> Evaluation:
        """Return the loss and the PSNR over all points, or over a fixed random sample of a large image."""
        points = self._eval_samples

        def evaluate_tile(tile: Batch) -> tuple[float, float]:
            y, target = self._forward(theta, tile, self.context), tile.targets()
            xp = namespace(y)
            with np.errstate(all="ignore"):
                error = tile.weighted(xp.clip(y, 0.0, 1.0) - target)
                loss = checked_loss(self.loss, tile.weighted(y), tile.weighted(target))
                return float(xp.sum(loss)), float(xp.sum(error * error))

        parts = list(self.runner.map(evaluate_tile, points.tiles(self._tiling.size(points.num_values))))
        channels = len(self.compared)
        loss = sum(part[0] for part in parts) / self.loss.divisor(channels, points.num_values)
        return Evaluation(loss, psnr_of(sum(part[1] for part in parts) / (channels * points.num_values)))

    def _work(self, step: int, batch: int, *, population: bool = False) -> tuple[int, Iterator[Tile]]:
        """Return the divisor of the summed loss and the tiles of a step; the tiles of a batch are indices of points.

        The members of a population already run in parallel, so their tiles are as large as possible.
        """
        num_pixels = self._pixels * (min(batch, self.points) if batch > 0 else self.points)
        tile = self._tiling.largest if population else self._tiling.size(num_pixels)
        if 0 < batch < self.points:
            # Packed here once, before several threads look samples up.
            index, _ = self.backend.asarray(self._batch_indices(step, batch)), self._packed
            num_pixels = self._pixels * index.shape[0]
            return self.loss.divisor(len(self.compared), num_pixels), tile_indices(index, max(1, tile // self._pixels))
        return self.loss.divisor(len(self.compared), num_pixels), self._all.tiles(tile)

    def _values(self, theta: Array, ctx: Context, batch: int) -> Array:
        """Return the loss of every member of a population, ``(p,)``; chunks of members run in parallel."""
        divisor, tile_iterator = self._work(ctx.step, batch, population=True)
        tiles, count = list(tile_iterator), theta.shape[0]
        chunk = self._tiling.chunk(count, self.backend.parallelism())

        def evaluate_chunk(first: int) -> list[Array]:
            members = range(first, min(first + chunk, count))
            return [total(self._loss(theta[i, :], tile, ctx) for tile in tiles) for i in members]

        values = [v for part in self.runner.map(evaluate_chunk, range(0, count, chunk)) for v in part]
        return namespace(theta).stack(values) / divisor

    def _tile_batch(self, tile: Tile) -> Batch:
        batch = tile if isinstance(tile, Batch) else self._packed.take(tile)
        return batch.with_colours(self._recolour) if self._recolour and isinstance(batch, PointBatch) else batch

    def _loss(self, theta: Array, tile: Tile, ctx: Context) -> Array:
        tile = self._tile_batch(tile)
        y = self._forward(theta, tile, ctx)
        with np.errstate(all="ignore"):
            return namespace(y).sum(checked_loss(self.loss, tile.weighted(y), tile.weighted(tile.targets())))

    def _forward(self, theta: Array, tile: Batch, ctx: Context) -> Array:
        """Return the model's output in the channels that are compared."""
        with np.errstate(all="ignore"):  # an overflow shows in the loss, and the loop reports it
            return self.compared.choose(self.model.forward(theta, tile.samples, self._training_context(ctx)))

    def _gradient(self, theta: Array, tile: Tile, ctx: Context, divisor: int) -> tuple[Array, Array]:
        tile = self._tile_batch(tile)
        with np.errstate(all="ignore"):
            colours, pull = self.model.vjp(theta, tile.samples, self._training_context(ctx))
            y, target = tile.weighted(self.compared.choose(colours)), tile.weighted(tile.targets())
            loss, pull_loss = checked_loss_vjp(self.loss, y, target)
            xp = namespace(y)
            value, one = xp.sum(loss), xp.full((1, 1), 1.0 / divisor, dtype=y.dtype, device=device(y))
            dy = tile.weighted(pull_loss(one))
            return value, pull(self.compared.spread(dy, colours))

    def _least_squares_loss(self) -> LeastSquaresLoss:
        """Return the loss if it is a sum of squared residuals.

        Raises:
            NotImplementedError: it is not.
        """
        if not isinstance(self.loss, LeastSquaresLoss):
            raise NotImplementedError(f"the loss {type(self.loss).__name__} is not a sum of squared residuals")
        return self.loss

    def _tile_normal_equations(
        self, theta: Array, tile: Batch, ctx: Context, loss: LeastSquaresLoss
    ) -> tuple[Array, Array, Array]:
        """Return Σ ½r², JᵀJ and Jᵀr of a tile."""
        xp = namespace(theta)
        with np.errstate(all="ignore"):
            colours, jacobian = self.model.jacobian(theta, tile.samples, self._training_context(ctx))
            y, target = tile.weighted(self.compared.choose(colours)), tile.weighted(tile.targets())
            residual, slope = loss.residual(y, target)
            check_output(loss, "residual", residual, y.shape)
            weight = tile.weighted(xp.ones_like(y))
            squares, gradients = [], []
            for i, row in enumerate(self.compared):
                by_theta = slope * jacobian[row, :, :]
                by_theta = by_theta * weight[i : i + 1, :]
                squares.append(by_theta @ by_theta.T)
                gradients.append(by_theta @ residual[i, :])
            return 0.5 * xp.sum(residual * residual), total(squares), total(gradients)

    @cached_property
    def _guided(self) -> ImageProblem | None:
        """The easier problem that the colour mode defines, if it does: the same points with other targets."""
        is_color = isinstance(self._all, PointBatch) and len(self.compared) >= 3
        guide = self.model.color_guide(self.backend.asarray(self._initial_theta)) if is_color else None
        if guide is None:
            return None
        _ = self._packed  # once for both problems
        guided = copy(self)
        guided.model, guided._recolour = guide
        return guided

    @cached_property
    def _packed(self) -> BatchSource:
        """All points in packed form, from which batches look up their samples."""
        return self._all.packed()

    @cached_property
    def _eval_samples(self) -> Batch:
        """The samples that ``evaluate`` uses."""
        max_samples = max(1, EVAL_POINTS // self._pixels)
        if self.points <= max_samples:
            return self._all
        chosen = np.sort(child_rng(0, "glance").choice(self.points, max_samples, replace=False))
        return self._all.take(self.backend.asarray(chosen))
