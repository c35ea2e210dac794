"""The pixels of a sweep, and what it costs to render them, estimated from a part of one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from limner.app import LimnerError
from limner.app.artworks import Artwork, RenderingCost, paint, series_cost
from limner.app.pictures import read_target
from limner.app.recipes import RecipeHeader
from limner_apps.sweeps.trial import complete_record, fit_plan

if TYPE_CHECKING:
    from limner.plugin import Backend

Task = Mapping[str, Any]
Size = tuple[int, int]


def sweep_cost(tasks: Sequence[Task], backend: Backend, *, repeats: int = 1) -> RenderingCost | None:
    """Return the estimated cost of rendering the pictures of the trials that are not complete; None if it is small.

    Args:
        tasks: the trials as plain data.
        backend: the array backend of the estimate.
        repeats: how many trials each of the tasks stands for.
    """
    missing = [task for task in tasks if complete_record(task) is None]
    sizes = picture_sizes(missing)
    pictures = [size for task, size in zip(missing, sizes, strict=True) for _ in range(1 + len(task["at_steps"]))]
    largest = max(zip(missing, sizes, strict=True), key=lambda pair: pair[1][0] * pair[1][1], default=None)
    if largest is None:
        return None
    try:
        return series_cost(partial(_artwork, largest[0], backend), pictures * repeats, backend)
    except LimnerError:  # the sweep reports a trial that fails, and runs the others
        return None


def _artwork(task: Task, backend: Backend) -> Artwork:
    """Return the artwork of a trial, untrained: the time does not depend on the values of the parameters."""
    return paint(fit_plan(task).recipe if task["image"] else task["recipe"], backend=backend)


def picture_sizes(tasks: Sequence[Task]) -> list[Size]:
    """Return width and height of the pictures of each trial."""
    originals = {image: read_target(image, train_size=8).original_size for image in {t["image"] for t in tasks} - {""}}
    default = RecipeHeader().size

    def size(task: Task) -> Size:
        width, height = task["size"] or originals.get(task["image"]) or task["recipe"].get("size", default)
        return int(width), int(height)

    return [size(task) for task in tasks]
