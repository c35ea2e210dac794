"""The trainer ``adversarial``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Literal, Self, TypeGuard

from pydantic import Field, model_validator

from limner.plugin import (
    Array,
    Augment,
    Context,
    Critic,
    Domain,
    Layout,
    LimnerError,
    Nested,
    PairsProblem,
    Problem,
    StageSpec,
    State,
    Trainer,
    device,
    namespace,
)
from limner_plugins.trainers._gan.diagnostics import UNBOUNDED, VARY, too_few, who_won
from limner_plugins.trainers._gan.discriminator_step import Critique, scores
from limner_plugins.trainers._gan.losses import CONTESTS
from limner_plugins.trainers._gan.step import FORGETS, Duel, blank
from limner_plugins.trainers._nested import joined, packed

Rule = Literal["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"]


class Adversarial(Trainer):
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

    critic: Annotated[StageSpec[Critic], Nested("network")] = Field(
        default={"kind": "patch-critic"}, validate_default=True, description="the network that judges"
    )
    contest: Literal["bce", "least-squares", "hinge", "wasserstein"] = Field(
        default="bce", description="the adversarial loss: what the two lose to one another"
    )
    weight: float = Field(default=100.0, ge=0, le=1e6, description="λ, of the recipe's loss beside the contest")
    label: float = Field(
        default=0.9,
        ge=0.5,
        le=1,
        description="what a real picture is to be given by bce and least-squares; below 1"
        " the critic stays less sure (one-sided label smoothing)",
    )
    penalty: float = Field(
        default=0.0,
        ge=0,
        le=1e6,
        description="the weight of the gradient penalty, on the critic's slope; wasserstein wants 10",
    )
    augment: Annotated[tuple[StageSpec[Augment], ...], Nested("augment", many=True)] = Field(
        default=(), description="vary what the critic is shown, real and made alike, so that few pictures suffice"
    )
    batch: int = Field(default=16, ge=1, le=65_536, description="pictures a step looks at")
    critic_steps: int = Field(default=1, ge=1, le=100, description="steps of the critic for each of the network")
    critic_every: int = Field(default=1, ge=1, le=100, description="the critic learns at every so many steps only")
    warmup: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="the share of the budget in which the network learns from the recipe's loss alone, and after which"
        " the critic comes in",
    )
    optimizer: Rule = Field(default="adam", description="how the network's gradient becomes a step")
    rate: float = Field(default=2e-4, gt=0, le=1000, description="η, the network's learning rate")
    critic_optimizer: Rule = Field(default="adam", description="how the critic's gradient becomes a step")
    critic_rate: float = Field(default=2e-4, gt=0, le=1000, description="the critic's learning rate")
    beta1: float = Field(
        default=0.5, ge=0, lt=1, description="how slowly adam's mean gradients change, of both players"
    )
    beta2: float = Field(default=0.999, ge=0, lt=1, description="how slowly adam's mean squares change, of both")
    epsilon: float = Field(
        default=1e-8, ge=1e-16, le=1, description="ε, added to the roots that are divided by, of both"
    )
    momentum: float = Field(default=0.9, ge=0, lt=1, description="μ of momentum and nesterov, of both")
    rho: float = Field(default=0.99, ge=0, lt=1, description="how slowly rmsprop's mean square changes, of both")
    weight_decay: float = Field(default=0.01, ge=0, le=1000, description="λ of adamw, of both")
    average: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="how slowly a moving average (EMA) of the network's θ follows it; that is what is shown and saved,"
        " calmer than any one step. 0 takes the last step",
    )
    final: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="what is left of both rates at the end, falling in a line over the second half of the budget",
    )

    @model_validator(mode="after")
    def _learns_alone_from_something(self) -> Self:
        if self.warmup and not self.weight:
            raise ValueError(
                "warmup learns from the recipe's loss alone, and weight=0 leaves that out; set one of both"
            )
        return self

    @model_validator(mode="after")
    def _looks_at_each_by_itself(self) -> Self:
        if self.penalty and self.judge.mixes():
            raise ValueError(
                "penalty asks how steep the critic is at each picture, and batch normalisation mixes them; choose"
                " trainer.critic.norm=instance or none"
            )
        return self

    @classmethod
    def examples(cls) -> tuple[Self, ...]:
        """Every contest."""
        return (
            cls(),
            cls(contest="least-squares", critic_steps=2, optimizer="rmsprop", critic_optimizer="sgd"),
            cls.model_validate({"contest": "hinge", "critic_every": 2, "augment": [{"kind": "flip"}], "final": 0.1}),
            cls(contest="wasserstein", penalty=10.0, weight=0.0, average=0.99),
        )

    @model_validator(mode="after")
    def _takes_one_way_to_balance(self) -> Self:
        if self.critic_steps > 1 and self.critic_every > 1:
            raise ValueError("critic_steps gives the critic more steps and critic_every fewer; set one of them to 1")
        return self

    @property
    def judge(self) -> Critic:
        """The critic."""
        return self.critic.stage

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

    def layout(self, pairs: PairsProblem) -> Layout:
        """The critic's."""
        return self.judge.layout(3 + pairs.channels * self.judge.paired, 1)

    def critique(self, phi: Array, pictures: int) -> Critique:
        """The critic at work on a batch of so many pictures."""
        return Critique(self.judge, phi, CONTESTS[self.contest], self.label, self.penalty, self.augment, pictures)


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
