"""The evaluation of an image-to-image network on the validation set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from math import inf, log10
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from limner.arrays.namespace import namespace
from limner.imaging.quality import Quality, measure_quality, ssim
from limner.imaging.set_statistics import SetStatistics, SetStatisticsBuilder
from limner.imaging.sliced_wasserstein import MAX_PICTURES, MIN_PICTURES, PatchCollector, SetDistance, set_distance
from limner.models.output_checks import checked_loss
from limner.stages.image_filter import ImageFilter
from limner.training.base_problem import Evaluation
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.composition.recipe import SingleRecipe
    from limner.models.image_to_image import ImageToImageModel
    from limner.stages.backend import Backend
    from limner.stages.context import Context
    from limner.stages.loss import Loss
    from limner.stages.optimization.problem import Example
    from limner.translation.example_loader import ExampleLoader

CALIBRATION_IMAGES = 64
"""The number of training images from which batch statistics are measured."""
MAX_CACHE_BYTES = 2**28
"""The most bytes of cached validation examples; above this, each evaluation makes them again."""


class ValidationOutcome(NamedTuple):
    """The results on the validation set.

    Attributes:
        per_image: the name of each image, and the quality of its output and of its input; empty if outputs have no
            targets of their own.
        statistics: sharpness and diversity of the outputs, relative to the targets.
        set_distance: the distance between the sets of outputs and targets; None if each output has its own target, or
            if there are too few images.
    """

    per_image: tuple[tuple[str, Quality, Quality], ...]
    statistics: SetStatistics
    set_distance: SetDistance | None


def has_targets(recipe: SingleRecipe) -> bool:
    """Return whether each output has its own target; outputs generated from noise alone have none."""
    stages = [part.stage for part in recipe.encoders]
    return not all(isinstance(stage, ImageFilter) and stage.ignores_images for stage in stages)


class Evaluator:
    """Evaluates a model on the validation images, a few at a time, in inference mode.

    Args:
        model: the model.
        examples: the loader of the examples.
        loss: the distance between two images.
        context: the context of the training.
        tile_images: number of images that are evaluated together.
    """

    def __init__(
        self, model: ImageToImageModel, examples: ExampleLoader, loss: Loss, context: Context, tile_images: int
    ) -> None:
        self.model, self.examples, self.loss = model, examples, loss
        self._context, self._tile_images = replace(context, training=False, step=0), tile_images
        self._with_statistics: tuple[Array, Array] | None = None

    @property
    def _backend(self) -> Backend:
        """The backend of the training."""
        backend = self._context.backend
        assert backend is not None
        return backend

    @property
    def _pixels(self) -> int:
        """The number of pixels of all validation targets."""
        width, height = self.examples.target_size
        return len(self.examples.pairs.validation) * width * height

    def evaluate(self, theta: Array) -> Evaluation:
        """Return the loss, the PSNR of the mean squared error and the mean SSIM over the validation set."""
        params = self.with_batch_statistics(theta)
        return self._evaluate(lambda example: self._outputs(params, example))

    def evaluate_inputs(self) -> Evaluation:
        """Return the baseline: the quality of the inputs as RGB, enlarged bicubically if they are smaller."""
        return self._evaluate(lambda example: self.examples.enlarged_input_rgb(example, self._backend))

    def outcome(self, theta: Array) -> ValidationOutcome:
        """Return the results of a θ on the validation set."""
        paired, statistics, per_image = has_targets(self.model.recipe), SetStatisticsBuilder(), []
        for name, output, source, target in self._validation_rows(theta):
            statistics.add(output, target)
            if paired:
                per_image.append((name, measure_quality(target, output), measure_quality(target, source)))
        return ValidationOutcome(tuple(per_image), statistics.statistics, None if paired else self._set_distance(theta))

    def _set_distance(self, theta: Array) -> SetDistance | None:
        """Return the distances of generated and of training images from validation images; None for too few images."""
        validation, training = self.examples.pairs.validation, self.examples.pairs.training
        count = min(MAX_PICTURES, len(validation), len(training))
        if count < MIN_PICTURES:
            return None
        params, generated, real, others = (
            self.with_batch_statistics(theta),
            PatchCollector(),
            PatchCollector(),
            PatchCollector(),
        )
        for example in self._examples_at(_evenly_spaced(validation, count)):
            generated.add(*self._host(self._outputs(params, example)))
            real.add(*self._host(example.target))
        for example in self._examples_at(_evenly_spaced(training, count)):
            others.add(*self._host(example.target))
        return SetDistance(set_distance(generated, real), set_distance(others, real))

    def _validation_rows(self, theta: Array) -> Iterator[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
        """Yield name, output, input (enlarged if it is smaller) and target of each validation image."""
        params, names = self.with_batch_statistics(theta), self.examples.pairs.sources.names
        indices = iter(self.examples.pairs.validation)
        for example in self._validation_examples():
            arrays = (
                self._outputs(params, example),
                self.examples.enlarged_input_rgb(example, self._backend),
                example.target,
            )
            for y, x, target in zip(*map(self._host, arrays), strict=True):
                yield names[next(indices)], y, x, target

    def _evaluate(self, outputs: Callable[[Example], Array]) -> Evaluation:
        total, error, total_ssim = 0.0, 0.0, 0.0
        for example in self._validation_examples():
            y = outputs(example)
            xp = namespace(y)
            with np.errstate(all="ignore"):
                total += float(xp.sum(checked_loss(self.loss, y, example.target)))
                difference = xp.clip(y, 0.0, 1.0) - example.target
                error += float(xp.sum(difference * difference))
            total_ssim += sum(map(ssim, self._host(example.target), self._host(y)))
        mean = error / (3 * self._pixels)
        psnr = -10 * log10(mean) if mean > 0 else inf
        return Evaluation(
            total / self.loss.divisor(3, self._pixels), psnr, total_ssim / len(self.examples.pairs.validation)
        )

    def with_batch_statistics(self, theta: Array) -> Array:
        """Return θ with the statistics of batch normalisation measured on training images."""
        if not self.model.uses_batch_statistics:
            return theta
        # Cached, since the same θ is evaluated, shown and reported in turn.
        if self._with_statistics is None or self._with_statistics[0] is not theta:
            at = replace(self._context, training=True)
            self._with_statistics = (
                theta,
                self.model.with_batch_statistics(theta, self._calibration_example.samples, at),
            )
        return self._with_statistics[1]

    def example_rows(self, theta: Array, places: Sequence[int]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Return input, output and target of each image: RGB ``(h, w, 3)`` from 0 to 1, on the host."""
        example = self.examples.unaugmented(np.asarray(places), self._context)
        y = self._outputs(self.with_batch_statistics(theta), example)
        inputs = self.examples.input_rgb(example)
        return list(zip(self._host(inputs), self._host(y), self._host(example.target), strict=True))

    def _outputs(self, theta: Array, example: Example) -> Array:
        with np.errstate(all="ignore"):  # an overflow shows in the loss, and the loop reports it
            return self.model.forward(theta, example.samples, self._context)

    def _validation_examples(self) -> Iterator[Example]:
        """Return the validation examples, a tile at a time."""
        validation, num_channels = self.examples.pairs.validation, self.model.fan_in + 3
        width, height = self.examples.pairs.size
        if 4 * num_channels * width * height * len(validation) <= MAX_CACHE_BYTES:
            return iter(self._cached_examples)
        return self._examples_at(validation)

    def _examples_at(self, index: np.ndarray) -> Iterator[Example]:
        return (
            self.examples.unaugmented(index[i : i + self._tile_images], self._context)
            for i in range(0, len(index), self._tile_images)
        )

    @cached_property
    def _cached_examples(self) -> list[Example]:
        return list(self._examples_at(self.examples.pairs.validation))

    @cached_property
    def _calibration_example(self) -> Example:
        training = self.examples.pairs.training
        chosen = child_rng(self._context.seed, "calibrating").permutation(training)[:CALIBRATION_IMAGES]
        return self.examples.unaugmented(np.sort(chosen), self._context)

    def _host(self, pictures: Array) -> list[np.ndarray]:
        """Return each of the pictures ``(3, n, h, w)`` as ``(h, w, 3)``, clamped to 0 to 1, on the host."""
        host = self._backend.to_host(namespace(pictures).clip(pictures, 0.0, 1.0))
        return list(np.moveaxis(host, 0, -1))


def _evenly_spaced(indices: np.ndarray, count: int) -> np.ndarray:
    """Return ``count`` of the indices, evenly spaced."""
    return np.asarray(indices[np.linspace(0, len(indices) - 1, count).round().astype(int)])
