"""Whether an artwork changes with the time of an animation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork

SIDE = 16
TIMES = (0.37, 0.71)
"""Times that are no fraction of a loop of few turns, as 0.5 is, which may look like time 0."""


def depends_on_time(artwork: Artwork) -> bool:
    """Return whether small renderings of an artwork at other times differ from that at time 0.

    Raises:
        PluginError: a stage of an installed package failed.
    """
    first = artwork.render((SIDE, SIDE), bits=16)
    return any((artwork.render((SIDE, SIDE), bits=16, time=time) != first).any() for time in TIMES)
