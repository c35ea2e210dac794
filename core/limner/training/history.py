"""What a fit went through: its rows, a bounded number of them, and the files that tell of them."""

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

COLUMNS = ("step", "seconds", "loss", "psnr", "rate")
NEEDED = COLUMNS[:3]
TABLES = (".csv", ".jsonl")
MOST = 4000  # rows; beyond, half of them stay
WILD = ("inf", "-inf", "nan")  # how a checkpoint spells numbers that JSON has not


class History:
    """Rows in the order of their steps: ``step``, ``seconds``, ``loss``, and where known ``psnr``, ``rate`` and others.

    It holds ``MOST`` rows. One more, and about half of them go: the first and the last stay, and between them rows at
    even distances in steps; those with a PSNR are chosen apart from the others, so that the few there are outlast.
    """

    def __init__(self) -> None:
        self._rows: list[Row] = []

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows, first to last."""
        return tuple(self._rows)

    def append(self, row: Mapping[str, float]) -> None:
        """Add a row; one with the step of the last adds its numbers to that.

        Raises:
            ValueError: a needed number is missing, or the step is before the last.
        """
        new = {name: float(value) for name, value in row.items()}
        last = self._rows[-1] if self._rows else {}
        if missing := [name for name in NEEDED if name not in {**last, **new}]:
            raise ValueError(f"a row of a history needs {', '.join(missing)}")
        if last and new["step"] <= last["step"]:
            if new["step"] < last["step"]:
                raise ValueError(f"step {new['step']:.0f} comes after step {last['step']:.0f}")
            last.update(new)
            return
        self._rows.append(new)
        if len(self._rows) > MOST:
            self._rows = _thinned(self._rows)

    def leave_out(self, *names: str) -> None:
        """Forget columns that mean nothing here."""
        self._rows = [{name: value for name, value in row.items() if name not in names} for row in self._rows]

    def to_list(self) -> list[dict[str, float | str]]:
        """The rows as plain values that JSON holds: numbers that are not finite are words."""
        return [{name: v if math.isfinite(v) else str(v) for name, v in row.items()} for row in self._rows]

    @classmethod
    def from_list(cls, rows: Any) -> History:
        """A history from what ``to_list`` gave.

        Raises:
            LimnerError: it did not give this.
        """
        history = cls()
        if not isinstance(rows, list) or len(rows) > MOST or not all(_sound(row) for row in rows):
            raise LimnerError("the history in this checkpoint is damaged; start the fit anew")
        history._rows = [{name: float(value) for name, value in row.items()} for row in rows]
        if any(not a["step"] < b["step"] for a, b in pairwise(history._rows)):
            raise LimnerError("the history in this checkpoint is out of order; start the fit anew")
        return history

    def write(self, path: Path, title: str, *, force: bool = False, curves: Sequence[Mapping[str, str]] = ()) -> None:
        """Write a table (.csv, or JSON lines as .jsonl) or a plot (.png, .svg, .pdf).

        A table has a column for each number; what a row lacks is empty or missing, and what is not finite is ``null``
        in JSON. A plot shows loss and PSNR, and of the other numbers those of ``curves``, a trainer's
        ``plot_panels``.

        Raises:
            LimnerError: it cannot be written, the ending is another, or a plot is asked for without matplotlib.
        """
        check_history(path, force=force)
        kind = path.suffix.lower()
        if kind in PLOT_SUFFIXES:
            content = draw_curves(self.rows, title, kind.removeprefix("."), curves)
        else:
            content = (_csv(self._rows) if kind == ".csv" else _json_lines(self._rows)).encode()
        with atomic_write(path, force=force) as file:
            file.write(content)


def check_history(path: Path, *, force: bool) -> None:
    """Refuse early what could not be written in the end.

    Raises:
        LimnerError: the ending is none of those that are written, the file cannot be written, or a plot is asked for
            without matplotlib.
    """
    if path.suffix.lower() not in (*TABLES, *PLOT_SUFFIXES):
        known = ", ".join((*TABLES, *PLOT_SUFFIXES))
        raise LimnerError(f"{path}: a history is written as {known}; choose one of these endings")
    check_target(path, force=force)
    if path.suffix.lower() in PLOT_SUFFIXES:
        check_plotting()


def _thinned(rows: list[Row]) -> list[Row]:
    """About half of the rows, the first and the last among them."""
    room = MOST // 2 - 2
    rated = [row for row in rows[1:-1] if "psnr" in row]
    plain = [row for row in rows[1:-1] if "psnr" not in row]
    rated = _even(rated, max(room // 2, room - len(plain)))
    plain = _even(plain, room - len(rated))
    return [rows[0], *sorted(rated + plain, key=lambda row: row["step"]), rows[-1]]


def _even(rows: list[Row], count: int) -> list[Row]:
    """So many rows at the most, those nearest to even distances in steps."""
    if len(rows) <= count:
        return rows
    steps = np.array([row["step"] for row in rows])
    wanted = np.linspace(steps[0], steps[-1], count)
    after = np.searchsorted(steps, wanted).clip(1, len(steps) - 1)
    nearest = np.where(wanted - steps[after - 1] < steps[after] - wanted, after - 1, after)
    return [rows[i] for i in np.unique(nearest)]


def _sound(row: Any) -> bool:
    """Is this a row as ``to_list`` gives it?"""
    if not isinstance(row, dict) or not all(isinstance(name, str) for name in row):
        return False
    numbers = all(_number(value) or value in WILD for value in row.values())
    return numbers and all(name in row for name in NEEDED) and _number(row["step"])


def _number(value: Any) -> bool:
    """Is it a finite number? Whole ones from a file may be too long for a float."""
    return (type(value) is int and abs(value) < 2**63) or (type(value) is float and math.isfinite(value))


def _whole(name: str, value: float) -> float | int:
    """Steps are whole."""
    return int(value) if name == "step" else value


def _csv(rows: list[Row]) -> str:
    others = sorted({name for row in rows for name in row} - set(COLUMNS))
    text = StringIO(newline="")
    table = csv.DictWriter(text, [*COLUMNS, *others], restval="", lineterminator="\n")
    table.writeheader()
    table.writerows({name: _whole(name, value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _json_lines(rows: list[Row]) -> str:
    lines = [{name: _whole(name, v) if math.isfinite(v) else None for name, v in row.items()} for row in rows]
    return "".join(json.dumps(line, allow_nan=False) + "\n" for line in lines)
