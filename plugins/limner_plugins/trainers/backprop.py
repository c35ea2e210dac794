"""The trainer ``backprop``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from limner.plugin import Array, Context, Problem, State, Trainer, batches_per_epoch, namespace
from limner_plugins.trainers._learned import keeping, learned_mask, only
from limner_plugins.trainers._optimizers import OPTIMIZERS
from limner_plugins.trainers._schedules import share, watched


class Backprop(Trainer):
    """Down the gradient that backpropagation gives, over all points at once or over a batch a step."""

    calmer: ClassVar[str] = "rate"

    optimizer: Literal["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"] = Field(
        default="adam", description="how a gradient becomes a step"
    )
    rate: float = Field(default=0.001, gt=0, le=1000, description="η, the learning rate")
    batch: int = Field(default=0, ge=0, le=2**31 - 1, description="points a step looks at; 0 is all of them")
    momentum: float = Field(
        default=0.9, ge=0, lt=1, description="μ, the part of the velocity that momentum and nesterov keep"
    )
    rho: float = Field(default=0.99, ge=0, lt=1, description="how slowly rmsprop's mean square changes")
    beta1: float = Field(default=0.9, ge=0, lt=1, description="how slowly the mean gradient of adam and adamw changes")
    beta2: float = Field(default=0.999, ge=0, lt=1, description="how slowly the mean square of adam and adamw changes")
    epsilon: float = Field(
        default=1e-8, ge=1e-16, le=1, description="ε, which rmsprop, adam and adamw add to the root that they divide by"
    )
    weight_decay: float = Field(
        default=0.01, ge=0, le=1000, description="λ of adamw: a step takes η λ of every learned number away from it"
    )
    clip: float = Field(
        default=0.0, ge=0, le=1e9, description="the longest gradient; longer ones are cut to it, 0 lets all pass"
    )
    schedule: Literal["constant", "cosine", "step", "exponential", "halving"] = Field(
        default="constant",
        description="how the rate changes: not at all; to final in half a cosine, in steps, or exponentially, over the"
        " budget; or halved when the mean error of the last epochs exceeds that of as many before",
    )
    final: float = Field(
        default=0.01, ge=0, le=1, description="what is left of the rate at the end of cosine and exponential"
    )
    drop: float = Field(
        default=0.5, gt=0, le=1, description="what each step of the schedule step multiplies the rate by"
    )
    drop_every: float = Field(
        default=0.25, ge=1e-4, le=1, description="the part of the budget from one step of the schedule step to the next"
    )
    patience: int = Field(default=100, ge=1, le=10**6, description="epochs that halving takes the mean error of")
    warmup: float = Field(
        default=0.0,
        ge=0,
        le=0.9,
        description="the part of the budget in which the rate rises from 0; the schedule follows",
    )

    @model_validator(mode="after")
    def _ends_somewhere(self) -> Backprop:
        if self.schedule == "exponential" and self.final == 0:
            raise ValueError("final is 0, which exponential never reaches; give it a small part of the rate, 0.01 say")
        return self

    @classmethod
    def examples(cls) -> tuple[Backprop, ...]:
        """Every optimizer and every schedule."""
        return (
            cls(),
            cls(optimizer="sgd", rate=0.1, schedule="halving", patience=2, batch=3),
            cls(optimizer="momentum", rate=0.01, schedule="cosine", warmup=0.1, clip=0.5),
            cls(optimizer="nesterov", rate=0.01, schedule="step", clip=100.0),
            cls(optimizer="rmsprop", rate=0.01, schedule="exponential", final=0.1),
            cls(optimizer="adamw", rate=0.01, batch=1),
        )

    def looks(self, points: int) -> int:
        """A batch, or all."""
        return min(self.batch, points) or points

    @property
    def whole(self) -> bool:
        """Yes, unless there are batches."""
        return self.batch == 0

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:  # noqa: ARG002
        """Zeros for what the optimizer remembers, and the count of steps."""
        xp = namespace(theta)
        arrays = {name: xp.zeros_like(theta) for name in OPTIMIZERS[self.optimizer].remembers}
        halving = {"halvings": 0, "before": 0.0, "total": 0.0} if self.schedule == "halving" else {}
        return State(arrays, {"steps": 0, **halving})

    def step(
        self, problem: Problem, theta: Array, state: State, ctx: Context
    ) -> tuple[Array, State, Mapping[str, float]]:
        """One step down the gradient of all points, or of the next batch."""
        value, gradient = problem.value_and_grad(theta, ctx, self.batch)
        loss, learned = float(value), learned_mask(problem, theta)
        gradient = self._clipped(only(learned, gradient))
        rate = self.rate * share(self, ctx.progress) * 0.5 ** state.numbers.get("halvings", 0)

        # Not ctx.step, which goes on where another trainer stopped: corrections of the bias count from the zeros.
        numbers = {**state.numbers, "steps": int(state.numbers["steps"]) + 1}
        if numbers["steps"] < 1:
            raise ValueError(f"the state counts {state.numbers['steps']} steps")
        optimizer = OPTIMIZERS[self.optimizer]
        before = [state.arrays[name] for name in optimizer.remembers]
        moved, *remembered = optimizer.move(self, rate, numbers["steps"], theta, gradient, *before)
        if self.schedule == "halving":
            numbers = watched(numbers, loss, self.patience * batches_per_epoch(problem.points, self.batch))

        after = State(dict(zip(optimizer.remembers, remembered, strict=True)), numbers)
        return keeping(learned, moved, theta), after, {"loss": loss, "rate": rate}

    def _clipped(self, gradient: Array) -> Array:
        """The gradient, no longer than ``clip`` (R. Pascanu et al. 2013)."""
        if not self.clip:
            return gradient
        length = float(namespace(gradient).sum(gradient * gradient)) ** 0.5
        return gradient if length <= self.clip else (self.clip / length) * gradient
