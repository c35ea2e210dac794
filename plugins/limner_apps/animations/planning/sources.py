"""The artworks that a movie is made of: files that are opened, the last states of fits, or artworks as they are."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from limner.app import LimnerError
from limner.app.artworks import Artwork, open_artwork
from limner.app.values import arguments
from limner_apps.animations.planning.fit_states import open_states


def open_sources(sources: Any) -> tuple[list[str], list[Artwork]]:
    """Return the names of sources, for messages, and their artworks.

    Args:
        sources: an artwork, its file, or the folder of the states of a fit; or several of them in order.

    Raises:
        LimnerError: there is none, one is neither an artwork nor a path, or a file contains no artwork.
    """
    single = isinstance(sources, str | os.PathLike | Artwork)
    if not single and not isinstance(sources, Iterable):
        raise LimnerError(f"`artworks`: must be artworks or their paths, got {arguments.show_value(sources)}")
    names, artworks = [], []
    for source in [sources] if single else sources:
        if isinstance(source, Artwork):
            names.append(source.recipe.title)
            artworks.append(source)
        else:
            path = arguments.check_path("artworks", source, "artworks or their paths")
            names.append(str(path))
            artworks.append(open_states(path) or open_artwork(path))
    if not artworks:
        raise LimnerError("`artworks`: is empty; give an artwork or its file")
    return names, artworks
