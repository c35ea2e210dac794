"""The animation of a sweep: the movies of its trials side by side, as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from limner.app.figures import MAX_MOSAIC_PICTURES, mosaic, mosaic_layout, open_recorder, video_format_for
from limner.app.pictures import composite_on_white, shrunk
from limner.plugin import VideoInfo

SIDE = 160
"""Pixels of the longer side of each movie."""


def draw_animation(path: Path, movies: Sequence[Path], *, rate: float, force: bool) -> None:
    """Write the movies side by side into one, frame by frame; a shorter one stands still at its end.

    Args:
        path: the file; its ending names the format.
        movies: the files of the trials' movies, as many of them as a mosaic shows.
        rate: frames per second.
        force: overwrite an existing file.

    Raises:
        LimnerError: the movie cannot be written.
    """
    decoded = [_frames(movie) for movie in movies[:MAX_MOSAIC_PICTURES]]
    frames = [next(one) for one in decoded]
    columns, rows = mosaic_layout(len(frames))
    height, width = (max(frame.shape[i] for frame in frames) for i in (0, 1))
    video = VideoInfo(width=columns * width, height=rows * height, fps=rate, hold=1.0)
    with open_recorder(path, video, force=force) as recorder:
        moving = True
        while moving:
            recorder.add(mosaic([_padded(frame, width, height) for frame in frames]))
            later = [next(one, None) for one in decoded]
            moving = any(frame is not None for frame in later)
            frames = [now if then is None else then for now, then in zip(frames, later, strict=True)]


def _frames(path: Path) -> Iterator[np.ndarray]:
    movie = video_format_for(path).stage
    for frame in movie.read_frames(path):
        yield _small(composite_on_white(frame.pixels))


def _small(frame: np.ndarray) -> np.ndarray:
    from PIL import Image

    image = Image.fromarray(frame)
    return np.asarray(image.resize(shrunk(image.size, SIDE), Image.Resampling.LANCZOS))


def _padded(frame: np.ndarray, width: int, height: int) -> np.ndarray:
    if frame.shape[:2] == (height, width):
        return frame
    page = np.zeros((height, width, 3), np.uint8)
    page[: frame.shape[0], : frame.shape[1]] = frame
    return page
