"""Writing videos: the video format of a path, and a recorder whose output is complete or absent."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError
from limner.formats.lookup import FOLDER, format_for, known_suffixes
from limner.formats.resumable_folder import is_resumable, record_of, resumable_folder
from limner.formats.video_format import FrameRecorder, VideoFormat, VideoInfo
from limner.registry.attribution import attributing
from limner.registry.events import FileSaved
from limner.registry.registry import registry
from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.atomic_folders import atomic_write_folder, check_folder


def video_format_for(path: str | Path, options: Mapping[str, Any] | None = None) -> StageSpec[VideoFormat]:
    """Return the video format that a path's suffix selects, with options set.

    A path that ends with a slash or has no suffix selects the format that writes a folder of pictures.

    Args:
        path: the file or folder; it need not exist.
        options: settings of the format by name, ``{"crf": 20}``; ``kind`` selects a format by its name.

    Raises:
        LimnerError: no format has the suffix, the path is a suffix alone, or an option or its value is invalid.
    """
    ends_with_slash = str(path).endswith(("/", os.sep))
    name = Path(path).name.lower()
    if not ends_with_slash and name.startswith(".") and name in video_suffixes():
        raise LimnerError(f"{path}: is an ending without a name; use movie{name}")
    as_folder = ends_with_slash or not Path(path).suffix
    suffix = FOLDER if as_folder else Path(path).suffix.lower()
    unknown = f"unknown video format {suffix!r}"
    return format_for("video-format", VideoFormat, path, suffix, options or {}, unknown=unknown)


def video_suffixes() -> set[str]:
    """Return the suffixes of all video formats that can be imported."""
    return known_suffixes("video-format", VideoFormat)


@contextmanager
def open_recorder(
    path: str | Path,
    video: VideoInfo,
    options: Mapping[str, Any] | None = None,
    *,
    force: bool = False,
    resume: bool = False,
    argument: str = "`path`",
) -> Iterator[FrameRecorder]:
    """Open a video for writing and yield a recorder for its frames.

    The video appears at ``path`` when the block ends without an error; otherwise nothing is left behind. With
    ``resume``, a new folder of frames is filled in place, and its frames remain after an error: the next recorder of
    the same video starts with their number as its ``count``.

    Args:
        path: the output; its suffix selects the format, as in ``video_format_for``.
        video: size, frame rate and other properties of the video.
        options: settings of the format by name.
        force: overwrite an existing file, or an existing folder that contains only frames.
        resume: whether to resume the same video, if it is a folder of frames; its manifest must determine the frames.
        argument: the name of the argument that holds the path, in backticks, for error messages.

    Raises:
        LimnerError: the output exists and ``force`` is not set, the format or the file system cannot store the video,
            or no frame was added.
    """
    spec = video_format_for(path, options)
    video_format, target = spec.stage, Path(path)
    in_place = resume and bool(video_format.frame_pattern) and is_resumable(target)
    check_video_info(path, video_format, video, force=force or in_place, argument=argument)
    if in_place:
        record = record_of(video, spec.table())
        with resumable_folder(target, video_format.frame_pattern, record, force=force, argument=argument) as resumed:
            video = replace(video, start=video_format.resume_at(target, video) if resumed else 0)
            with _open_recorder(video_format, target, video) as recorder:
                yield recorder
    elif video_format.frame_pattern:
        with (
            atomic_write_folder(target, video_format.frame_pattern, force=force) as folder,
            _open_recorder(video_format, folder, video) as recorder,
        ):
            yield recorder
    else:
        with (
            atomic_write(target, force=force) as file,
            _open_recorder(video_format, Path(file.name), video) as recorder,
        ):
            yield recorder
    registry().emit(FileSaved(target))


def check_durations(path: str | Path, settings: Iterable[str], options: Mapping[str, Any] | None = None) -> None:
    """Raise an error if a user sets frame durations and the path's format does not store them.

    Args:
        path: the output.
        settings: the names of the settings about durations that the user has set.
        options: settings of the format by name.

    Raises:
        LimnerError: the format does not store durations, or no format has the suffix.
    """
    names = " and ".join(settings)
    if names and not video_format_for(path, options).stage.supports_durations:
        raise LimnerError(f"{path}: this format does not store frame durations; omit {names}")


def check_repeat(path: str | Path, repeat: int | None, options: Mapping[str, Any] | None = None) -> None:
    """Raise an error if a user sets how often a movie plays and the path's format cannot store that.

    Args:
        path: the output.
        repeat: the number that the user has set, 0 for forever; None for none.
        options: settings of the format by name.

    Raises:
        LimnerError: the format does not repeat movies, or not forever, or no format has the suffix.
    """
    if repeat is None:
        return
    video_format = video_format_for(path, options).stage
    if video_format.max_repeat <= 1:
        raise LimnerError(f"{path}: this format does not store how often a movie plays; omit `repeat`")
    if repeat == 0 and not video_format.loops_forever:
        raise LimnerError(f"{path}: this format cannot repeat forever; set `repeat` to 1 or more, or omit it")


@contextmanager
def _open_recorder(video_format: VideoFormat, path: Path, video: VideoInfo) -> Iterator[FrameRecorder]:
    """Open a recorder; an OSError from a plugin is reported as the plugin's error, not as one of the disk."""
    with attributing(), video_format.open(path, video) as recorder:
        yield recorder


def check_video_info(
    path: str | Path, video_format: VideoFormat, video: VideoInfo, *, force: bool, argument: str = "`path`"
) -> None:
    """Raise an error if a video cannot be written to a path, or if the format cannot store it.

    Raises:
        LimnerError: the output exists and ``force`` is not set, or the format cannot store the video. The message
            starts with the path.
    """
    target = Path(path)
    if video_format.frame_pattern:
        check_folder(target, video_format.frame_pattern, force=force, argument=argument)
    else:
        check_target(target, force=force, argument=argument)
    try:
        video_format.check(video)
    except LimnerError as error:
        raise LimnerError(f"{path}: {error}") from error
