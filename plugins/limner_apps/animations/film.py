"""Write an animation of artworks to a movie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app.artworks import record_movie, render_frames
from limner.app.figures import AudioTrack, check_repeat, video_format_for
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
    video = _video_info(animation, artworks, size, video_format_for(path, options).stage, repeat or 0, audio)
    count = animation.frames
    with (
        record_movie(path, bundled(artworks), video, animation, options=options, force=force) as recorder,
        closing(
            render_frames(
                animation.trajectory(artworks),
                (k / count for k in range(count)),
                size,
                backend,
                supersample=supersample,
                alpha=video.alpha,
            )
        ) as frames,
    ):
        for frame in frames:
            recorder.add(frame)
            registry().emit(Progress("frames", recorder.count, count))


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
    return VideoInfo(*size, fps=animation.fps, alpha=alpha, repeat=repeat, audio=audio)
