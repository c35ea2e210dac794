"""Time in whole units, as file formats count it."""

from __future__ import annotations

from limner.plugin import VideoInfo


class FrameClock:
    """How many units each frame of a reel stands: rounded so that no error adds up."""

    def __init__(self, video: VideoInfo, units: int) -> None:
        """``units`` are so many a second."""
        self._video = video
        self._units = units

    def duration(self, index: int) -> int:
        """Units that a frame stands, counted from 0."""
        return self._until(index + 1) - self._until(index)

    def last_duration(self, index: int) -> int:
        """Units that a frame stands where it is the last."""
        return max(self.duration(index), round(self._video.hold * self._units))

    def _until(self, index: int) -> int:
        return round(index * self._units / self._video.fps)
