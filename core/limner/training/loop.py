"""The loop: it drives any trainer, and owns what is not mathematics: budgets, the best θ, checkpoints, events."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.registry.attribution import stage_error
from limner.registry.events import FitProgress
from limner.registry.registry import registry
from limner.stages.optimization.frozen import TrainableMask, masked_problem
from limner.stages.optimization.image_trainer import image_trainer_of
from limner.stages.optimization.state import State
from limner.training.run import Callback, Run
from limner.utils.validation import with_article

if TYPE_CHECKING:
    from limner.stages.optimization.trainer import Trainer
    from limner.training.base_problem import BaseProblem, Evaluation
    from limner.training.run import Budget, Reason

MIN_EVAL_INTERVAL = 25
"""Steps between two looks at the picture, at least."""
EVAL_TIME_FRACTION = 0.03
"""Of a run's time, about, that goes into looking: a look costs a third of what learning from as many points does."""
MIN_EVENT_INTERVAL = 0.1
"""Seconds between two events."""


def start(trainer: Trainer, problem: BaseProblem[Any], theta: np.ndarray) -> Run:
    """A run that has not begun.

    Raises:
        LimnerError: the trainer cannot serve the problem.
    """
    own = problem.backend.asarray(theta)
    masked = masked_problem(problem, TrainableMask.of(problem.trainable, own), own)
    state = trainer.init(masked, own, problem.context)
    if not isinstance(state, State):
        raise stage_error(trainer, f"init() must return a State, got {with_article(type(state).__name__)}")
    return Run(own, state, own)


def train(
    run: Run,
    trainer: Trainer,
    problem: BaseProblem[Any],
    budget: Budget,
    *,
    save: Callable[[Run], None] | None = None,
    every: float = 30.0,
    callback: Callback | None = None,
) -> Reason:
    """Go on with a run until a bound is reached; the run holds what came of it.

    Args:
        run: it is changed, step by step; after an interrupt it stands where the last whole step left it.
        trainer: what moves θ.
        problem: what it is asked.
        budget: when to stop.
        save: keeps the run; called every so often, when it ends, and when it is interrupted.
        every: seconds between two checkpoints.
        watch: called before each step and after the last; its time does not count. Returning True stops the run.

    Returns:
        why it ended.
    """
    clock, before = _Clock(run.seconds), run.theta
    seldom = _eval_interval(trainer, problem)
    saved = told = clock()
    owed = run.evaluated_at < run.step and (not run.step or _is_due(run.step, seldom))  # it was stopped before its look
    reason: Reason | None = "diverged" if owed and not _evaluate(run, trainer, problem) else None
    look = clock.beside(callback) if callback else None
    reason = reason or budget.reached(run.step, run.seconds, run.psnr)
    if look and reason is None and look(run, budget.progress(run.step, run.seconds), False):
        reason = "stopped"
    try:
        while reason is None:
            before = run.theta
            loss = _step(run, trainer, problem, budget)
            run.seconds = clock()
            if not math.isfinite(loss) or (
                _is_due(run.step, seldom) and not _evaluate(run, trainer, problem, run.metrics)
            ):
                reason = "diverged"
            reason = reason or budget.reached(run.step, run.seconds, run.psnr)
            if look and reason is None and look(run, budget.progress(run.step, run.seconds), False):
                reason = "stopped"
            if run.seconds - told > MIN_EVENT_INTERVAL:
                told = run.seconds
                _emit_progress(run, budget, loss)
            if save and reason != "diverged" and run.seconds - saved > every:
                save(run)
                saved = clock()
    except BaseException:
        if save and run.step:
            save(run)
        raise
    if reason == "diverged":
        run.culprit = problem.nonfinite_culprit((before, run.theta, run.best), trainer)
    if save and reason != "diverged":  # before the last look, which a run that goes on to a larger budget never takes
        save(run)
    _finish(run, trainer, problem, diverged=reason == "diverged")
    if look and math.isfinite(run.best_loss):
        look(run, 1.0, True)
    _emit_progress(run, budget, run.best_loss, over=True)
    return reason


