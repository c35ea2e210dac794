"""Movies into their places: which format a path asks for, and a movie that is whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from limner.errors import LimnerError
from limner.formats.lookup import FOLDER, format_for
from limner.formats.video_format import Movie, Recorder, Reel
from limner.recipes.stage_spec import StageSpec
from limner.registry.attribution import attributing
from limner.registry.events import Saved
from limner.registry.registry import registry
from limner.utils.atomic_files import check_target, replacing
from limner.utils.atomic_folders import check_folder, replacing_folder


def movie_for(path: str | Path, options: Mapping[str, Any] | None = None) -> StageSpec[Movie]:
    """The movie whose format a path's ending names, with options set.

    A text that ends with a slash, and a name without an ending, ask for a folder of pictures.

    Raises:
        LimnerError: no movie has the ending, or it knows no such option or value.
    """
    as_folder = str(path).endswith(("/", os.sep)) or not Path(path).suffix
    ending = FOLDER if as_folder else Path(path).suffix.lower()
    unknown = f"the ending {ending!r} names no format of movies"
    return format_for("movie", Movie, path, ending, options or {}, unknown=unknown)


@contextmanager
def recording(
    path: str | Path,
    reel: Reel,
    options: Mapping[str, Any] | None = None,
    *,
    force: bool = False,
    option: str = "-o",
) -> Iterator[Recorder]:
    """A recorder of the movie that lies at ``path`` when the block ends without an error; after one nothing does.

    Args:
        path: where to; its ending names the format, as for ``movie_for``.
        reel: size, rate and whatever else is known of it.
        options: parameters of the format's stage.
        force: overwrite what is there; of folders those alone that hold nothing but frames.
        option: what names the path on the command line.

    Raises:
        LimnerError: the file exists and ``force`` is not given, it or its format cannot take the movie, or no frame
            came.
    """
    movie = movie_for(path, options).stage
    check_reel(path, movie, reel, force=force, option=option)
    place = Path(path)
    if movie.holds:
        with replacing_folder(place, movie.holds, force=force) as folder, _opened(movie, folder, reel) as recorder:
            yield recorder
    else:
        with replacing(place, force=force) as file, _opened(movie, Path(file.name), reel) as recorder:
            yield recorder
    registry().emit(Saved(place))


def check_durations(path: str | Path, settings: Iterable[str], options: Mapping[str, Any] | None = None) -> None:
    """Refuse settings that a user gave for how long frames stand, if the path's format does not store it.

    Raises:
        LimnerError: it does not; or no format has the ending.
    """
    given = " and ".join(settings)
    if given and not movie_for(path, options).stage.keeps_durations:
        raise LimnerError(f"{path}: this format does not store how long a frame stands; leave out {given}")


@contextmanager
def _opened(movie: Movie, place: Path, reel: Reel) -> Iterator[Recorder]:
    """Open a recorder; what a plugin raises, an OSError too, is not taken for an error of the disk."""
    with attributing(), movie.open(place, reel) as recorder:
        yield recorder


def check_reel(path: str | Path, movie: Movie, reel: Reel, *, force: bool, option: str = "-o") -> None:
    """Refuse early a place that takes no movie, and a reel that a format does not hold.

    Raises:
        LimnerError: the message is led by the path.
    """
    place = Path(path)
    if movie.holds:
        check_folder(place, movie.holds, force=force, option=option)
    else:
        check_target(place, force=force, option=option)
    try:
        movie.check(reel)
    except LimnerError as error:
        raise LimnerError(f"{path}: {error}") from error
