"""The results of a sweep, as tables."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app.files import atomic_write
from limner.app.recipes import show_value
from limner_apps.sweeps.folder_format import COLUMNS, FIGURES, RESULTS, TABLE, TRIALS

if TYPE_CHECKING:
    from limner_apps.sweeps.scheduler import SweepOutcome
    from limner_apps.sweeps.sweep import Sweep


def rows(sweep: Sweep, outcome: SweepOutcome) -> Iterator[dict[str, Any]]:
    """A row for each picture of the sweep, in the order of its cells; files are told from the sweep's folder."""
    for one in sweep.trials:
        for row in outcome.records.get(one.name, {}).get("rows", ()):
            head = {"file": f"{TRIALS}/{row['file']}", "image": one.image, "seed": one.seed}
            yield {**head, **one.point, **{name: row[name] for name in FIGURES if name in row}}


def write_results(folder: Path, sweep: Sweep, outcome: SweepOutcome) -> None:
    """``results.csv`` and ``results.jsonl``: settings and figures of every picture."""
    table = list(rows(sweep, outcome))
    text = io.StringIO(newline="")
    columns = [*COLUMNS, *(axis.path for axis in sweep.axes), *FIGURES]
    image_format = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    image_format.writeheader()
    for row in table:
        image_format.writerow({name: _shown(value) for name, value in row.items()})
    lines = "".join(json.dumps(row) + "\n" for row in table)
    for name, content in ((TABLE, text.getvalue()), (RESULTS, lines)):
        with atomic_write(folder / name, force=True) as file:
            file.write(content.encode())


def failures(sweep: Sweep, outcome: SweepOutcome) -> Iterator[str]:
    """Yield a line for each trial that failed: its settings, its seed, and the reason."""
    trials = {one.name: one for one in sweep.trials}
    for name, reason in outcome.failed.items():
        one = trials[name]
        settings = ", ".join(f"{path}={value}" for path, value in one.point.items())
        of = f" of {one.image}" if len(sweep.images) > 1 else ""
        yield f"{settings or 'the recipe'} with seed {one.seed}{of}: {reason}"


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    return show_value(value) if isinstance(value, (list, tuple, bool)) else value
