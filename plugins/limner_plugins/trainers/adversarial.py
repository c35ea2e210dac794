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
from limner_plugins.trainers._gan.diagnostics import UNBOUNDED, VARY, balance_warning, too_few
from limner_plugins.trainers._gan.discriminator_step import scores
from limner_plugins.trainers._gan.settings import AdversarialSettings
from limner_plugins.trainers._gan.step import ACCURACY_DECAY, AdversarialStep
from limner_plugins.trainers._nested import joined, packed


class Adversarial(AdversarialSettings, TrainerDiagnostics, ImageTrainer):
    """Two players: a discriminator learns to tell made pictures from real ones, the network to deceive it.

    The network descends what it loses to the discriminator, and λ times the recipe's loss. The discriminator and what its rule
    remembers are part of the trainer's state.

    Source: P. Isola et al., "Image-to-image translation with conditional adversarial networks", 2017.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})

    @classmethod
    def examples(cls) -> tuple[Self, ...]:
        """Every contest."""
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
        """Keep the last θ: what either network loses to the other does not say how good it is."""
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
        """Return a batch for each of the discriminator's steps."""
        return min(self.batch, points) * self.discriminator_steps

    def samples_held(self, points: int, parallel: int) -> int:  # noqa: ARG002
        """Return the size of a batch: the network's outputs are kept until the discriminator has learned."""
        return min(self.batch, points)

    def training_floats(self, channels: int, size: tuple[int, int]) -> int:
        """Return what the discriminator holds of a real and of a made image."""
        return 2 * self.network.training_floats(3 + channels * self.network.sees_source, 1, size)

    def description(self) -> str:
        """Return how much the discriminator sees at once."""
        side = self.network.receptive_field()
        return f"each of the discriminator's numbers looks at {side}x{side} pixels, or at all of a smaller picture"

    def preflight_warnings(self, points: int) -> tuple[str, ...]:
        """Warn of a slope without a bound, and of too small a set."""
        bounded = self.adversarial_loss != "wasserstein" or self.penalty or self.network.is_bounded()
        few = too_few(points, varied=any(part.kind in VARY for part in self.augment))
        return tuple(line for line in ("" if bounded else UNBOUNDED, few) if line)

    def eval_params(self, theta: Array, state: State) -> Array:
        """Return the moving average, if there is one."""
        return state.arrays["mean"] if self.average else theta

    def scores(self, state: State, features: Array, images: Array, ctx: Context) -> Array:
        """Return the mean of the discriminator's numbers."""
        return scores(self.network, state.arrays["discriminator"], features, images, ctx)

    def runtime_warning(self, state: State) -> str:
        """Warn when one of the networks has won."""
        return balance_warning(state.numbers["recent_accuracy"], int(state.numbers["discriminator_steps"]))

    def summary(self, state: State) -> str:
        """Return how often the discriminator was right, if it had its turn at all."""
        right = self.final_metrics(state).get("accuracy")
        if right is not None:
            return f"the discriminator was right {right:.0%} of the time lately"
        alone = bool(state.numbers["steps"]) and self.warmup > 0
        return "the discriminator had no turn yet; take more steps, or a smaller trainer.warmup" if alone else ""

    def final_metrics(self, state: State) -> Mapping[str, float]:
        """Return the discriminator's last loss and its accuracy: the mean of some 50 steps, for one batch is few."""
        updates, numbers = int(state.numbers["discriminator_steps"]), state.numbers
        if not updates:
            return {}
        begun = (1.0 - ACCURACY_DECAY) ** updates  # what the first guess, 0.5, still weighs
        return {
            "discriminator_loss": numbers["discriminator_loss"],
            "accuracy": (numbers["recent_accuracy"] - 0.5 * begun) / (1.0 - begun),
        }

    def divergence_setting(self, metrics: Mapping[str, float]) -> str:
        """Return the discriminator's rate if the network's images were still finite, else the network's."""
        return (
            "learning_rate" if math.isfinite(metrics.get("discriminator_loss", 0.0)) else "discriminator_learning_rate"
        )

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """Return the discriminator's initial θ, and the slots of both optimizers."""
        layout = self.layout(_pairs(problem))
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
        return joined(
            State({"discriminator": phi, **mean}, numbers),
            packed("optimizer", State(self.optimizer.stage.zero_slots(theta))),
            packed("discriminator-optimizer", State(self.discriminator_optimizer.stage.zero_slots(phi))),
        )

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """The discriminator learns, then the network.

        The state counts the steps: ``ctx.step`` goes on where another trainer stopped.
        """
        return AdversarialStep(self, _pairs(problem)).step(theta, state, ctx)


def _pairs(problem: Problem) -> PairsProblem:
    """Return the problem as one between images.

    Raises:
        NotImplementedError: it is not.
    """
    if not isinstance(problem, PairsProblem):
        raise NotImplementedError("the trainer adversarial learns from pictures in pairs")
    return problem
