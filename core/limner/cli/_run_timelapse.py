"""The timelapse of a run, as its options describe it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from limner.console import options as o
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.training.timelapse import Timelapse, TimelapseRecorder

Result = TypeVar("Result")


@dataclass(frozen=True)
class TimelapseFile:
    """A timelapse to record.

    Attributes:
        file: where it goes; None to record none.
        lapse: what it shows, and when.
        options: the settings of the video format.
    """

    file: str | None
    lapse: Timelapse
    options: dict[str, Any]

    def record(
        self,
        shoot: Callable[[str], AbstractContextManager[TimelapseRecorder]],
        work: Callable[[TimelapseRecorder | None], Result],
    ) -> tuple[Result, LimnerError | None]:
        """Do the work with a camera, and return its result and why the timelapse could not be written, if so.

        Args:
            shoot: opens a camera that writes a file.
            work: runs the training; it gets the camera, or None if no timelapse is recorded.

        Raises:
            LimnerError: the work failed, or the camera could not be opened.
        """
        done: list[Result] = []
        try:
            with shoot(self.file) if self.file else nullcontext() as recorder:
                done.append(work(recorder))
        except LimnerError as error:
            if not done:
                raise
            return done[0], error
        return done[0], None


def timelapse_file(values: dict[str, Any], file: str | None, style: str = "") -> tuple[dict[str, Any], TimelapseFile]:
    """Return the overrides of the recipe, and the timelapse that the others describe.

    Raises:
        LimnerError: a setting is wrong, or there are settings and no file.
    """
    from limner.formats.video_files import check_durations
    from limner.training.timelapse import timelapse

    values, settings = o.split(values, "timelapse")
    values, options = o.split(values, "video-format")
    film = TimelapseFile(file, timelapse(settings, style), options)
    if (settings or options or style) and not file:
        raise LimnerError("timelapse: name its file with --timelapse FILE")
    if file:
        check_durations(file, [f"timelapse.{name}" for name in ("fps", "hold") if name in settings], options)
    return values, film
