"""The timelapse of a training run, configured by command-line options."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from limner.console import options
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.training.timelapse import Timelapse, TimelapseRecorder

Result = TypeVar("Result")
Recorder = TypeVar("Recorder")


@dataclass(frozen=True)
class TimelapseFile:
    """A timelapse to record.

    Attributes:
        file: the file to write; None to record no timelapse.
        lapse: the settings of the timelapse.
        options: the settings of the video format.
    """

    file: str | None
    lapse: Timelapse
    options: dict[str, Any]

    def record(
        self,
        open_recorder: Callable[[str], AbstractContextManager[TimelapseRecorder]],
        work: Callable[[TimelapseRecorder | None], Result],
    ) -> tuple[Result, LimnerError | None]:
        """Run the training while recording it; return its result and the error that prevented the timelapse, or None.

        Args:
            open_recorder: opens a recorder that writes the given file.
            work: runs the training; it gets the recorder, or None if no timelapse is recorded.

        Raises:
            LimnerError: the training failed, or the recorder could not be opened.
        """
        return run_recorded(open_recorder(self.file) if self.file else nullcontext(), work)


def run_recorded(
    opened: AbstractContextManager[Recorder], work: Callable[[Recorder], Result]
) -> tuple[Result, LimnerError | None]:
    """Run the training while recording it; return its result and the error that prevented the recording, or None.

    Args:
        opened: yields the recorder; it raises the errors of the recording at the end.
        work: runs the training; it gets the recorder.

    Raises:
        LimnerError: the training failed, or the recorder could not be opened.
    """
    done: list[Result] = []
    try:
        with opened as recorder:
            done.append(work(recorder))
    except LimnerError as error:
        if not done:
            raise
        return done[0], error
    return done[0], None


def timelapse_file(values: dict[str, Any], file: str | None, style: str = "") -> tuple[dict[str, Any], TimelapseFile]:
    """Split overrides into those of the recipe and those of the timelapse; return the former and the timelapse.

    Raises:
        LimnerError: a setting is invalid, or there are settings but no file.
    """
    from limner.formats.video_files import check_durations
    from limner.training.timelapse import timelapse

    values, settings = options.split_role(values, "timelapse")
    values, format_settings = options.split_role(values, "video-format")
    recording = TimelapseFile(file, timelapse(settings, style), format_settings)
    if (settings or format_settings or style) and not file:
        raise LimnerError("timelapse: settings need a file; add --timelapse FILE")
    if file:
        check_durations(file, [f"timelapse.{name}" for name in ("fps", "hold") if name in settings], format_settings)
    return values, recording
