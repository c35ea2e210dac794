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
from limner_plugins.trainers._gan.diagnostics import UNBOUNDED, VARY, too_few, who_won
from limner_plugins.trainers._gan.discriminator_step import scores
from limner_plugins.trainers._gan.settings import AdversarialSettings
from limner_plugins.trainers._gan.step import FORGETS, Duel
from limner_plugins.trainers._nested import joined, packed


class Adversarial(AdversarialSettings, TrainerDiagnostics, ImageTrainer):
    """Two players: a critic learns to tell made pictures from real ones, the network to deceive it.

    The network descends what it loses to the critic, and λ times the recipe's loss. The critic and what its rule
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
                {"contest": "least-squares", "critic_steps": 2, "optimizer": "rmsprop", "critic_optimizer": "sgd"}
            ),
            cls.model_validate({"contest": "hinge", "critic_every": 2, "augment": [{"kind": "flip"}], "final": 0.1}),
            cls(contest="wasserstein", penalty=10.0, weight=0.0, average=0.99),
        )

    def traits(self) -> TrainerTraits:
        """Keep the last θ: what either network loses to the other does not say how good it is."""
        panels = (
            {"critic": "the critic's loss", "fooling": "the network's, to the critic"},
            {"accuracy": "how often the critic is right, %"},
        )
        return TrainerTraits("rate", supports_warm_start=False, keep_last=True, plot_panels=panels)

    def configured_for(self, channels: int, size: tuple[int, int]) -> Self:
        """Return this trainer with its critic configured for images of a size."""
        try:
            critic = self.judge.configured_for(size)
            critic.param_layout(3 + channels * critic.paired, 1)
        except LimnerError as error:
            raise LimnerError(f"trainer.critic.{error}") from error
        return self.model_copy(update={"critic": replace(self.critic, stage=critic)})

    def samples_per_step(self, points: int) -> int:
        """Return a batch for each of the critic's steps."""
        return min(self.batch, points) * self.critic_steps

    def samples_held(self, points: int, parallel: int) -> int:  # noqa: ARG002
        """Return the size of a batch: the network's outputs are kept until the critic has learned."""
        return min(self.batch, points)

    def training_floats(self, channels: int, size: tuple[int, int]) -> int:
        """Return what the critic holds of a real and of a made image."""
        return 2 * self.judge.training_floats(3 + channels * self.judge.paired, 1, size)

    def description(self) -> str:
        """Return how much the critic sees at once."""
        side = self.judge.receptive_field()
        return f"each of the critic's numbers looks at {side}x{side} pixels, or at all of a smaller picture"

    def preflight_warnings(self, points: int) -> tuple[str, ...]:
        """Warn of a slope without a bound, and of too small a set."""
        bounded = self.contest != "wasserstein" or self.penalty or self.judge.is_bounded()
        few = too_few(points, varied=any(part.kind in VARY for part in self.augment))
        return tuple(line for line in ("" if bounded else UNBOUNDED, few) if line)

    def eval_params(self, theta: Array, state: State) -> Array:
        """Return the moving average, if there is one."""
        return state.arrays["mean"] if self.average else theta

    def scores(self, state: State, features: Array, made: Array, ctx: Context) -> Array:
        """Return the mean of the critic's numbers."""
        return scores(self.judge, state.arrays["critic"], features, made, ctx)

    def runtime_warning(self, state: State) -> str:
        """Warn when one of the networks has won."""
        return who_won(state.numbers["lately"], int(state.numbers["taught"]))

    def summary(self, state: State) -> str:
        """Return how often the critic was right, if it had its turn at all."""
        right = self.final_metrics(state).get("accuracy")
        if right is not None:
            return f"the critic was right {right:.0%} of the time lately"
        alone = bool(state.numbers["steps"]) and self.warmup > 0
        return "the critic had no turn yet; take more steps, or a smaller trainer.warmup" if alone else ""

    def final_metrics(self, state: State) -> Mapping[str, float]:
        """Return the critic's last loss and its accuracy: the mean of some 50 steps, for one batch is few."""
        taught, numbers = int(state.numbers["taught"]), state.numbers
        if not taught:
            return {}
        begun = (1.0 - FORGETS) ** taught  # what the first guess, 0.5, still weighs
        return {"critic": numbers["critic"], "accuracy": (numbers["lately"] - 0.5 * begun) / (1.0 - begun)}

    def divergence_setting(self, metrics: Mapping[str, float]) -> str:
        """Return the critic's rate if the network's images were still finite, else the network's."""
        return "rate" if math.isfinite(metrics.get("critic", 0.0)) else "critic_rate"

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """Return the critic's initial θ, and the slots of both optimizers."""
        layout = self.layout(_pairs(problem))
        drawn = layout.pack(self.judge.init_params(ctx.rng("critic"), *layout.fans))
        phi = namespace(theta).asarray(drawn, dtype=theta.dtype, device=device(theta))
        numbers = {"steps": 0, "taught": 0, "critic": 0.0, "right": 0.5, "lately": 0.5}
        mean = {"mean": theta} if self.average else {}
        return joined(
            State({"critic": phi, **mean}, numbers),
            packed("optimizer", State(self.optimizer.stage.zero_slots(theta))),
            packed("critic-optimizer", State(self.critic_optimizer.stage.zero_slots(phi))),
        )

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """The critic learns, then the network.

        The state counts the steps: ``ctx.step`` goes on where another trainer stopped.
        """
        return Duel(self, _pairs(problem)).step(theta, state, ctx)


def _pairs(problem: Problem) -> PairsProblem:
    """Return the problem as one between images.

    Raises:
        NotImplementedError: it is not.
    """
    if not isinstance(problem, PairsProblem):
        raise NotImplementedError("the trainer adversarial learns from pictures in pairs")
    return problem
