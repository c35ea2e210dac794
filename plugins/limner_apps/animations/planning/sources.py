"""The artworks that a movie is made of: files that are opened, the last states of fits, or artworks as they are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from limner.app import LimnerError
from limner.app.artworks import Artwork, open_artwork
from limner.app.values import arguments
from limner_apps.animations.planning.fit_states import open_states

ALLOWED = "artworks or their paths"


def list_sources(sources: Any) -> list[Artwork | str]:
    """Return the sources of a movie as a list of artworks and paths.

    Args:
        sources: an artwork, its file, or the folder of the states of a fit; or several of them in order.

    Raises:
        LimnerError: there is none, or one is neither an artwork nor a path.
    """
    single = isinstance(sources, str | bytes | os.PathLike | Artwork)
    if not single and not isinstance(sources, Iterable):
        raise LimnerError(f"`artworks`: must be {ALLOWED}, got {arguments.show_value(sources)}")
    listed = [
        one if isinstance(one, Artwork) else os.fspath(arguments.check_path("artworks", one, ALLOWED))
        for one in ([sources] if single else sources)
    ]
    if not listed:
        raise LimnerError("`artworks`: is empty; give an artwork or its file")
    return listed


def open_sources(sources: Sequence[Artwork | str]) -> tuple[list[str], list[Artwork]]:
    """Return the names of sources, for messages, and their artworks.

    Raises:
        LimnerError: a file contains no artwork.
    """
    names = [one.recipe.title if isinstance(one, Artwork) else one for one in sources]
    return names, [one if isinstance(one, Artwork) else open_states(one) or open_artwork(one) for one in sources]
