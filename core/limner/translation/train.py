"""Train a network that takes images to images: the function that the command line and the Python API call."""

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
from limner.training.run import Callback, Run, RunSnapshot, bounded
from limner.training.session import TrainingOutcome, open_session
from limner.translation.configure import DEFAULT
from limner.translation.datasets.pairs import DEFAULT_VALIDATION_SPLIT
from limner.translation.evaluator import ValidationOutcome, compares
from limner.translation.example_loader import ExampleLoader
from limner.translation.plan import SECONDS, TranslationPlan, check_memory, prepare
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
    """A training of an image-to-image network.

    Attributes:
        rows: makes input, output and target of the images that a sheet shows, ``(h, w, 3)`` from 0 to 1.
    """

    rows: Callable[[], list[tuple[np.ndarray, np.ndarray, np.ndarray]]]


class TranslationResult(NamedTuple):
    """What came of a training.

    Attributes:
        fitted: the best θ as an artwork.
        seen: how good it is, over the pictures that were held out.
        before: how good the input itself would be; None where outputs are made of noise alone, and cannot be compared
            with any target.
        outcome: of these pictures.
        kept: the step after which the checkpoint holds the run; None where there is none.
    """

    training: TrainingOutcome
    evaluation: Evaluation
    baseline: Evaluation | None
    outcome: ValidationOutcome
    checkpoint_step: int | None


@attributing()
def train(
    pictures: StrPath | Sequence[StrPath],
    recipe: StrPath | Artwork | Recipe | Mapping[str, Any] = DEFAULT,
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
        pictures: files or folders, one or several.
        recipe: the name of a preset, a TOML file, a trained artwork or its file, a recipe, or a table; it needs a
            trainer.
        targets: what each picture is to become, matched by the names of the files; by default the pictures themselves.
        steps: stop after this many steps of the trainer; 0 is no bound.
        epochs: stop after this many passes over all pictures; 0 is no bound.
        seconds: stop after this many seconds; 0 is no bound. Without any bound a training takes 5 minutes.
        psnr: stop once the PSNR of the validation set reaches this many dB; 0 is no bound.
        seed: the random seed; that of the recipe, or a fresh one, by default.
        size: width and height that pictures are resized to, pixels; those of the recipe, or of the first picture, by
            default.
        validation_split: the fraction of the pictures that forms the validation set.
        patches: cut each picture into patches of this many pixels a side; by default one patch around its middle.
        set: values by path, ``{"trainer.learning_rate": 0.01}``.
        swap: a stage by its role, ``{"output": "edges"}``: a name, a class or an instance; a list of them for
            ``encoder`` and ``augment``.
        background: a colour behind transparent areas; white by default.
        backend: an array backend or its name.

    Returns:
        The network as an artwork.

    Raises:
        DivergedError: the loss is no longer a number; ``error.fitted.artwork`` is the best network before that.
        LimnerError: the pictures, the recipe, a setting or the backend is wrong, or memory cannot hold the training.
    """
    bounds = bounded(steps, seconds, psnr, epochs, SECONDS)
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
    return run(plan, choose_backend(backend, registry()), _warning(plan)).training.converged()


@attributing()
def run(
    plan: TranslationPlan, backend: Backend, callback: Callable[[TranslationSnapshot], None] | None = None
) -> TranslationResult:
    """Run the plan; ``watch`` is called after every step.

    Raises:
        LimnerError: memory or the disk cannot hold it, the trainer cannot serve the recipe, or a PSNR is to be reached
            by pictures made of noise alone.
    """
    recipe, compared = plan.recipe, compares(plan.recipe)
    if plan.budget.psnr and not compared:
        raise LimnerError(
            f"`psnr`: {recipe.title} makes its pictures of noise alone, and none of yours is what one of them should "
            "be; bound it by steps or seconds"
        )
    model = plan.model()
    check_memory(plan, model, backend)

    def problem_of(runner: Runner, theta: np.ndarray) -> TranslationProblem:
        examples = ExampleLoader(model, plan.dataset, theta)
        return TranslationProblem(model, examples, loss_of(recipe), backend, runner, theta, param_initializer(recipe))

    with open_session(plan, model, backend, problem_of) as session:
        run, evaluator = session.run, session.problem.evaluator
        before = evaluator.evaluate_inputs() if compared else None
        reason = session.train(_watching(callback, session.problem, plan) if callback else None)
        _told_last(run, plan.trainer, compared=compared)
        fitted = session.result(evaluator.with_batch_statistics(run.best), reason)
        saved = session.saver.step if session.saver else None
        return TranslationResult(fitted, evaluator.evaluate(run.best), before, evaluator.outcome(run.best), saved)


def _told_last(now: Run, trainer: Trainer, *, compared: bool) -> None:
    """The last row of the history, which is of a look, with what the last step told, or the state of a run resumed.

    What compares pictures that have nothing to do with one another is left out of all rows.
    """
    rows = now.history.rows
    if rows and rows[-1]["step"] == now.step:
        metrics = {name: value for name, value in now.metrics.items() if name != "step"}
        now.history.append({**diagnostics_of(trainer).final_metrics(now.state), **metrics, "step": now.step})
    if not compared:
        now.history.leave_out("psnr", "ssim")


def _warning(plan: TranslationPlan) -> Callable[[TranslationSnapshot], None]:
    """Hands on as Python's warnings what the trainer has to say: before it begins, and once while it goes on."""
    said: list[str] = []

    def listen(snapshot: TranslationSnapshot) -> None:
        if not said and (told := diagnostics_of(plan.trainer).runtime_warning(snapshot.run.state)):
            said.append(told)
            warnings.warn(told, stacklevel=2)

    for told in plan.preflight_warnings:
        warnings.warn(told, stacklevel=4)  # past learn() and its decorator
    return listen


def _watching(
    callback: Callable[[TranslationSnapshot], None], problem: TranslationProblem, plan: TranslationPlan
) -> Callback:
    def look(run: Run, progress: float, over: bool) -> None:
        theta = run.best if over else image_trainer_of(plan.trainer).eval_params(run.theta, run.state)
        callback(TranslationSnapshot(run, progress, over, lambda: problem.evaluator.example_rows(theta, plan.places)))

    return look
