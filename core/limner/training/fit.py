"""Fitting: a recipe learns pictures. What the command line and the Python API both call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from limner.artworks import renderer
from limner.artworks.artwork import Artwork
from limner.artworks.painting import packages_of
from limner.errors import ArtworkError, LimnerError
from limner.imaging.canvas import Canvas
from limner.models import factory
from limner.recipes.recipe import SingleRecipe
from limner.registry.backends import choose
from limner.registry.registry import registry
from limner.training import checkpoint
from limner.training.base_problem import drawer
from limner.training.image_problem import PictureProblem
from limner.training.loop import Reason, Run, Watch, start, train
from limner.training.plan import Job, bounded, check_memory, learned_recipes, prepare
from limner.training.target_set import SHOWN, Album, mosaic
from limner.utils.atomic_files import check_room, check_target

if TYPE_CHECKING:
    from limner.models.base import Model
    from limner.recipes.recipe import Recipe
    from limner.stages.backend import Backend
    from limner.stages.loss import Loss
    from limner.stages.trainer import Trainer

NONSENSE = (ArithmeticError, ValueError, TypeError, LookupError)
"""What numbers that make no sense raise."""


@dataclass(frozen=True)
class Fitted:
    """What came of a fit: the best θ as an artwork, why it ended, and the run."""

    artwork: Artwork
    reason: Reason
    run: Run

    @property
    def mend(self) -> str:
        """Which setting to lower where the loss diverged."""
        recipe = cast("SingleRecipe", self.artwork.recipe)
        setting = cast("Trainer", cast("Any", recipe.trainer).stage).blame(self.run.metrics)
        return f"lower trainer.{setting}" if setting else "choose another trainer"


class DivergedError(LimnerError):
    """The loss is no number any more; ``fitted`` holds the best θ before that."""

    def __init__(self, message: str, fitted: Fitted) -> None:
        super().__init__(message)
        self.fitted = fitted


def fit(
    images: str | Path | Sequence[str | Path],
    recipe: str | Path | Recipe | Mapping[str, Any] | None = None,
    *,
    steps: int = 0,
    epochs: int = 0,
    seconds: float = 0.0,
    psnr: float = 0.0,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    swap: Mapping[str, str | Sequence[str]] | None = None,
    gray: bool = False,
    background: str | None = None,
    train_size: int = 0,
    backend: str | Backend = "auto",
) -> Artwork:
    """An artwork that has learned a picture, or several, each behind a button.

    Args:
        images: a picture's file, or ``skimage:NAME``, or a folder; or several of them.
        recipe: a preset's name, a TOML file, a picture that limner made, a recipe, or a table; it needs a trainer.
            ``likeness`` where none is given, and ``button-field`` for several pictures.
        steps: stop after so many steps of the trainer; 0 is no bound.
        epochs: stop when every point, or every picture that a code gives whole, was looked at so often; 0 is no bound.
        seconds: stop after so long; 0 is no bound, and with no bound at all it is twenty seconds.
        psnr: stop when the picture reaches so many dB.
        seed: what everything random follows from.
        size: width and height of the artwork; the picture's own where none is given.
        set: values by path, ``{"trainer.rate": 0.01}``.
        swap: a stage's name by its role, ``{"trainer": "rprop"}``.
        gray: learn the picture in black and white.
        background: a colour to lie under what is clear; without it opacity is learned too.
        train_size: learn a copy whose longer side is this many pixels.
        backend: a backend or its name.

    Raises:
        DivergedError: the loss is no number any more; it holds the best artwork before that.
        LimnerError: the picture, the recipe, a setting or the backend is wrong.
    """
    job = prepare(
        images,
        recipe,
        bounded(steps, seconds, psnr, epochs),
        epochs=epochs,
        seed=seed,
        size=size,
        values=set,
        swap=swap,
        gray=gray,
        background=background,
        train_size=train_size,
    )
    fitted = run(job, choose(backend, registry()))
    if fitted.reason == "diverged":
        raise DivergedError(f"the loss is no number after step {fitted.run.step}: {fitted.mend}", fitted)
    return fitted.artwork


class Moment(NamedTuple):
    """A fit while it goes on.

    Attributes:
        run: as it stands.
        progress: how much of the budget is spent, 0 to 1.
        last: is it over? Then the best θ is what is painted.
        paint: the picture as it is now, at a size, ``(h, w, 3 or 4)`` uint8; of several a mosaic, each at that size.
        psnr: of what is painted, dB: that of the run is of the step at which it was last looked at.
    """

    run: Run
    progress: float
    last: bool
    paint: Callable[[tuple[int, int]], np.ndarray]
    psnr: Callable[[], float]


def run(job: Job, backend: Backend, watch: Callable[[Moment], None] | None = None) -> Fitted:
    """Do it; ``watch`` is shown every moment of it.

    Raises:
        LimnerError: memory or the disk cannot hold it, or the trainer cannot serve the recipe.
    """
    model = factory.model_of(factory.model_of(job.recipe).settled())
    recipe = cast("SingleRecipe", model.recipe)
    check_memory(job, model, backend)
    theta = model.draw()
    trainer, loss = cast("Any", recipe.trainer).stage, cast("Any", recipe.loss).stage
    save = None
    if job.keep:
        keep, table, of = job.keep, recipe.table(), job.album.digest
        check_target(keep, force=True)
        check_room(keep, 6 * theta.nbytes, what="the checkpoint", mend="make room, or choose a smaller network")
        save = lambda now: checkpoint.write_checkpoint(keep, now, table, of, backend)  # noqa: E731
    with backend.running() as runner, blaming(job.kept, job.keep):
        planes, codes = _planes(job.album, model), job.album.codes
        problem = PictureProblem(model, planes, cast("Loss", loss), backend, runner, theta, drawer(recipe), codes)
        now = start(cast("Trainer", trainer), problem, theta)
        if job.kept and job.keep:
            fresh, now = now, job.kept.run(backend)
            checkpoint.check_state(job.keep, now, fresh)
        reason = train(
            now,
            cast("Trainer", trainer),
            problem,
            job.budget,
            save=save,
            every=job.every,
            watch=_watching(watch, problem, job.album) if watch else None,
        )
        best = np.array(backend.to_host(now.best), dtype=np.float32)
    best.flags.writeable = False
    return Fitted(Artwork(recipe, best, packages_of(recipe)), reason, now)


def _watching(watch: Callable[[Moment], None], problem: PictureProblem, album: Album) -> Watch:
    """The loop's look at a run, as one that can paint and judge it."""
    recipe, backend = cast("SingleRecipe", problem.model.recipe), problem.backend
    models_ = [factory.model_of(each) for each in learned_recipes(recipe, album)[:SHOWN]]

    def look(run: Run, progress: float, over: bool) -> None:
        def paint(size: tuple[int, int]) -> np.ndarray:
            theta = np.array(backend.to_host(run.best if over else run.theta), dtype=np.float32)
            each = [np.concatenate(list(renderer.bands(one, theta, Canvas(size), backend))) for one in models_]
            return each[0] if len(album) == 1 else mosaic(each)

        def psnr() -> float:
            return run.psnr if over or run.looked == run.step else problem.judge(run.theta).psnr

        try:
            watch(Moment(run, progress, over, paint, psnr))
        except NONSENSE as error:
            raise _WatchError(error) from error

    return look


class _WatchError(Exception):
    """Carries what went wrong in a watch past those who would blame the checkpoint."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


@contextmanager
def blaming(kept: checkpoint.Saved | None, keep: Path | None) -> Iterator[None]:
    """Numbers in a checkpoint that make no sense are its fault, not ours; what a watch does is not."""
    try:
        yield
    except _WatchError as aside:
        raise aside.error from aside.error.__cause__
    except NONSENSE as error:
        if kept is None or keep is None:
            raise
        raise ArtworkError(checkpoint.damaged(keep)) from error


def _planes(album: Album, model: Model) -> np.ndarray:
    """The pictures' planes, with an opaque one where the model has an opacity and they have none."""
    planes = album.planes
    if not model.alpha or album.first.alpha:
        return planes
    return np.concatenate([planes, np.ones_like(planes[:, :1])], axis=1)
