"""A movie that limner wrote: its artwork, and how its frames are rendered again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks.loader import open_artwork
from limner.artworks.movies.playback import Playback
from limner.composition.nested import fill_kinds
from limner.composition.revisions import current_fields
from limner.errors import ArtworkError, LimnerError
from limner.formats.movie_record import read_movie
from limner.registry.registry import registry
from limner.utils.arguments import check_path
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.artworks.movies.still import Still
    from limner.utils.paths import StrPath


@dataclass(frozen=True, eq=False)
class Movie:
    """A movie that limner wrote, and that contains its artwork.

        limner.open_movie("loop.mp4").still(0.3).artwork.save("still.png")

    Attributes:
        path: the file, or the folder of frames.
        artwork: the artwork in it.
        playback: how the artwork becomes the frames.
        details: further entries of the movie's record, unchecked.
    """

    path: Path
    artwork: Artwork
    playback: Playback
    details: Mapping[str, Any] = field(default_factory=dict)

    def still(self, position: float) -> Still:
        """Return what the movie shows at a position, 0 for its start to 1 for its end.

        Raises:
            LimnerError: the position is outside 0 to 1, or the playback does not support the artwork.
        """
        if not 0 <= position <= 1:
            raise LimnerError(f"`position`: must be 0 to 1, got {position}")
        return self.playback.still(self.artwork, position)


def open_movie(path: StrPath) -> Movie | None:
    """Open a movie that limner wrote; return None for a file of another kind, or a movie without its artwork.

    Nothing in the file is trusted.

    Raises:
        ArtworkError: the movie is damaged or forged, or needs a package or class that is missing.
        LimnerError: the file cannot be read.
    """
    path = check_path("path", path)
    record = read_movie(path)
    if record is None or not record.artwork:
        return None
    return Movie(path, open_artwork(path), _playback(path, record.playback), record.details)


def _playback(path: Path, table: Mapping[str, Any]) -> Playback:
    """Return the playback in an untrusted table.

    Raises:
        ArtworkError: the table has not exactly one playback, or it is unknown or invalid.
    """
    if len(table) != 1:
        raise ArtworkError(f"{path}: the movie must name one playback, not {len(table)}; the file is damaged or forged")
    ((kind, settings),) = table.items()
    if not isinstance(settings, Mapping):
        raise ArtworkError(f"{path}: the settings of the playback are not a table; the file is damaged or forged")
    try:
        cls, entry = registry().load("playback", kind, Playback), registry().entry("playback", kind)
        fields, _ = current_fields(cls, entry, {"kind": kind, **settings})
        return validate(cls, fill_kinds(cls, fields, entry.package), kind, error=ArtworkError)
    except LimnerError as error:
        raise ArtworkError(f"{path}: {error}") from error
