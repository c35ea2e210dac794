"""The training loop: it runs a trainer within a budget, tracks the best θ, saves checkpoints and emits events."""

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
"""The fewest steps between two regular evaluations."""
EVAL_TIME_FRACTION = 0.03
"""The approximate fraction of a run's time for evaluations.

An evaluation costs about a third of a gradient step over as many points.
"""
MIN_EVENT_INTERVAL = 0.1
"""The fewest seconds between two progress events."""


def start(trainer: Trainer, problem: BaseProblem[Any], theta: np.ndarray) -> Run:
    """Return a fresh run, with the trainer's initial state.

    Raises:
        LimnerError: the trainer does not support the problem.
    """
    initial = problem.backend.asarray(theta)
    masked = masked_problem(problem, TrainableMask.of(problem.trainable, initial), initial)
    state = trainer.init(masked, initial, problem.context)
    if not isinstance(state, State):
        raise stage_error(trainer, f"init() must return a State, got {with_article(type(state).__name__)}")
    return Run(initial, state, initial)


def train(
    run: Run,
    trainer: Trainer,
    problem: BaseProblem[Any],
    budget: Budget,
    *,
    save: Callable[[Run], None] | None = None,
    checkpoint_interval: float = 30.0,
    callback: Callback | None = None,
) -> Reason:
    """Train until the budget is spent; the run holds the result.

    Args:
        run: the run, updated in place after each step; an interrupt leaves the state after the last complete step.
        trainer: the trainer.
        problem: the problem to solve.
        budget: when to stop.
        save: saves a checkpoint; called at intervals, at the end, and on an interrupt.
        checkpoint_interval: seconds between two checkpoints.
        callback: called before each step and after the last; its time does not count. Returning True stops the
            run.

    Returns:
        The reason for stopping.
    """
    clock, previous = _Clock(run.seconds), run.theta
    eval_interval = _eval_interval(trainer, problem)
    last_save = last_event = clock()
    # If the run was interrupted between a step and its evaluation, evaluate now.
    evaluation_due = run.evaluated_at < run.step and (not run.step or _is_due(run.step, eval_interval))
    reason: Reason | None = "diverged" if evaluation_due and not _evaluate(run, trainer, problem) else None
    notify = clock.paused_during(callback) if callback else None
    reason = reason or budget.reached(run.step, run.seconds, run.psnr)
    if notify and reason is None and notify(run, budget.progress(run.step, run.seconds), False):
        reason = "stopped"
    try:
        while reason is None:
            previous = run.theta
            loss = _step(run, trainer, problem, budget)
            run.seconds = clock()
            if not math.isfinite(loss) or (
                _is_due(run.step, eval_interval) and not _evaluate(run, trainer, problem, run.metrics)
            ):
                reason = "diverged"
            reason = reason or budget.reached(run.step, run.seconds, run.psnr)
            if notify and reason is None and notify(run, budget.progress(run.step, run.seconds), False):
                reason = "stopped"
            if run.seconds - last_event > MIN_EVENT_INTERVAL:
                last_event = run.seconds
                _emit_progress(run, budget, loss)
            if save and reason != "diverged" and run.seconds - last_save > checkpoint_interval:
                save(run)
                last_save = clock()
    except BaseException:
        if save and run.step:
            save(run)
        raise
    if reason == "diverged":
        run.culprit = problem.nonfinite_culprit((previous, run.theta, run.best), trainer)
    # Save before the final evaluation, so that a run that resumes with a larger budget does not contain it.
    if save and reason != "diverged":
        save(run)
    _finish(run, trainer, problem, diverged=reason == "diverged")
    if notify and math.isfinite(run.best_loss):
        notify(run, 1.0, True)
    _emit_progress(run, budget, run.best_loss, over=True)
    return reason


class _Clock:
    """A clock of the training time in seconds, including the time before a run was resumed."""

    def __init__(self, before: float) -> None:
        self._start = time.perf_counter() - before

    def __call__(self) -> float:
        return time.perf_counter() - self._start

    def paused_during(self, callback: Callback) -> Callback:
        """Return the callback, wrapped to pause the clock while it runs."""

        def notify(run: Run, progress: float, over: bool) -> bool | None:
            paused_at = time.perf_counter()
            stop = callback(run, progress, over)
            self._start += time.perf_counter() - paused_at
            return stop

        return notify


def _step(run: Run, trainer: Trainer, problem: BaseProblem[Any], budget: Budget) -> float:
    """Take a step and return its loss; the run is updated once the step is complete."""
    ctx = replace(problem.context, step=run.step, progress=budget.progress(run.step, run.seconds))
    with np.errstate(all="ignore"):  # an overflow shows in the loss
        result = trainer.take_step(problem, run.theta, run.state, ctx)
    if trainer.traits().full_batch:
        run.update_best(run.theta, result.loss)
    run.theta, run.state, run.metrics, run.step = result.theta, result.state, result.metrics, run.step + 1
    return result.loss


def _eval_interval(trainer: Trainer, problem: BaseProblem[Any]) -> int:
    """Return the steps between two regular evaluations.

    It depends on the recipe and the image alone, so a resumed run evaluates at the same steps.
    """
    cost = problem.num_evaluated / (3 * max(1, trainer.samples_per_step(problem.points)))  # in steps
    return int(max(MIN_EVAL_INTERVAL, math.ceil(cost / EVAL_TIME_FRACTION)))


def _is_due(step: int, interval: int) -> bool:
    """Return whether an evaluation is due: after 1, 2, 4, 8, ... steps at first, then at regular intervals."""
    return step % interval == 0 if step >= interval else step & (step - 1) == 0


def _evaluate(
    run: Run, trainer: Trainer, problem: BaseProblem[Any], metrics: Mapping[str, float] | None = None
) -> bool:
    """Evaluate θ, update the best θ and the history, and return whether the run may continue.

    The best θ is updated here only if steps do not report the loss over all points.
    """
    theta, traits = image_trainer_of(trainer).eval_params(run.theta, run.state), trainer.traits()
    evaluation = problem.evaluate(theta)
    if not math.isfinite(evaluation.loss):
        return traits.tolerates_nonfinite
    if traits.keep_last:
        run.best, run.best_loss = theta, evaluation.loss
    elif not traits.full_batch:
        run.update_best(theta, evaluation.loss)
    run.psnr, run.evaluated_at = evaluation.psnr, run.step
    row = {"step": run.step, "seconds": run.seconds, **_history_row(evaluation)}
    run.history.append({**row, **(metrics or {})})
    return True


def _history_row(evaluation: Evaluation) -> dict[str, float]:
    """Return an evaluation as columns of the history."""
    return {name: value for name, value in evaluation._asdict().items() if value is not None}


def _finish(run: Run, trainer: Trainer, problem: BaseProblem[Any], *, diverged: bool) -> None:
    """Evaluate the last θ, which may be the best, and set the run's PSNR to that of the best θ."""
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
    best = last if run.best is theta else problem.evaluate(run.best)
    run.psnr = best.psnr
    if math.isfinite(last.loss):  # the history records the last θ, not the best
        run.history.append({**run.metrics, "step": run.step, "seconds": run.seconds, **_history_row(last)})


def _emit_progress(run: Run, budget: Budget, loss: float, *, over: bool = False) -> None:
    """Emit an event for progress bars and loggers."""
    progress = 1.0 if over else budget.progress(run.step, run.seconds)
    registry().emit(FitProgress(run.step, run.seconds, loss, run.psnr, progress))
