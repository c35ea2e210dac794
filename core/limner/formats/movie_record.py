"""The record in a movie that limner wrote: a recipe without parameters."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limner.errors import ArtworkError, LimnerError
from limner.formats.lookup import FOLDER
from limner.formats.video_files import video_format_for

OTHER_SUFFIXES = {".png": ".apng"}
"""Suffixes that files of a video format may have too: an animated PNG, and the first frame of a folder of frames."""


@dataclass(frozen=True)
class MovieRecord:
    """The record in a movie.

    Attributes:
        recipe: the table of the recipe, unchecked.
        details: further entries, such as ``walk`` with the settings of a latent walk.
    """

    recipe: dict[str, Any]
    details: dict[str, Any]

    @property
    def trained(self) -> bool:
        """Whether the recipe is one that is trained, so that its parameters do not follow from the seed."""
        return "trainer" in self.recipe


def read_movie(path: Path) -> MovieRecord | None:
    """Return the record in a movie that limner wrote, or None if the file is another one or damaged.

    Args:
        path: the file, or a folder of frames.

    Raises:
        LimnerError: the file may be such a movie, but reading its format needs a library that is not installed.
    """
    if not (path.is_file() or path.is_dir()):  # opening a FIFO would wait for another program
        return None
    suffix = path.suffix.lower()
    name = f"{path}{FOLDER}" if path.is_dir() else f"x{OTHER_SUFFIXES.get(suffix, suffix)}"
    if not suffix and not path.is_dir():
        return None
    try:
        video_format = video_format_for(name).stage
    except LimnerError:  # the suffix of another format
        return None
    try:
        table = json.loads(video_format.read_embedded(path) or "null")
    except (ArtworkError, ValueError, RecursionError):
        return None
    if not isinstance(table, dict) or not isinstance(table.get("recipe"), dict):
        return None
    return MovieRecord(table["recipe"], {key: value for key, value in table.items() if key != "recipe"})
