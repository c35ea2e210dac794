"""The monitor of a training: it writes sheets of validation images, and records a timelapse."""

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
from limner.training.results.fit_snapshot import FitSnapshot
from limner.translation.evaluator import has_targets
from limner.translation.report import ExampleSheet
from limner.utils.atomic_files import atomic_write

if TYPE_CHECKING:
    from limner.training.timelapse import TimelapseRecorder
    from limner.translation.plan import TranslationPlan
    from limner.translation.train import TranslationSnapshot

MAX_SHEETS = 8
"""The most sheets that are kept for the report; one more, and every other one is dropped."""


class TrainingMonitor:
    """A callback of a training that writes the example sheet at intervals and at the end.

    A sheet that cannot be written does not stop the training.

    Args:
        plan: the plan of the training.
        sheet: the file of the sheet.
        interval: seconds between two sheets; 0 writes only the last one.
        warn: called once with the trainer's warning, and once if a sheet cannot be written.
        force: whether to replace a file that is not a sheet.

    Attributes:
        timelapse: the recorder of the timelapse; None without one.
        sheets: some of the sheets written so far, for the report.
    """

    def __init__(
        self,
        plan: TranslationPlan,
        sheet: Path,
        interval: float,
        warn: Callable[[str], None] = lambda message: None,  # noqa: ARG005
        *,
        force: bool = False,
    ) -> None:
        self.timelapse: TimelapseRecorder | None = None
        self.sheets: list[ExampleSheet] = []
        self._plan, self._sheet, self._interval, self._force = plan, sheet, interval, force
        self._last_written, self._has_targets = time.monotonic(), has_targets(plan.recipe)
        self._names = ROW_NAMES if self._has_targets else GENERATED_ROW_NAMES
        self._report, self._write_failed = warn, False
        self._warn: Callable[[str], None] | None = warn

    @property
    def frame_size(self) -> tuple[int, int]:
        """Width and height of the timelapse's frames."""
        return grid_size(len(self._plan.sheet_indices), self._plan.picture_size)

    def __call__(self, snapshot: TranslationSnapshot) -> None:
        """Record a frame, and write the sheet if it is due."""
        run = snapshot.run
        if self._warn and (message := diagnostics_of(self._plan.trainer).runtime_warning(run.state)):
            self._warn(message)
            self._warn = None
        if self.timelapse:
            frame = FitSnapshot(
                run,
                snapshot.progress,
                snapshot.last,
                lambda _: example_grid(snapshot.rows(), "", self._names),
                lambda: run.psnr,
            )
            self.timelapse(frame)
        due = self._interval and time.monotonic() - self._last_written >= self._interval
        if snapshot.last or (due and run.step):
            self._write(snapshot)
            self._last_written = time.monotonic()

    def _write(self, snapshot: TranslationSnapshot) -> None:
        """Write the sheet, and keep it for the report."""
        run = snapshot.run
        quality = f", validation PSNR {run.psnr:.2f} dB"
        if not self._has_targets:
            quality = "; real images are from the validation set"
        caption = f"{self._plan.recipe.title}: {self._when(snapshot)}{quality}"
        sheet = encode_png(example_grid(snapshot.rows(), caption, self._names))
        try:
            with atomic_write(self._sheet, force=self._force or is_example_grid(self._sheet)) as file:
                file.write(sheet)
        except LimnerError as error:  # a failed sheet must not stop the training
            if not self._write_failed:
                self._report(str(error))
            self._write_failed = True
        self.sheets.append(ExampleSheet(run.step, run.psnr if self._has_targets else None, sheet))
        if len(self.sheets) > MAX_SHEETS:
            self.sheets = [*self.sheets[:-1:2], self.sheets[-1]]

    def _when(self, snapshot: TranslationSnapshot) -> str:
        """Return a phrase for the θ that the sheet shows."""
        run = snapshot.run
        if not snapshot.last:
            return f"step {run.step:,}"
        if not self._plan.trainer.traits().keep_last:
            return f"the best of {run.step:,} steps"
        evaluated = int(run.history.rows[-1]["step"])  # fewer than run.step if the loss diverged
        return f"after {evaluated:,} step{'s' * (evaluated != 1)}"
