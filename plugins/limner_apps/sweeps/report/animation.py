"""The animation of a sweep: the movies of its trials, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from limner.app.figures import MAX_MOSAIC_PICTURES, mosaic, mosaic_layout, open_recorder, video_format_for
from limner.app.pictures import composite_on_white, shrunk
from limner.plugin import VideoInfo

MOVIE_SIZE = 160
"""Longer side of each movie, in pixels."""


def shown_trials(count: int) -> str:
    """Return which of a number of trials an animation shows: all, or the first ones."""
    return "all trials" if count <= MAX_MOSAIC_PICTURES else f"the first {MAX_MOSAIC_PICTURES} of {count:,} trials"


def draw_animation(path: Path, movies: Sequence[Path], *, fps: float, force: bool) -> None:
    """Write movies side by side into one movie; shorter ones freeze at their last frame.

    Args:
        path: the file; its suffix selects the format.
        movies: the files of the trials' movies; those beyond the size of a mosaic are ignored.
        fps: frames per second.
        force: overwrite an existing file.

    Raises:
        LimnerError: the movie cannot be written.
    """
    decoded = [_frames(movie) for movie in movies[:MAX_MOSAIC_PICTURES]]
    frames = [next(movie) for movie in decoded]
    columns, rows = mosaic_layout(len(frames))
    height, width = (max(frame.shape[i] for frame in frames) for i in (0, 1))
    video = VideoInfo(width=columns * width, height=rows * height, fps=fps, hold=1.0)
    with open_recorder(path, video, force=force) as recorder:
        moving = True
        while moving:
            recorder.add(mosaic([_padded(frame, width, height) for frame in frames]))
            following = [next(movie, None) for movie in decoded]
            moving = any(frame is not None for frame in following)
            frames = [old if new is None else new for old, new in zip(frames, following, strict=True)]


def _frames(path: Path) -> Iterator[np.ndarray]:
    video_format = video_format_for(path).stage
    for frame in video_format.read_frames(path):
        yield _downsized(composite_on_white(frame.pixels))


def _downsized(frame: np.ndarray) -> np.ndarray:
    from PIL import Image

    image = Image.fromarray(frame)
    return np.asarray(image.resize(shrunk(image.size, MOVIE_SIZE), Image.Resampling.LANCZOS))


def _padded(frame: np.ndarray, width: int, height: int) -> np.ndarray:
    if frame.shape[:2] == (height, width):
        return frame
    page = np.zeros((height, width, 3), np.uint8)
    page[: frame.shape[0], : frame.shape[1]] = frame
    return page
