"""What MP4 and WebM share: videos that FFmpeg's libraries encode, reached through PyAV."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np
from pydantic import Field

from limner.plugin import ArtworkError, DecodedFrame, LimnerError, VideoFormat, VideoInfo, WriteFrame
from limner_plugins.common.background import BackgroundText, composite
from limner_plugins.video_formats._record import as_manifest

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

BT709, LIMITED, FULL = 1, 1, 2  # as ITU-T H.273 and FFmpeg number matrices, and ranges of levels
RGB = 5  # what swscale calls "as it is"
ACCURATE_SCALING = (
    4 | 0x2000 | 0x4000 | 0x40000
)  # bicubic, all chroma looked at, and exact rounding: 9 dB better than without
MAX_AREA = 2**28  # pixels of a frame that FFmpeg makes room for, with MARGIN more a side: av_image_check_size
MARGIN = 128
MAX_TERM = 1001  # of the rate as a fraction, so that 29.97 becomes 30000/1001


class EncodedVideo(VideoFormat):
    """A video: colour at half the size, even sides, no opacity. A subclass says what FFmpeg calls it."""

    background: BackgroundText = Field(
        default="", description="the colour behind what is clear, white or #ffffff; none by default"
    )

    max_side: ClassVar[int] = 2**14
    supports_alpha: ClassVar[bool] = False
    codec: ClassVar[str]
    container: ClassVar[str]
    container_options: ClassVar[dict[str, str]] = {}

    @abstractmethod
    def encoder_options(self) -> dict[str, str]:
        """What the encoder is told."""

    @classmethod
    def missing(cls) -> str:
        """PyAV, or the encoder that it was built without."""
        mend = "install it: pip install 'limner[video]'"
        try:
            import av
        except ImportError:
            return f"this format needs PyAV, which is not installed; {mend}, or choose .webp, .gif or .apng"
        if cls.codec not in av.codecs_available:
            return f"this PyAV was built without {cls.codec}; {mend}, or choose .webp, .gif or .apng"
        return ""

    def check(self, video: VideoInfo) -> None:
        """Refuse also a frame that FFmpeg makes no room for."""
        super().check(video)
        width, height = _even_size(video)
        if (width + MARGIN) * (height + MARGIN) >= MAX_AREA:
            raise LimnerError(
                f"FFmpeg holds no frame of {video.width}x{video.height}; choose a smaller size, or .webp, .gif or .apng"
            )

    def prepare(self, frame: np.ndarray) -> np.ndarray:
        """The frame over the background, a side of odd length made even by repeating its last pixels."""
        opaque = composite(frame, self.background)
        return np.pad(opaque, ((0, len(frame) % 2), (0, frame.shape[1] % 2), (0, 0)), mode="edge")

    @contextmanager
    def record(self, path: Path, video: VideoInfo) -> Iterator[WriteFrame]:
        """Encode frame by frame; the last is repeated for as long as it stands, which every player shows."""
        import av

        with encoding_errors(), av.open(str(path), "w", self.container, options=self.container_options) as container:
            film = VideoEncoder(self, container, video)
            yield film.take
            film.finish()

    def read_frames(self, path: Path) -> Iterator[DecodedFrame]:
        """The frames; one that stands longer comes as often as it is repeated.

        Raises:
            ArtworkError: the file is damaged.
            LimnerError: PyAV is missing.
        """
        with self._opened(path) as container:
            stream = container.streams.video[0]
            seconds = float(1 / stream.average_rate) if stream.average_rate else 0.0
            for frame in container.decode(stream):
                yield DecodedFrame(_pixels(frame), seconds)

    def read_embedded(self, path: Path) -> str | None:
        """The comment, if it is a manifest."""
        with self._opened(path) as container:
            tags = {key.lower(): value for key, value in container.metadata.items()}
        return as_manifest(tags.get("comment", ""))

    @contextmanager
    def _opened(self, path: Path) -> Iterator[InputContainer]:
        reason = self.missing()
        if reason:
            raise LimnerError(reason)
        import av

        with decoding_errors(path), av.open(str(path), format=self.container, metadata_errors="replace") as container:
            yield container


class VideoEncoder:
    """The frames of one video on their way into it."""

    def __init__(self, movie: EncodedVideo, container: OutputContainer, video: VideoInfo) -> None:
        self._movie = movie
        self._container = container
        self._video = video
        self._count = 0
        self._last: VideoFrame | None = None
        self._tick = 1 / Fraction(video.fps).limit_denominator(MAX_TERM)
        self._stream = self._new_stream()
        if video.manifest:
            container.metadata["comment"] = video.manifest

    def take(self, frame: np.ndarray) -> None:
        """Add a frame.

        Raises:
            LimnerError: FFmpeg cannot encode it; told here, where whoever paints the frames hears it.
        """
        with encoding_errors():
            self._take(np.ascontiguousarray(self._movie.prepare(frame)))

    def _take(self, pixels: np.ndarray) -> None:
        import av

        picture = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(
            format="yuv420p", interpolation=ACCURATE_SCALING,
            src_colorspace=RGB, src_color_range=FULL, dst_colorspace=BT709, dst_color_range=LIMITED,
        )  # fmt: skip
        picture.colorspace, picture.color_range, picture.time_base = BT709, LIMITED, self._tick
        self._last = picture
        self._encode(picture)

    def finish(self) -> None:
        """Repeat the last frame for as long as it stands, and end the video."""
        for _ in range(round(self._video.last_seconds / self._tick) - 1):
            self._encode(self._last)
        self._container.mux(self._stream.encode(None))

    def _encode(self, picture: VideoFrame | None) -> None:
        if picture is not None:
            picture.pts, self._count = self._count, self._count + 1
            self._container.mux(self._stream.encode(picture))

    def _new_stream(self) -> VideoStream:
        found = self._container.add_stream(
            self._movie.codec, rate=1 / self._tick, options=self._movie.encoder_options()
        )
        stream = cast("VideoStream", found)
        stream.width, stream.height = _even_size(self._video)
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = self._tick
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED
        return stream


def _even_size(video: VideoInfo) -> tuple[int, int]:
    """Width and height of the frames in the video."""
    return video.width + video.width % 2, video.height + video.height % 2


def _pixels(frame: VideoFrame) -> np.ndarray:
    """A frame as RGB ``(h, w, 3)``; one that says nothing of its colours is read as ours."""
    return frame.reformat(
        format="rgb24", interpolation=ACCURATE_SCALING,
        src_colorspace=BT709, src_color_range=LIMITED, dst_colorspace=RGB, dst_color_range=FULL,
    ).to_ndarray()  # fmt: skip


@contextmanager
def encoding_errors() -> Iterator[None]:
    """What FFmpeg cannot encode is told in a sentence; what the disk cannot take goes on as it is.

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
    """Whatever FFmpeg cannot read is damaged, or not there.

    Raises:
        ArtworkError: the message is led by the path.
    """
    from av.error import FFmpegError

    try:
        yield
    except (FFmpegError, IndexError) as error:  # IndexError: it has no picture, but sound perhaps
        reason = f"cannot be read: {error.strerror}" if isinstance(error, OSError) else "is damaged, or no video"
        raise ArtworkError(f"{path}: {reason}") from error
