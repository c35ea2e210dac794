"""Checks of a movie: frames and recipe come back, in order and in time, and a damaged file is told."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import SkipTest

import numpy as np

from limner.errors import ArtworkError, LimnerError
from limner.formats.video_format import DecodedFrame, VideoFormat, VideoInfo
from limner.imaging.quality import psnr
from limner.testing.dependencies import needs
from limner.testing.subject import Subject, calling, require

SIZES = ((1, 1), (5, 3), (64, 49))
COUNT = 5
MANIFEST = '{"title": "Née \\"Größe\\" 画", "lines": "one\\ntwo", "recipe": {"seed": 7}}'
SLACK = 0.011  # seconds: GIF counts hundredths


def video_format_of(subject: Subject[VideoFormat]) -> VideoFormat:
    """The movie.

    Raises:
        SkipTest: this machine lacks what it needs.
    """
    movie = subject.stage
    reason = movie.missing()
    if reason:
        raise SkipTest(reason)
    return movie


def reels(video_format: VideoFormat) -> Iterator[VideoInfo]:
    """Small and oblong, with opacity where the movie takes it."""
    for (width, height), alpha in product(SIZES, (False, True)):
        video = VideoInfo(width, height, fps=10.0, alpha=alpha, manifest=MANIFEST)
        if takes(video_format, video):
            yield video


def takes(video_format: VideoFormat, video: VideoInfo) -> bool:
    """A format may hold no opacity, say; it refuses such a reel before it is asked to write it."""
    try:
        video_format.check(video)
    except LimnerError:
        return False
    return True


def frame_of(video: VideoInfo, index: int) -> np.ndarray:
    """Colours that change slowly from place to place and much from frame to frame; the last is like that before it."""
    y, x, channel = np.indices((video.height, video.width, video.channels))
    phase = x / 29.0 + y / 17.0 + 0.7 * channel + 0.9 * min(index, COUNT - 2)
    frame: np.ndarray = np.rint(255 * (0.5 + 0.35 * np.cos(phase))).astype(np.uint8)
    return frame


@contextmanager
def written(subject: Subject[VideoFormat], video: VideoInfo, count: int = COUNT) -> Iterator[Path]:
    """A whole movie; its frames were handed over in one array, which was changed in between."""
    movie = video_format_of(subject)
    with place_of(movie) as path:
        with calling(subject, f"writing {_words(video)}"), movie.open(path, video) as recorder:
            hand = np.empty((video.height, video.width, video.channels), dtype=np.uint8)
            lent = hand.view()
            lent.flags.writeable = False
            for index in range(count):
                hand[...] = frame_of(video, index)
                recorder.add(lent)
                hand[...] = 17
        yield path


@contextmanager
def place_of(video_format: VideoFormat) -> Iterator[Path]:
    """Where a movie may write: an empty file with a name that says nothing, or an empty folder."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "video-format.part"
        path.mkdir() if video_format.frame_pattern else path.touch()
        yield path


def shots_of(subject: Subject[VideoFormat], path: Path) -> list[DecodedFrame]:
    """All that is read back."""
    with calling(subject, "shots"):
        return list(video_format_of(subject).read_frames(path))


def _words(video: VideoInfo) -> str:
    return f"{video.width}x{video.height}, {video.channels} channels"


def check_video_names(subject: Subject[VideoFormat]) -> None:
    """Suffixes begin with a dot and are lower case, a folder's is a slash; some reel is taken."""
    movie = video_format_of(subject)
    good = all(s == "/" if movie.frame_pattern else s.startswith(".") and s == s.lower() for s in movie.suffixes)
    due = "('/',), as of a folder" if movie.frame_pattern else "('.gif',)"
    require(movie.suffixes and good, f"{subject}: suffixes are {movie.suffixes}; write them as {due}")
    require(any(reels(movie)), f"{subject} takes no reel at all, with opacity or without; let check() pass what it has")


