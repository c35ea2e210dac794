"""The layout of a sweep's contact sheet: rows and columns by axes, or pictures in sequence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from limner.app import LimnerError, did_you_mean
from limner.app.figures import MAX_SHEET_CELLS
from limner_apps.sweeps.folder_format import TRIALS

if TYPE_CHECKING:
    from limner_apps.sweeps.scheduler import SweepOutcome
    from limner_apps.sweeps.sweep import Sweep, Trial

MAX_COLUMNS = 8
"""Maximum number of pictures in a row, if neither rows nor columns have an axis."""
MAX_LINE = 40
"""Maximum number of pictures in a line, if only rows have an axis."""
SEED, IMAGE, STEP = "seed", "image", "step"


class SheetPicture(NamedTuple):
    """A picture of a contact sheet: its file, its value on each axis, and its PSNR in dB, if known."""

    file: Path
    point: Mapping[str, Any]
    psnr: float | None


def sheet_pictures(sweep: Sweep, folder: Path, outcome: SweepOutcome) -> list[SheetPicture]:
    """Return the pictures of a sweep, in the order of its trials."""
    pictures = []
    for trial in sweep.trials:
        for row in outcome.records.get(trial.name, {}).get("rows", ()):
            pictures.append(SheetPicture(folder / TRIALS / row["file"], _point(trial, row), row.get("psnr")))
    return pictures


def check_axes(sweep: Sweep, rows: str, columns: str) -> None:
    """Raise an error unless rows and columns are different axes of the sweep.

    Raises:
        LimnerError: an axis is not varied, or rows and columns are the same one.
    """
    known = _axis_names(sweep)
    for name in (rows, columns):
        if name and name not in known:
            raise LimnerError(f"`rows` and `columns`: {name!r} is not varied{did_you_mean(name, known)}")
    if rows and rows == columns:
        raise LimnerError(f"`columns` {columns}: is already the axis of `rows`; choose another one")


def max_pictures(sweep: Sweep, rows: str, columns: str) -> int:
    """Return the maximum number of pictures on a sheet, without iterating over them."""
    steps = 1 + len(sweep.fitting.at_steps)
    if not rows and not columns:
        return len(sweep) * steps + len(sweep.images)
    return (_axis_length(sweep, rows, steps) + 1) * _axis_length(sweep, columns, steps)


def arrange(
    sweep: Sweep, pictures: Sequence[SheetPicture], rows: str, columns: str
) -> list[list[SheetPicture | str | None]]:
    """Return rows of pictures, names of originals, and None for gaps; all rows have the same length.

    With axes, pictures that differ in other settings only are in further lines of their row, or side by side if columns
    have no axis. If a sheet cannot hold them, only the first one in each row and column is shown.
    """
    if rows or columns:
        lines = _by_axes(sweep, pictures, rows, columns, first_only=False)
        if len(lines) * (1 + max(map(len, lines), default=0)) > MAX_SHEET_CELLS:
            lines = _by_axes(sweep, pictures, rows, columns, first_only=True)
        if len(sweep.images) == 1:
            lines = [[sweep.images[0] if i == 0 else None, *line] for i, line in enumerate(lines)]
    elif not sweep.images:
        wide = max(1, round(len(pictures) ** 0.5))
        lines = [list(pictures[i : i + wide]) for i in range(0, len(pictures), wide)]
    else:
        lines = [[image, *(picture for picture in pictures if picture.point[IMAGE] == image)] for image in sweep.images]
        if len(sweep.images) == 1:
            wide = -(-len(lines[0]) // -(-len(lines[0]) // MAX_COLUMNS))  # rows of nearly the same length
            lines = [lines[0][i : i + wide] for i in range(0, len(lines[0]), wide)]
    length = max(map(len, lines), default=1)
    return [line + [None] * (length - len(line)) for line in lines]


def _by_axes(
    sweep: Sweep, pictures: Sequence[SheetPicture], rows: str, columns: str, *, first_only: bool
) -> list[list[SheetPicture | str | None]]:
    """Return the lines of each row: one if it has one picture in each column, else as many as the fullest column."""
    across = _values(sweep, pictures, columns)
    cells: dict[tuple[int, int], list[SheetPicture]] = {}
    down = _values(sweep, pictures, rows)
    for picture in pictures:
        place = down.index(_value(picture, rows)), across.index(_value(picture, columns))
        if not (first_only and place in cells):
            cells.setdefault(place, []).append(picture)
    lines: list[list[SheetPicture | str | None]] = []
    for i in range(len(down)):
        row = [cells.get((i, j), []) for j in range(len(across))]
        if columns:
            lines += map(list, zip_longest(*_aligned(row, {rows, columns})))
        else:
            lines += [list(row[0][k : k + MAX_LINE]) for k in range(0, len(row[0]), MAX_LINE)]
    return lines


def _aligned(cells: Sequence[Sequence[SheetPicture]], axes: Collection[str]) -> Sequence[Sequence[SheetPicture | None]]:
    """Return the pictures of each column of a row, those with the same other settings in one line if that fits."""

    def rest(picture: SheetPicture) -> str:
        return repr([(name, value) for name, value in picture.point.items() if name not in axes])

    fullest = max(cells, key=len)
    kinds = list(dict.fromkeys(rest(picture) for cell in (fullest, *cells) for picture in cell))
    by_kind = [{rest(picture): picture for picture in cell} for cell in cells]
    if len(kinds) > len(fullest) or list(map(len, by_kind)) != list(map(len, cells)):
        return cells
    return [[cell.get(kind) for kind in kinds] for cell in by_kind]


def _axis_length(sweep: Sweep, name: str, steps: int) -> int:
    """Return the maximum number of values on an axis."""
    known = {SEED: len(sweep.seeds), IMAGE: len(sweep.images), STEP: steps, "": 1}
    if name in known:
        return known[name]
    axis = next(axis for axis in sweep.axes if axis.path == name)
    return (
        min(len(axis.values), sweep.samples) if sweep.samples and not axis.range else sweep.samples or len(axis.values)
    )


def _axis_names(sweep: Sweep) -> list[str]:
    return [*(axis.path for axis in sweep.axes), SEED, *([IMAGE, STEP] if sweep.images else [])]


def _point(trial: Trial, row: Mapping[str, Any]) -> dict[str, Any]:
    return {IMAGE: trial.image, SEED: trial.seed, **trial.point, STEP: row["step"]}


def _values(sweep: Sweep, pictures: Sequence[SheetPicture], name: str) -> list[Any]:
    """Return the values of the pictures on an axis, in the order of the axis; a single None without an axis."""
    axis = next((axis.values for axis in sweep.axes if axis.path == name), ())
    order = list({SEED: sweep.seeds, IMAGE: sweep.images}.get(name, axis))
    values: list[Any] = []
    for picture in pictures:
        value = _value(picture, name)
        if value not in values:
            values.append(value)
    return sorted(values, key=lambda value: order.index(value) if value in order else len(order))


def _value(picture: SheetPicture, name: str) -> Any:
    """Return the value of a picture on an axis; None without an axis, or if the picture has the recipe's own value."""
    return picture.point.get(name) if name else None
