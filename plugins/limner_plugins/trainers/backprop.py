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
    """Gradient descent by backpropagation, over all points or over a batch in each step."""

    conditional_fields = (
        ("final", "schedule", "cosine", "exponential"),
        ("drop", "schedule", "step"),
        ("drop_every", "schedule", "step"),
        ("patience", "schedule", "halving"),
    )

    optimizer: Annotated[StageSpec[Optimizer], Nested("optimizer")] = Field(
        default="adam", validate_default=True, description="update rule, a stage of the role optimizer"
    )
    learning_rate: float = Field(default=0.001, gt=0, le=1000, description="learning rate η")
    batch: int = Field(default=0, ge=0, le=2**31 - 1, description="batch size in points or pictures; 0 for all of them")
    clip: float = Field(default=0.0, ge=0, le=1e9, description="maximum norm of the gradient; 0 for no clipping")
    schedule: Literal["constant", "cosine", "step", "exponential", "halving"] = Field(
        default="constant",
        description="learning-rate schedule: constant; cosine, step or exponential decay over the budget; or halving"
        " on a plateau: when the mean loss of the last epochs exceeds that of as many epochs before",
    )
    final: float = Field(
        default=0.01, ge=0, le=1, description="final factor of the learning rate for cosine and exponential"
    )
    drop: float = Field(default=0.5, gt=0, le=1, description="decay factor of the learning rate for the schedule step")
    drop_every: float = Field(
        default=0.25, ge=1e-4, le=1, description="fraction of the budget between two drops of the schedule step"
    )
    patience: int = Field(
        default=100, ge=1, le=10**6, description="number of epochs over which halving averages the loss"
    )
    warmup: float = Field(
        default=0.0,
        ge=0,
        le=0.9,
        description="fraction of the budget for warm-up, in which the learning rate rises linearly from 0",
    )

    @model_validator(mode="after")
    def _check_final(self) -> Backprop:
        if self.schedule == "exponential" and self.final == 0:
            raise ValueError("final: exponential decay never reaches 0; use a small factor such as 0.01")
        return self

    @classmethod
    def examples(cls) -> tuple[Backprop, ...]:
        """Return examples of every schedule, and of optimizers with and without slots."""
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
        """Return the traits: without batches, a step reports the loss over all points."""
        return TrainerTraits(divergence_setting="learning_rate", full_batch=self.batch == 0)

    def samples_per_step(self, points: int) -> int:
        """Return the size of a batch, or all points."""
        return min(self.batch, points) or points

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:  # noqa: ARG002
        """Return the optimizer's slots, the number of steps, and the state of ``halving``."""
        halving = {"halvings": 0, "before": 0.0, "total": 0.0} if self.schedule == "halving" else {}
        return State(self.optimizer.stage.zero_slots(theta), {"steps": 0, **halving})

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Take a step of gradient descent over all points, or over the next batch."""
        value, gradient = problem.value_and_grad(theta, ctx, self.batch)
        loss, gradient = float(value), self._clipped(gradient)
        rate = self.learning_rate * rate_factor(self, ctx.progress) * 0.5 ** state.numbers.get("halvings", 0)

        # Not ctx.step, which continues from another trainer's count: bias correction counts from the zero slots.
        count = int(state.numbers["steps"]) + 1
        if count < 1:
            raise ValueError(f"invalid step count in the state: {state.numbers['steps']}")
        numbers = {**state.numbers, "steps": count}
        moved, slots = self.optimizer.stage.apply_update(theta, gradient, state.arrays, rate, count)
        if self.schedule == "halving":
            numbers = update_halving(numbers, loss, self.patience * batches_per_epoch(problem.points, self.batch))
        return Step(moved, State(slots, numbers), loss, {"learning_rate": rate})

    def _clipped(self, gradient: Array) -> Array:
        """Return the gradient, scaled down to the norm ``clip`` if it is longer (R. Pascanu et al. 2013)."""
        if not self.clip:
            return gradient
        length = float(namespace(gradient).sum(gradient * gradient)) ** 0.5
        return gradient if length <= self.clip else (self.clip / length) * gradient
