"""The diary of a training: sheets of held-out pictures while it goes on, and its timelapse."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from limner.errors import LimnerError
from limner.figures.example_grid import NAMES, OF_NOISE, is_sheet, png, sheet_size, triptych
from limner.stages.optimization.diagnostics import diagnostics_of
from limner.training.fit import Moment
from limner.translation.evaluator import compares
from limner.translation.report import Sheet
from limner.utils.atomic_files import replacing

if TYPE_CHECKING:
    from limner.training.timelapse import Camera
    from limner.translation.plan import Lessons
    from limner.translation.train import Glimpse

MOST = 8
"""Sheets that are kept for the report; beyond, every other one goes."""


class Diary:
    """Looks at a training, and writes the sheet every so many seconds and at the end.

    What the trainer has to warn of it hands to ``warn``, once; and that a sheet cannot be written, which stops nothing.
    """

    def __init__(
        self,
        lessons: Lessons,
        sheet: Path,
        every: float,
        warn: Callable[[str], None] = lambda told: None,  # noqa: ARG005
        *,
        force: bool = False,
    ) -> None:
        self.camera: Camera | None = None
        self.sheets: list[Sheet] = []
        self._lessons, self._sheet, self._every, self._force = lessons, sheet, every, force
        self._last, self._compared = time.monotonic(), compares(lessons.recipe)
        self._names = NAMES if self._compared else OF_NOISE
        self._say, self._failed = warn, False
        self._warn: Callable[[str], None] | None = warn

    @property
    def frame_size(self) -> tuple[int, int]:
        """Width and height of a timelapse's frames."""
        return sheet_size(len(self._lessons.places), self._lessons.picture_size)

    def __call__(self, glimpse: Glimpse) -> None:
        """Look, and write what is due."""
        run = glimpse.run
        if self._warn and (told := diagnostics_of(self._lessons.trainer).runtime_warning(run.state)):
            self._warn(told)
            self._warn = None
        if self.camera:
            moment = Moment(
                run,
                glimpse.progress,
                glimpse.last,
                lambda _: triptych(glimpse.rows(), "", self._names),
                lambda: run.psnr,
            )
            self.camera(moment)
        due = self._every and time.monotonic() - self._last >= self._every
        if glimpse.last or (due and run.step):
            self._write(glimpse)
            self._last = time.monotonic()

    def _write(self, glimpse: Glimpse) -> None:
        run = glimpse.run
        told = f", {run.psnr:.2f} dB on pictures that were held out"
        if not self._compared:
            told = "; the real ones were held out"
        caption = f"{self._lessons.recipe.title}: {self._when(glimpse)}{told}"
        sheet = png(triptych(glimpse.rows(), caption, self._names))
        try:
            with replacing(self._sheet, force=self._force or is_sheet(self._sheet)) as file:
                file.write(sheet)
        except LimnerError as error:  # no reason to lose what is being learned
            if not self._failed:
                self._say(str(error))
            self._failed = True
        self.sheets.append(Sheet(run.step, run.psnr if self._compared else None, sheet))
        if len(self.sheets) > MOST:
            self.sheets = [*self.sheets[:-1:2], self.sheets[-1]]

    def _when(self, glimpse: Glimpse) -> str:
        """Which θ is shown."""
        run = glimpse.run
        if not glimpse.last:
            return f"step {run.step:,}"
        if not self._lessons.trainer.traits().keep_last:
            return f"the best of {run.step:,} steps"
        seen = int(run.history.rows[-1]["step"])  # fewer than were made where the loss is no number any more
        return f"after {seen:,} step{'s' * (seen != 1)}"
