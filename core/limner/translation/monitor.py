"""The diary of a training: sheets of held-out pictures while it goes on, and its timelapse."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from limner.errors import LimnerError
from limner.figures.example_grid import (
    GENERATED_ROW_NAMES,
    ROW_NAMES,
    encode_png,
    example_grid,
    grid_size,
    is_example_grid,
)
from limner.stages.optimization.diagnostics import diagnostics_of
from limner.training.fit import FitSnapshot
from limner.translation.evaluator import compares
from limner.translation.report import ExampleSheet
from limner.utils.atomic_files import atomic_write

if TYPE_CHECKING:
    from limner.training.timelapse import TimelapseRecorder
    from limner.translation.plan import TranslationPlan
    from limner.translation.train import TranslationSnapshot

MOST = 8
"""Sheets that are kept for the report; beyond, every other one goes."""


class TrainingMonitor:
    """Looks at a training, and writes the sheet every so many seconds and at the end.

    What the trainer has to warn of it hands to ``warn``, once; and that a sheet cannot be written, which stops nothing.
    """

    def __init__(
        self,
        plan: TranslationPlan,
        sheet: Path,
        every: float,
        warn: Callable[[str], None] = lambda told: None,  # noqa: ARG005
        *,
        force: bool = False,
    ) -> None:
        self.timelapse: TimelapseRecorder | None = None
        self.sheets: list[ExampleSheet] = []
        self._lessons, self._sheet, self._every, self._force = plan, sheet, every, force
        self._last, self._compared = time.monotonic(), compares(plan.recipe)
        self._names = ROW_NAMES if self._compared else GENERATED_ROW_NAMES
        self._say, self._failed = warn, False
        self._warn: Callable[[str], None] | None = warn

    @property
    def frame_size(self) -> tuple[int, int]:
        """Width and height of a timelapse's frames."""
        return grid_size(len(self._lessons.places), self._lessons.picture_size)

    def __call__(self, snapshot: TranslationSnapshot) -> None:
        """Look, and write what is due."""
        run = snapshot.run
        if self._warn and (told := diagnostics_of(self._lessons.trainer).runtime_warning(run.state)):
            self._warn(told)
            self._warn = None
        if self.timelapse:
            moment = FitSnapshot(
                run,
                snapshot.progress,
                snapshot.last,
                lambda _: example_grid(snapshot.rows(), "", self._names),
                lambda: run.psnr,
            )
            self.timelapse(moment)
        due = self._every and time.monotonic() - self._last >= self._every
        if snapshot.last or (due and run.step):
            self._write(snapshot)
            self._last = time.monotonic()

    def _write(self, snapshot: TranslationSnapshot) -> None:
        run = snapshot.run
        told = f", {run.psnr:.2f} dB on pictures that were held out"
        if not self._compared:
            told = "; the real ones were held out"
        caption = f"{self._lessons.recipe.title}: {self._when(snapshot)}{told}"
        sheet = encode_png(example_grid(snapshot.rows(), caption, self._names))
        try:
            with atomic_write(self._sheet, force=self._force or is_example_grid(self._sheet)) as file:
                file.write(sheet)
        except LimnerError as error:  # no reason to lose what is being learned
            if not self._failed:
                self._say(str(error))
            self._failed = True
        self.sheets.append(ExampleSheet(run.step, run.psnr if self._compared else None, sheet))
        if len(self.sheets) > MOST:
            self.sheets = [*self.sheets[:-1:2], self.sheets[-1]]

    def _when(self, snapshot: TranslationSnapshot) -> str:
        """Which θ is shown."""
        run = snapshot.run
        if not snapshot.last:
            return f"step {run.step:,}"
        if not self._lessons.trainer.traits().keep_last:
            return f"the best of {run.step:,} steps"
        seen = int(run.history.rows[-1]["step"])  # fewer than were made where the loss is no number any more
        return f"after {seen:,} step{'s' * (seen != 1)}"
