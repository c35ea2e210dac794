"""Verification of movies: whether the frames in a file are those that its artwork and playback show."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from limner.artworks.movies.frames import render_frames
from limner.artworks.pixels.comparison import MAX_OUTLIERS, TOLERANCE, VerificationResult
from limner.composition.revisions import current_fields
from limner.errors import ArtworkError
from limner.formats.movie_record import movie_format
from limner.formats.video_format import VideoFormat
from limner.registry.events import Progress
from limner.registry.registry import registry
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.artworks.movies.movie import Movie
    from limner.formats.video_format import DecodedFrame
    from limner.stages.backend import Backend

SQUARE = 4
"""The side of the squares whose means are compared in a lossy movie, in pixels.

Encoders change single pixels, and most store colours at half the resolution.
"""
DETAIL = 1.5
"""How much larger the error of a detailed picture may be than what a format announces for smooth ones.

Measured on three presets in MP4, WebM, GIF and lossy WebP: at most 0.8 times.
"""
MAX_LOSS = 0.2
"""The largest root mean square of the differences that counts as the loss of a format, as a share of full scale."""
MAX_LEVEL = 255


def verify_movie(movie: Movie, backend: Backend) -> VerificationResult:
    """Compare all frames of a movie with a new rendering.

    A movie has no digest of its pixels, so its frames are unchanged if they are reproduced. In a lossy format, the
    means of squares of 4x4 pixels are compared; their differences may be 1.5 times as large as the errors that the
    format announces for its settings. Further frames must repeat earlier ones, as in a movie that plays several times,
    or hold the last one.

    Args:
        movie: the movie.
        backend: the array backend.

    Raises:
        LimnerError: the movie is damaged, or cannot be rendered.
    """
    video_format, fps = _written_format(movie), movie.playback.fps
    count, settings = movie.playback.frames, movie.artwork.render_settings
    background = settings.recorded_background if settings else ""
    supports_alpha = video_format.supports_alpha or bool(getattr(video_format, "background", ""))
    rendered = render_frames(
        movie.still,
        (movie.position(k) for k in range(count)),
        movie.size,
        backend,
        supersample=settings.supersample if settings else 1,
        background=background or "white",
        alpha=movie.artwork.model.alpha and supports_alpha and not background,
    )
    comparison = _Comparison(video_format.min_psnr)
    frames = video_format.read_frames(movie.path)
    with closing(rendered), closing(_frames_at(frames, count, fps)) as stored:
        for old, new in zip(stored, rendered, strict=False):
            comparison.add(old, video_format.prepare(new))
            registry().emit(Progress("verify", comparison.frames, count))
    for frame in frames:
        comparison.add_further(frame.pixels)
    return comparison.result(count)


def _written_format(movie: Movie) -> VideoFormat:
    """Return the format that a movie was written in, with its settings.

    Raises:
        ArtworkError: the record names another format than that of the file, or invalid settings.
    """
    detected, table = movie_format(movie.path), movie.details.get("video_format")
    kind = table.get("kind") if isinstance(table, Mapping) else None
    if not isinstance(table, Mapping) or not isinstance(kind, str) or not registry().has("video-format", kind):
        return detected
    cls = registry().load("video-format", kind, VideoFormat)
    if cls is not type(detected):
        raise ArtworkError(f"{movie.path}: the record names the video format {kind[:40]!r}, but the file has another")
    fields, _ = current_fields(cls, registry().entry("video-format", kind), table)
    return validate(cls, fields, "video-format", source=f"{movie.path}: the record is invalid", error=ArtworkError)


def _frames_at(frames: Iterator[DecodedFrame], count: int, fps: float) -> Generator[np.ndarray]:
    """Yield what a movie shows at the middle of each of its frames; fewer if it ends before.

    Formats may store equal frames as one that lasts longer. A folder of frames stores no durations.

    Args:
        frames: the frames in the file.
        count: the number of frames.
        fps: frames per second.
    """
    end, frame = 0.0, None
    for k in range(count):
        while frame is None or end <= (k + 0.5) / fps:
            frame = next(frames, None)
            if frame is None:
                return
            end += frame.seconds or 1 / fps
        yield frame.pixels


class _Comparison:
    """The comparison of the frames of a movie, one after the other.

    Attributes:
        frames: the number of frames compared so far.
    """

    def __init__(self, min_psnr: float) -> None:
        self.frames = 0
        self._lossy = min_psnr != float("inf")
        self._limit = min(DETAIL * 10 ** (-min_psnr / 20), MAX_LOSS) if self._lossy else TOLERANCE
        self._wrong, self._outliers, self._max_error = 0, 0, 0.0
        self._digests, self._last, self._further = set[bytes](), np.empty((0, 0, 3), np.uint8), 0

    def add(self, old: np.ndarray, new: np.ndarray) -> None:
        """Compare a frame with its new rendering, each ``(h, w, 3 or 4)``, uint8."""
        self.frames += 1
        self._digests.add(_digest(old))
        self._last = old
        if old.shape[:2] != new.shape[:2]:
            error, outliers, is_wrong = 1.0, old.shape[0] * old.shape[1], True
        else:
            difference = np.abs(_levels(old) - _levels(new))
            if self._lossy:
                means = _means(_levels(old) - _levels(new))
                error, is_wrong = float(np.abs(means).max()), _rms(means) > self._limit
                outliers = difference[..., 0].size if is_wrong else 0
            else:
                error = float(difference.max())
                outliers = int((difference.max(-1) > self._limit + 1e-6).sum())
                is_wrong = outliers > MAX_OUTLIERS * difference[..., 0].size
        self._max_error, self._outliers = max(self._max_error, error), self._outliers + outliers
        self._wrong += is_wrong

    def add_further(self, frame: np.ndarray) -> None:
        """Check a frame ``(h, w, 3 or 4)``, uint8, behind those that were compared."""
        same_size = frame.shape[:2] == self._last.shape[:2]
        if _digest(frame) in self._digests:
            return
        if self._lossy and same_size and _rms(_means(_levels(frame) - _levels(self._last))) <= self._limit:
            self._digests.add(_digest(frame))  # a movie that plays several times holds its last frame each time
        else:
            self._further += 1

    def result(self, count: int) -> VerificationResult:
        """Return the result for a movie that should have a number of frames."""
        ok = not self._wrong and not self._further and self.frames == count
        reason = f"the file has {self._further:,} further frame{'s' * (self._further > 1)}" if self._further else ""
        reason = reason if self.frames == count else f"the file has {self.frames:,} frames instead of {count:,}"
        return VerificationResult(
            ok, ok, self._max_error, self._outliers, self._lossy, reason, frames=count, wrong_frames=self._wrong
        )


def _levels(pixels: np.ndarray) -> np.ndarray:
    """Return pixels ``(h, w, 3 or 4)`` as ``(h, w, 4)`` from 0 to 1; colours count by their opacity."""
    levels = pixels.astype(np.float32) / MAX_LEVEL
    if levels.shape[2] == 3:
        return np.dstack([levels, np.ones_like(levels[..., :1])])
    return np.dstack([levels[..., :3] * levels[..., 3:], levels[..., 3:]])


def _digest(pixels: np.ndarray) -> bytes:
    """Return a digest of pixels."""
    return hashlib.blake2b(pixels.tobytes(), digest_size=16).digest()


def _rms(values: np.ndarray) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(values**2)))


def _means(levels: np.ndarray) -> np.ndarray:
    """Return the means of squares; those at the right and lower edge may be smaller."""
    height, width = levels.shape[:2]
    rows, columns = (np.arange(0, side, SQUARE) for side in (height, width))
    sums = np.add.reduceat(np.add.reduceat(levels, rows, axis=0), columns, axis=1)
    sizes = np.outer(np.diff([*rows, height]), np.diff([*columns, width]))
    means: np.ndarray = sums / sizes[..., None]
    return means
