"""A still: what one frame of a movie shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork


@dataclass(frozen=True, eq=False)
class Still:
    """What one frame of a movie shows.

    Attributes:
        artwork: the artwork to render.
        time: the time to render it at, 0 to 1; see the encoder ``time``.
        caption: a text to write on the frame; empty for none.
    """

    artwork: Artwork
    time: float = 0.0
    caption: str = ""
