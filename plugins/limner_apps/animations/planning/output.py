"""The output of a movie: its path, and the checks of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from limner.app import LimnerError
from limner.app.artworks import image_formats
from limner.app.figures import check_repeat, is_unfinished, video_format_for, video_suffixes
from limner.app.files import check_folder, check_target, real_path
from limner.app.registry import registry
from limner.app.values import arguments
from limner.plugin import VideoFormat, VideoInfo

if TYPE_CHECKING:
    from limner_apps.animations.planning.movie_options import MovieOptions


def default_suffix(kind: object = None, like: Path | None = None) -> str:
    """Return the suffix of a movie whose output is not named.

    Args:
        kind: the name of its video format. Default: that of ``like``; otherwise MP4 if PyAV, which writes it, is
            installed, and WebP if not.
        like: the file or folder of a movie that is rendered again. It keeps its format, and so its transparency.
    """
    known = registry()
    if isinstance(kind, str) and known.has("video-format", kind):
        return known.load("video-format", kind, VideoFormat).suffixes[0]
    if like is not None and like.suffix.lower() in video_suffixes():
        return like.suffix.lower()
    return ".mp4" if find_spec("av") else ".webp"


def output_path(path: str | os.PathLike[str] | None, names: Sequence[str], suffix: str = "") -> str:
    """Return the output, by default the name of the first artwork with the suffix of movies.

    A slash at the end, which stands for a folder of frames, is kept.

    Args:
        path: the output; None for the default.
        names: the files of the artworks, or their titles.
        suffix: the suffix of the default.

    Raises:
        LimnerError: the suffix is that of a still picture, or the output is the file of an artwork.
    """
    target = Path(names[0]).resolve().stem + (suffix or default_suffix()) if path is None else path
    ending = arguments.check_path("path", target).suffix.lower()
    if os.fspath(target) == "-":
        raise LimnerError("-: a movie cannot be written to standard output; name a file with `path`")
    stills = {one for image_format in image_formats() for one in image_format.suffixes}
    if ending in stills and ending not in video_suffixes():
        use = ", or .apng for an animated PNG" if ending == ".png" else ""
        raise LimnerError(
            f"{target}: is a still picture; use .mp4{use}; on the command line, limner render writes one frame"
        )
    for name in names:
        if real_path(Path(name)) == real_path(Path(target)):
            raise LimnerError(f"{target}: is one of the artworks, which would be lost; choose another name with `path`")
    return os.fspath(target)


def check_output(path: str, size: tuple[int, int], fps: float, options: MovieOptions) -> None:
    """Check that a movie can be written, before anything is rendered.

    Raises:
        LimnerError: the file exists and ``force`` is not set, or the format cannot store such a movie.
    """
    video_format = video_format_for(path, options.options).stage
    check_repeat(path, options.repeat, options.options)
    target = Path(path)
    if not video_format.frame_pattern:
        check_target(target, force=options.force)
    elif not is_unfinished(target):
        check_folder(target, video_format.frame_pattern, force=options.force)
    try:
        video_format.check(VideoInfo(*size, fps=fps, repeat=options.repeat or 0))
    except LimnerError as error:
        raise LimnerError(f"{path}: {error}") from error
