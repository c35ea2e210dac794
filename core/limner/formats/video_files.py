"""Movies into their places: which format a path asks for, and a movie that is whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError
from limner.formats.lookup import FOLDER, format_for
from limner.formats.video_format import FrameRecorder, VideoFormat, VideoInfo
from limner.registry.attribution import attributing
from limner.registry.events import FileSaved
from limner.registry.registry import registry
from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.atomic_folders import atomic_write_folder, check_folder


def video_format_for(path: str | Path, options: Mapping[str, Any] | None = None) -> StageSpec[VideoFormat]:
    """Return the video format that a path's suffix chooses, with its options.

    A text that ends with a slash, and a name without an ending, ask for a folder of pictures.

    Raises:
        LimnerError: no movie has the ending, or it knows no such option or value.
    """
    as_folder = str(path).endswith(("/", os.sep)) or not Path(path).suffix
    ending = FOLDER if as_folder else Path(path).suffix.lower()
    unknown = f"the ending {ending!r} names no format of movies"
    return format_for("video-format", VideoFormat, path, ending, options or {}, unknown=unknown)


@contextmanager
def open_recorder(
    path: str | Path,
    video: VideoInfo,
    options: Mapping[str, Any] | None = None,
    *,
    force: bool = False,
    argument: str = "`path`",
) -> Iterator[FrameRecorder]:
    """Yield a recorder of a movie that is at ``path`` when the block ends without an error; else nothing is.

    Args:
        path: where to; its ending names the format, as for ``movie_for``.
        reel: size, rate and whatever else is known of it.
        options: parameters of the format's stage.
        force: overwrite what is there; of folders those alone that hold nothing but frames.
        argument: what names the path, an argument in backticks.

    Raises:
        LimnerError: the file exists and ``force`` is not given, it or its format cannot take the movie, or no frame
            came.
    """
    movie = video_format_for(path, options).stage
    check_video_info(path, movie, video, force=force, argument=argument)
    place = Path(path)
    if movie.frame_pattern:
        with (
            atomic_write_folder(place, movie.frame_pattern, force=force) as folder,
            _opened(movie, folder, video) as recorder,
        ):
            yield recorder
    else:
        with atomic_write(place, force=force) as file, _opened(movie, Path(file.name), video) as recorder:
            yield recorder
    registry().emit(FileSaved(place))


def check_durations(path: str | Path, settings: Iterable[str], options: Mapping[str, Any] | None = None) -> None:
    """Refuse settings that a user gave for how long frames stand, if the path's format does not store it.

    Raises:
        LimnerError: it does not; or no format has the ending.
    """
    given = " and ".join(settings)
    if given and not video_format_for(path, options).stage.supports_durations:
        raise LimnerError(f"{path}: this format does not store how long a frame stands; leave out {given}")


@contextmanager
def _opened(video_format: VideoFormat, place: Path, video: VideoInfo) -> Iterator[FrameRecorder]:
    """Open a recorder; what a plugin raises, an OSError too, is not taken for an error of the disk."""
    with attributing(), video_format.open(place, video) as recorder:
        yield recorder


def check_video_info(
    path: str | Path, video_format: VideoFormat, video: VideoInfo, *, force: bool, argument: str = "`path`"
) -> None:
    """Refuse early a place that takes no movie, and a reel that a format does not hold.

    Raises:
        LimnerError: the message is led by the path.
    """
    place = Path(path)
    if video_format.frame_pattern:
        check_folder(place, video_format.frame_pattern, force=force, argument=argument)
    else:
        check_target(place, force=force, argument=argument)
    try:
        video_format.check(video)
    except LimnerError as error:
        raise LimnerError(f"{path}: {error}") from error