class _Clock:
    """Seconds of work, those before a run was resumed counted in."""

    def __init__(self, before: float) -> None:
        self._start = time.perf_counter() - before

    def __call__(self) -> float:
        return time.perf_counter() - self._start

    def beside(self, callback: Callback) -> Callback:
        """Return a callback that stops the clock while it runs."""

        def look(run: Run, progress: float, over: bool) -> bool | None:
            before = time.perf_counter()
            stop = callback(run, progress, over)
            self._start += time.perf_counter() - before
            return stop

        return look


def _step(run: Run, trainer: Trainer, problem: BaseProblem[Any], budget: Budget) -> float:
    """Take a step and return its loss; the run changes once the step is complete."""
    ctx = replace(problem.context, step=run.step, progress=budget.progress(run.step, run.seconds))
    with np.errstate(all="ignore"):  # what overflows shows in the loss
        done = trainer.take_step(problem, run.theta, run.state, ctx)
    if trainer.traits().full_batch:
        run.update_best(run.theta, done.loss)
    run.theta, run.state, run.metrics, run.step = done.theta, done.state, done.metrics, run.step + 1
    return done.loss


def _eval_interval(trainer: Trainer, problem: BaseProblem[Any]) -> int:
    """Steps between two looks. It follows from the recipe and the picture alone: a resumed run looks at the same."""
    cost = problem.num_evaluated / (3 * max(1, trainer.samples_per_step(problem.points)))  # in steps
    return int(max(MIN_EVAL_INTERVAL, math.ceil(cost / EVAL_TIME_FRACTION)))


def _is_due(step: int, seldom: int) -> bool:
    """Often at first, when much happens: after 1, 2, 4, 8, ... steps, then regularly."""
    return step % seldom == 0 if step >= seldom else step & (step - 1) == 0


def _evaluate(
    run: Run, trainer: Trainer, problem: BaseProblem[Any], metrics: Mapping[str, float] | None = None
) -> bool:
    """Judge θ, write it down, and keep it where its trainer sees batches alone; False where its loss ends the run."""
    theta, traits = image_trainer_of(trainer).eval_params(run.theta, run.state), trainer.traits()
    seen = problem.evaluate(theta)
    if not math.isfinite(seen.loss):
        return traits.tolerates_nonfinite
    if traits.keep_last:
        run.best, run.best_loss = theta, seen.loss
    elif not traits.full_batch:
        run.update_best(theta, seen.loss)
    run.psnr, run.evaluated_at = seen.psnr, run.step
    row = {"step": run.step, "seconds": run.seconds, **_history_row(seen)}
    run.history.append({**row, **(metrics or {})})
    return True


def _history_row(evaluation: Evaluation) -> dict[str, float]:
    """What was seen, as a row of the history holds it."""
    return {name: value for name, value in evaluation._asdict().items() if value is not None}


def _finish(run: Run, trainer: Trainer, problem: BaseProblem[Any], *, diverged: bool) -> None:
    """The last θ may be the best; what is told is the PSNR of the best."""
    if diverged:
        if math.isfinite(run.best_loss):
            run.psnr = problem.evaluate(run.best).psnr
        return
    theta, traits = image_trainer_of(trainer).eval_params(run.theta, run.state), trainer.traits()
    last = problem.evaluate(theta)
    if traits.keep_last:
        run.best, run.best_loss = theta, last.loss
    else:
        run.update_best(theta, float(problem.value(theta, problem.context)) if traits.full_batch else last.loss)
    seen = last if run.best is theta else problem.evaluate(run.best)
    run.psnr = seen.psnr
    if math.isfinite(last.loss):  # the history is of θ as it was, not of the best
        run.history.append({"step": run.step, "seconds": run.seconds, **_history_row(last)})


def _emit_progress(run: Run, budget: Budget, loss: float, *, over: bool = False) -> None:
    """An event for progress bars and loggers."""
    done = 1.0 if over else budget.progress(run.step, run.seconds)
    registry().emit(FitProgress(run.step, run.seconds, loss, run.psnr, done))
