"""Keep states while a fit runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from limner.artworks.files.contents import STATES_FILE
from limner.errors import LimnerError
from limner.figures.mosaic import MAX_MOSAIC_PICTURES, mosaic
from limner.training.states.reading import ORIGINAL_FILE, read_states
from limner.training.states.recorder import StatesRecorder
from limner.training.states.settings import MAX_STATES, StateSettings
from limner.training.states.state_file import KeptState, StateFile
from limner.training.states.state_header import METADATA_KEY, StateHeader
from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.paths import is_existing_folder, os_problem
from limner.utils.resources import check_disk_space

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.training.plan import FitPlan

ARGUMENT = "`keep_states`"
OPEN_END_ROWS = 64
"""The rows of a new file if the number of states is not known."""


@contextmanager
def keep_states(
    folder: Path, settings: StateSettings, plan: FitPlan, *, force: bool = False
) -> Iterator[StatesRecorder]:
    """Yield a recorder, the callback of a fit, that keeps its states in a folder.

    The file of states is complete after every state. A state that cannot be written does not stop the fit: the error is
    raised when the block ends. A resumed fit keeps the states up to its checkpoint and drops later ones.

    Args:
        folder: the folder; it is created if it does not exist.
        settings: which states are kept.
        plan: the plan of the fit.
        force: whether to replace the states of another fit.

    Raises:
        LimnerError: the folder cannot be written, holds the states of another fit, the states do not fit on the disk,
            or the fit has no limit of steps or seconds.
    """
    if not (settings.every or plan.budget.steps or plan.budget.seconds):
        raise LimnerError(f"{ARGUMENT} needs a limit of steps or seconds; set one, or say `set={{'states.every': N}}`")
    rows = _number_of_rows(settings, plan)
    kept = _earlier_states(folder, plan, force=force)
    check_disk_space(
        folder,
        (rows + len(kept)) * 4 * plan.model().layout.size,
        what=f"{rows:,} states",
        fix=f"use `set={{'states.every': {4 * settings.every}}}`"
        if settings.every
        else f"use `set={{'states.count': {max(2, settings.count // 4)}}}`",
    )
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise LimnerError(f"{folder}: cannot be created: {os_problem(error)}") from error
    last = kept[-1].step if kept else None
    recorder = StatesRecorder(settings, partial(_open_file, folder, plan, rows, kept), last)
    try:
        yield recorder
        if recorder.file and not recorder.problem:
            recorder.file.finish()
    finally:
        if recorder.file:
            recorder.file.close()
        with suppress(OSError):
            folder.rmdir()  # only if it is empty
    if recorder.problem:
        raise recorder.problem


def files_of(folder: Path) -> tuple[Path, Path]:
    """Return the files that a fit writes into the folder of its states."""
    return folder / STATES_FILE, folder / ORIGINAL_FILE


def check_states_folder(folder: Path, *, resume: bool, force: bool, can_overwrite: bool = True) -> None:
    """Raise an error if states cannot be kept in a folder, before long work begins.

    Args:
        folder: the folder.
        resume: whether the fit may continue an earlier one.
        force: whether to replace the states of another fit.
        can_overwrite: whether the caller has the arguments ``resume`` and ``force``, for the message.

    Raises:
        LimnerError: the folder cannot be written, or holds states that would be lost.
    """
    if not is_existing_folder(folder, ARGUMENT):
        return
    states, original = files_of(folder)
    if not (resume or force) and states.exists():
        fix = "continue it with `resume`, or start over with `force`" if can_overwrite else "delete them"
        raise LimnerError(
            f"{folder}: holds the states of an earlier fit; {fix}, or choose another folder with {ARGUMENT}"
        )
    for path in (states, original):
        check_target(path, force=force or states.exists(), argument=ARGUMENT)


def _number_of_rows(settings: StateSettings, plan: FitPlan) -> int:
    """Return the number of states to make room for.

    Raises:
        LimnerError: there would be too many.
    """
    if not settings.every:
        return settings.count
    if not plan.budget.steps:
        return OPEN_END_ROWS
    count = plan.budget.steps // settings.every + 2
    if count > MAX_STATES:
        raise LimnerError(
            f"states.every {settings.every}: keeps {count:,} states, and the most is {MAX_STATES:,}; use "
            f"`set={{'states.every': {-(-plan.budget.steps // MAX_STATES) + 1}}}`"
        )
    return min(count, plan.budget.steps + 1) if not plan.budget.seconds else OPEN_END_ROWS


def _earlier_states(folder: Path, plan: FitPlan, *, force: bool) -> list[KeptState]:
    """Return the states up to the checkpoint that the fit resumes from, which stay in the file; none if it has none.

    Raises:
        LimnerError: the states belong to another fit, or are damaged.
    """
    if not (folder / STATES_FILE).exists() or (force and plan.resumed is None):
        return []
    try:
        states = read_states(folder)
        recipes = [json.dumps(table) for table in (states.header.manifest["recipe"], plan.model().recipe.table())]
        if states.header.target != plan.digest or recipes[0] != recipes[1]:
            raise LimnerError(
                f"{folder}: holds the states of another fit; choose another folder with {ARGUMENT}, or start over with "
                "`force` instead of `resume`"
            )
    except LimnerError:
        if force:
            return []
        raise
    return [state for state in states if plan.resumed and state.step <= plan.resumed.header.step]


def _open_file(folder: Path, plan: FitPlan, rows: int, kept: list[KeptState], first: Artwork) -> StateFile:
    """Return the file for the states of a fit, and write the originals."""
    header = StateHeader.of(first, plan.digest)
    codes = plan.target_set.codes.table[:MAX_MOSAIC_PICTURES] if plan.target_set.codes else np.zeros((0, 0))
    file = StateFile(folder / STATES_FILE, {METADATA_KEY: header.to_json()}, first.theta.size, rows + len(kept), codes)
    if kept:
        file.adopt(kept)
    _write_original(folder / ORIGINAL_FILE, plan)
    return file


def _write_original(path: Path, plan: FitPlan) -> None:
    """Write the images that the fit learns, at the size at which it learns them; several are a mosaic."""
    from PIL import Image

    shown = [target.pixels() for target in plan.target_set.targets[:MAX_MOSAIC_PICTURES]]
    pixels = shown[0] if len(shown) == 1 else mosaic(shown)
    picture = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    with atomic_write(path, force=True) as file:
        picture.save(file, format="PNG")
