"""A movie that limner wrote: its artwork, and how its frames are rendered again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from limner.artworks.loader import open_artwork, read_record
from limner.artworks.movies.playback import Playback
from limner.artworks.requirements import unmet
from limner.composition.nested import fill_kinds
from limner.composition.revisions import current_fields
from limner.errors import ArtworkError, LimnerError, PluginError
from limner.formats.container import SUFFIX
from limner.formats.movie_record import MovieRecord, read_movie
from limner.registry.attribution import attributing
from limner.registry.registry import registry
from limner.utils.arguments import check_number, check_path
from limner.utils.text import printable
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.artworks.movies.still import Still
    from limner.utils.paths import StrPath

Answer = TypeVar("Answer")
FORGED = "the file is damaged or forged"


@dataclass(frozen=True, eq=False)
class Movie:
    """A movie that limner wrote, with its artwork.

        movie = open_movie("loop.mp4")
        movie.still(0.3).artwork.save("still.png")

    Attributes:
        path: the file, or the folder of frames.
        artwork: the artwork in it. Its ``render_settings`` are those of the frames.
        playback: how the artwork becomes the frames.
        kind: the registered name of the playback.
        details: further entries of the movie's record, unchecked.
    """

    path: Path
    artwork: Artwork
    playback: Playback
    kind: str
    details: Mapping[str, Any]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames, in pixels."""
        settings = self.artwork.render_settings
        return settings.size if settings else self.artwork.size

    def still(self, position: float) -> Still:
        """Return what the movie shows at a position.

        Args:
            position: 0 for the start of the movie, 1 for its end.

        Raises:
            LimnerError: the position is not 0 to 1, or the playback does not support the artwork.
        """
        if not 0 <= check_number("position", position) <= 1:
            raise LimnerError(f"`position`: must be 0 to 1, got {position:g}")
        return self._ask(self.playback.still, position)

    def position(self, frame: int) -> float:
        """Return the position of a frame, counted from 0; see ``Playback.position``.

        Raises:
            LimnerError: the playback does not support the artwork.
        """
        return self._ask(self.playback.position, frame)

    def closes(self) -> bool:
        """Return whether the movie is a loop.

        Raises:
            LimnerError: the playback does not support the artwork.
        """
        return self._ask(self.playback.closes)

    def _ask(self, method: Callable[..., Answer], *given: float) -> Answer:
        """Return the answer of a method of the playback about the artwork.

        Raises:
            ArtworkError: the playback does not support the artwork; the message starts with the path.
            PluginError: a third-party playback failed.
        """
        with attributing():
            try:
                return method(self.artwork, *given)
            except PluginError:
                raise
            except LimnerError as error:
                raise ArtworkError(f"{self.path}: {error}") from error


@attributing()
def open_movie(path: StrPath) -> Movie | None:
    """Open a movie that limner wrote; return None for a file of another kind, and for a movie without its artwork.

    Nothing in the file is trusted.

    Args:
        path: a movie in any format that limner writes, or a folder of frames.

    Raises:
        ArtworkError: the movie is damaged or forged, or needs a package or class that is missing.
        LimnerError: the movie cannot be read.
    """
    path = check_path("path", path)
    record = read_movie(path)
    if record is None or not record.artwork:
        return None
    artwork = open_artwork(path)
    kind, playback = _playback(path, record)
    return Movie(path, artwork, playback, kind, record.details)


def parameters_file(path: StrPath) -> Path | None:
    """Return the file next to a movie that contains its parameters; None if the movie contains them itself."""
    path = Path(path)
    record = read_movie(path)
    return path.with_suffix(SUFFIX) if record and record.artwork.get("theta_external") is True else None


def _playback(path: Path, record: MovieRecord) -> tuple[str, Playback]:
    """Return the name and the playback in an unchecked record.

    Raises:
        ArtworkError: the record does not have exactly one playback, or it is unknown or invalid.
    """
    names = [name for name, settings in record.playback.items() if isinstance(settings, Mapping)]
    if len(names) != 1 or len(record.playback) != 1:
        raise ArtworkError(f"{path}: the record of the movie must contain one playback; {FORGED}")
    table = {**record.playback[names[0]], "kind": names[0]}
    try:
        cls, entry = registry().load("playback", names[0], Playback), registry().entry("playback", names[0])
        fields, _ = current_fields(cls, entry, table)
        filled = fill_kinds(cls, fields, entry.package)
        return entry.canonical_name, validate(cls, filled, printable(names[0]), error=ArtworkError)
    except LimnerError as error:
        needs = unmet(read_record(path).model_copy(update={"recipe": table, "packages": {}}))
        raise ArtworkError(f"{path}: {needs or error}") from error
