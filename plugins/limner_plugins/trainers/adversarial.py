"""The trainer ``adversarial``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import prod
from typing import Annotated, ClassVar, Literal, Self, cast

from pydantic import Field, field_validator

from limner.plugin import (
    Array,
    Context,
    Critic,
    Domain,
    Example,
    Layout,
    Nested,
    PairsProblem,
    Part,
    Problem,
    State,
    Trainer,
    device,
    namespace,
)
from limner_plugins.trainers._contests import CONTESTS
from limner_plugins.trainers._critique import Critique, Seen
from limner_plugins.trainers._learned import keeping, learned_mask, only
from limner_plugins.trainers._nested import joined, packed, unpacked
from limner_plugins.trainers._optimizers import OPTIMIZERS

Rule = Literal["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"]
FEW = 200
"""Pictures below which a critic learns them by heart."""


class Adversarial(Trainer):
    """Two players: a critic learns to tell made pictures from real ones, the network to deceive it.

    The network descends what it loses to the critic, and λ times the recipe's loss. The critic and what its rule
    remembers are part of the trainer's state.

    Source: P. Isola et al., "Image-to-image translation with conditional adversarial networks", 2017.
    """

    calmer: ClassVar[str] = "rate"
    refines: ClassVar[bool] = False
    latest: ClassVar[bool] = True
    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})

    critic: Annotated[Part, Nested("network")] = Field(
        default=cast("Part", {"kind": "patch-critic"}), description="the network that judges"
    )
    contest: Literal["bce", "least-squares", "hinge", "wasserstein"] = Field(
        default="bce", description="what the two lose to one another"
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
        default=0.0, ge=0, le=1e6, description="the weight of the penalty on the critic's slope; wasserstein wants 10"
    )
    augment: Annotated[tuple[Part, ...], Nested("augment", many=True)] = Field(
        default=(), description="vary what the critic is shown, real and made alike, so that few pictures suffice"
    )
    batch: int = Field(default=16, ge=1, le=65_536, description="pictures a step looks at")
    critic_steps: int = Field(default=1, ge=1, le=100, description="steps of the critic for each of the network")
    critic_every: int = Field(default=1, ge=1, le=100, description="the critic learns at every so many steps only")
    optimizer: Rule = Field(default="adam", description="how the network's gradient becomes a step")
    rate: float = Field(default=2e-4, gt=0, le=1000, description="η, the network's learning rate")
    critic_optimizer: Rule = Field(default="adam", description="how the critic's gradient becomes a step")
    critic_rate: float = Field(default=2e-4, gt=0, le=1000, description="the critic's learning rate")
    beta1: float = Field(default=0.5, ge=0, lt=1, description="how slowly adam's mean gradients change")
    beta2: float = Field(default=0.999, ge=0, lt=1, description="how slowly adam's mean squares change")
    epsilon: float = Field(default=1e-8, ge=1e-16, le=1, description="ε, added to the roots that are divided by")
    momentum: float = Field(default=0.9, ge=0, lt=1, description="μ of momentum and nesterov")
    rho: float = Field(default=0.99, ge=0, lt=1, description="how slowly rmsprop's mean square changes")
    weight_decay: float = Field(default=0.01, ge=0, le=1000, description="λ of adamw")
    final: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="what is left of both rates at the end, falling in a line over the second half of the budget",
    )

    @field_validator("critic")
    @classmethod
    def _is_a_critic(cls, part: Part) -> Part:
        if not isinstance(part.stage, Critic):
            raise ValueError(f"{part.kind!r} is no critic; choose patch-critic or image-critic")  # noqa: TRY004
        return part

    @classmethod
    def examples(cls) -> tuple[Self, ...]:
        """Every contest."""
        return (
            cls(),
            cls(contest="least-squares", critic_steps=2, optimizer="rmsprop", critic_optimizer="sgd"),
            cls.model_validate({"contest": "hinge", "critic_every": 2, "augment": [{"kind": "flip"}], "final": 0.1}),
            cls(contest="wasserstein", penalty=10.0, weight=0.0),
        )

    def sized(self, channels: int, size: tuple[int, int]) -> Self:
        """The critic made for pictures of a size."""
        critic = self._judge.sized(size)
        critic.layout(3 + channels * critic.paired, 1)  # it refuses what it cannot take
        return self.model_copy(update={"critic": replace(self.critic, stage=critic)})

    def looks(self, points: int) -> int:
        """A batch for each of the critic's steps."""
        return min(self.batch, points) * self.critic_steps

    def advice(self, points: int) -> str:
        """What is to be said of a set that is too small."""
        if points >= FEW or self.augment:
            return ""
        return (
            f"{points} pictures are few for a critic, which will learn them by heart; vary what it is shown, with "
            "[[trainer.augment]] in the recipe (flip, crop, jitter), or bring more pictures"
        )

    def blame(self, metrics: Mapping[str, float]) -> str:
        """Whose rate it was: the critic's where the network's pictures still were numbers."""
        return "rate" if math.isfinite(metrics.get("critic", math.nan)) else "critic_rate"

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """The critic's θ as it is drawn, and zeros for what both rules remember."""
        if not hasattr(problem, "tiles"):
            raise NotImplementedError("the trainer adversarial learns from pictures in pairs")
        pairs = cast("PairsProblem", problem)
        drawn = self._judge.draw(self._layout(pairs), ctx.rng("critic"))
        phi = namespace(theta).asarray(drawn, dtype=theta.dtype, device=device(theta))
        return joined(
            State({"critic": phi}, {"steps": 0, "taught": 0, "right": 0.5}),
            packed("network", _blank(self.optimizer, theta)),
            packed("rule", _blank(self.critic_optimizer, phi)),
        )

    def step(
        self, problem: Problem, theta: Array, state: State, ctx: Context
    ) -> tuple[Array, State, Mapping[str, float]]:
        """The critic learns, then the network."""
        pairs, left = cast("PairsProblem", problem), 1.0 - (1.0 - self.final) * max(0.0, 2.0 * ctx.progress - 1.0)
        numbers = {**state.numbers, "steps": int(state.numbers["steps"]) + 1}
        teaching = (int(numbers["steps"]) - 1) % self.critic_every == 0
        told: dict[str, float] = {}
        for i in range(self.critic_steps):
            at = replace(ctx, step=ctx.step * self.critic_steps + i)
            seen = pairs.tiles(partial(_seen, pairs, theta), at, self.batch, whole=self._judge.mixes())
            if not all(map(_finite, seen)):
                return theta, state, {"loss": math.nan, "critic": 0.0}
            if teaching:
                state, told = self._taught(pairs, state, seen, left * self.critic_rate)
        told.setdefault("accuracy", state.numbers["right"])
        fooling, loss, gradient = self._deceived(pairs, state, seen)
        own, rule = unpacked("network", state), OPTIMIZERS[self.optimizer]
        learned = learned_mask(problem, theta)
        before = [own.arrays[name] for name in rule.remembers]
        moved, *after = rule.move(
            self, self.rate * left, int(numbers["steps"]), theta, only(learned, gradient), *before
        )
        arrays = {**state.arrays, **packed("network", State(dict(zip(rule.remembers, after, strict=True)))).arrays}
        metrics = {"loss": fooling + self.weight * loss, "fooling": fooling, **told, "rate": self.rate * left}
        return keeping(learned, moved, theta), State(arrays, {**state.numbers, "steps": numbers["steps"]}), metrics

    @property
    def _judge(self) -> Critic:
        return cast("Critic", self.critic.stage)

    def _layout(self, pairs: PairsProblem) -> Layout:
        return self._judge.layout(3 + pairs.channels * self._judge.paired, 1)

    def _critique(self, phi: Array, seen: Sequence[Seen]) -> Critique:
        pictures = sum(one.made.shape[1] for one in seen)
        return Critique(self._judge, phi, CONTESTS[self.contest], self.label, self.penalty, self.augment, pictures)

    def _taught(
        self, pairs: PairsProblem, state: State, seen: Sequence[Seen], rate: float
    ) -> tuple[State, dict[str, float]]:
        """The state after a step of the critic, and how it did before."""
        phi, own, rule = state.arrays["critic"], unpacked("rule", state), OPTIMIZERS[self.critic_optimizer]
        lessons = pairs.side_by_side(self._critique(self._judge.refreshed(phi), seen).teach, seen)
        gradient = sum((lesson.gradient for lesson in lessons[1:]), start=lessons[0].gradient)
        learned = self._learned(pairs, phi)
        taught = int(state.numbers["taught"]) + 1
        phi = self._judge.refreshed(phi)
        moved, *after = rule.move(
            self, rate, taught, phi, only(learned, gradient), *(own.arrays[name] for name in rule.remembers)
        )
        right = sum(lesson.right for lesson in lessons) / sum(lesson.numbers for lesson in lessons)
        remembered = packed("rule", State(dict(zip(rule.remembers, after, strict=True)))).arrays
        arrays = {**state.arrays, "critic": keeping(learned, moved, phi), **remembered}
        told = {"critic": sum(float(lesson.loss) for lesson in lessons), "accuracy": right}
        return State(arrays, {**state.numbers, "taught": taught, "right": right}), told

    def _deceived(self, pairs: PairsProblem, state: State, seen: Sequence[Seen]) -> tuple[float, float, Array]:
        """What the network loses to the critic, the recipe's loss, and the gradient of both, weighted, by θ."""
        critique = self._critique(state.arrays["critic"], seen)

        def of(one: Seen) -> tuple[float, float, Array]:
            target = one.example.target
            fooling, dmade = critique.deceive(one)
            value, pull = pairs.loss.vjp(one.made, target)
            xp, divisor = namespace(value), pairs.loss.divisor(3, critique.pictures * prod(target.shape[2:]))
            dloss = pull((self.weight / divisor) * xp.ones_like(value))
            return float(fooling), float(xp.sum(value)) / divisor, one.pull(dmade + dloss)

        parts = pairs.side_by_side(of, seen)
        gradient = sum((part[2] for part in parts[1:]), start=parts[0][2])
        return sum(part[0] for part in parts), sum(part[1] for part in parts), gradient

    def _learned(self, pairs: PairsProblem, phi: Array) -> Array | None:
        learned = self._layout(pairs).learned
        return None if learned.all() else namespace(phi).asarray(learned, device=device(phi))


def _seen(pairs: PairsProblem, theta: Array, example: Example, ctx: Context) -> Seen:
    """A tile as the network makes it."""
    made, pull = pairs.translate(theta, example, ctx)
    return Seen(example, replace(ctx, input_gradient=True), made, pull)


def _finite(seen: Seen) -> bool:
    return math.isfinite(float(namespace(seen.made).sum(seen.made)))


def _blank(rule: str, theta: Array) -> State:
    return State({name: namespace(theta).zeros_like(theta) for name in OPTIMIZERS[rule].remembers})
