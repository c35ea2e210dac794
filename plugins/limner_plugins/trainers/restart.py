"""The trainer ``restart``."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field, model_validator

from limner.plugin import Array, Context, Nested, Problem, StageSpec, State, Step, Trainer, TrainerTraits
from limner_plugins.trainers._host import WORST_LOSS, all_finite
from limner_plugins.trainers._nested import merge_states, pack_state, unpack_state


class Restart(Trainer):
    """Several short runs of another trainer, each from a start of its own; the best goes on until the budget ends.

    The first run starts from θ, the others are drawn afresh. Each ends with a look at all points, by which they are
    compared; the best goes on where it stood, with all that the trainer remembered. One that leads beyond all numbers
    is the worst, and the next begins. Schedules run over the budget as a whole. Gradients lead to the nearest valley,
    and which one that is, the start decides: a few steps tell good starts from bad ones.
    """

    each: Annotated[StageSpec[Trainer], Nested("trainer")] = Field(
        default="rprop", validate_default=True, description="the trainer that runs"
    )
    runs: int = Field(
        default=8,
        ge=2,
        le=10_000,
        description="starts that are tried; a budget below runs · steps ends before one is chosen",
    )
    steps: int = Field(default=50, ge=1, le=10**7, description="how long each is tried")

    @model_validator(mode="after")
    def _check_nesting(self) -> Restart:
        if any(isinstance(part.stage, Restart) for part in self.each.all()):
            raise ValueError("each must be another trainer: a restart within a restart would only be more runs")
        return self

    @classmethod
    def examples(cls) -> tuple[Restart, ...]:
        """Of one that sees all points, one that sees batches, and one that is a population itself."""

        def of(runs: int, steps: int, **each: object) -> Restart:
            return cls.model_validate({"runs": runs, "steps": steps, "each": each})

        genetic = {"kind": "genetic", "population": 6, "elites": 2}
        return cls(), of(3, 1, kind="backprop", learning_rate=0.1, batch=2), of(2, 2, **genetic)

    def traits(self) -> TrainerTraits:
        """Return those of the nested trainer, of a run that may be lost."""
        traits = self._trainer.traits()
        return TrainerTraits(
            divergence_setting=traits.divergence_setting and f"each.{traits.divergence_setting}",
            supports_warm_start=False,
            tolerates_nonfinite=True,
            full_batch=traits.full_batch,
        )

    def samples_per_step(self, points: int) -> int:
        """Return how many points a step of the nested trainer looks at."""
        return self._trainer.samples_per_step(points)

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """The first run's; what stands for the best is not looked at before a run has ended."""
        inner = self._trainer.init(problem, theta, ctx)
        return merge_states(_progress_state(0, 0), pack_state("run", inner), _best_state(theta, inner, WORST_LOSS))

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """One step of the run; where one has ended, the first of the next, or of the best where none is left.

        So θ as a run leaves it is what the loop has seen, and the loss that is told is that of it. A run that is lost
        ends at once; only where all were does the loss become no number.
        """
        run, done = int(state.numbers["run"]), int(state.numbers["done"])
        inner, best, final_loss = unpack_state("run", state), _best_of(state), None
        if run < self.runs and done == self.steps:
            final_loss = _finite_loss(float(problem.value(theta, ctx)))
            if final_loss < best.numbers["loss"]:
                best = _best_state(theta, inner, final_loss)
            run, done = run + 1, 0
            theta, inner = self._start_of_run(run, problem, best, ctx)
        step = self._trainer.take_step(problem, theta, inner, ctx)
        moved, after, loss = step.theta, step.state, step.loss if final_loss is None else final_loss
        metrics = {**step.metrics, "run": run}
        if run < self.runs and not all_finite(moved, after, step.loss):
            loss = _finite_loss(loss)
            run, done = run + 1, -1
            moved, after = self._start_of_run(run, problem, best, ctx)
        if run == self.runs and best.numbers["loss"] >= WORST_LOSS:
            loss = math.inf
        return Step(moved, merge_states(_progress_state(run, done + 1), pack_state("run", after), best), loss, metrics)

    def _start_of_run(self, run: int, problem: Problem, best: State, ctx: Context) -> tuple[Array, State]:
        """Where a run begins: afresh, or where the best stood once all were tried."""
        if run == self.runs:
            return best.arrays["best"], unpack_state("best", best)
        theta = problem.reinitialize(run)
        return theta, self._trainer.init(problem, theta, ctx)

    @property
    def _trainer(self) -> Trainer:
        return self.each.stage


def _finite_loss(loss: float) -> float:
    """The loss, or the worst where it is no number."""
    return loss if math.isfinite(loss) else WORST_LOSS


def _progress_state(run: int, done: int) -> State:
    return State(numbers={"run": run, "done": done})


def _best_state(theta: Array, inner: State, loss: float) -> State:
    return merge_states(State({"best": theta}, {"loss": loss}), pack_state("best", inner))


def _best_of(state: State) -> State:
    """What a state holds of the best run so far."""
    return _best_state(state.arrays["best"], unpack_state("best", state), state.numbers["loss"])
