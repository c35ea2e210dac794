"""Record a timelapse while a fit runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.errors import LimnerError
from limner.figures.mosaic import mosaic, mosaic_layout
from limner.formats.video_files import open_recorder
from limner.formats.video_format import VideoInfo
from limner.imaging.planes import composite_on_white
from limner.training.timelapse.recorder import TimelapseRecorder
from limner.training.timelapse.recording_cost import RecordingCost
from limner.training.timelapse.settings import Timelapse

if TYPE_CHECKING:
    from limner.composition.recipe import Recipe
    from limner.training.plan import FitPlan
    from limner.training.run import Budget


@contextmanager
def record_fit(
    path: str | Path,
    lapse: Timelapse,
    plan: FitPlan,
    options: Mapping[str, Any] | None = None,
    *,
    force: bool = False,
    report: Callable[[str], None] | None = None,
) -> Iterator[TimelapseRecorder]:
    """Yield a recorder, the callback of a fit; the movie is complete when the block ends without an error.

    A frame that cannot be written does not stop the fit: the error is raised when the block ends. ``report`` is called
    with a sentence if the timelapse takes longer than the training.

    Raises:
        LimnerError: the file cannot be written, or the format does not support such a movie.
    """
    width, height = _cell(lapse, plan)
    columns, rows = mosaic_layout(len(plan.target_set))
    frame = (columns * width * (1 + lapse.show_original), rows * height)
    original = _original(plan, (width, height)) if lapse.show_original else None
    cell = (width, height)
    with record_frames(
        path,
        lapse,
        plan.recipe,
        plan.budget,
        frame,
        options,
        cell=cell,
        original=original,
        force=force,
        report=report,
    ) as timelapse_recorder:
        yield timelapse_recorder


@contextmanager
def record_frames(
    path: str | Path,
    lapse: Timelapse,
    recipe: Recipe,
    budget: Budget,
    frame: tuple[int, int],
    options: Mapping[str, Any] | None = None,
    *,
    cell: tuple[int, int] | None = None,
    original: np.ndarray | None = None,
    force: bool = False,
    report: Callable[[str], None] | None = None,
) -> Iterator[TimelapseRecorder]:
    """Yield a recorder of frames of a size, which renders at the size ``cell`` and puts ``original`` on the left.

    ``report`` is called with a sentence if the timelapse takes longer than the training.

    Raises:
        LimnerError: the file cannot be written, or the format does not support such a movie.
    """
    if not (lapse.every or budget.steps or budget.seconds):
        raise LimnerError("a timelapse needs a limit of steps or seconds; set one, or say `set={'timelapse.every': N}`")
    manifest = json.dumps({"recipe": recipe.table()})
    video = VideoInfo(width=frame[0], height=frame[1], fps=lapse.fps, hold=lapse.hold, manifest=manifest)
    cost = RecordingCost(lapse, width=cell[0] if cell else 0, report=report)
    with open_recorder(path, video, options, force=force, argument="`timelapse`") as recorder:
        timelapse_recorder = TimelapseRecorder(lapse, recorder, cell or frame, original, cost)
        yield timelapse_recorder
        if timelapse_recorder.problem:
            raise timelapse_recorder.problem


def _cell(lapse: Timelapse, plan: FitPlan) -> tuple[int, int]:
    """Return width and height of each rendered image; several images share the size of the settings."""
    width, height = lapse.size(plan.recipe.size)
    if not (lapse.width or lapse.height):
        return width, height
    columns, rows = mosaic_layout(len(plan.target_set))
    return max(1, width // columns), max(1, height // rows)


def _original(plan: FitPlan, size: tuple[int, int]) -> np.ndarray:
    """Return the original images as a frame shows them, RGB."""
    targets = plan.target_set.resized(size, gray=plan.target.gray, background=plan.background).targets
    return composite_on_white(mosaic([_as_rgb(target.pixels()) for target in targets]))


def _as_rgb(pixels: np.ndarray) -> np.ndarray:
    """Return gray pixels as RGB, and gray with alpha as RGBA; colours are unchanged."""
    if pixels.shape[2] > 2:
        return pixels
    return np.concatenate([np.repeat(pixels[..., :1], 3, axis=2), pixels[..., 1:]], axis=2)
