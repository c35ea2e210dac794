"""Frame durations in whole units of time, as file formats store them."""

from __future__ import annotations

from limner.plugin import VideoInfo


class FrameClock:
    """The durations of a video's frames in whole units, rounded so that errors do not accumulate.

    Args:
        video: the properties of the video.
        units: units per second.
    """

    def __init__(self, video: VideoInfo, units: int) -> None:
        self._video = video
        self._units = units

    def duration(self, index: int) -> int:
        """Return the duration of a frame, counted from 0, in units."""
        return self._start(index + 1) - self._start(index)

    def last_duration(self, index: int) -> int:
        """Return the duration of a frame, counted from 0, in units, if it is the last."""
        return max(self.duration(index), round(self._video.hold * self._units))

    def _start(self, index: int) -> int:
        """Return the start time of a frame, in units."""
        return round(index * self._units / self._video.fps)
