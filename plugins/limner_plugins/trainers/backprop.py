"""The trainer ``backprop``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from limner.plugin import (
    Array,
    Context,
    Nested,
    Optimizer,
    Problem,
    StageSpec,
    State,
    Step,
    Trainer,
    TrainerTraits,
    batches_per_epoch,
    namespace,
)
from limner_plugins.trainers._schedules import rate_factor, update_halving


class Backprop(Trainer):
    """Down the gradient that backpropagation gives, over all points at once or over a batch a step."""

    optimizer: Annotated[StageSpec[Optimizer], Nested("optimizer")] = Field(
        default="adam", validate_default=True, description="how a gradient becomes a step"
    )
    learning_rate: float = Field(default=0.001, gt=0, le=1000, description="η, the learning rate")
    batch: int = Field(default=0, ge=0, le=2**31 - 1, description="points a step looks at; 0 is all of them")
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
    def _check_final(self) -> Backprop:
        if self.schedule == "exponential" and self.final == 0:
            raise ValueError("final is 0, which exponential never reaches; give it a small part of the rate, 0.01 say")
        return self

    @classmethod
    def examples(cls) -> tuple[Backprop, ...]:
        """Return every schedule, and optimizers with and without slots."""
        tables: tuple[dict[str, object], ...] = (
            {},
            {"optimizer": "sgd", "learning_rate": 0.1, "schedule": "halving", "patience": 2, "batch": 3},
            {"optimizer": "momentum", "learning_rate": 0.01, "schedule": "cosine", "warmup": 0.1, "clip": 0.5},
            {"optimizer": "nesterov", "learning_rate": 0.01, "schedule": "step", "clip": 100.0},
            {"optimizer": "rmsprop", "learning_rate": 0.01, "schedule": "exponential", "final": 0.1},
            {"optimizer": "adamw", "learning_rate": 0.01, "batch": 1},
        )
        return tuple(cls.model_validate(table) for table in tables)

    def traits(self) -> TrainerTraits:
        """Lower the rate if the loss diverges; the loss is that of all points unless there are batches."""
        return TrainerTraits(divergence_setting="learning_rate", full_batch=self.batch == 0)

    def samples_per_step(self, points: int) -> int:
        """Return the size of a batch, or all points."""
        return min(self.batch, points) or points

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:  # noqa: ARG002
        """Return the optimizer's slots, and the count of steps."""
        halving = {"halvings": 0, "before": 0.0, "total": 0.0} if self.schedule == "halving" else {}
        return State(self.optimizer.stage.zero_slots(theta), {"steps": 0, **halving})

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Step down the gradient of all points, or of the next batch."""
        value, gradient = problem.value_and_grad(theta, ctx, self.batch)
        loss, gradient = float(value), self._clipped(gradient)
        rate = self.learning_rate * rate_factor(self, ctx.progress) * 0.5 ** state.numbers.get("halvings", 0)

        # Not ctx.step, which goes on where another trainer stopped: corrections of the bias count from the zeros.
        count = int(state.numbers["steps"]) + 1
        if count < 1:
            raise ValueError(f"the state counts {state.numbers['steps']} steps")
        numbers = {**state.numbers, "steps": count}
        moved, slots = self.optimizer.stage.apply_update(theta, gradient, state.arrays, rate, count)
        if self.schedule == "halving":
            numbers = update_halving(numbers, loss, self.patience * batches_per_epoch(problem.points, self.batch))
        return Step(moved, State(slots, numbers), loss, {"learning_rate": rate})

    def _clipped(self, gradient: Array) -> Array:
        """The gradient, no longer than ``clip`` (R. Pascanu et al. 2013)."""
        if not self.clip:
            return gradient
        length = float(namespace(gradient).sum(gradient * gradient)) ** 0.5
        return gradient if length <= self.clip else (self.clip / length) * gradient
