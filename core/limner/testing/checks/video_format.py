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
FRAME_COUNT = 5
MANIFEST = '{"title": "Née \\"Größe\\" 画", "lines": "one\\ntwo", "recipe": {"seed": 7}}'
DURATION_TOLERANCE = 0.011  # seconds: GIF counts hundredths


def video_format_of(subject: Subject[VideoFormat]) -> VideoFormat:
    """The movie.

    Raises:
        SkipTest: this machine lacks what it needs.
    """
    video_format = subject.stage
    reason = video_format.missing()
    if reason:
        raise SkipTest(reason)
    return video_format


def video_infos(video_format: VideoFormat) -> Iterator[VideoInfo]:
    """Small and oblong, with opacity where the movie takes it."""
    for (width, height), alpha in product(SIZES, (False, True)):
        video = VideoInfo(width, height, fps=10.0, alpha=alpha, manifest=MANIFEST)
        if accepts(video_format, video):
            yield video


def accepts(video_format: VideoFormat, video: VideoInfo) -> bool:
    """A format may hold no opacity, say; it refuses such a reel before it is asked to write it."""
    try:
        video_format.check(video)
    except LimnerError:
        return False
    return True


def frame_of(video: VideoInfo, index: int) -> np.ndarray:
    """Colours that change slowly from place to place and much from frame to frame; the last is like that before it."""
    y, x, channel = np.indices((video.height, video.width, video.channels))
    phase = x / 29.0 + y / 17.0 + 0.7 * channel + 0.9 * min(index, FRAME_COUNT - 2)
    frame: np.ndarray = np.rint(255 * (0.5 + 0.35 * np.cos(phase))).astype(np.uint8)
    return frame


@contextmanager
def written_video(subject: Subject[VideoFormat], video: VideoInfo, count: int = FRAME_COUNT) -> Iterator[Path]:
    """A whole movie; its frames were handed over in one array, which was changed in between."""
    video_format = video_format_of(subject)
    with output_path(video_format) as path:
        with calling(subject, f"writing {_describe(video)}"), video_format.open(path, video) as recorder:
            buffer = np.empty((video.height, video.width, video.channels), dtype=np.uint8)
            frame_view = buffer.view()
            frame_view.flags.writeable = False
            for index in range(count):
                buffer[...] = frame_of(video, index)
                recorder.add(frame_view)
                buffer[...] = 17
        yield path


@contextmanager
def output_path(video_format: VideoFormat) -> Iterator[Path]:
    """Where a movie may write: an empty file with a name that says nothing, or an empty folder."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "video-format.part"
        path.mkdir() if video_format.frame_pattern else path.touch()
        yield path


def decoded_frames(subject: Subject[VideoFormat], path: Path) -> list[DecodedFrame]:
    """All that is read back."""
    with calling(subject, "shots"):
        return list(video_format_of(subject).read_frames(path))


def _describe(video: VideoInfo) -> str:
    return f"{video.width}x{video.height}, {video.channels} channels"


def check_video_attributes(subject: Subject[VideoFormat]) -> None:
    """Suffixes begin with a dot and are lower case, a folder's is a slash; some reel is taken."""
    video_format = video_format_of(subject)
    good = all(
        s == "/" if video_format.frame_pattern else s.startswith(".") and s == s.lower() for s in video_format.suffixes
    )
    due = "('/',), as of a folder" if video_format.frame_pattern else "('.gif',)"
    require(video_format.suffixes and good, f"{subject}: suffixes are {video_format.suffixes}; write them as {due}")
    require(
        any(video_infos(video_format)),
        f"{subject} takes no reel at all, with opacity or without; let check() pass what it has",
    )


