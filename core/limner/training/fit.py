"""Fit a recipe to images: the function that the command line and the Python API call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks import renderer
from limner.figures.mosaic import SHOWN, mosaic
from limner.imaging.canvas import Canvas
from limner.models import factory
from limner.registry.attribution import attributing
from limner.registry.backends import choose
from limner.registry.registry import registry
from limner.training.base_plan import loss_of
from limner.training.base_problem import drawer
from limner.training.image_problem import PictureProblem
from limner.training.memory import check_fit_memory
from limner.training.plan import Job, bounded, learned_recipes, prepare
from limner.training.run import Run, Snapshot, Watch
from limner.training.session import DivergedError as DivergedError
from limner.training.session import Fitted as Fitted
from limner.training.session import open_session
from limner.training.target_set import Album

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.models.field import Chain
    from limner.recipes.recipe import Recipe
    from limner.stages.backend import Backend, Runner


@attributing()
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
    return run(job, choose(backend, registry())).converged()


@dataclass(frozen=True)
class Moment(Snapshot):
    """A fit during training.

    Attributes:
        paint: renders the current image at a size, ``(h, w, 3 or 4)`` uint8; several images are a mosaic, each at that
            size.
        psnr: measures the PSNR of what is rendered, in dB; the run's own is of its last evaluation.
    """

    paint: Callable[[tuple[int, int]], np.ndarray]
    psnr: Callable[[], float]


@attributing()
def run(job: Job, backend: Backend, watch: Callable[[Moment], None] | None = None) -> Fitted:
    """Run the plan of a fit; ``watch`` gets a snapshot of every step.

    Raises:
        LimnerError: memory or the disk cannot hold it, or the trainer cannot serve the recipe.
    """
    model = job.model()
    check_fit_memory(job, model, backend)

    def problem_of(runner: Runner, theta: np.ndarray) -> PictureProblem:
        planes, recipe = _planes(job.album, model), model.recipe
        return PictureProblem(model, planes, loss_of(recipe), backend, runner, theta, drawer(recipe), job.album.codes)

    with open_session(job, model, backend, problem_of) as session:
        reason = session.train(_watching(watch, session.problem, job.album) if watch else None)
        return session.result(session.run.best, reason)


def _watching(watch: Callable[[Moment], None], problem: PictureProblem, album: Album) -> Watch:
    """Return the loop's callback: it hands ``watch`` snapshots that can render and evaluate the run."""
    recipe, backend = problem.model.recipe, problem.backend
    models = [factory.model_of(each) for each in learned_recipes(recipe, album)[:SHOWN]]

    def look(run: Run, progress: float, over: bool) -> None:
        def paint(size: tuple[int, int]) -> np.ndarray:
            theta = np.array(backend.to_host(run.best if over else run.theta), dtype=np.float32)
            each = [np.concatenate(list(renderer.bands(one, theta, Canvas(size), backend))) for one in models]
            return each[0] if len(album) == 1 else mosaic(each)

        def psnr() -> float:
            return run.psnr if over or run.looked == run.step else problem.judge(run.theta).psnr

        watch(Moment(run, progress, over, paint, psnr))

    return look


def _planes(album: Album, model: Chain) -> np.ndarray:
    """Return the images' planes, with an opaque one added if only the model has an opacity."""
    planes = album.planes
    if not model.alpha or album.first.alpha:
        return planes
    return np.concatenate([planes, np.ones_like(planes[:, :1])], axis=1)
