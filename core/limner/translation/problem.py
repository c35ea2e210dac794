"""The problem of training an image-to-image network: a model, pairs of images and a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from limner.arrays.namespace import namespace
from limner.models.output_checks import checked_loss, checked_loss_vjp
from limner.stages.context import Context
from limner.stages.optimization.problem import Example, PairsProblem
from limner.training.base_problem import BaseProblem, Evaluation
from limner.translation.evaluator import Evaluator
from limner.translation.example_loader import ExampleLoader

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.models.image_to_image import ImageToImageModel
    from limner.stages.backend import Backend, Runner
    from limner.stages.loss import Loss

Item = TypeVar("Item")
Result = TypeVar("Result")
Tile: TypeAlias = tuple[int, np.ndarray]
"""The number of a tile, and the indices of its images."""

MAX_TILE_PIXELS = 2**15
"""The most pixels of a tile: eight images of 64 x 64. Constant, as tile sizes change the last bits of sums."""
MIN_TILE_PIXELS = 2**12
"""The fewest pixels of a tile when a small batch is split in two, so that two cores have work."""


class TranslationProblem(BaseProblem[Tile], PairsProblem):
    """Images and their targets. ``points`` counts images; a tile is a few of them.

    A network with batch normalisation gets a batch as one tile.

    Args:
        model: the model to train.
        examples: the loader of inputs and targets.
        loss: the distance between two images.
        backend: the backend of all arrays.
        runner: a runner of that backend, open for as long as the problem is used.
        theta: θ before the first step.
        init_params: returns the initial θ for a seed.
    """

    model: ImageToImageModel

    def __init__(
        self,
        model: ImageToImageModel,
        examples: ExampleLoader,
        loss: Loss,
        backend: Backend,
        runner: Runner,
        theta: np.ndarray,
        init_params: Callable[[int], np.ndarray],
    ) -> None:
        size, seed = examples.pairs.size, model.recipe.seed
        context = Context(size=size, seed=seed, backend=backend, training=True, input_gradient=False)
        super().__init__(model, loss, backend, runner, theta, init_params, context, examples.pairs.training)
        self.examples, self.channels, self.size = examples, model.fan_in, examples.target_size
        self._max_tile_images = self.max_tile_images(size)
        self.evaluator = Evaluator(model, examples, loss, context, self._max_tile_images)

    @property
    def num_evaluated(self) -> int:
        """The number of validation images."""
        return len(self.examples.pairs.validation)

    @staticmethod
    def max_tile_images(size: tuple[int, int]) -> int:
        """Return the most images of a width and height in a tile."""
        return max(1, MAX_TILE_PIXELS // (size[0] * size[1]))

    def tile_images(self, batch: int) -> int:
        """Return the number of a batch's images in a tile, which depends on their number and size alone."""
        width, height = self.examples.pairs.size
        return min(self._max_tile_images, max(-(-batch // 2), -(-MIN_TILE_PIXELS // (width * height))))

    def map_tiles(
        self, function: Callable[[Example, Context], Result], ctx: Context, batch: int, *, whole_batch: bool = False
    ) -> list[Result]:
        """Return the results of the function for each tile of this step's images, in order."""

        def call(tile: Tile) -> Result:
            with np.errstate(all="ignore"):  # NumPy's error state is per thread
                return function(*self._example(tile, ctx))

        return list(self._map(call, self._tiles(self._batch(ctx.step, batch), whole=whole_batch)))

    def parallel_map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Return the results of the function for each item, a result of ``map_tiles``, in order."""

        def call(item: Item) -> Result:
            with np.errstate(all="ignore"):
                return function(item)

        return list(self._map(call, items))

    def translate(self, theta: Array, example: Example, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Return the network's output for an example, and the pullback to θ."""
        return self.model.vjp(theta, example.samples, ctx)

    def normal_equations(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array, Array]:
        """Raise an error: images have too many values for a Jacobian.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("pictures have too many values for a Jacobian")

    def evaluate(self, theta: Array) -> Evaluation:
        """Return the quality of a θ over the validation images."""
        return self.evaluator.evaluate(theta)

    def _work(self, step: int, batch: int) -> tuple[int, Iterable[Tile]]:
        """Return the divisor of the summed loss and the tiles of a step: a single one for batch normalisation."""
        index = self._batch(step, batch)
        width, height = self.size
        return self.loss.divisor(3, index.shape[0] * width * height), self._tiles(index)

    def _map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Return the results of the function for every item, in order; a single item runs in the calling thread."""
        all_items = list(items)
        return iter([function(all_items[0])]) if len(all_items) == 1 else self.runner.map(function, all_items)

    def _loss(self, theta: Array, tile: Tile, ctx: Context) -> Array:
        example, at = self._example(tile, ctx)
        with np.errstate(all="ignore"):
            y = self.model.forward(theta, example.samples, at)
            return namespace(theta).sum(checked_loss(self.loss, y, example.target))

    def _gradient(self, theta: Array, tile: Tile, ctx: Context, divisor: int) -> tuple[Array, Array]:
        """Return the summed loss of a tile, and the tile's part of the gradient of the divided loss."""
        example, at = self._example(tile, ctx)
        with np.errstate(all="ignore"):
            y, pull = self.model.vjp(theta, example.samples, at)
            value, pull_loss = checked_loss_vjp(self.loss, y, example.target)
            xp = namespace(value)
            return xp.sum(value), pull(pull_loss(xp.ones_like(value) * (1.0 / divisor)))

    def _example(self, tile: Tile, ctx: Context) -> tuple[Example, Context]:
        number, index = tile
        at = self._training_context(ctx)
        return self.examples.augmented(index, at), replace(at, tile=number)

    def _tiles(self, index: np.ndarray, *, whole: bool = False) -> list[Tile]:
        """Return the indices of images in numbered tiles."""
        count = self.tile_images(index.shape[0])
        if whole or self.model.uses_batch_statistics or index.shape[0] <= count:
            return [(0, index)]
        return list(enumerate(index[i : i + count] for i in range(0, index.shape[0], count)))

    def _batch(self, step: int, batch: int) -> np.ndarray:
        """Return the indices of a step's images."""
        return self._batch_indices(step, batch) if 0 < batch < self.points else self.examples.pairs.training