@needs("video_attributes", "declared_frames_alpha")
def check_frames(subject: Subject[VideoFormat]) -> None:
    """All frames come back in order, every pixel; from a lossy format, as near as it says."""
    video_format = video_format_of(subject)
    for video in video_infos(video_format):
        with written_video(subject, video) as path:
            frames = decoded_frames(subject, path)
        require(
            len(frames) == FRAME_COUNT,
            f"{subject}: {FRAME_COUNT} frames of {_describe(video)} come back as {len(frames)}",
        )
        for index, frame in enumerate(frames):
            due = video_format.prepare(frame_of(video, index))
            where = f"{subject}: frame {index + 1} of {_describe(video)}"
            fits = frame.pixels.dtype == np.uint8 and frame.pixels.shape[:2] == due.shape[:2]
            require(fits, f"{where} comes back as {frame.pixels.dtype} of shape {frame.pixels.shape}, not {due.shape}")
            if math.isinf(video_format.min_psnr):
                same = np.array_equal(_with_alpha(frame.pixels), _with_alpha(due))
                require(same, f"{where} is not that which was written; keep no frame beyond the call, but a copy")
            measured = psnr(due, frame.pixels)
            minimum = video_format.min_psnr
            require(
                measured >= minimum,
                f"{where} comes back with {measured:.1f} dB; least_psnr says {minimum:.1f} at the least",
            )


def _with_alpha(pixels: np.ndarray) -> np.ndarray:
    """RGB and opacity."""
    return pixels if pixels.shape[2] == 4 else np.dstack([pixels, np.full_like(pixels[..., 0], 255)])


@needs("frames", "declared_durations")
def check_durations(subject: Subject[VideoFormat]) -> None:
    """Frames stand as long as the rate says, and the last as long as the hold does, if the movie keeps durations."""
    video_format = video_format_of(subject)
    if not video_format.supports_durations:
        return
    for count, hold in ((FRAME_COUNT, 0.0), (FRAME_COUNT, 1.2), (1, 0.7)):
        video = replace(next(video_infos(video_format)), fps=8.0, hold=hold)
        with written_video(subject, video, count) as path:
            frames = decoded_frames(subject, path)
        told, due = sum(frame.seconds for frame in frames), (count - 1) / video.fps + video.last_seconds
        slack = DURATION_TOLERANCE + (
            0.5 / video.fps if len(frames) > count else 0.0
        )  # a repeated frame stands whole frames
        require(abs(told - due) <= slack, f"{subject}: {due:.2f} s with a hold of {hold} s come back as {told:.2f} s")


@needs("frames")
def check_manifest(subject: Subject[VideoFormat]) -> None:
    """The manifest comes back as it went in, and none as none."""
    video_format = video_format_of(subject)
    for manifest in (MANIFEST, ""):
        with (
            written_video(subject, replace(next(video_infos(video_format)), manifest=manifest)) as path,
            calling(subject, "embedded"),
        ):
            got = video_format.read_embedded(path)
        told = "a manifest beyond ASCII" if manifest else "a file without a manifest"
        require(got == (manifest or None), f"{subject}: {told} is read back as {str(got)[:60]!r}")


@needs("frames")
def check_error_propagates(subject: Subject[VideoFormat]) -> None:
    """An error between two frames comes out as it is, and leaves no thread behind."""
    video_format = video_format_of(subject)
    video = next(video_infos(video_format))
    threads = set(threading.enumerate())
    for count in (0, 2):
        try:
            with output_path(video_format) as path, video_format.open(path, video) as recorder:
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
    video_format = video_format_of(subject)
    with written_video(subject, list(video_infos(video_format))[-1]) as path:
        files = sorted(path.iterdir()) if video_format.frame_pattern else [path]
        whole = files[0].read_bytes()
        for data in (b"", b"no movie at all", *(whole[: int(len(whole) * share)] for share in (0.1, 0.5, 0.9))):
            for file in files:
                file.write_bytes(data)
            _require_no_other_error(subject, lambda: list(video_format.read_frames(path)))
            _require_no_other_error(subject, lambda: video_format.read_embedded(path))


def _require_no_other_error(subject: Subject[VideoFormat], read: Callable[[], object]) -> None:
    with calling(subject, "reading a damaged file (it must raise ArtworkError)"), suppress(ArtworkError):
        read()


OF_EXAMPLE = (
    check_video_attributes,
    check_frames,
    check_durations,
    check_manifest,
    check_error_propagates,
    check_damaged,
)
