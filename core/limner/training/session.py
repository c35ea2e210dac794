"""A training session: it runs a plan on a backend, from the initial θ or a checkpoint to the best θ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from limner.artworks.artwork import Artwork
from limner.artworks.painting import packages_of
from limner.artworks.third_party import name_stages_on_error
from limner.errors import ArtworkError, DivergedError, LimnerError, PluginError
from limner.registry.attribution import attribute
from limner.registry.events import CheckpointFailed
from limner.registry.registry import registry
from limner.stages.optimization.diagnostics import divergence_setting
from limner.training import checkpoint
from limner.training.base_plan import TrainingPlan, trainer_of
from limner.training.base_problem import BaseProblem
from limner.training.loop import start, train
from limner.training.run import Callback, Run
from limner.utils.atomic_files import check_target
from limner.utils.resources import check_disk_space

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.composition.recipe import SingleRecipe
    from limner.models.field import FieldModel
    from limner.stages.backend import Backend, Runner
    from limner.stages.optimization.trainer import Trainer
    from limner.training.run import Reason

ProblemT = TypeVar("ProblemT", bound=BaseProblem[Any])

NUMERIC_ERRORS = (ArithmeticError, ValueError, TypeError, LookupError)
"""The errors that invalid numbers in a checkpoint may raise."""


@dataclass(frozen=True)
class TrainingOutcome:
    """The result of a training: the best θ as an artwork, the reason why it ended, the run, and the trainer."""

    artwork: Artwork
    reason: Reason
    run: Run
    trainer: Trainer

    @property
    def fix(self) -> str:
        """The fix after a divergence: the setting to lower, or the plugin that returned invalid numbers."""
        if self.run.culprit:
            return self.run.culprit
        setting = divergence_setting(self.trainer, self.run.metrics)
        return f"lower trainer.{setting}" if setting else "choose another trainer"

    def converged(self) -> Artwork:
        """Return the artwork.

        Raises:
            DivergedError: the loss is no longer a number; the error holds this result.
        """
        if self.reason == "diverged":
            raise DivergedError(
                f"training diverged at step {self.run.step}: the loss is not a number; {self.fix}", self
            )
        return self.artwork


class CheckpointSaver:
    """Saves a run to its checkpoint.

    Attributes:
        step: the step of the saved run; None if there is no checkpoint yet.
    """

    def __init__(self, plan: TrainingPlan, path: Path, recipe: SingleRecipe, backend: Backend) -> None:
        check_target(path, force=True)
        self.step = plan.resumed.header.step if plan.resumed else None
        self._path, self._table, self._digest, self._backend = path, recipe.table(), plan.digest, backend

    def __call__(self, run: Run) -> None:
        """Save a run, unless some of its numbers are not finite.

        A checkpoint that cannot be written, for example because the disk is full, does not end the training.
        """
        try:
            if checkpoint.write_checkpoint(self._path, run, self._table, self._digest, self._backend):
                self.step = run.step
        except PluginError:  # a listener of the event failed, not the checkpoint
            raise
        except LimnerError as error:
            registry().emit(CheckpointFailed(self._path, run.step, str(error)))

    def check_disk(self, run: Run) -> None:
        """Check that two checkpoints fit on the disk: the new one replaces the old one once it is complete.

        Raises:
            LimnerError: the disk is too small.
        """
        arrays = [run.theta, run.best, *run.state.arrays.values()]
        nbytes = sum(self._backend.to_host(array).nbytes for array in arrays)
        check_disk_space(
            self._path, 2 * nbytes, what="the checkpoint", fix="free some space, or choose a smaller network"
        )


@dataclass(frozen=True)
class TrainingSession(Generic[ProblemT]):
    """A plan that runs on a backend.

    Attributes:
        plan: the plan of the training.
        recipe: the resolved recipe.
        problem: the problem that the trainer solves.
        run: the run, fresh or resumed; ``train`` updates it.
        saver: saves the checkpoint; None for no checkpoint.
    """

    plan: TrainingPlan
    recipe: SingleRecipe
    problem: ProblemT
    run: Run
    saver: CheckpointSaver | None

    def train(self, callback: Callback | None) -> Reason:
        """Run the loop until the budget is spent, or until the callback, called at every step, returns True."""
        return train(
            self.run,
            trainer_of(self.recipe),
            self.problem,
            self.plan.budget,
            save=self.saver,
            checkpoint_interval=self.plan.checkpoint_interval,
            callback=_wrapping_errors(callback) if callback else None,
        )

    def result(self, theta: Array, reason: Reason) -> TrainingOutcome:
        """Return the outcome of the training, with a θ as its artwork."""
        return TrainingOutcome(self.artwork(theta), reason, self.run, trainer_of(self.recipe))

    def artwork(self, theta: Array) -> Artwork:
        """Return a θ as an artwork."""
        params = np.array(self.problem.backend.to_host(theta), dtype=np.float32)
        params.flags.writeable = False
        return Artwork(self.recipe, params, packages_of(self.recipe))


@contextmanager
def open_session(
    plan: TrainingPlan, model: FieldModel, backend: Backend, problem_of: Callable[[Runner, np.ndarray], ProblemT]
) -> Iterator[TrainingSession[ProblemT]]:
    """Open a session; the backend runs until the block ends.

    Args:
        plan: the plan of the training.
        model: the model of the resolved recipe.
        backend: the backend to train on.
        problem_of: returns the problem for an open runner and θ before the first step.

    Raises:
        LimnerError: the disk cannot hold the checkpoint, the checkpoint is damaged, or the trainer does not support
            the recipe.
    """
    recipe = model.recipe
    theta = model.init_params()
    saver = CheckpointSaver(plan, plan.checkpoint_path, recipe, backend) if plan.checkpoint_path else None
    with backend.open_runner() as runner, _attributing_checkpoint(plan), _attributing_stages(recipe):
        problem = problem_of(runner, theta)
        run = start(trainer_of(recipe), problem, theta)
        if saver:
            saver.check_disk(run)
        if plan.resumed and plan.checkpoint_path:
            fresh, run = run, plan.resumed.run(backend)
            checkpoint.check_state(plan.checkpoint_path, run, fresh)
        yield TrainingSession(plan, recipe, problem, run, saver)


class _CallbackError(Exception):
    """Carries an error of a callback past handlers that would attribute it to the checkpoint or to a stage."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def _wrapping_errors(callback: Callback) -> Callback:
    def notify(run: Run, progress: float, over: bool) -> bool | None:
        try:
            return callback(run, progress, over)
        except Exception as error:
            raise _CallbackError(error) from error

    return notify


@contextmanager
def _attributing_stages(recipe: SingleRecipe) -> Iterator[None]:
    """Name third-party stages if an exception has no frame of theirs; errors of a callback pass through."""
    callback_error: _CallbackError | None = None
    with name_stages_on_error(recipe, "training"):
        try:
            yield
        except _CallbackError as error:
            callback_error = error
    if callback_error:
        raise callback_error


@contextmanager
def _attributing_checkpoint(plan: TrainingPlan) -> Iterator[None]:
    """Report invalid numbers of a resumed run as a damaged checkpoint; errors of a callback pass through."""
    try:
        yield
    except _CallbackError as callback_error:
        raise callback_error.error from callback_error.error.__cause__
    except (*NUMERIC_ERRORS, PluginError) as error:
        suspected = error.__cause__ if isinstance(error, PluginError) else error
        if (
            plan.resumed is None
            or plan.checkpoint_path is None
            or not isinstance(suspected, NUMERIC_ERRORS)
            or attribute(suspected)
        ):
            raise
        raise ArtworkError(checkpoint.damaged_message(plan.checkpoint_path)) from error
