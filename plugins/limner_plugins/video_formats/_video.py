"""The base of MP4 and WebM: encoded with FFmpeg's libraries through PyAV."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, ClassVar, cast

import numpy as np
from pydantic import Field

from limner.plugin import ArtworkError, DecodedFrame, LimnerError, VideoFormat, VideoInfo, WriteFrame
from limner_plugins.common.background import BackgroundText, composite
from limner_plugins.video_formats._record import as_manifest
from limner_plugins.video_formats._repeat import copy_repeated
from limner_plugins.video_formats._sound import SoundEncoder, check_sound

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

BT709, LIMITED, FULL = 1, 1, 2  # colour matrix and ranges of levels, as numbered by ITU-T H.273 and FFmpeg
RGB = 5  # swscale's default colour space, for RGB
ACCURATE_SCALING = 4 | 0x2000 | 0x4000 | 0x40000  # bicubic, full chroma input and exact rounding: 9 dB better
MAX_AREA = 2**28  # pixels; FFmpeg's limit for a frame with MARGIN more pixels a side, see av_image_check_size
MARGIN = 128  # pixels
MAX_TERM = 1001  # denominator of the frame rate as a fraction: 29.97 becomes 30000/1001


class EncodedVideo(VideoFormat):
    """A video with chroma subsampling (4:2:0), even width and height, and no transparency.

    Attributes:
        codec: the name of the encoder in FFmpeg.
        sound_codec: the name of the encoder of sound in FFmpeg.
        container: the name of the container format in FFmpeg.
        container_options: options of the container format.
    """

    background: BackgroundText = Field(
        default="", description="the colour behind transparent areas, white or #ffffff; none by default"
    )

    max_side: ClassVar[int] = 2**14
    max_repeat: ClassVar[int] = 10_000
    supports_alpha: ClassVar[bool] = False
    supports_audio: ClassVar[bool] = True
    codec: ClassVar[str]
    sound_codec: ClassVar[str]
    container: ClassVar[str]
    container_options: ClassVar[dict[str, str]] = {}

    @abstractmethod
    def encoder_options(self) -> dict[str, str]:
        """Return the options of the encoder."""

    @classmethod
    def missing(cls) -> str:
        """Return why PyAV or its encoder is unavailable, and the fix; empty if both are available."""
        install = "install it: pip install 'limner[video]'"
        try:
            import av
        except ImportError:
            return f"this format needs PyAV, which is not installed; {install}, or choose .webp, .gif or .apng"
        if cls.codec not in av.codecs_available:
            return f"this PyAV was built without {cls.codec}; {install}, or choose .webp, .gif or .apng"
        return ""

    def check(self, video: VideoInfo) -> None:
        """Raise an error also if the frames are too large for FFmpeg, or if the sound cannot be read or encoded."""
        super().check(video)
        if video.audio:
            check_sound(video.audio, self.sound_codec)
        width, height = _even_size(video)
        if (width + MARGIN) * (height + MARGIN) >= MAX_AREA:
            raise LimnerError(
                f"{video.width}x{video.height} is too large for FFmpeg; choose a smaller size, or .webp, .gif or .apng"
            )

    def prepare(self, frame: np.ndarray) -> np.ndarray:
        """Return the frame over the background; an odd width or height is made even by repeating the last pixels."""
        opaque = composite(frame, self.background)
        return np.pad(opaque, ((0, len(frame) % 2), (0, frame.shape[1] % 2), (0, 0)), mode="edge")

    @contextmanager
    def record(self, path: Path, video: VideoInfo) -> Iterator[WriteFrame]:
        """Encode a video frame by frame; the last frame is repeated to last for its duration, in every player."""
        if video.repeat <= 1:
            with self._new_container(str(path)) as container:
                encoder = VideoEncoder(self, container, video)
                yield encoder.add
                encoder.finish()
            return
        with TemporaryFile(dir=path.parent) as file:
            with self._new_container(file) as container:
                encoder = VideoEncoder(self, container, replace(video, audio=None))
                yield encoder.add
                encoder.finish()
            with self._new_container(str(path)) as container:
                write_manifest(container, video)
                copy_repeated(
                    file, container, encoder.seconds, video.repeat, lambda: self.sound_encoder(container, video)
                )

    def read_frames(self, path: Path) -> Iterator[DecodedFrame]:
        """Yield the frames; a last frame with a longer duration is yielded repeatedly.

        Raises:
            ArtworkError: the file is damaged.
            LimnerError: PyAV is missing.
        """
        with self._open(path) as container:
            stream = container.streams.video[0]
            seconds = float(1 / stream.average_rate) if stream.average_rate else 0.0
            for frame in container.decode(stream):
                yield DecodedFrame(_pixels(frame), seconds)

    def read_embedded(self, path: Path) -> str | None:
        """Return the comment if it is a manifest, otherwise None."""
        with self._open(path) as container:
            tags = {key.lower(): value for key, value in container.metadata.items()}
        return as_manifest(tags.get("comment", ""))

    def sound_encoder(self, container: OutputContainer, video: VideoInfo) -> SoundEncoder | None:
        """Return an encoder of the sound of a video, as a further stream of its container; None if it has none."""
        return SoundEncoder(container, self.sound_codec, video.audio) if video.audio else None

    @contextmanager
    def _new_container(self, file: str | IO[bytes]) -> Iterator[OutputContainer]:
        """Open a path or a file for writing.

        Raises:
            LimnerError: FFmpeg cannot write it.
        """
        import av

        options = self.container_options if isinstance(file, str) else {}  # FFmpeg moves the index by reopening a path
        with encoding_errors(), av.open(file, "w", self.container, options=options) as container:
            yield container

    @contextmanager
    def _open(self, path: Path) -> Iterator[InputContainer]:
        """Open a video for reading.

        Raises:
            ArtworkError: the file is damaged.
            LimnerError: PyAV is missing.
        """
        reason = self.missing()
        if reason:
            raise LimnerError(reason)
        import av

        with decoding_errors(path), av.open(str(path), format=self.container, metadata_errors="replace") as container:
            yield container


class VideoEncoder:
    """The encoder of one video."""

    def __init__(self, video_format: EncodedVideo, container: OutputContainer, video: VideoInfo) -> None:
        self._format = video_format
        self._container = container
        self._video = video
        self._count = 0
        self._last: VideoFrame | None = None
        self._tick = 1 / Fraction(video.fps).limit_denominator(MAX_TERM)
        self._stream = self._new_stream()
        self._sound = video_format.sound_encoder(container, video)
        write_manifest(container, video)

    @property
    def seconds(self) -> Fraction:
        """The duration of what has been encoded, in seconds."""
        return self._count * self._tick

    def add(self, frame: np.ndarray) -> None:
        """Encode the next frame.

        Raises:
            LimnerError: FFmpeg cannot encode the frame. It is raised here, so that the caller stops rendering.
        """
        with encoding_errors():
            self._add(np.ascontiguousarray(self._format.prepare(frame)))

    def _add(self, pixels: np.ndarray) -> None:
        """Encode prepared pixels ``(h, w, 3)``."""
        import av

        picture = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(
            format="yuv420p", interpolation=ACCURATE_SCALING,
            src_colorspace=RGB, src_color_range=FULL, dst_colorspace=BT709, dst_color_range=LIMITED,
        )  # fmt: skip
        picture.colorspace, picture.color_range, picture.time_base = BT709, LIMITED, self._tick
        self._last = picture
        self._encode(picture)

    def finish(self) -> None:
        """Repeat the last frame for its duration, and end the video."""
        for _ in range(round(self._video.last_seconds / self._tick) - 1):
            self._encode(self._last)
        self._mux(self._stream.encode(None))
        if self._sound:
            self._sound.finish(self._count * self._tick)

    def _encode(self, picture: VideoFrame | None) -> None:
        """Encode one frame, if there is one, with the next timestamp."""
        if picture is not None:
            picture.pts, self._count = self._count, self._count + 1
            self._mux(self._stream.encode(picture))

    def _mux(self, packets: Sequence[Packet[VideoStream]]) -> None:
        """Write packets, and the sound up to them, so that neither has to wait in memory for the other."""
        for packet in packets:
            time = packet.dts * packet.time_base if packet.dts is not None and packet.time_base else 0
            self._container.mux(packet)
            if self._sound:
                self._sound.advance(time)

    def _new_stream(self) -> VideoStream:
        """Return a new video stream in the container."""
        options = self._format.encoder_options()
        stream = cast(
            "VideoStream", self._container.add_stream(self._format.codec, rate=1 / self._tick, options=options)
        )
        stream.width, stream.height = _even_size(self._video)
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = self._tick
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED
        return stream


def write_manifest(container: OutputContainer, video: VideoInfo) -> None:
    """Put the manifest of a video into a new container; this must be done before its first packet."""
    if video.manifest:
        container.metadata["comment"] = video.manifest


def _even_size(video: VideoInfo) -> tuple[int, int]:
    """Return width and height of the encoded frames, in pixels."""
    return video.width + video.width % 2, video.height + video.height % 2


def _pixels(frame: VideoFrame) -> np.ndarray:
    """Return a frame as RGB ``(h, w, 3)``; one without colour information is read as BT.709, as limner writes it."""
    return frame.reformat(
        format="rgb24", interpolation=ACCURATE_SCALING,
        src_colorspace=BT709, src_color_range=LIMITED, dst_colorspace=RGB, dst_color_range=FULL,
    ).to_ndarray()  # fmt: skip


@contextmanager
def encoding_errors() -> Iterator[None]:
    """Convert encoder failures to limner errors; errors of the file system are raised unchanged.

    Raises:
        LimnerError: the encoder failed.
    """
    from av.error import FFmpegError

    try:
        yield
    except FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise LimnerError(
            f"FFmpeg cannot write this video ({error.strerror}); choose another size, or .webp"
        ) from error


@contextmanager
def decoding_errors(path: Path) -> Iterator[None]:
    """Report whatever FFmpeg cannot read as damage of a file.

    Raises:
        ArtworkError: the block failed; the message starts with the path.
    """
    from av.error import FFmpegError

    try:
        yield
    except (FFmpegError, IndexError) as error:  # IndexError: no video stream, for example only sound
        reason = f"cannot be read: {error.strerror}" if isinstance(error, OSError) else "is damaged or not a video"
        raise ArtworkError(f"{path}: {reason}") from error
