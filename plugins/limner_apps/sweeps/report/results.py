"""Tables of the results of a sweep."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app.files import atomic_write
from limner.app.recipes import show_value
from limner_apps.sweeps.folder_format import COLUMNS, METRICS, RESULTS, TABLE, TRIALS

if TYPE_CHECKING:
    from limner_apps.sweeps.scheduler import SweepOutcome
    from limner_apps.sweeps.sweep import Sweep


def rows(sweep: Sweep, outcome: SweepOutcome) -> Iterator[dict[str, Any]]:
    """Yield a row for each picture, in the order of the trials; ``file`` is relative to the sweep's folder."""
    for trial in sweep.trials:
        for row in outcome.records.get(trial.name, {}).get("rows", ()):
            head = {"file": f"{TRIALS}/{row['file']}", "image": trial.image, "seed": trial.seed}
            yield {**head, **trial.point, **{name: row[name] for name in METRICS if name in row}}


def write_results(folder: Path, sweep: Sweep, outcome: SweepOutcome) -> None:
    """Write ``results.csv`` and ``results.jsonl``: settings and metrics of every picture."""
    records = list(rows(sweep, outcome))
    text = io.StringIO(newline="")
    columns = [*COLUMNS, *(axis.path for axis in sweep.axes), *METRICS]
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows([_format(row.get(name)) for name in columns] for row in records)
    lines = "".join(json.dumps(row) + "\n" for row in records)
    for name, content in ((TABLE, text.getvalue()), (RESULTS, lines)):
        with atomic_write(folder / name, force=True) as file:
            file.write(content.encode("utf-8", "surrogateescape"))


def failures(sweep: Sweep, outcome: SweepOutcome) -> Iterator[str]:
    """Yield a line for each trial that failed: its settings, its seed, and the reason."""
    trials = {trial.name: trial for trial in sweep.trials}
    for name, reason in outcome.failed.items():
        trial = trials[name]
        settings = ", ".join(f"{path}={value}" for path, value in trial.point.items())
        image = f" of {trial.image}" if len(sweep.images) > 1 else ""
        yield f"{settings or 'the recipe'} with seed {trial.seed}{image}: {reason}"


def _format(value: Any) -> Any:
    """Return a value as a cell of a CSV table."""
    if value is None:
        return ""
    return show_value(value) if isinstance(value, (list, tuple, bool)) else value
