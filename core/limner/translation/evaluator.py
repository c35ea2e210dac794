"""The jury: how good a translation is, by the pictures that are held out."""

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
"""Pictures that what is measured and not learned is taken from."""
KEPT = 2**28
"""Bytes of held-out examples that are kept; beyond, they are made at each look."""


class ValidationOutcome(NamedTuple):
    """What came out for the pictures that are held out.

    Attributes:
        each: the name of each, and the quality of its output and of its input; none where these cannot be compared.
        looks: how sharp and various the outputs are beside the targets.
        apart: how far outputs and targets are apart as two sets; None where pictures can be compared one by one, or
            are too few.
    """

    each: tuple[tuple[str, Quality, Quality], ...]
    statistics: SetStatistics
    set_distance: SetDistance | None


def compares(recipe: SingleRecipe) -> bool:
    """Is each picture made of the one whose target it is held against? What is made of noise alone is not."""
    stages = [part.stage for part in recipe.encoders]
    return not all(isinstance(stage, ImageFilter) and stage.ignores_images for stage in stages)


class Evaluator:
    """Looks at held-out pictures, a few at a time, as painting would make them.

    Args:
        model: what is judged.
        examples: whose pictures are held out.
        loss: how far two pictures are apart.
        context: of the training.
        cut: pictures that are looked at together.
    """

    def __init__(
        self, model: ImageToImageModel, examples: ExampleLoader, loss: Loss, context: Context, cut: int
    ) -> None:
        self.model, self.examples, self.loss = model, examples, loss
        self._looking, self._cut = replace(context, training=False, step=0), cut
        self._ready: tuple[Array, Array] | None = None

    @property
    def _backend(self) -> Backend:
        backend = self._looking.backend
        assert backend is not None
        return backend

    @property
    def _pixels(self) -> int:
        width, height = self.examples.target_size
        return len(self.examples.pairs.validation) * width * height

    def evaluate(self, theta: Array) -> Evaluation:
        """The loss, the PSNR of the mean squared error and the mean SSIM over the pictures that are held out."""
        ready = self.with_batch_statistics(theta)
        return self._evaluate(lambda example: self._outputs(ready, example))

    def evaluate_inputs(self) -> Evaluation:
        """How good the inputs themselves would be, as they are shown, enlarged bicubically where they are smaller."""
        return self._evaluate(lambda example: self.examples.enlarged(example, self._backend))

    def outcome(self, theta: Array) -> ValidationOutcome:
        """What came of it all."""
        compared, looking, each = compares(self.model.recipe), SetStatisticsBuilder(), []
        for name, made, given, wanted in self._outcomes(theta):
            looking.add(made, wanted)
            if compared:
                each.append((name, measure_quality(wanted, made), measure_quality(wanted, given)))
        return ValidationOutcome(tuple(each), looking.statistics, None if compared else self._set_distance(theta))

    def _set_distance(self, theta: Array) -> SetDistance | None:
        """How far outputs and held-out pictures are apart, and others of the set from these; None for too few."""
        held, training = self.examples.pairs.validation, self.examples.pairs.training
        count = min(MAX_PICTURES, len(held), len(training))
        if count < MIN_PICTURES:
            return None
        ready, made, real, others = (
            self.with_batch_statistics(theta),
            PatchCollector(),
            PatchCollector(),
            PatchCollector(),
        )
        for example in self._looked_up(_evenly(held, count)):
            made.add(*self._host(self._outputs(ready, example)))
            real.add(*self._host(example.target))
        for example in self._looked_up(_evenly(training, count)):
            others.add(*self._host(example.target))
        return SetDistance(set_distance(made, real), set_distance(others, real))

    def _outcomes(self, theta: Array) -> Iterator[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
        """The name of each held-out picture, its output, its input, enlarged if needed, and its target."""
        ready, names = self.with_batch_statistics(theta), self.examples.pairs.sources.names
        places = iter(self.examples.pairs.validation)
        for example in self._validation_examples():
            made = (self._outputs(ready, example), self.examples.enlarged(example, self._backend), example.target)
            for y, x, target in zip(*map(self._host, made), strict=True):
                yield names[next(places)], y, x, target

    def _evaluate(self, of: Callable[[Example], Array]) -> Evaluation:
        total, error, likeness = 0.0, 0.0, 0.0
        for example in self._validation_examples():
            y = of(example)
            xp = namespace(y)
            with np.errstate(all="ignore"):
                total += float(xp.sum(checked_loss(self.loss, y, example.target)))
                off = xp.clip(y, 0.0, 1.0) - example.target
                error += float(xp.sum(off * off))
            likeness += sum(map(ssim, self._host(example.target), self._host(y)))
        mean = error / (3 * self._pixels)
        psnr = -10 * log10(mean) if mean > 0 else inf
        return Evaluation(
            total / self.loss.divisor(3, self._pixels), psnr, likeness / len(self.examples.pairs.validation)
        )

    def with_batch_statistics(self, theta: Array) -> Array:
        """θ with what is measured, and not learned, taken from pictures of the training."""
        if not self.model.uses_batch_statistics:
            return theta
        if self._ready is None or self._ready[0] is not theta:  # one θ is judged, shown and told of in turn
            at = replace(self._looking, training=True)
            self._ready = theta, self.model.with_batch_statistics(theta, self._calibrating.samples, at)
        return self._ready[1]

    def example_rows(self, theta: Array, places: Sequence[int]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Input, output and target of pictures as they would be told: RGB ``(h, w, 3)`` from 0 to 1, on the host."""
        example = self.examples.plain(np.asarray(places), self._looking)
        y = self._outputs(self.with_batch_statistics(theta), example)
        inputs = self.examples.shown(example)
        return list(zip(self._host(inputs), self._host(y), self._host(example.target), strict=True))

    def _outputs(self, theta: Array, example: Example) -> Array:
        with np.errstate(all="ignore"):  # an overflow shows in the loss, and is told by the loop
            return self.model.forward(theta, example.samples, self._looking)

    def _validation_examples(self) -> Iterator[Example]:
        """The pictures that are held out, a tile at a time."""
        held, numbers = self.examples.pairs.validation, self.model.fan_in + 3
        width, height = self.examples.pairs.size
        if 4 * numbers * width * height * len(held) <= KEPT:
            return iter(self._kept)
        return self._looked_up(held)

    def _looked_up(self, index: np.ndarray) -> Iterator[Example]:
        return (self.examples.plain(index[i : i + self._cut], self._looking) for i in range(0, len(index), self._cut))

    @cached_property
    def _kept(self) -> list[Example]:
        return list(self._looked_up(self.examples.pairs.validation))

    @cached_property
    def _calibrating(self) -> Example:
        training = self.examples.pairs.training
        chosen = child_rng(self._looking.seed, "calibrating").permutation(training)[:CALIBRATION_IMAGES]
        return self.examples.plain(np.sort(chosen), self._looking)

    def _host(self, pictures: Array) -> list[np.ndarray]:
        """Pictures ``(3, n, h, w)`` one by one, ``(h, w, 3)``, clamped."""
        host = self._backend.to_host(namespace(pictures).clip(pictures, 0.0, 1.0))
        return list(np.moveaxis(host, 0, -1))


def _evenly(places: np.ndarray, count: int) -> np.ndarray:
    """So many of them, from all of them."""
    return np.asarray(places[np.linspace(0, len(places) - 1, count).round().astype(int)])
