"""Train a network that converts images: the function that the command line and the Python API call."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from limner.errors import LimnerError
from limner.registry.attribution import attributing
from limner.registry.backends import choose_backend
from limner.registry.registry import registry
from limner.stages.optimization.diagnostics import diagnostics_of
from limner.stages.optimization.image_trainer import image_trainer_of
from limner.training.base_plan import loss_of
from limner.training.base_problem import Evaluation, param_initializer
from limner.training.run import Callback, Run, RunSnapshot, make_budget
from limner.training.session import TrainingOutcome, open_session
from limner.translation.configure import DEFAULT_RECIPE
from limner.translation.datasets.pairs import DEFAULT_VALIDATION_SPLIT
from limner.translation.datasets.skipping import skip_note
from limner.translation.evaluator import ValidationOutcome, has_targets
from limner.translation.example_loader import ExampleLoader
from limner.translation.plan import DEFAULT_SECONDS, TranslationPlan, check_memory, prepare
from limner.translation.problem import TranslationProblem
from limner.utils.arguments import check_paths

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.composition.recipe import Recipe
    from limner.composition.stage_choice import Swap
    from limner.stages.backend import Backend, Runner
    from limner.stages.optimization.trainer import Trainer
    from limner.utils.paths import StrPath


@dataclass(frozen=True)
class TranslationSnapshot(RunSnapshot):
    """A snapshot of the training of an image-to-image network.

    Attributes:
        rows: returns input, output and target of each image on the sheet, ``(h, w, 3)`` from 0 to 1.
    """

    rows: Callable[[], list[tuple[np.ndarray, np.ndarray, np.ndarray]]]


class TranslationResult(NamedTuple):
    """The result of a training, with its quality on the validation set.

    Attributes:
        training: the best θ as an artwork, and the run.
        evaluation: the quality of the best θ.
        baseline: the quality of the unmodified input; None if outputs are generated from noise and have no targets.
        outcome: the results per image and for the whole set.
        checkpoint_step: the step of the saved checkpoint; None without one.
    """

    training: TrainingOutcome
    evaluation: Evaluation
    baseline: Evaluation | None
    outcome: ValidationOutcome
    checkpoint_step: int | None


@attributing()
def train(
    pictures: StrPath | Sequence[StrPath],
    recipe: StrPath | Artwork | Recipe | Mapping[str, Any] = DEFAULT_RECIPE,
    *,
    targets: StrPath | Sequence[StrPath] = (),
    steps: int = 0,
    epochs: int = 0,
    seconds: float = 0.0,
    psnr: float = 0.0,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    validation_split: float = DEFAULT_VALIDATION_SPLIT,
    patches: int = 0,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    swap: Swap | None = None,
    background: str | None = None,
    backend: str | Backend = "auto",
) -> Artwork:
    """Train a network that converts pictures; ``limner.translate`` applies it.

        network = limner.train("photos/", "colorize", seconds=600)
        network.save("colorize.limner")

    Args:
        pictures: files or folders, one or several. Subfolders are not searched, and pictures that cannot be read are
            skipped with a warning.
        recipe: the name of a preset, a TOML file, a trained artwork or its file, a recipe, or a table; it needs a
            trainer.
        targets: the targets of the pictures, matched by file name; by default the pictures themselves.
        steps: stop after this many steps of the trainer; 0 for no limit.
        epochs: stop after this many passes over all pictures; 0 for no limit.
        seconds: stop after this many seconds; 0 for no limit. Without any limit a training takes 5 minutes.
        psnr: stop once the PSNR of the validation set reaches this many dB; 0 for no limit.
        seed: the random seed; by default that of the recipe, or a fresh one.
        size: width and height that pictures are resized to, pixels; by default those of the recipe, or of the first
            picture.
        validation_split: the fraction of the pictures that forms the validation set.
        patches: cut each picture into patches of this many pixels a side; by default one patch around its middle.
        set: values by path, ``{"trainer.learning_rate": 0.01}``.
        swap: a stage by role, or by ``output``, the filter that makes the targets: ``{"output": "edges"}``. Each is a
            name, a class or an instance; a list of them for ``encoder`` and ``augment``.
        background: the colour behind transparent areas; white by default.
        backend: an array backend or its name.

    Returns:
        The network as an artwork.

    Raises:
        DivergedError: the loss is no longer a number; ``error.fitted.artwork`` is the best network before that.
        LimnerError: the recipe, a setting or the backend is invalid, a picture is missing, fewer than two can be read,
            or memory is insufficient.
    """
    bounds = make_budget(steps, seconds, psnr, epochs, DEFAULT_SECONDS)
    plan = prepare(
        check_paths("pictures", pictures),
        recipe,
        bounds,
        targets=check_paths("targets", targets),
        epochs=epochs,
        seed=seed,
        size=size,
        validation_split=validation_split,
        patches=patches,
        values=set,
        swap=swap,
        background=background,
    )
    return run(plan, choose_backend(backend, registry()), _warning_callback(plan)).training.converged()


@attributing()
def run(
    plan: TranslationPlan, backend: Backend, callback: Callable[[TranslationSnapshot], None] | None = None
) -> TranslationResult:
    """Run the plan of a training; ``callback`` gets a snapshot of every step.

    Raises:
        LimnerError: memory or disk is too small, the trainer does not support the recipe, or the budget has a PSNR
            although outputs have no targets.
    """
    recipe, paired = plan.recipe, has_targets(plan.recipe)
    if plan.budget.psnr and not paired:
        raise LimnerError(
            f"`psnr`: {recipe.title} generates pictures from noise, so there is no target to compare with; limit the "
            "training by steps or seconds"
        )
    model = plan.model()
    check_memory(plan, model, backend)

    def problem_of(runner: Runner, theta: np.ndarray) -> TranslationProblem:
        examples = ExampleLoader(model, plan.dataset, theta)
        return TranslationProblem(model, examples, loss_of(recipe), backend, runner, theta, param_initializer(recipe))

    with open_session(plan, model, backend, problem_of) as session:
        run, evaluator = session.run, session.problem.evaluator
        baseline = evaluator.evaluate_inputs() if paired else None
        reason = session.train(_snapshot_callback(callback, session.problem, plan) if callback else None)
        _complete_history(run, plan.trainer, paired=paired)
        outcome = session.result(evaluator.with_batch_statistics(run.best), reason)
        checkpoint_step = session.saver.step if session.saver else None
        return TranslationResult(
            outcome, evaluator.evaluate(run.best), baseline, evaluator.outcome(run.best), checkpoint_step
        )


def _complete_history(run: Run, trainer: Trainer, *, paired: bool) -> None:
    """Add the metrics of the last step, or of a resumed run's state, to the last row of the history.

    If outputs have no targets, remove PSNR and SSIM from all rows.
    """
    rows = run.history.rows
    if rows and rows[-1]["step"] == run.step:
        metrics = {name: value for name, value in run.metrics.items() if name != "step"}
        run.history.append({**diagnostics_of(trainer).final_metrics(run.state), **metrics, "step": run.step})
    if not paired:
        run.history.drop_columns("psnr", "ssim")


def _warning_callback(plan: TranslationPlan) -> Callable[[TranslationSnapshot], None]:
    """Issue the warnings before the training, and return a callback that issues the runtime warning once."""
    issued: list[str] = []

    def listen(snapshot: TranslationSnapshot) -> None:
        if not issued and (message := diagnostics_of(plan.trainer).runtime_warning(snapshot.run.state)):
            issued.append(message)
            warnings.warn(message, stacklevel=2)

    for message in filter(None, (skip_note(plan.dataset.skipped), *plan.preflight_warnings)):
        warnings.warn(message, stacklevel=4)  # the caller of train(), past its decorator
    return listen


def _snapshot_callback(
    callback: Callable[[TranslationSnapshot], None], problem: TranslationProblem, plan: TranslationPlan
) -> Callback:
    def notify(run: Run, progress: float, over: bool) -> None:
        theta = run.best if over else image_trainer_of(plan.trainer).eval_params(run.theta, run.state)
        callback(
            TranslationSnapshot(run, progress, over, lambda: problem.evaluator.example_rows(theta, plan.sheet_indices))
        )

    return notify
