"""Notes about a sweep before it starts: trials that occur twice, and workers without a trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from limner.app import print_note

if TYPE_CHECKING:
    from limner_apps.sweeps.sweep import Sweep

MAX_COMPARED = 2_000
"""Number of trials up to which they are compared before the sweep starts."""


def note_trials(sweep: Sweep, executor_set: Sequence[str], *, quiet: bool) -> None:
    """Print how many trials are equal to others, and so run once only, and whether there are more workers than trials.

    Args:
        sweep: the sweep.
        executor_set: the settings of the executor, as typed.
        quiet: print nothing.
    """
    if len(sweep) > MAX_COMPARED:
        return
    count = len(sweep.trials)
    if count < len(sweep):
        print_note(f"{len(sweep) - count:,} of {len(sweep):,} trials equal others and run only once", quiet=quiet)
    for name, _, text in (setting.partition("=") for setting in executor_set):
        if name.strip() == "workers" and text.strip().isdecimal() and int(text) > count:
            trials = f"{count:,} trial{'s' * (count != 1)}"
            print_note(f"workers={text.strip()}: the sweep has {trials}, so other workers stay idle", quiet=quiet)
