"""Sweeps in a gallery: a table whose axes are chosen by whoever looks at it."""

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
from limner_apps.sweeps.folder_format import METRICS, RECORD, RESULTS

LARGEST = 2**26  # bytes of a record
SCORES = ("psnr", "ssim", "loss")


@dataclass(frozen=True)
class SweepTablePage:
    """A sweep as its page shows it.

    Attributes:
        id: names its page.
        name: the sweep's.
        command: what made it.
        axes: name and shown values of each, in order; those with one value alone are left out.
        cells: piece, places on the axes, figures.
    """

    id: str
    name: str
    command: str
    axes: list[tuple[str, list[str]]]
    cells: list[dict[str, Any]]

    @property
    def page(self) -> str:
        """Where its page lies."""
        return f"sweeps/{self.id}.html"


def table_of(folder: Path, pieces: Mapping[str, str]) -> SweepTablePage:
    """The sweep in a folder.

    Args:
        folder: the sweep's.
        pieces: id of the piece by the real path of its file.

    Raises:
        LimnerError: its records are damaged, or nothing of it is whole yet.
    """
    record = _read(folder / RECORD)
    if not (folder / RESULTS).exists():
        raise LimnerError(f"{folder}: its sweep has no {RESULTS}; sweep it to its end, or anew")
    try:
        head = json.loads(record)
        rows = [json.loads(line) for line in _read(folder / RESULTS).splitlines() if line.strip()]
        name, command = str(head["name"]), str(head["command"])
        found = [(row, pieces.get(os.path.realpath(folder / row.pop("file")))) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LimnerError(f"{folder}: its record of a sweep is damaged; sweep it anew") from error
    kept = [(row, piece) for row, piece in found if piece]
    if not kept:
        raise LimnerError(f"{folder}: its sweep has no cell that is there; sweep it to its end, or anew")
    names = [n for n in dict.fromkeys(key for row, _ in kept for key in row) if n not in METRICS or n == "step"]
    values = {n: list(dict.fromkeys(_told(row.get(n)) for row, _ in kept)) for n in names}
    last = ("image", "seed", "step")  # what a person varied stands first
    names.sort(key=lambda n: last.index(n) + 1 if n in last else 0)
    axes = [(n, _ordered(values[n])) for n in names if len(values[n]) > 1]
    cells = [
        {
            "piece": piece,
            "at": [told.index(_told(row.get(n))) for n, told in axes],
            "scores": {n: row[n] for n in SCORES if _is_number(row.get(n))},
            "step": row["step"] if isinstance(row.get("step"), int) else 0,
        }
        for row, piece in kept
    ]
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower())[:40].strip("-") or "sweep"
    digest = hashlib.sha256(json.dumps([head.get("identity"), axes], sort_keys=True).encode()).hexdigest()[:8]
    return SweepTablePage(f"{plain}-{digest}", name, command, axes, cells)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise LimnerError(f"{path}: is larger than a sweep's record can be")
        return path.read_text("utf-8")
    except OSError as error:
        raise LimnerError(f"{path}: cannot be read: {os_reason(error)}") from error
    except ValueError as error:
        raise LimnerError(f"{path}: is damaged; sweep it anew") from error


def _told(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else show_value(value)


def _ordered(values: list[str]) -> list[str]:
    """Numbers by their size, others as they came."""
    try:
        return sorted(values, key=float)
    except ValueError:
        return values


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
