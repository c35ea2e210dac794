"""Checks of what a format declares to store: it stores exactly what it declares."""

from __future__ import annotations

import wave
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from limner.formats.audio import AudioTrack
from limner.formats.image_format import ImageFormat, ImageInfo
from limner.formats.sound_files import decode_audio, has_audio
from limner.formats.video_format import VideoFormat, VideoInfo
from limner.imaging.quality import psnr
from limner.testing.checks import image_format as image_formats
from limner.testing.checks import video_format as video_formats
from limner.testing.dependencies import needs
from limner.testing.subject import Subject, require

INFO = ImageInfo(5, 3, 3)
NOISE_INFO = ImageInfo(300, 7, 3)
DPI = 300.0
SOUND_SECONDS = 0.3
MIN_LEVEL = 0.2  # of a tone with a level of 0.5
CALL_SUPER = "call super().check(video)"
MIN_PSNR_WITH_ALPHA = 30.0  # dB; a picture that lost its alpha channel stays below


@needs("format_attributes")
def check_declared_alpha(subject: Subject[ImageFormat]) -> None:
    """Require that a format accepts alpha exactly if it declares to store it or to flatten it onto a background."""
    image_format, info = subject.stage, replace(INFO, channels=4, bits=subject.stage.bit_depths[0])
    if not image_formats.accepts(image_format, replace(info, channels=3)):
        return  # format_attributes reports a format that accepts nothing
    if image_format.supports_alpha:
        accepts = image_formats.accepts(image_format, info)
        require(accepts, f"{subject}: check() refuses alpha; declare supports_alpha = False")
        return
    flattened = bool(getattr(image_format, "background", ""))
    problem = f"{subject}: check() accepts alpha despite supports_alpha = False; call super().check(info)"
    require(flattened or not image_formats.accepts(image_format, info), problem)
    round_trips = _round_trips(image_format, info)
    require(not round_trips, f"{subject}: files store alpha despite supports_alpha = False; remove the declaration")


@needs("format_attributes")
def check_declared_depths(subject: Subject[ImageFormat]) -> None:
    """Require that a format accepts the bit depths that it declares, and no others."""
    image_format = subject.stage
    for bits in (8, 16):
        info = replace(INFO, bits=bits)
        accepts = image_formats.accepts(image_format, info)
        if bits in image_format.bit_depths:
            require(
                accepts, f"{subject}: check() refuses {bits} bits, which bit_depths declares; remove {bits} from it"
            )
        else:
            problem = f"{subject}: check() accepts {bits} bits, which bit_depths does not declare"
            require(not accepts, f"{problem}; call super().check(info)")
            round_trips = _round_trips(image_format, info)
            require(not round_trips, f"{subject}: files store {bits} bits; add {bits} to bit_depths")


@needs("format_attributes")
def check_declared_dpi(subject: Subject[ImageFormat]) -> None:
    """Require that a format with ``supports_dpi = False`` refuses a resolution and stores none."""
    image_format, info = subject.stage, replace(INFO, bits=subject.stage.bit_depths[0], dpi=DPI)
    if image_format.supports_dpi:
        return  # check_dpi tests the round trip
    problem = f"{subject}: check() accepts a resolution despite supports_dpi = False"
    require(not image_formats.accepts(image_format, info), f"{problem}; call super().check(info)")
    round_trips = _round_trips(image_format, info)
    require(
        not round_trips, f"{subject}: files store the resolution despite supports_dpi = False; remove the declaration"
    )


@needs("format_attributes")
def check_declared_theta(subject: Subject[ImageFormat]) -> None:
    """Require that a format with ``max_theta = 0`` stores no θ."""
    image_format = subject.stage
    if image_format.max_theta == 0:
        round_trips = _theta_round_trips(image_format, replace(INFO, bits=image_format.bit_depths[0]))
        require(
            not round_trips,
            f"{subject}: files store θ despite max_theta = 0; set max_theta to the number of bytes that fit",
        )


@needs("format_attributes")
def check_declared_loss(subject: Subject[ImageFormat]) -> None:
    """Require that a format with ``lossy = True`` changes pixels of a noisy picture."""
    image_format = subject.stage
    infos = [replace(NOISE_INFO, channels=channels, bits=image_format.bit_depths[0]) for channels in (3, 4)]
    accepted = [info for info in infos if image_formats.accepts(image_format, info)]
    if image_format.lossy and accepted:
        exact = all(_round_trips(image_format, info, exactly=True) for info in accepted)
        require(not exact, f"{subject}: lossy is True, but noise comes back unchanged; return False")


def _round_trips(image_format: ImageFormat, info: ImageInfo, *, exactly: bool = False) -> bool:
    """Return whether a file preserves channels, bit depth, resolution and, exactly or roughly, the pixels."""
    pixels = image_formats.pixels_of(info, smooth=not exactly)
    try:
        file = _written_file(image_format, info, pixels, count=0)
        got, bands = image_format.read_pixels(file)
        read = np.concatenate(list(bands), axis=0).astype(float)
    except Exception:  # noqa: BLE001 - a format may raise anything for what it does not accept
        return False
    same = (got.channels, got.bits, read.shape) == (info.channels, info.bits, pixels.shape)
    if not same or abs(got.dpi - info.dpi) > 0.5:
        return False
    off = np.abs(read - pixels)[..., info.channels - 1]  # alpha, if there is any
    return not off.any() if exactly else float(off.mean()) / (2**info.bits - 1) <= image_formats.MAX_LOSSY_ERROR


