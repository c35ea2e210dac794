"""The states of a fit as a source of a movie."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from limner.app import LimnerError
from limner.app.artworks import Artwork, open_movie
from limner.app.figures import mosaic_layout
from limner.app.training import is_states, read_states

if TYPE_CHECKING:
    from limner.app.training import FitStates
    from limner_apps.animations.planning.movie_options import MovieOptions

MOTION = "states"
"""The name of the motion that shows states."""


def open_states(path: str | os.PathLike[str]) -> Artwork | None:
    """Return the last state in a folder of states, or None for a path of another kind.

    Raises:
        LimnerError: the states cannot be read, or the path is a folder of another kind.
    """
    if is_states(path):
        return read_states(path).result
    if Path(path).is_dir() and open_movie(path) is None:
        raise LimnerError(f"{path}: is a folder without states of a fit, and without frames of a movie")
    return None


def with_states(sources: Sequence[Artwork | str], options: MovieOptions) -> MovieOptions:
    """Return the options of a movie whose source may be the states of a fit, with the motion that shows them.

    Another motion that is given moves the last state.

    Args:
        sources: artworks and paths.
        options: the options as given.

    Raises:
        LimnerError: there are several sources, and one of them is a folder of states.
    """
    folders = [one for one in sources if isinstance(one, str) and is_states(one)]
    if not folders or options.motion not in (None, MOTION):
        return options
    if len(sources) > 1:
        raise LimnerError(
            f"{folders[0]}: holds the states of a fit, which make a movie of their own; give this folder alone, or "
            "choose another motion with `motion`"
        )
    size = options.size or _mosaic_size(read_states(folders[0]))
    return replace(options, motion=MOTION, size=size, set={"folder": folders[0], **options.set})


def _mosaic_size(states: FitStates) -> tuple[int, int]:
    """Return the size of a movie that shows each of several images at the size of the artwork."""
    width, height = states.result.size
    columns, rows = mosaic_layout(states.images)
    return columns * width, rows * height
