"""The trainer ``adversarial``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Self

from limner.plugin import (
    Array,
    Context,
    Domain,
    ImageTrainer,
    LimnerError,
    PairsProblem,
    Problem,
    State,
    Step,
    TrainerDiagnostics,
    TrainerTraits,
    device,
    namespace,
)
from limner_plugins.trainers._gan.diagnostics import (
    REGULARIZING_AUGMENTS,
    UNBOUNDED_WARNING,
    balance_warning,
    small_set_warning,
)
from limner_plugins.trainers._gan.discriminator_step import scores
from limner_plugins.trainers._gan.settings import AdversarialSettings
from limner_plugins.trainers._gan.step import ACCURACY_DECAY, AdversarialStep
from limner_plugins.trainers._nested import merge_states, pack_state


class Adversarial(AdversarialSettings, TrainerDiagnostics, ImageTrainer):
    """Adversarial training of the network (the generator) against a discriminator.

    The discriminator learns to distinguish generated from real pictures. The generator minimises the adversarial loss
    plus λ times the recipe's loss. The discriminator and its optimizer's slots are part of the trainer's state.

    Source: P. Isola et al., "Image-to-image translation with conditional adversarial networks", 2017.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})

    @classmethod
    def examples(cls) -> tuple[Self, ...]:
        """Return every adversarial loss."""
        return (
            cls(),
            cls.model_validate(
                {
                    "adversarial_loss": "least-squares",
                    "discriminator_steps": 2,
                    "optimizer": "rmsprop",
                    "discriminator_optimizer": "sgd",
                }
            ),
            cls.model_validate(
                {"adversarial_loss": "hinge", "discriminator_every": 2, "augment": [{"kind": "flip"}], "final": 0.1}
            ),
            cls(adversarial_loss="wasserstein", penalty=10.0, weight=0.0, average=0.99),
        )

    def traits(self) -> TrainerTraits:
        """Return the traits: the last θ is the result, because adversarial losses do not measure quality."""
        panels = (
            {"discriminator_loss": "discriminator loss", "generator_loss": "generator loss"},
            {"accuracy": "discriminator accuracy, %"},
        )
        return TrainerTraits("learning_rate", supports_warm_start=False, keep_last=True, plot_panels=panels)

    def configured_for(self, channels: int, size: tuple[int, int]) -> Self:
        """Return this trainer with its discriminator configured for images of a size."""
        try:
            discriminator = self.network.configured_for(size)
            discriminator.param_layout(3 + channels * discriminator.sees_source, 1)
        except LimnerError as error:
            raise LimnerError(f"trainer.discriminator.{error}") from error
        return self.model_copy(update={"discriminator": replace(self.discriminator, stage=discriminator)})

    def samples_per_step(self, points: int) -> int:
        """Return the size of a batch times the discriminator's steps."""
        return min(self.batch, points) * self.discriminator_steps

    def samples_held(self, points: int, parallel: int) -> int:  # noqa: ARG002
        """Return the size of a batch: all generated images are held until the discriminator's update."""
        return min(self.batch, points)

    def training_floats(self, channels: int, size: tuple[int, int]) -> int:
        """Return the number of floats that the discriminator holds for a real and a generated image."""
        return 2 * self.network.training_floats(3 + channels * self.network.sees_source, 1, size)

    def description(self) -> str:
        """Return a sentence on the discriminator's receptive field."""
        side = self.network.receptive_field()
        return f"the discriminator's receptive field is {side}x{side} pixels, or all of a smaller picture"

    def preflight_warnings(self, points: int) -> tuple[str, ...]:
        """Return warnings about an unbounded discriminator gradient and a small training set."""
        bounded = self.adversarial_loss != "wasserstein" or self.penalty or self.network.is_bounded()
        few = small_set_warning(points, augmented=any(part.kind in REGULARIZING_AUGMENTS for part in self.augment))
        return tuple(line for line in ("" if bounded else UNBOUNDED_WARNING, few) if line)

    def eval_params(self, theta: Array, state: State) -> Array:
        """Return the moving average of θ if there is one, else θ."""
        return state.arrays["mean"] if self.average else theta

    def scores(self, state: State, features: Array, images: Array, ctx: Context) -> Array:
        """Return the mean discriminator score of each image."""
        return scores(self.network, state.arrays["discriminator"], features, images, ctx)

    def runtime_warning(self, state: State) -> str:
        """Return a warning if the discriminator is too strong or too weak."""
        return balance_warning(state.numbers["recent_accuracy"], int(state.numbers["discriminator_steps"]))

    def summary(self, state: State) -> str:
        """Return a sentence on the discriminator's accuracy, if it was trained at all."""
        right = self.final_metrics(state).get("accuracy")
        if right is not None:
            return f"recent discriminator accuracy: {right:.0%}"
        alone = bool(state.numbers["steps"]) and self.warmup > 0
        return (
            "the discriminator was not trained: the budget ended during warm-up; train longer or lower trainer.warmup"
            if alone
            else ""
        )

    def final_metrics(self, state: State) -> Mapping[str, float]:
        """Return the discriminator's last loss and its accuracy, averaged over about 50 steps as batches are small."""
        updates, numbers = int(state.numbers["discriminator_steps"]), state.numbers
        if not updates:
            return {}
        begun = (1.0 - ACCURACY_DECAY) ** updates  # the remaining weight of the initial value 0.5
        return {
            "discriminator_loss": numbers["discriminator_loss"],
            "accuracy": (numbers["recent_accuracy"] - 0.5 * begun) / (1.0 - begun),
        }

    def divergence_setting(self, metrics: Mapping[str, float]) -> str:
        """Return the setting to lower: the learning rate of the network whose numbers were not finite first."""
        return (
            "learning_rate" if math.isfinite(metrics.get("discriminator_loss", 0.0)) else "discriminator_learning_rate"
        )

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """Return the initial state: the discriminator's θ, and the slots of both optimizers."""
        layout = self.discriminator_layout(_pairs(problem))
        drawn = layout.pack(self.network.init_params(ctx.rng("critic"), *layout.fans))
        phi = namespace(theta).asarray(drawn, dtype=theta.dtype, device=device(theta))
        numbers = {
            "steps": 0,
            "discriminator_steps": 0,
            "discriminator_loss": 0.0,
            "accuracy": 0.5,
            "recent_accuracy": 0.5,
        }
        mean = {"mean": theta} if self.average else {}
        return merge_states(
            State({"discriminator": phi, **mean}, numbers),
            pack_state("optimizer", State(self.optimizer.stage.zero_slots(theta))),
            pack_state("discriminator-optimizer", State(self.discriminator_optimizer.stage.zero_slots(phi))),
        )

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Train the discriminator, then the generator.

        The state counts the steps, because ``ctx.step`` continues from another trainer's count.
        """
        return AdversarialStep(self, _pairs(problem)).step(theta, state, ctx)


def _pairs(problem: Problem) -> PairsProblem:
    """Return the problem as one of image pairs.

    Raises:
        NotImplementedError: it is another problem.
    """
    if not isinstance(problem, PairsProblem):
        raise NotImplementedError(
            "the trainer adversarial needs pairs of pictures; use it with a recipe that converts or generates pictures"
        )
    return problem
