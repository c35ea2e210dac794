"""Checks of a video format: frames, durations and recipe come back, and damaged files are refused."""

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
DURATION_TOLERANCE = 0.011  # seconds; GIF stores hundredths


def video_format_of(subject: Subject[VideoFormat]) -> VideoFormat:
    """Return the video format under test.

    Raises:
        SkipTest: this machine lacks what the format needs.
    """
    video_format = subject.stage
    reason = video_format.missing()
    if reason:
        raise SkipTest(reason)
    return video_format


def video_infos(video_format: VideoFormat) -> Iterator[VideoInfo]:
    """Yield small and oblong sizes, with and without alpha, that the format accepts."""
    for (width, height), alpha in product(SIZES, (False, True)):
        video = VideoInfo(width, height, fps=10.0, alpha=alpha, manifest=MANIFEST)
        if accepts(video_format, video):
            yield video


def accepts(video_format: VideoFormat, video: VideoInfo) -> bool:
    """Return whether ``check`` accepts a video; a format may lack alpha, for example."""
    try:
        video_format.check(video)
    except LimnerError:
        return False
    return True


def frame_of(video: VideoInfo, index: int) -> np.ndarray:
    """Return colours that vary smoothly within a frame and strongly between frames; the last frame is a repeat."""
    y, x, channel = np.indices((video.height, video.width, video.channels))
    phase = x / 29.0 + y / 17.0 + 0.7 * channel + 0.9 * min(index, FRAME_COUNT - 2)
    frame: np.ndarray = np.rint(255 * (0.5 + 0.35 * np.cos(phase))).astype(np.uint8)
    return frame


