"""The cost of a movie, estimated from small parts of a few frames before the work starts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from limner.app import LimnerError
from limner.app.files import check_disk_space, format_bytes, format_duration
from limner.plugin import VideoFormat, VideoInfo

if TYPE_CHECKING:
    from limner.app.artworks import Still
    from limner_apps.animations.film import Film

MAX_FRAMES = 20_000
MAX_SECONDS = 3600.0
"""More frames, or more work, must be confirmed."""
LARGE = 100_000_000
"""The number of colours to compute from which the cost is estimated; it takes half a minute or so."""
PARTS = 4
"""The number of successive frames of which a part is rendered and encoded."""
PART_PIXELS = 2**18
KEY_FRAMES = 250
"""Encoders repeat a complete frame at least this often."""


@dataclass(frozen=True)
class FilmCost:
    """The estimated cost of a movie.

    Attributes:
        frames: the number of frames.
        nbytes: the size on disk.
        seconds: the time to render and encode all frames.
    """

    frames: int
    nbytes: float
    seconds: float

    def __str__(self) -> str:
        size, duration = format_bytes(self.nbytes), format_duration(self.seconds)
        return f"{self.frames:,} frames, about {size} on disk, in about {duration}"


def estimated_cost(film: Film) -> FilmCost | None:
    """Return the estimated cost of a movie; None if it is small.

    Parts from the middle of a few successive frames are rendered and encoded; time and size are extrapolated.

    Raises:
        LimnerError: a frame cannot be rendered.
    """
    width, height = film.size
    count = film.animation.frames
    if count <= MAX_FRAMES and count * width * height * film.supersample**2 < LARGE:
        return None
    stills, still_seconds = _timed_stills(film, count)
    region = _part(film.size, PART_PIXELS // film.supersample**2)
    share = width * height / (region[2] * region[3])
    start = time.perf_counter()
    parts = [_rendered(film, still, region) for still in stills]
    sizes = _encoded_sizes(film.video_format, film.video, parts)
    part_seconds = (time.perf_counter() - start) / PARTS
    key, change = sizes[0], max(0.0, (sizes[1] - sizes[0]) / (PARTS - 1))
    nbytes = share * (key * (1 + count / KEY_FRAMES) + change * count)
    copies = 1 if film.video_format.loops_forever else max(1, film.video.repeat)
    return FilmCost(count, nbytes * copies, count * (still_seconds + part_seconds * share))


def check_cost(path: str | Path, cost: FilmCost | None, *, yes: bool) -> None:
    """Check that a movie fits on the disk, and that a long one is wanted.

    Raises:
        LimnerError: the disk has less free space, or a long movie is not confirmed.
    """
    if cost is None:
        return
    check_disk_space(
        Path(path), round(cost.nbytes), what="the movie", fix="choose a smaller `size`, or fewer `seconds` or `fps`"
    )
    if not yes and (cost.frames > MAX_FRAMES or cost.seconds > MAX_SECONDS):
        raise LimnerError(f"{path}: {cost}; confirm with `yes=True`, or choose a smaller `size`, `seconds` or `fps`")


def _timed_stills(film: Film, count: int) -> tuple[list[Still], float]:
    """Return successive stills from the middle of a movie, and the seconds that one takes."""
    numbers = [(count // 2 + k) % count for k in range(PARTS)]
    start = time.perf_counter()
    stills = [film.still(number) for number in numbers]
    return stills, (time.perf_counter() - start) / PARTS


def _part(size: tuple[int, int], pixels: int) -> tuple[int, int, int, int]:
    """Return the region of a part around the middle of a picture, with at most about ``pixels`` pixels."""
    side = max(1, round(pixels**0.5))
    width, height = min(size[0], side), min(size[1], side)
    return (size[0] - width) // 2, (size[1] - height) // 2, width, height


def _rendered(film: Film, still: Still, region: tuple[int, int, int, int]) -> np.ndarray:
    """Return the pixels of a region of a still's artwork, with as many channels as the movie."""
    pixels = still.artwork.render(film.size, region, film.supersample, time=still.time, backend=film.backend)
    if film.video.alpha and pixels.shape[2] == 3:
        return np.dstack([pixels, np.full_like(pixels[..., 0], 255)])
    return pixels[..., : film.video.channels]


def _encoded_sizes(video_format: VideoFormat, video: VideoInfo, parts: Sequence[np.ndarray]) -> tuple[int, int]:
    """Return the bytes of a movie with one frame, and of a movie with all of them."""
    height, width = parts[0].shape[:2]
    small = replace(video, width=width, height=height, hold=0.0, repeat=1, start=0, manifest="", audio=None)
    with TemporaryDirectory(prefix="limner-") as folder:
        return _encoded_size(video_format, small, parts[:1], folder), _encoded_size(video_format, small, parts, folder)


def _encoded_size(video_format: VideoFormat, video: VideoInfo, parts: Sequence[np.ndarray], folder: str) -> int:
    """Return the bytes of a movie with some frames."""
    path = Path(folder) / f"{len(parts)}.part"
    path.mkdir() if video_format.frame_pattern else path.touch()
    with video_format.open(path, video) as recorder:
        for part in parts:
            recorder.add(np.ascontiguousarray(part))
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files)
