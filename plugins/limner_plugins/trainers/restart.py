"""The trainer ``restart``."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field, model_validator

from limner.plugin import Array, Context, Nested, Problem, StageSpec, State, Step, Trainer, TrainerTraits
from limner_plugins.trainers._host import WORST_LOSS, all_finite
from limner_plugins.trainers._nested import merge_states, pack_state, unpack_state


class Restart(Trainer):
    """Several short runs of another trainer from different initial parameters; the best continues.

    The first run starts from θ, the others from new random parameters. Each ends with an evaluation over all points;
    the best run continues with its trainer's state until the budget ends. A run whose numbers become nonfinite counts
    as the worst, and the next run begins. Schedules run over the whole budget. Gradient descent finds a local minimum
    that depends on the initial parameters, and a few steps are enough to rank these.
    """

    each: Annotated[StageSpec[Trainer], Nested("trainer")] = Field(
        default="rprop", validate_default=True, description="trainer of each run"
    )
    runs: int = Field(
        default=8,
        ge=2,
        le=10_000,
        description="number of runs; the budget should exceed runs · steps, else no run is selected",
    )
    steps: int = Field(default=50, ge=1, le=10**7, description="steps of each run")

    @model_validator(mode="after")
    def _check_nesting(self) -> Restart:
        if any(isinstance(part.stage, Restart) for part in self.each.all()):
            raise ValueError("each: restart cannot contain restart; raise runs instead")
        return self

    @classmethod
    def examples(cls) -> tuple[Restart, ...]:
        """Return examples with a full-batch trainer, a batch trainer, and one with a population."""

        def of(runs: int, steps: int, **each: object) -> Restart:
            return cls.model_validate({"runs": runs, "steps": steps, "each": each})

        genetic = {"kind": "genetic", "population": 6, "elites": 2}
        return cls(), of(3, 1, kind="backprop", learning_rate=0.1, batch=2), of(2, 2, **genetic)

    def traits(self) -> TrainerTraits:
        """Return the nested trainer's traits; a nonfinite loss only ends the current run."""
        traits = self._trainer.traits()
        return TrainerTraits(
            divergence_setting=traits.divergence_setting and f"each.{traits.divergence_setting}",
            supports_warm_start=False,
            tolerates_nonfinite=True,
            full_batch=traits.full_batch,
        )

    def samples_per_step(self, points: int) -> int:
        """Return the number of points in a step of the nested trainer."""
        return self._trainer.samples_per_step(points)

    def init(self, problem: Problem, theta: Array, ctx: Context) -> State:
        """Return the state of the first run; the best state is a placeholder until a run has ended."""
        inner = self._trainer.init(problem, theta, ctx)
        return merge_states(_progress_state(0, 0), pack_state("run", inner), _best_state(theta, inner, WORST_LOSS))

    def step(self, problem: Problem, theta: Array, state: State, ctx: Context) -> Step:
        """Take a step of the current run; after its end, the first step of the next run, or of the best run.

        The final θ of a run is thus evaluated by the loop, and the returned loss belongs to it. A run that becomes
        nonfinite ends at once; the loss is infinite only if all runs did.
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
        """Return θ and state at the beginning of a run: new random ones, or those of the best run after all runs."""
        if run == self.runs:
            return best.arrays["best"], unpack_state("best", best)
        theta = problem.reinitialize(run)
        return theta, self._trainer.init(problem, theta, ctx)

    @property
    def _trainer(self) -> Trainer:
        """The nested trainer."""
        return self.each.stage


def _finite_loss(loss: float) -> float:
    """Return the loss, or ``WORST_LOSS`` if it is not finite."""
    return loss if math.isfinite(loss) else WORST_LOSS


def _progress_state(run: int, done: int) -> State:
    """Return the number of the current run and of its steps done, as a state."""
    return State(numbers={"run": run, "done": done})


def _best_state(theta: Array, inner: State, loss: float) -> State:
    """Return θ, trainer state and loss of the best run, as a state."""
    return merge_states(State({"best": theta}, {"loss": loss}), pack_state("best", inner))


def _best_of(state: State) -> State:
    """Return the part of a state that holds the best run so far."""
    return _best_state(state.arrays["best"], unpack_state("best", state), state.numbers["loss"])