def _written_file(image_format: ImageFormat, info: ImageInfo, pixels: np.ndarray, count: int) -> BytesIO:
    """Return a file that ``write`` creates, without calling ``check`` first."""
    file = BytesIO()
    image_format.write(file, info, iter((pixels,)), image_formats.embedded_of(count), lambda: "")
    file.seek(0)
    return file


def _theta_round_trips(image_format: ImageFormat, info: ImageInfo) -> bool:
    try:
        got = image_format.read_embedded(_written_file(image_format, info, image_formats.pixels_of(info), count=5))
    except Exception:  # noqa: BLE001
        return False
    return got is not None and got.theta == image_formats.embedded_of(5).theta


@needs("video_attributes")
def check_declared_frames_alpha(subject: Subject[VideoFormat]) -> None:
    """Require that a format accepts alpha exactly if it declares to store it or to flatten it onto a background."""
    video_format = video_formats.video_format_of(subject)
    video = VideoInfo(64, 49, fps=10.0, alpha=True)
    accepts = video_formats.accepts(video_format, video)
    if video_format.supports_alpha:
        require(accepts, f"{subject}: check() refuses alpha; declare supports_alpha = False")
        return
    problem = f"{subject}: check() accepts alpha despite supports_alpha = False; call super().check(video)"
    require(bool(getattr(video_format, "background", "")) or not accepts, problem)
    round_trips = _alpha_round_trips(video_format, video)
    require(not round_trips, f"{subject}: files store alpha despite supports_alpha = False; remove the declaration")


def _alpha_round_trips(video_format: VideoFormat, video: VideoInfo) -> bool:
    frame = video_formats.frame_of(video, 0)
    try:
        with video_formats.output_path(video_format) as path:
            with video_format.record(path, video) as write_frame:
                write_frame(frame)
            (decoded,) = video_format.read_frames(path)
    except Exception:  # noqa: BLE001
        return False
    return decoded.pixels.shape == frame.shape and psnr(frame, decoded.pixels) > MIN_PSNR_WITH_ALPHA


@needs("video_attributes")
def check_declared_durations(subject: Subject[VideoFormat]) -> None:
    """Require that files store frame durations exactly if the format declares ``supports_durations``."""
    video_format = video_formats.video_format_of(subject)
    with video_formats.written_video(subject, next(video_formats.video_infos(video_format))) as path:
        has_durations = any(frame.seconds for frame in video_formats.decoded_frames(subject, path))
    if video_format.supports_durations:
        require(has_durations, f"{subject}: no decoded frame has a duration; declare supports_durations = False")
    else:
        require(not has_durations, f"{subject}: decoded frames have durations; remove supports_durations = False")


@needs("video_attributes")
def check_declared_audio(subject: Subject[VideoFormat]) -> None:
    """Require that files contain the sound of a video exactly if the format declares ``supports_audio``."""
    video_format = video_formats.video_format_of(subject)
    with TemporaryDirectory() as folder:
        tone = AudioTrack(_tone(Path(folder) / "tone.wav"), SOUND_SECONDS)
        video = replace(next(video_formats.video_infos(video_format)), audio=tone)
        accepts = video_formats.accepts(video_format, video)
        if not video_format.supports_audio:
            require(not accepts, f"{subject}: check() accepts sound despite supports_audio = False; {CALL_SUPER}")
            return
        require(accepts, f"{subject}: check() refuses sound; declare supports_audio = False")
        with video_formats.written_video(subject, video, round(SOUND_SECONDS * video.fps)) as path:
            problem = f"{subject}: files contain no sound despite supports_audio; write that of VideoInfo.audio"
            require(has_audio(path), problem)
            samples = np.concatenate(list(decode_audio(path)), axis=1)
    seconds = samples.shape[1] / AudioTrack.rate
    problem = f"{subject}: the sound lasts {seconds:.3g} s and the picture {SOUND_SECONDS:g} s; make them end together"
    require(abs(seconds - SOUND_SECONDS) < 1 / video.fps, problem)
    problem = f"{subject}: the sound of a tone is silent; write the samples of VideoInfo.audio"
    require(float(np.abs(samples).max()) > MIN_LEVEL, problem)


def _tone(path: Path) -> Path:
    """Write a tone of half the full scale."""
    angles = np.arange(round(SOUND_SECONDS * AudioTrack.rate)) * (2 * np.pi * 440 / AudioTrack.rate)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(AudioTrack.rate)
        file.writeframes(np.rint(16384 * np.sin(angles)).astype("<i2").tobytes())
    return path


OF_IMAGE_FORMAT = (
    *image_formats.OF_EXAMPLE,
    check_declared_alpha,
    check_declared_depths,
    check_declared_dpi,
    check_declared_theta,
    check_declared_loss,
)
OF_VIDEO_FORMAT = (
    *video_formats.OF_EXAMPLE,
    check_declared_frames_alpha,
    check_declared_durations,
    check_declared_audio,
)