@contextmanager
def written_video(subject: Subject[VideoFormat], video: VideoInfo, count: int = FRAME_COUNT) -> Iterator[Path]:
    """Yield the path of a complete video whose frames were passed in one array that is overwritten in between."""
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
    """Yield a path to write to: an empty file without a meaningful suffix, or an empty folder."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "video-format.part"
        path.mkdir() if video_format.frame_pattern else path.touch()
        yield path


def decoded_frames(subject: Subject[VideoFormat], path: Path) -> list[DecodedFrame]:
    """Return all decoded frames of a video."""
    with calling(subject, "read_frames"):
        return list(video_format_of(subject).read_frames(path))


def _describe(video: VideoInfo) -> str:
    return f"{video.width}x{video.height}, {video.channels} channels"


def check_video_attributes(subject: Subject[VideoFormat]) -> None:
    """Require lower-case suffixes with a dot, or a slash for a folder, and at least one accepted video."""
    video_format = video_format_of(subject)
    valid = all(
        s == "/" if video_format.frame_pattern else s.startswith(".") and s == s.lower() for s in video_format.suffixes
    )
    example = "('/',), as of a folder" if video_format.frame_pattern else "('.gif',)"
    require(
        video_format.suffixes and valid, f"{subject}: suffixes are {video_format.suffixes}; write them like {example}"
    )
    require(
        any(video_infos(video_format)),
        f"{subject}: check() refuses every test video, with and without alpha; accept what the format can store",
    )


@needs("video_attributes", "declared_frames_alpha")
def check_frames(subject: Subject[VideoFormat]) -> None:
    """Require that all frames come back in order, exactly or within the declared ``min_psnr``."""
    video_format = video_format_of(subject)
    for video in video_infos(video_format):
        with written_video(subject, video) as path:
            frames = decoded_frames(subject, path)
        require(
            len(frames) == FRAME_COUNT,
            f"{subject}: {FRAME_COUNT} frames of {_describe(video)} come back as {len(frames)}",
        )
        for index, frame in enumerate(frames):
            expected = video_format.prepare(frame_of(video, index))
            where = f"{subject}: frame {index + 1} of {_describe(video)}"
            same = frame.pixels.dtype == np.uint8 and frame.pixels.shape[:2] == expected.shape[:2]
            require(
                same, f"{where} comes back as {frame.pixels.dtype} of shape {frame.pixels.shape}, not {expected.shape}"
            )
            if math.isinf(video_format.min_psnr):
                same = np.array_equal(_with_alpha(frame.pixels), _with_alpha(expected))
                require(same, f"{where} comes back changed; copy a frame to use it after the call")
            measured = psnr(expected, frame.pixels)
            minimum = video_format.min_psnr
            require(
                measured >= minimum,
                f"{where} has a PSNR of {measured:.1f} dB, below min_psnr = {minimum:.1f}; lower min_psnr",
            )


def _with_alpha(pixels: np.ndarray) -> np.ndarray:
    """Return the pixels with an alpha channel, opaque if they had none."""
    return pixels if pixels.shape[2] == 4 else np.dstack([pixels, np.full_like(pixels[..., 0], 255)])


@needs("frames", "declared_durations")
def check_durations(subject: Subject[VideoFormat]) -> None:
    """Require that each frame lasts 1 / fps, and the last one as long as the hold, if the format stores durations."""
    video_format = video_format_of(subject)
    if not video_format.supports_durations:
        return
    for count, hold in ((FRAME_COUNT, 0.0), (FRAME_COUNT, 1.2), (1, 0.7)):
        video = replace(next(video_infos(video_format)), fps=8.0, hold=hold)
        with written_video(subject, video, count) as path:
            frames = decoded_frames(subject, path)
        duration, expected = sum(frame.seconds for frame in frames), (count - 1) / video.fps + video.last_seconds
        slack = DURATION_TOLERANCE + (
            0.5 / video.fps if len(frames) > count else 0.0
        )  # repeated frames last whole frames
        require(
            abs(duration - expected) <= slack,
            f"{subject}: a video of {expected:.2f} s with a hold of {hold} s comes back with {duration:.2f} s",
        )


@needs("frames")
def check_repeat(subject: Subject[VideoFormat]) -> None:
    """Require that ``check`` refuses more repetitions than ``max_repeat``, and that all frames come back with two.

    A format either stores the number, or the frames again.
    """
    video_format = video_format_of(subject)
    video, most = next(video_infos(video_format)), video_format.max_repeat
    require(most >= 1, f"{subject}: max_repeat is {most}; it must be at least 1")
    accepts_more = accepts(video_format, replace(video, repeat=most + 1))
    require(not accepts_more, f"{subject}: check() accepts more repetitions than max_repeat; call super().check(video)")
    repeat = min(2, most)
    with written_video(subject, replace(video, repeat=repeat)) as path:
        count = len(decoded_frames(subject, path))
    problem = f"{subject}: {FRAME_COUNT} frames that play {repeat} times come back as {count}"
    require(count in (FRAME_COUNT, repeat * FRAME_COUNT), problem)


@needs("frames")
def check_manifest(subject: Subject[VideoFormat]) -> None:
    """Require that the manifest comes back unchanged, and a missing one as None."""
    video_format = video_format_of(subject)
    for manifest in (MANIFEST, ""):
        with (
            written_video(subject, replace(next(video_infos(video_format)), manifest=manifest)) as path,
            calling(subject, "read_embedded"),
        ):
            got = video_format.read_embedded(path)
        content = "a manifest with non-ASCII text" if manifest else "a file without a manifest"
        require(got == (manifest or None), f"{subject}: {content} is read back as {str(got)[:60]!r}")


@needs("frames")
def check_error_propagates(subject: Subject[VideoFormat]) -> None:
    """Require that an error between two frames propagates unchanged, and that no thread is left running."""
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
            problem = f"an error in the with block, after {count} frames, is raised as {type(error).__name__}"
            raise AssertionError(f"{subject}: {problem}; do not catch it around the yield") from error
        else:
            require(False, f"{subject}: an error in the with block, after {count} frames, is lost; let it propagate")
    require(
        set(threading.enumerate()) <= threads,
        f"{subject}: a thread is still running after an error; join it in a finally block",
    )


@needs("frames")
def check_damaged(subject: Subject[VideoFormat]) -> None:
    """Require that a truncated or foreign file gives a shorter video or ArtworkError, never another exception."""
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
    check_repeat,
    check_manifest,
    check_error_propagates,
    check_damaged,
)
