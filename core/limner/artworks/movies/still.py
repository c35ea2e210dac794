"""A still: what one frame of a movie shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from limner.artworks.artwork import Artwork
    from limner.artworks.movies.original import Original


@dataclass(frozen=True, eq=False)
class Still:
    """What one frame of a movie shows.

    Attributes:
        artwork: the artwork to render.
        time: the time to render it at, 0 to 1; see the encoder ``time``.
        caption: a text to write on the frame; empty for none.
        others: further artworks, which the frame shows with the first one in a mosaic.
        original: a picture to show on the left; None for none.
    """

    artwork: Artwork
    time: float = 0.0
    caption: str = ""
    others: tuple[Artwork, ...] = ()
    original: Original | None = None

    def with_each(self, change: Callable[[Artwork], Artwork]) -> Still:
        """Return the still with every artwork changed: the first one and the others."""
        return replace(self, artwork=change(self.artwork), others=tuple(map(change, self.others)))
