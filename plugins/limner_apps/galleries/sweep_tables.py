"""Sweeps in a gallery, each shown as a table whose axes the viewer chooses."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limner.app import LimnerError
from limner.app.files import os_reason
from limner.app.recipes import show_value
from limner_apps.galleries.local_paths import publishable_command, publishable_values, without_folders
from limner_apps.sweeps.folder_format import METRICS, RECORD, RESULTS

MAX_BYTES = 2**26
"""Maximum size of a record, in bytes."""
SCORES = ("psnr", "ssim", "loss")


@dataclass(frozen=True)
class SweepTablePage:
    """A sweep, as its page shows it.

    Attributes:
        id: unique id, which names its page.
        name: name of the sweep.
        command: command that ran it.
        axes: name and values of each axis, as text; axes with a single value are omitted.
        trials: a dict for each trial: ``piece`` (its id), ``indices`` (of its value on each axis) and ``scores``.
    """

    id: str
    name: str
    command: str
    axes: list[tuple[str, list[str]]]
    trials: list[dict[str, Any]]

    @property
    def page(self) -> str:
        """The file of its page."""
        return f"sweeps/{self.id}.html"


def read_sweep(folder: Path, pieces: Mapping[str, str]) -> SweepTablePage:
    """Return the sweep in a folder.

    Args:
        folder: folder of the sweep.
        pieces: ids of pieces by the real path of their file.

    Raises:
        LimnerError: the records of the sweep are damaged, or no trial is complete.
    """
    record = _read(folder / RECORD)
    if not (folder / RESULTS).exists():
        raise LimnerError(f"{folder}: the sweep has no {RESULTS}; run it to the end")
    try:
        head = json.loads(record)
        rows = [json.loads(line) for line in _read(folder / RESULTS).splitlines() if line.strip()]
        name, command = without_folders(str(head["name"])), publishable_command(str(head["command"]))
        located = [(row, pieces.get(os.path.realpath(folder / row.pop("file")))) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LimnerError(f"{folder}: the record of the sweep is damaged; run the sweep again") from error
    present = [(row, piece) for row, piece in located if piece]
    if not present:
        raise LimnerError(f"{folder}: the sweep has no complete trial; run it to the end")
    names = [n for n in dict.fromkeys(key for row, _ in present for key in row) if n not in METRICS or n == "step"]
    values_of = {n: list(dict.fromkeys(_text(row.get(n)) for row, _ in present)) for n in names}
    last = ("image", "seed", "step")  # varied settings come first
    names.sort(key=lambda n: last.index(n) + 1 if n in last else 0)
    raw = [(n, _ordered(values_of[n])) for n in names if len(values_of[n]) > 1]
    axes = [(n, publishable_values(n, values)) for n, values in raw]
    trials = [
        {
            "piece": piece,
            "indices": [values.index(_text(row.get(n))) for n, values in raw],
            "scores": {n: row[n] for n in SCORES if _is_number(row.get(n))},
            "step": row["step"] if isinstance(row.get("step"), int) else 0,
        }
        for row, piece in present
    ]
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower())[:40].strip("-") or "sweep"
    digest = hashlib.sha256(json.dumps([head.get("identity"), axes], sort_keys=True).encode()).hexdigest()[:8]
    return SweepTablePage(f"{plain}-{digest}", name, command, axes, trials)


def _read(path: Path) -> str:
    """Return the text of a record."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise LimnerError(f"{path}: is too large for a record of a sweep")
        return path.read_text("utf-8")
    except OSError as error:
        raise LimnerError(f"{path}: cannot be read: {os_reason(error)}") from error
    except ValueError as error:
        raise LimnerError(f"{path}: is damaged; run the sweep again") from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else show_value(value)


def _ordered(values: list[str]) -> list[str]:
    """Return numbers in ascending order, and other values in their given order."""
    try:
        return sorted(values, key=float)
    except ValueError:
        return values


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
