"""The interface of playbacks: from the artwork in a movie to the still that each frame shows."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from pydantic import Field

from limner.stages.base import Stage

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.artworks.movies.still import Still


class Playback(Stage):
    """How the artwork in a movie becomes the still of each frame.

    A movie that limner writes contains one artwork, and the settings of a playback under its registered name. So any
    frame can be rendered again, at any size.
    """

    seconds: float = Field(default=6.0, gt=0, le=86_400, description="length of the movie in seconds")
    fps: float = Field(default=30.0, gt=0, le=240, description="frames per second")

    @property
    def frames(self) -> int:
        """The number of frames."""
        return max(1, round(self.seconds * self.fps))

    @abstractmethod
    def still(self, artwork: Artwork, position: float) -> Still:
        """Return what the movie shows at a position.

        Args:
            artwork: the artwork in the movie.
            position: 0 for the start of the movie, 1 for its end.

        Raises:
            LimnerError: the playback does not support the artwork.
        """

    @abstractmethod
    def closes(self, artwork: Artwork) -> bool:
        """Return whether the movie is a loop: positions 0 and 1 show the same picture."""

    def position(self, artwork: Artwork, frame: int) -> float:
        """Return the position of a frame, counted from 0. The last frame of a loop is the one before its start."""
        steps = self.frames if self.closes(artwork) else self.frames - 1
        return frame / max(1, steps)
