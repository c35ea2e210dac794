"""Tables of the results of a sweep."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app.files import atomic_write
from limner.app.recipes import show_value
from limner_apps.sweeps.folder_format import COLUMNS, METRICS, RESULTS, TABLE, TRIALS

if TYPE_CHECKING:
    from limner_apps.sweeps.scheduler import SweepOutcome
    from limner_apps.sweeps.sweep import Sweep, Trial

MAX_LISTED = 5
"""The number of trials of a single colour that are listed."""


def rows(sweep: Sweep, outcome: SweepOutcome, metrics: Sequence[str] = METRICS) -> Iterator[dict[str, Any]]:
    """Yield a row for each picture, in the order of the trials; ``file`` is relative to the sweep's folder."""
    for trial in sweep.trials:
        for row in outcome.records.get(trial.name, {}).get("rows", ()):
            head = {"file": f"{TRIALS}/{row['file']}", "image": trial.image, "seed": trial.seed}
            yield {**head, **trial.point, **{name: row[name] for name in metrics if name in row}}


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
        yield f"{_describe(trials[name], sweep)}: {reason}"


def single_colors(sweep: Sweep, outcome: SweepOutcome) -> str:
    """Return a line about the trials whose result has a single colour; empty if none has."""
    results = {name: record["rows"][-1] for name, record in outcome.records.items()}
    found = [trial for trial in sweep.trials if results.get(trial.name, {}).get("single_color")]
    if not found:
        return ""
    listed = "; ".join(f"{_describe(t, sweep)} ({results[t.name]['single_color']})" for t in found[:MAX_LISTED])
    more = f"; and {len(found) - MAX_LISTED:,} more" if len(found) > MAX_LISTED else ""
    verb = "has" if len(found) == 1 else "have"
    trials = f"{len(found):,} of {len(results):,} trials" if len(results) > 1 else "the trial"
    return f"{trials} {verb} a single colour: {listed}{more}"


def _describe(trial: Trial, sweep: Sweep) -> str:
    """Return the settings, the seed and, if there are several, the picture of a trial."""
    settings = ", ".join(f"{path}={_text(value)}" for path, value in trial.point.items())
    image = f" of {trial.image}" if len(sweep.images) > 1 else ""
    return f"{settings or 'the recipe'} with seed {trial.seed}{image}"


def _text(value: Any) -> str:
    """Return a value as it is typed after ``--vary``, except for quotes."""
    return f"[{','.join(map(_text, value))}]" if isinstance(value, (list, tuple)) else str(value)


def _format(value: Any) -> Any:
    """Return a value as a cell of a CSV table."""
    if value is None:
        return ""
    return show_value(value) if isinstance(value, (list, tuple, bool)) else value