@needs("video_names", "declared_frames_alpha")
def check_frames(subject: Subject[VideoFormat]) -> None:
    """All frames come back in order, every pixel; from a lossy format, as near as it says."""
    movie = video_format_of(subject)
    for video in reels(movie):
        with written(subject, video) as path:
            frames = shots_of(subject, path)
        require(len(frames) == COUNT, f"{subject}: {COUNT} frames of {_words(video)} come back as {len(frames)}")
        for index, frame in enumerate(frames):
            due = movie.prepare(frame_of(video, index))
            where = f"{subject}: frame {index + 1} of {_words(video)}"
            fits = frame.pixels.dtype == np.uint8 and frame.pixels.shape[:2] == due.shape[:2]
            require(fits, f"{where} comes back as {frame.pixels.dtype} of shape {frame.pixels.shape}, not {due.shape}")
            if math.isinf(movie.min_psnr):
                same = np.array_equal(_with_alpha(frame.pixels), _with_alpha(due))
                require(same, f"{where} is not that which was written; keep no frame beyond the call, but a copy")
            near = psnr(due, frame.pixels)
            least = movie.min_psnr
            require(near >= least, f"{where} comes back with {near:.1f} dB; least_psnr says {least:.1f} at the least")


def _with_alpha(pixels: np.ndarray) -> np.ndarray:
    """RGB and opacity."""
    return pixels if pixels.shape[2] == 4 else np.dstack([pixels, np.full_like(pixels[..., 0], 255)])


@needs("frames", "declared_durations")
def check_time(subject: Subject[VideoFormat]) -> None:
    """Frames stand as long as the rate says, and the last as long as the hold does, if the movie keeps durations."""
    movie = video_format_of(subject)
    if not movie.supports_durations:
        return
    for count, hold in ((COUNT, 0.0), (COUNT, 1.2), (1, 0.7)):
        video = replace(next(reels(movie)), fps=8.0, hold=hold)
        with written(subject, video, count) as path:
            frames = shots_of(subject, path)
        told, due = sum(frame.seconds for frame in frames), (count - 1) / video.fps + video.last_seconds
        slack = SLACK + (0.5 / video.fps if len(frames) > count else 0.0)  # a repeated frame stands whole frames
        require(abs(told - due) <= slack, f"{subject}: {due:.2f} s with a hold of {hold} s come back as {told:.2f} s")


@needs("frames")
def check_manifest(subject: Subject[VideoFormat]) -> None:
    """The manifest comes back as it went in, and none as none."""
    movie = video_format_of(subject)
    for manifest in (MANIFEST, ""):
        with written(subject, replace(next(reels(movie)), manifest=manifest)) as path, calling(subject, "embedded"):
            got = movie.read_embedded(path)
        told = "a manifest beyond ASCII" if manifest else "a file without a manifest"
        require(got == (manifest or None), f"{subject}: {told} is read back as {str(got)[:60]!r}")


@needs("frames")
def check_error_crosses(subject: Subject[VideoFormat]) -> None:
    """An error between two frames comes out as it is, and leaves no thread behind."""
    movie = video_format_of(subject)
    video = next(reels(movie))
    threads = set(threading.enumerate())
    for count in (0, 2):
        try:
            with place_of(movie) as path, movie.open(path, video) as recorder:
                for index in range(count):
                    recorder.add(frame_of(video, index))
                raise KeyError("stop")
        except KeyError:
            pass
        except Exception as error:
            came = f"an error in the block, after {count} frames, comes out as {type(error).__name__}"
            raise AssertionError(f"{subject}: {came}; let it pass through the yield") from error
        else:
            require(False, f"{subject}: an error in the block, after {count} frames, is lost; let it pass the yield")
    require(set(threading.enumerate()) <= threads, f"{subject} leaves a thread behind; join it in a finally")


@needs("frames")
def check_damaged(subject: Subject[VideoFormat]) -> None:
    """A file cut short, or of something else, is an ArtworkError or a shorter movie, never another exception."""
    movie = video_format_of(subject)
    with written(subject, list(reels(movie))[-1]) as path:
        files = sorted(path.iterdir()) if movie.frame_pattern else [path]
        whole = files[0].read_bytes()
        for data in (b"", b"no movie at all", *(whole[: int(len(whole) * share)] for share in (0.1, 0.5, 0.9))):
            for file in files:
                file.write_bytes(data)
            _told(subject, lambda: list(movie.read_frames(path)))
            _told(subject, lambda: movie.read_embedded(path))


def _told(subject: Subject[VideoFormat], read: Callable[[], object]) -> None:
    with calling(subject, "reading a damaged file (it must raise ArtworkError)"), suppress(ArtworkError):
        read()


OF_EXAMPLE = (check_video_names, check_frames, check_time, check_manifest, check_error_crosses, check_damaged)
