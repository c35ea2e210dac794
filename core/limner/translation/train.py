"""Train a network that takes images to images: the function that the command line and the Python API call."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from limner.errors import LimnerError
from limner.registry.attribution import attributing
from limner.registry.backends import choose
from limner.registry.registry import registry
from limner.stages.optimization.diagnostics import diagnostics_of
from limner.stages.optimization.image_trainer import image_trainer_of
from limner.training.base_plan import loss_of
from limner.training.base_problem import Judgement, drawer
from limner.training.run import Run, Snapshot, Watch, bounded
from limner.training.session import Fitted, open_session
from limner.translation.configure import DEFAULT
from limner.translation.datasets.pairs import SHARE
from limner.translation.evaluator import Outcome, compares
from limner.translation.example_loader import Examples
from limner.translation.plan import SECONDS, Lessons, check_memory, prepare
from limner.translation.problem import TranslationProblem
from limner.utils.arguments import path_names

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.composition.recipe import Recipe
    from limner.composition.stage_choice import Swap
    from limner.stages.backend import Backend, Runner
    from limner.stages.optimization.trainer import Trainer
    from limner.utils.paths import StrPath


@dataclass(frozen=True)
class Glimpse(Snapshot):
    """A training of an image-to-image network.

    Attributes:
        rows: makes input, output and target of the images that a sheet shows, ``(h, w, 3)`` from 0 to 1.
    """

    rows: Callable[[], list[tuple[np.ndarray, np.ndarray, np.ndarray]]]


class Translated(NamedTuple):
    """What came of a training.

    Attributes:
        fitted: the best θ as an artwork.
        seen: how good it is, over the pictures that were held out.
        before: how good the input itself would be; None where outputs are made of noise alone, and cannot be compared
            with any target.
        outcome: of these pictures.
        kept: the step after which the checkpoint holds the run; None where there is none.
    """

    fitted: Fitted
    seen: Judgement
    before: Judgement | None
    outcome: Outcome
    kept: int | None


@attributing()
def learn(
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
    held_out: float = SHARE,
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
        held_out: the fraction of the pictures that forms the validation set.
        patches: cut each picture into patches of this many pixels a side; by default one patch around its middle.
        set: values by path, ``{"trainer.rate": 0.01}``.
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
    lessons = prepare(
        path_names("pictures", pictures),
        recipe,
        bounds,
        targets=path_names("targets", targets),
        epochs=epochs,
        seed=seed,
        size=size,
        held_out=held_out,
        patches=patches,
        values=set,
        swap=swap,
        background=background,
    )
    return run(lessons, choose(backend, registry()), _warning(lessons)).fitted.converged()


@attributing()
def run(lessons: Lessons, backend: Backend, watch: Callable[[Glimpse], None] | None = None) -> Translated:
    """Run the plan; ``watch`` is called after every step.

    Raises:
        LimnerError: memory or the disk cannot hold it, the trainer cannot serve the recipe, or a PSNR is to be reached
            by pictures made of noise alone.
    """
    recipe, compared = lessons.recipe, compares(lessons.recipe)
    if lessons.budget.psnr and not compared:
        raise LimnerError(
            f"`psnr`: {recipe.title} makes its pictures of noise alone, and none of yours is what one of them should "
            "be; bound it by steps or seconds"
        )
    model = lessons.model()
    check_memory(lessons, model, backend)

    def problem_of(runner: Runner, theta: np.ndarray) -> TranslationProblem:
        examples = Examples(model, lessons.pairs, theta)
        return TranslationProblem(model, examples, loss_of(recipe), backend, runner, theta, drawer(recipe))

    with open_session(lessons, model, backend, problem_of) as session:
        run, jury = session.run, session.problem.jury
        before = jury.judge_inputs() if compared else None
        reason = session.train(_watching(watch, session.problem, lessons) if watch else None)
        _told_last(run, lessons.trainer, compared=compared)
        fitted = session.result(jury.calibrated(run.best), reason)
        saved = session.saver.step if session.saver else None
        return Translated(fitted, jury.judge(run.best), before, jury.outcome(run.best), saved)


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


def _warning(lessons: Lessons) -> Callable[[Glimpse], None]:
    """Hands on as Python's warnings what the trainer has to say: before it begins, and once while it goes on."""
    said: list[str] = []

    def listen(glimpse: Glimpse) -> None:
        if not said and (told := diagnostics_of(lessons.trainer).runtime_warning(glimpse.run.state)):
            said.append(told)
            warnings.warn(told, stacklevel=2)

    for told in lessons.advice:
        warnings.warn(told, stacklevel=4)  # past learn() and its decorator
    return listen


def _watching(watch: Callable[[Glimpse], None], problem: TranslationProblem, lessons: Lessons) -> Watch:
    def look(run: Run, progress: float, over: bool) -> None:
        theta = run.best if over else image_trainer_of(lessons.trainer).eval_params(run.theta, run.state)
        watch(Glimpse(run, progress, over, lambda: problem.jury.shown(theta, lessons.places)))

    return look
