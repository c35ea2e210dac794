"""Where the pictures of a sweep stand on its contact sheet: in rows and columns by its axes, or one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from limner.app import LimnerError, did_you_mean
from limner_apps.sweeps.folder_format import TRIALS

if TYPE_CHECKING:
    from limner_apps.sweeps.scheduler import SweepOutcome
    from limner_apps.sweeps.sweep import Sweep, Trial

MAX_COLUMNS = 8
"""Pictures of a row, if neither rows nor columns go by an axis."""
SEED, IMAGE, STEP = "seed", "image", "step"


class SheetPicture(NamedTuple):
    """A picture of a sheet: where it lies, and what it is by each axis."""

    file: Path
    point: Mapping[str, Any]
    psnr: float | None


def pieces_of(sweep: Sweep, folder: Path, outcome: SweepOutcome) -> list[SheetPicture]:
    """Return the pictures in a sweep's folder, in the order of its trials."""
    out = []
    for one in sweep.trials:
        for row in outcome.records.get(one.name, {}).get("rows", ()):
            out.append(SheetPicture(folder / TRIALS / row["file"], _point(one, row), row.get("psnr")))
    return out


def check_axes(sweep: Sweep, rows: str, columns: str) -> None:
    """Refuse axes that the sweep does not have.

    Raises:
        LimnerError: an axis is not varied, or rows and columns go by the same one.
    """
    known = _names(sweep)
    for name in (rows, columns):
        if name and name not in known:
            raise LimnerError(f"`rows` and `columns`: {name!r} is not varied{did_you_mean(name, known)}")
    if rows and rows == columns:
        raise LimnerError(f"`columns` {columns}: is what `rows` goes by already")


def max_pictures(sweep: Sweep, rows: str, columns: str) -> int:
    """Return how many pictures a sheet has at most, counted without going through them."""
    steps = 1 + len(sweep.fitting.at_steps)
    if not rows and not columns:
        return len(sweep) * steps + len(sweep.images)
    return (_length(sweep, rows, steps) + 1) * _length(sweep, columns, steps)


def table_of(
    sweep: Sweep, pieces: Sequence[SheetPicture], rows: str, columns: str
) -> list[list[SheetPicture | str | None]]:
    """Return pieces, names of originals, and None for gaps, row by row; all rows have one length."""
    if rows or columns:
        across = _values(pieces, columns)
        lines: list[list[SheetPicture | str | None]] = [
            [_found(pieces, {rows: r, columns: c}) for c in across] for r in _values(pieces, rows)
        ]
        if len(sweep.images) == 1:
            lines = [[sweep.images[0] if i == 0 else None, *line] for i, line in enumerate(lines)]
        return lines
    if not sweep.images:
        wide = max(1, round(len(pieces) ** 0.5))
        lines = [list(pieces[i : i + wide]) for i in range(0, len(pieces), wide)]
    else:
        lines = [[image, *(p for p in pieces if p.point[IMAGE] == image)] for image in sweep.images]
        if len(sweep.images) == 1:
            wide = -(-len(lines[0]) // -(-len(lines[0]) // MAX_COLUMNS))  # rows as long as one another
            lines = [lines[0][i : i + wide] for i in range(0, len(lines[0]), wide)]
    most = max(map(len, lines), default=1)
    return [line + [None] * (most - len(line)) for line in lines]


def _length(sweep: Sweep, name: str, steps: int) -> int:
    """Values that an axis has at the most."""
    known = {SEED: len(sweep.seeds), IMAGE: len(sweep.images), STEP: steps, "": 1}
    if name in known:
        return known[name]
    axis = next(axis for axis in sweep.axes if axis.path == name)
    return (
        min(len(axis.values), sweep.samples) if sweep.samples and not axis.span else sweep.samples or len(axis.values)
    )


def _names(sweep: Sweep) -> list[str]:
    return [*(axis.path for axis in sweep.axes), SEED, *([IMAGE, STEP] if sweep.images else [])]


def _point(one: Trial, row: Mapping[str, Any]) -> dict[str, Any]:
    return {IMAGE: one.image, SEED: one.seed, **one.point, STEP: row["step"]}


def _values(pieces: Sequence[SheetPicture], name: str) -> list[Any]:
    """What an axis's pieces have, in their order; one value for no axis."""
    if not name:
        return [None]
    out: list[Any] = []
    for piece in pieces:
        if name in piece.point and piece.point[name] not in out:
            out.append(piece.point[name])
    return out


def _found(pieces: Sequence[SheetPicture], wanted: Mapping[str, Any]) -> SheetPicture | None:
    asked = {name: value for name, value in wanted.items() if name}
    return next((p for p in pieces if all(p.point.get(name) == value for name, value in asked.items())), None)
