"""The time that a timelapse takes, compared with the training that it shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from limner.training.run import RunSnapshot
from limner.training.timelapse.settings import Timelapse
from limner.utils.resources import format_duration

MIN_SECONDS = 5.0
"""A timelapse that takes less time is never mentioned."""
MIN_FRAMES = 3
"""The frames after which the time is estimated: the first may include the start of an encoder."""


class RecordingCost:
    """Measures the time that frames take, and reports once if all of them take longer than the training.

    Args:
        lapse: the settings of the timelapse.
        width: the width of the rendered picture, in pixels; 0 if the settings do not change it.
        report: called with a sentence about the time; None to report nothing.
    """

    def __init__(self, lapse: Timelapse, width: int = 0, report: Callable[[str], None] | None = None) -> None:
        self._lapse, self._width, self._report = lapse, width, report
        self._frames, self._seconds = 0, 0.0
        self._start: tuple[float, float] | None = None

    @contextmanager
    def measuring(self, snapshot: RunSnapshot) -> Iterator[None]:
        """Measure the time of the block, which adds a frame."""
        start = time.perf_counter()
        yield
        self._seconds += time.perf_counter() - start
        self._frames += 1
        run = snapshot.run
        self._start = self._start or (snapshot.progress, run.seconds)
        share = (snapshot.progress - self._start[0]) / max(1 - self._start[0], 1e-9)
        if self._report and self._frames >= MIN_FRAMES and share > 0 and not snapshot.last:
            self._compare((run.seconds - self._start[1]) / share, share)

    def _compare(self, training: float, share: float) -> None:
        """Report if the recording takes longer than the training, which takes this many seconds."""
        every = self._lapse.every
        frames = 1 + round((self._frames - 1) / share) if every else self._lapse.frames
        recording = self._seconds / self._frames * frames
        if recording < max(MIN_SECONDS, training) or not self._report:
            return
        fixes = {"every": 4 * every} if every else {"frames": max(2, frames // 4)}
        fixes |= {"width": max(1, self._width // 2)} if self._width else {}
        settings = " or ".join(f"`set={{'timelapse.{name}': {value}}}`" for name, value in fixes.items())
        self._report(
            f"the timelapse takes longer than the training: about {format_duration(recording)} for {frames:,} frames, "
            f"and {format_duration(training)} to train; to make it shorter, use {settings}"
        )
        self._report = None
