"""The trainer ``adversarial``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Self, TypeGuard

from limner.plugin import (
    Array,
    Context,
    Domain,
    LimnerError,
    PairsProblem,
    Problem,
    State,
    device,
    namespace,
)
from limner_plugins.trainers._gan.diagnostics import UNBOUNDED, VARY, too_few, who_won
from limner_plugins.trainers._gan.discriminator_step import scores
from limner_plugins.trainers._gan.settings import AdversarialSettings
from limner_plugins.trainers._gan.step import FORGETS, Duel, blank
from limner_plugins.trainers._nested import joined, packed


class Adversarial(AdversarialSettings):
    """Two players: a critic learns to tell made pictures from real ones, the network to deceive it.

    The network descends what it loses to the critic, and λ times the recipe's loss. The critic and what its rule
    remembers are part of the trainer's state.

    Source: P. Isola et al., "Image-to-image translation with conditional adversarial networks", 2017.
    """

    calmer: ClassVar[str] = "rate"
    refines: ClassVar[bool] = False
    latest: ClassVar[bool] = True
    curves: ClassVar[tuple[Mapping[str, str], ...]] = (
        {"critic": "the critic's loss", "fooling": "the network's, to the critic"},
        {"accuracy": "how often the critic is right, %"},
    )
    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})

    @classmethod
    def examples(cls) -> tuple[Self, ...]:
        """Every contest."""
        return (
            cls(),
            cls(contest="least-squares", critic_steps=2, optimizer="rmsprop", critic_optimizer="sgd"),
            cls.model_validate({"contest": "hinge", "critic_every": 2, "augment": [{"kind": "flip"}], "final": 0.1}),
            cls(contest="wasserstein", penalty=10.0, weight=0.0, average=0.99),
        )

    def sized(self, channels: int, size: tuple[int, int]) -> Self:
        """The critic made for pictures of a size."""
        try:
            critic = self.judge.sized(size)
            critic.layout(3 + channels * critic.paired, 1)
        except LimnerError as error:
            raise LimnerError(f"trainer.critic.{error}") from error
        return self.model_copy(update={"critic": replace(self.critic, stage=critic)})

    def looks(self, points: int) -> int:
        """A batch for each of the critic's steps."""
        return min(self.batch, points) * self.critic_steps

    def held(self, points: int, side_by_side: int) -> int:  # noqa: ARG002
        """A batch: what the network made of it is kept until the critic has learned."""
        return min(self.batch, points)

    def trained_set(self, channels: int, size: tuple[int, int]) -> int:
        """What the critic holds of a real and of a made picture."""
        return 2 * self.judge.trained_set(3 + channels * self.judge.paired, 1, size)

    def about(self) -> str:
        """How much the critic sees at once."""
        side = self.judge.receptive_field()
        return f"each of the critic's numbers looks at {side}x{side} pixels, or at all of a smaller picture"

    def advice(self, points: int) -> tuple[str, ...]:
        """What is to be said of a slope without a bound, and of too small a set."""
        bounded = self.contest != "wasserstein" or self.penalty or self.judge.is_bounded()
        few = too_few(points, varied=any(part.kind in VARY for part in self.augment))
        return tuple(line for line in ("" if bounded else UNBOUNDED, few) if line)

    def kept(self, theta: Array, state: State) -> Array:
        """The mean, where there is one."""
        return state.arrays["mean"] if self.average else theta

    def scores(self, state: State, features: Array, made: Array, ctx: Context) -> Array:
        """The mean of the critic's numbers."""
        return scores(self.judge, state.arrays["critic"], features, made, ctx)

    def warning(self, state: State) -> str:
        """What is to be said when one side has won."""
        return who_won(state.numbers["lately"], int(state.numbers["taught"]))

    def told(self, state: State) -> str:
        """How often the critic was right, if it had its turn at all."""
        right = self.figures(state).get("accuracy")
        if right is not None:
            return f"the critic was right {right:.0%} of the time lately"
        alone = bool(state.numbers["steps"]) and self.warmup > 0
        return "the critic had no turn yet; take more steps, or a smaller trainer.warmup" if alone else ""

    def figures(self, state: State) -> Mapping[str, float]:
        """What the critic last lost, and how often it was right: the mean of some 50 lessons, for one batch is few."""
        taught, numbers = int(state.numbers["taught"]), state.numbers
        if not taught:
            return {}
        begun = (1.0 - FORGETS) ** taught  # what the first guess, 0.5, still weighs
        return {"critic": numbers["critic"], "accuracy": (numbers["lately"] - 0.5 * begun) / (1.0 - begun)}

    def blame(self, metrics: Mapping[str, float]) -> str:
        """Whose rate it was: the critic's where the network's pictures still were numbers."""
        return "rate" if math.isfinite(metrics.get("critic", 0.0)) else "critic_rate"

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """The critic's θ as it is drawn, and zeros for what both rules remember."""
        drawn = self.judge.draw(self.layout(_pairs(problem)), ctx.rng("critic"))
        phi = namespace(theta).asarray(drawn, dtype=theta.dtype, device=device(theta))
        numbers = {"steps": 0, "taught": 0, "critic": 0.0, "right": 0.5, "lately": 0.5}
        mean = {"mean": theta} if self.average else {}
        return joined(
            State({"critic": phi, **mean}, numbers),
            packed("optimizer", blank(self.optimizer, theta)),
            packed("critic-optimizer", blank(self.critic_optimizer, phi)),
        )

    def step(
        self, problem: Problem, theta: Array, state: State, ctx: Context
    ) -> tuple[Array, State, Mapping[str, float]]:
        """The critic learns, then the network.

        The state counts the steps: ``ctx.step`` goes on where another trainer stopped.
        """
        return Duel(self, _pairs(problem)).step(theta, state, ctx)


def _pairs(problem: Problem) -> PairsProblem:
    """Return the problem as one between images.

    Raises:
        NotImplementedError: it is not.
    """
    if not _is_of_pairs(problem):
        raise NotImplementedError("the trainer adversarial learns from pictures in pairs")
    return problem


def _is_of_pairs(problem: Problem) -> TypeGuard[PairsProblem]:
    return hasattr(problem, "tiles")
