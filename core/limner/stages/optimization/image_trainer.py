"""Optional interface of a trainer that is made for whole images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.context import Context
    from limner.stages.optimization.state import State
    from limner.stages.optimization.trainer import Trainer


class ImageTrainer:
    """A trainer that holds networks or images of its own; a trainer inherits this and overrides what differs."""

    def configured_for(self, channels: int, size: tuple[int, int]) -> Self:  # noqa: ARG002
        """Return this trainer configured for images of so many input channels and an output size, and checked.

        Raises:
            LimnerError: a network that it holds does not take such images.
        """
        return self

    def training_floats(self, channels: int, size: tuple[int, int]) -> int:  # noqa: ARG002
        """Return how many numbers it holds for each image, besides those of the network that learns."""
        return 0

    def samples_held(self, points: int, parallel: int) -> int:  # noqa: ARG002
        """Return how many of a step's images are in memory at once; ``parallel`` are worked on in parallel."""
        return parallel

    def scores(self, state: State, features: Array, made: Array, ctx: Context) -> Array | None:  # noqa: ARG002
        """Return how convincing each image ``(3, n, h, w)`` made from features is, ``(n,)``; None if unknown."""
        return None

    def eval_params(self, theta: Array, state: State) -> Array:  # noqa: ARG002
        """Return the θ that is evaluated, shown and saved: that of the last step, or one that the state holds."""
        return theta


def image_trainer_of(trainer: Trainer) -> ImageTrainer:
    """Return the trainer's side for images; that of a trainer without one has the defaults."""
    return trainer if isinstance(trainer, ImageTrainer) else ImageTrainer()


def configured_trainer(trainer: Trainer, channels: int, size: tuple[int, int]) -> Trainer:
    """Return the trainer configured for images.

    Raises:
        LimnerError: a network that it holds does not take such images.
    """
    return trainer.configured_for(channels, size) if isinstance(trainer, ImageTrainer) else trainer
