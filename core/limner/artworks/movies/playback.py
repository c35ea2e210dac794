"""The interface of playbacks: from the artwork in a movie to the still that each frame shows."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from limner.stages.base import Stage

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.artworks.movies.still import Still


class Playback(Stage):
    """How the artwork in a movie becomes the still of each frame.

    A movie that limner writes contains one artwork, and the settings of a playback under its registered name. So any
    frame can be rendered again, at any size.
    """

    @abstractmethod
    def still(self, artwork: Artwork, position: float) -> Still:
        """Return what the movie shows at a position.

        Args:
            artwork: the artwork in the movie.
            position: 0 for the start of the movie, 1 for its end. Frame k of n is at k / n.

        Raises:
            LimnerError: the playback does not support the artwork.
        """
