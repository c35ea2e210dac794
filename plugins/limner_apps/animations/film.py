"""Write an animation of artworks to a movie."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app import set_interrupt_message
from limner.app.artworks import Artwork, RenderSettings, Still, frame_size, record_movie, render_frames
from limner.app.figures import AudioTrack, is_unfinished
from limner.app.registry import Progress, registry
from limner.plugin import VideoFormat, VideoInfo
from limner_apps.animations.animation import Animation
from limner_apps.animations.bundle import bundled
from limner_apps.animations.motion import Trajectory

if TYPE_CHECKING:
    import numpy as np

    from limner.plugin import Backend


@dataclass(frozen=True, eq=False)
class Film:
    """The frames of a movie.

    Attributes:
        animation: what moves, and how.
        artworks: the artworks, in order.
        size: width and height of the artwork in each frame, in pixels.
        backend: the array backend.
        supersample: samples per pixel along each side.
        video_format: the format of the movie.
        repeat: how often the movie plays; 0 is forever.
        audio: the sound; None for none.
        background: a CSS colour behind transparent areas; empty for none.
    """

    animation: Animation
    artworks: Sequence[Artwork]
    size: tuple[int, int]
    backend: Backend
    video_format: VideoFormat
    supersample: int = 1
    repeat: int = 0
    audio: AudioTrack | None = None
    background: str = ""

    @cached_property
    def stored(self) -> Artwork:
        """The artworks as one."""
        return bundled(self.artworks)

    @cached_property
    def trajectory(self) -> Trajectory:
        """What the movie shows at each position."""
        return self.animation.trajectory(self.artworks)

    @cached_property
    def video(self) -> VideoInfo:
        """The properties of the movie. Transparent areas stay so if the format, with its settings, takes them."""
        size = frame_size(self.trajectory(0.0), self.size)
        takes_alpha = self.video_format.supports_alpha or bool(getattr(self.video_format, "background", ""))
        return VideoInfo(
            *size,
            fps=self.animation.fps,
            hold=self.animation.motion.stage.end_seconds,
            alpha=takes_alpha and not self.background and any(artwork.model.alpha for artwork in self.artworks),
            repeat=self.repeat,
            audio=self.audio,
        )

    @property
    def render_settings(self) -> RenderSettings:
        """The settings that the frames are rendered with, as the movie records them."""
        part = (0, 0, *self.size)
        return RenderSettings(size=self.size, region=part, supersample=self.supersample, background=self.background)

    def position(self, number: int) -> float:
        """Return the position of a frame, counted from 0."""
        return self.animation.position(self.stored, number)

    def still(self, number: int) -> Still:
        """Return what a frame shows, counted from 0."""
        return self.trajectory(self.position(number))

    def frames(self, start: int = 0) -> Generator[np.ndarray]:
        """Yield the frames from a number on; see ``render_frames``.

        Unless they have alpha, they are over the background, or over white.
        """
        return render_frames(
            self.trajectory,
            (self.position(k) for k in range(start, self.animation.frames)),
            self.size,
            self.backend,
            supersample=self.supersample,
            background=self.background or "white",
            alpha=self.video.alpha,
        )


def write_film(path: str | Path, film: Film, options: Mapping[str, Any] | None = None, *, force: bool = False) -> None:
    """Render the frames of a movie and write them; a folder of frames that was interrupted is resumed.

    Args:
        path: the output.
        film: the frames.
        options: settings of the video format by name.
        force: whether an existing movie is overwritten.

    Raises:
        LimnerError: the motion does not support the artworks, a frame cannot be rendered, or the movie cannot be
            written.
    """
    count, done = film.animation.frames, 0
    recording = record_movie(
        path,
        film.stored,
        film.video,
        film.animation,
        options=options,
        render_settings=film.render_settings,
        force=force,
        resume=True,
    )
    try:
        with recording as recorder, closing(film.frames(recorder.count)) as frames:
            for frame in frames:
                recorder.add(frame)
                done = recorder.count
                registry().emit(Progress("frames", done, count))
    except KeyboardInterrupt:
        if done and is_unfinished(Path(path)):
            set_interrupt_message(f"{path}: {done:,} of {count:,} frames are done; run the same command to continue")
        raise
