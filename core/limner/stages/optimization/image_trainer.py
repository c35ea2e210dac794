"""An optional interface of trainers for whole images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.context import Context
    from limner.stages.optimization.state import State
    from limner.stages.optimization.trainer import Trainer


class ImageTrainer:
    """The image-specific methods of a trainer. A trainer inherits this class and overrides what it needs."""

    def configured_for(self, channels: int, size: tuple[int, int]) -> Self:  # noqa: ARG002
        """Return this trainer, checked and configured for a number of input channels and an output size.

        Raises:
            LimnerError: a network of the trainer, such as its discriminator, does not support such images.
        """
        return self

    def training_floats(self, channels: int, size: tuple[int, int]) -> int:  # noqa: ARG002
        """Return the number of floats in memory per image, besides those of the trained network."""
        return 0

    def samples_held(self, points: int, parallel: int) -> int:  # noqa: ARG002
        """Return how many images of a step are in memory at once; ``parallel`` of them are processed at once."""
        return parallel

    def scores(self, state: State, features: Array, images: Array, ctx: Context) -> Array | None:  # noqa: ARG002
        """Return a score of each output ``(3, n, h, w)`` for the features, ``(n,)``; None without a discriminator."""
        return None

    def eval_params(self, theta: Array, state: State) -> Array:  # noqa: ARG002
        """Return the θ to evaluate, show and save: the current θ, or one in the state, such as a moving average."""
        return theta


def image_trainer_of(trainer: Trainer) -> ImageTrainer:
    """Return the image-specific methods of a trainer; the defaults if it has none."""
    return trainer if isinstance(trainer, ImageTrainer) else ImageTrainer()


def configured_trainer(trainer: Trainer, channels: int, size: tuple[int, int]) -> Trainer:
    """Return the trainer, configured for images if it is an ``ImageTrainer``.

    Raises:
        LimnerError: a network of the trainer does not support such images.
    """
    return trainer.configured_for(channels, size) if isinstance(trainer, ImageTrainer) else trainer
