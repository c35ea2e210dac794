"""The history of a training: a bounded number of rows, and the files that they are written to."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping, Sequence
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from limner.errors import LimnerError
from limner.figures.plots import PLOT_SUFFIXES, check_plotting, draw_curves
from limner.utils.atomic_files import atomic_write, check_target

Row: TypeAlias = dict[str, float]

COLUMNS = ("step", "seconds", "loss", "psnr", "learning_rate")
REQUIRED_COLUMNS = COLUMNS[:3]
TABLE_SUFFIXES = (".csv", ".jsonl")
MAX_ROWS = 4000  # rows; one more, and about half of them are dropped
NONFINITE_SPELLINGS = ("inf", "-inf", "nan")  # how a checkpoint spells numbers that JSON cannot


class History:
    """Rows in the order of their steps: ``step``, ``seconds``, ``loss``, and if known ``psnr`` and other metrics.

    The history holds ``MAX_ROWS`` rows. When it exceeds them, it drops about half: it keeps the first row, the last row
    and rows at even distances in steps between them. Rows with a PSNR are thinned separately, because they are few.
    """

    def __init__(self) -> None:
        self._rows: list[Row] = []

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows, in the order of their steps."""
        return tuple(self._rows)

    def append(self, row: Mapping[str, float]) -> None:
        """Add a row, or update the last row if it has the same step.

        Raises:
            ValueError: a required column is missing, or the step is before the last.
        """
        new = {name: float(value) for name, value in row.items()}
        last = self._rows[-1] if self._rows else {}
        if missing := [name for name in REQUIRED_COLUMNS if name not in {**last, **new}]:
            raise ValueError(f"a row of a history needs {', '.join(missing)}")
        if last and new["step"] <= last["step"]:
            if new["step"] < last["step"]:
                raise ValueError(f"step {new['step']:.0f} comes after step {last['step']:.0f}")
            last.update(new)
            return
        self._rows.append(new)
        if len(self._rows) > MAX_ROWS:
            self._rows = _thin(self._rows)

    def drop_columns(self, *names: str) -> None:
        """Remove columns from all rows."""
        self._rows = [{name: value for name, value in row.items() if name not in names} for row in self._rows]

    def to_list(self) -> list[dict[str, float | str]]:
        """Return the rows as values for JSON: numbers that are not finite become strings."""
        return [{name: v if math.isfinite(v) else str(v) for name, v in row.items()} for row in self._rows]

    @classmethod
    def from_list(cls, rows: Any) -> History:
        """Return the history from rows that ``to_list`` returned.

        Raises:
            LimnerError: the rows are invalid or not in order.
        """
        history = cls()
        if not isinstance(rows, list) or len(rows) > MAX_ROWS or not all(_is_valid_row(row) for row in rows):
            raise LimnerError("the history in this checkpoint is damaged; start over with `force`")
        history._rows = [{name: float(value) for name, value in row.items()} for row in rows]
        if any(not a["step"] < b["step"] for a, b in pairwise(history._rows)):
            raise LimnerError("the history in this checkpoint is out of order; start over with `force`")
        return history

    def write(
        self, path: Path, title: str, *, force: bool = False, plot_panels: Sequence[Mapping[str, str]] = ()
    ) -> None:
        """Write a table (.csv, or JSON lines as .jsonl) or a plot (.png, .svg, .pdf).

        A table has a column for each metric. Missing values are empty in CSV and absent in JSON; values that are not
        finite are ``null`` in JSON. A plot shows loss, PSNR and the trainer's ``plot_panels``.

        Raises:
            LimnerError: the file cannot be written, its suffix is unknown, or a plot needs matplotlib.
        """
        check_history(path, force=force)
        kind = path.suffix.lower()
        if kind in PLOT_SUFFIXES:
            content = draw_curves(self.rows, title, kind.removeprefix("."), plot_panels)
        else:
            content = (_csv(self._rows) if kind == ".csv" else _json_lines(self._rows)).encode()
        with atomic_write(path, force=force) as file:
            file.write(content)


def check_history(path: Path, *, force: bool) -> None:
    """Check before a training that its history can be written.

    Raises:
        LimnerError: the suffix is unknown, the file cannot be written, or a plot needs matplotlib.
    """
    if path.suffix.lower() not in (*TABLE_SUFFIXES, *PLOT_SUFFIXES):
        known = ", ".join((*TABLE_SUFFIXES, *PLOT_SUFFIXES))
        raise LimnerError(f"{path}: unknown format for a history; use one of {known}")
    check_target(path, force=force)
    if path.suffix.lower() in PLOT_SUFFIXES:
        check_plotting()


def _thin(rows: list[Row]) -> list[Row]:
    """Return about half of the rows, including the first and the last."""
    available = MAX_ROWS // 2 - 2
    evaluated = [row for row in rows[1:-1] if "psnr" in row]
    others = [row for row in rows[1:-1] if "psnr" not in row]
    evaluated = _evenly_spaced(evaluated, max(available // 2, available - len(others)))
    others = _evenly_spaced(others, available - len(evaluated))
    return [rows[0], *sorted(evaluated + others, key=lambda row: row["step"]), rows[-1]]


def _evenly_spaced(rows: list[Row], count: int) -> list[Row]:
    """Return at most ``count`` rows: those nearest to even distances in steps."""
    if len(rows) <= count:
        return rows
    steps = np.array([row["step"] for row in rows])
    wanted = np.linspace(steps[0], steps[-1], count)
    after = np.searchsorted(steps, wanted).clip(1, len(steps) - 1)
    nearest = np.where(wanted - steps[after - 1] < steps[after] - wanted, after - 1, after)
    return [rows[i] for i in np.unique(nearest)]


def _is_valid_row(row: Any) -> bool:
    """Return whether this is a row as ``to_list`` returns it."""
    if not isinstance(row, dict) or not all(isinstance(name, str) for name in row):
        return False
    numbers = all(_is_finite_number(value) or value in NONFINITE_SPELLINGS for value in row.values())
    return numbers and all(name in row for name in REQUIRED_COLUMNS) and _is_finite_number(row["step"])


def _is_finite_number(value: Any) -> bool:
    """Return whether this is a finite number; an integer from a file may be too large for a float."""
    return (type(value) is int and abs(value) < 2**63) or (type(value) is float and math.isfinite(value))


def _written_value(name: str, value: float) -> float | int:
    """Return a value as files hold it: steps are integers."""
    return int(value) if name == "step" else value


def _csv(rows: list[Row]) -> str:
    """Return the rows as CSV."""
    others = sorted({name for row in rows for name in row} - set(COLUMNS))
    text = StringIO(newline="")
    table = csv.DictWriter(text, [*COLUMNS, *others], restval="", lineterminator="\n")
    table.writeheader()
    table.writerows({name: _written_value(name, value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _json_lines(rows: list[Row]) -> str:
    """Return the rows as JSON lines."""
    lines = [{name: _written_value(name, v) if math.isfinite(v) else None for name, v in row.items()} for row in rows]
    return "".join(json.dumps(line, allow_nan=False) + "\n" for line in lines)
