"""Fit a recipe to images: the function that the command line and the Python API call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks import renderer
from limner.errors import LimnerError
from limner.figures.mosaic import MAX_MOSAIC_PICTURES, mosaic
from limner.imaging.canvas import Canvas
from limner.models import factory
from limner.registry.attribution import attributing
from limner.registry.backends import choose_backend
from limner.registry.registry import registry
from limner.training import evaluation
from limner.training.base_plan import loss_of
from limner.training.base_problem import Evaluation, param_initializer
from limner.training.image_problem import ImageProblem
from limner.training.memory import check_fit_memory
from limner.training.plan import FitPlan, make_budget, prepare, training_recipes
from limner.training.results.fit_result import FitResult
from limner.training.results.fit_snapshot import FitSnapshot as FitSnapshot
from limner.training.results.history_rows import HistoryRows
from limner.training.results.snapshot import OnStep, TrainingSnapshot
from limner.training.results.training_record import with_training_record
from limner.training.run import Callback, Run
from limner.training.session import TrainingOutcome as TrainingOutcome
from limner.training.session import TrainingSession, open_session
from limner.training.states.argument import keeping_states, split_state_settings
from limner.training.target_set import TargetSet
from limner.utils.arguments import show_value

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.composition.recipe import Recipe
    from limner.composition.stage_choice import Swap
    from limner.imaging.loaded_image import ImageLike
    from limner.models.field import FieldModel
    from limner.stages.backend import Backend, Runner
    from limner.utils.paths import StrPath


@attributing()
def fit(
    images: ImageLike | Sequence[ImageLike],
    recipe: StrPath | Artwork | Recipe | Mapping[str, Any] | None = None,
    *,
    steps: int = 0,
    epochs: int = 0,
    seconds: float = 0.0,
    psnr: float = 0.0,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    swap: Swap | None = None,
    palette: StrPath | None = None,
    colors: str | Sequence[str] | None = None,
    gray: bool = False,
    background: str | None = None,
    train_size: int = 0,
    backend: str | Backend = "auto",
    on_step: OnStep | None = None,
    keep_states: StrPath | None = None,
) -> FitResult:
    """Fit a recipe to one image, or to several with a button for each.

        result = limner.fit("photo.jpg", seconds=10)
        print(f"{result.psnr:.1f} dB after {result.steps} steps")
        result.save("likeness.png")

    Args:
        images: a file, ``skimage:NAME``, a folder, an array or a Pillow image; or several of them. An array is
            ``(h, w)``, ``(h, w, 3)`` or ``(h, w, 4)``, uint8, uint16 or floats from 0 to 1, in sRGB.
        recipe: the name of a preset, a TOML file, a picture with an embedded recipe, an artwork, a recipe, or a table;
            it needs a trainer. By default ``likeness``, and ``button-field`` for several images.
        steps: stop after this many steps of the trainer; 0 for no limit.
        epochs: stop after this many passes over all pixels, or over all images if a code yields a whole image; 0 for no
            limit.
        seconds: stop after this many seconds; 0 for no limit. Without any limit a fit takes 20 seconds.
        psnr: stop once PSNR reaches this many dB; 0 for no limit.
        seed: the random seed; by default that of the recipe, or a fresh one.
        size: width and height of the artwork, pixels; by default those of the image.
        set: values by path, ``{"trainer.learning_rate": 0.01}``.
        swap: a stage by its role, ``{"trainer": "rprop"}``: a name, a class or an instance; a list of them for
            ``encoder`` and ``warp``.
        palette: the name of a palette, or a picture to take the colours from: a file or ``skimage:NAME``. A colour mode
            that takes no palette is replaced by ``mixture``.
        colors: the colours to mix, ``["navy", "orange", "#fff"]``, instead of ``palette``; in CSS syntax.
        gray: convert the image to grayscale first.
        background: the colour behind transparent areas; by default the fit includes opacity.
        train_size: fit to a copy whose longer side is this many pixels; 0 for the full size.
        backend: an array backend or its name.
        on_step: called with a ``TrainingSnapshot`` at every evaluation: before the first step, after 1, 2, 4, 8, 16
            steps, then at regular intervals, and at the end. Return ``True`` to stop; the result is
            then the best artwork so far.
        keep_states: a folder to keep θ in at intervals, for ``limner.animate``; values for ``states`` in ``set`` choose
            the intervals, ``{"states.count": 50}``. It must not hold states yet.

    Returns:
        The artwork with its quality and the history of the training.

    Raises:
        DivergedError: the loss is no longer a number; ``error.fitted.artwork`` is the best artwork before that.
        LimnerError: an image, the recipe, a setting or the backend is invalid, or memory is insufficient.
    """
    if on_step is not None and not callable(on_step):
        raise LimnerError(f"`on_step`: must be a function of one argument, got {show_value(on_step)}")
    values, states = split_state_settings(set, keep_states)
    plan = prepare(
        images,
        recipe,
        make_budget(steps, seconds, psnr, epochs),
        epochs=epochs,
        seed=seed,
        size=size,
        values=values,
        swap=swap,
        palette=palette,
        colors=colors,
        gray=gray,
        background=background,
        train_size=train_size,
    )
    array_backend = choose_backend(backend, registry())
    with keeping_states(keep_states, states, plan) as recorder:
        outcome = run(plan, array_backend, recorder, on_step=on_step)
    artwork, finished = outcome.converged(), outcome.run
    history = HistoryRows(finished.history.rows)
    return FitResult(
        artwork,
        outcome.reason,
        finished.step,
        finished.seconds,
        history,
        lambda: evaluation.measure(None, plan, artwork, array_backend).quality,
    )


@attributing()
def run(
    plan: FitPlan,
    backend: Backend,
    callback: Callable[[FitSnapshot], None] | None = None,
    *,
    on_step: OnStep | None = None,
) -> TrainingOutcome:
    """Run the plan of a fit; ``callback`` gets a snapshot of every step, ``on_step`` one of every evaluation.

    Raises:
        LimnerError: memory or disk is too small, or the trainer does not support the recipe.
    """
    model = plan.model()
    check_fit_memory(plan, model, backend)

    def problem_of(runner: Runner, theta: np.ndarray) -> ImageProblem:
        planes, recipe = _target_planes(plan.target_set, model), model.recipe
        return ImageProblem(
            model, planes, loss_of(recipe), backend, runner, theta, param_initializer(recipe), plan.target_set.codes
        )

    with open_session(plan, model, backend, problem_of) as session:
        callbacks = [_snapshot_callback(callback, session, plan.target_set)] if callback else []
        callbacks += [_on_step_callback(on_step, session)] if on_step else []
        reason = session.train(_called_in_turn(callbacks) if callbacks else None)
        outcome = session.result(session.run.best, reason)
    return replace(outcome, artwork=with_training_record(outcome.artwork, outcome.run, plan, backend))


def _on_step_callback(on_step: OnStep, session: TrainingSession[ImageProblem]) -> Callback:
    """Return a callback for the loop that calls ``on_step`` with a snapshot of each evaluation."""

    def notify(run: Run, progress: float, over: bool) -> bool:
        if not over and run.evaluated_at != run.step:
            return False
        theta = run.best if over else run.theta
        loss = run.best_loss if over else run.history.rows[-1]["loss"]
        artwork = partial(session.artwork, theta)
        answer = on_step(TrainingSnapshot(run.step, run.seconds, loss, run.psnr, progress, over, artwork))
        return isinstance(answer, bool | np.bool_) and bool(answer)

    return notify


def _called_in_turn(callbacks: Sequence[Callback]) -> Callback:
    """Return a callback for the loop that calls all of them; the run stops if one of them returns True."""

    def notify(run: Run, progress: float, over: bool) -> bool:
        answers = [callback(run, progress, over) for callback in callbacks]
        return any(answers)

    return notify


def _snapshot_callback(
    callback: Callable[[FitSnapshot], None], session: TrainingSession[ImageProblem], target_set: TargetSet
) -> Callback:
    """Return a callback for the loop that calls ``callback`` with snapshots that can render and evaluate the run."""
    problem = session.problem
    recipe, backend = problem.model.recipe, problem.backend
    models = [
        factory.model_of(image_recipe) for image_recipe in training_recipes(recipe, target_set)[:MAX_MOSAIC_PICTURES]
    ]

    def notify(run: Run, progress: float, over: bool) -> None:
        def paint(size: tuple[int, int]) -> np.ndarray:
            theta = np.array(backend.to_host(run.best if over else run.theta), dtype=np.float32)
            images = [np.concatenate(list(renderer.bands(m, theta, Canvas(size), backend))) for m in models]
            return images[0] if len(target_set) == 1 else mosaic(images)

        def psnr() -> float:
            return run.psnr if over or run.evaluated_at == run.step else problem.evaluate(run.theta).psnr

        def state() -> tuple[Artwork, Evaluation]:
            if over:
                return session.artwork(run.best), Evaluation(run.best_loss, run.psnr)
            if run.evaluated_at == run.step:
                return session.artwork(run.theta), Evaluation(run.history.rows[-1]["loss"], run.psnr)
            return session.artwork(run.theta), problem.evaluate(run.theta)

        callback(FitSnapshot(run, progress, over, paint, psnr, state))

    return notify


def _target_planes(target_set: TargetSet, model: FieldModel) -> np.ndarray:
    """Return the images' planes ``(p, c, h, w)``, with an opaque plane added if only the model has an opacity."""
    planes = target_set.planes
    if not model.alpha or target_set.first.alpha:
        return planes
    return np.concatenate([planes, np.ones_like(planes[:, :1])], axis=1)
