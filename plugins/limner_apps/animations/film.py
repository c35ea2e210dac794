"""Write an animation of artworks to a movie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app import set_interrupt_message
from limner.app.artworks import RenderSettings, frame_size, record_movie, render_frames
from limner.app.figures import AudioTrack, check_repeat, is_unfinished, video_format_for
from limner.app.registry import Progress, registry
from limner.plugin import VideoFormat, VideoInfo
from limner_apps.animations.animation import Animation
from limner_apps.animations.bundle import bundled

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner.plugin import Backend


def write_film(
    path: str | Path,
    animation: Animation,
    artworks: Sequence[Artwork],
    size: tuple[int, int],
    backend: Backend,
    *,
    supersample: int = 1,
    repeat: int | None = None,
    audio: AudioTrack | None = None,
    options: Mapping[str, Any] | None = None,
    force: bool = False,
) -> None:
    """Render the frames of an animation and write them to a movie.

    Transparent areas stay transparent if the format can store them; otherwise they are composited on white.

    Raises:
        LimnerError: the motion does not support the artworks, a frame cannot be rendered, or the movie cannot be
            written.
    """
    check_repeat(path, repeat, options)
    trajectory, stored = animation.trajectory(artworks), bundled(artworks)
    shown = frame_size(trajectory(0.0), size)
    video = _video_info(animation, artworks, shown, video_format_for(path, options).stage, repeat or 0, audio)
    count, done = animation.frames, 0
    settings = RenderSettings(size=size, region=(0, 0, *size), supersample=supersample)
    recording = record_movie(
        path, stored, video, animation, options=options, render_settings=settings, force=force, resume=True
    )
    try:
        with recording as recorder:
            positions = (animation.position(stored, k) for k in range(recorder.count, count))
            with closing(
                render_frames(trajectory, positions, size, backend, supersample=supersample, alpha=video.alpha)
            ) as frames:
                for frame in frames:
                    recorder.add(frame)
                    done = recorder.count
                    registry().emit(Progress("frames", done, count))
    except KeyboardInterrupt:
        if done and is_unfinished(Path(path)):
            set_interrupt_message(f"{path}: {done:,} of {count:,} frames are done; run the same command to continue")
        raise


def _video_info(
    animation: Animation,
    artworks: Sequence[Artwork],
    size: tuple[int, int],
    video_format: VideoFormat,
    repeat: int,
    audio: AudioTrack | None,
) -> VideoInfo:
    """Return the properties of the movie."""
    alpha = any(artwork.model.alpha for artwork in artworks)
    alpha = alpha and (video_format.supports_alpha or bool(getattr(video_format, "background", "")))
    hold = animation.motion.stage.end_seconds
    return VideoInfo(*size, fps=animation.fps, hold=hold, alpha=alpha, repeat=repeat, audio=audio)
