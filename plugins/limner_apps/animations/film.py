"""Write an animation of artworks to a movie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app import set_interrupt_message
from limner.app.artworks import render_frames
from limner.app.figures import check_repeat, is_unfinished, open_recorder, video_format_for
from limner.app.registry import Progress, registry
from limner.plugin import VideoFormat, VideoInfo
from limner_apps.animations.animation import Animation

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner.plugin import Backend


def write_film(
    path: Path,
    animation: Animation,
    artworks: Sequence[Artwork],
    size: tuple[int, int],
    backend: Backend,
    *,
    repeat: int | None = None,
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
    video = _video_info(animation, artworks, size, video_format_for(path, options).stage, repeat or 0)
    trajectory, count = animation.trajectory(artworks), animation.frames
    done = 0
    try:
        with open_recorder(path, video, options, force=force, resume=True) as recorder:
            positions = (k / count for k in range(recorder.count, count))
            with closing(render_frames(trajectory, positions, size, backend, alpha=video.alpha)) as frames:
                for frame in frames:
                    recorder.add(frame)
                    done = recorder.count
                    registry().emit(Progress("frames", done, count))
    except KeyboardInterrupt:
        if done and is_unfinished(path):
            set_interrupt_message(f"{path}: {done:,} of {count:,} frames are done; run the same command to continue")
        raise


def _video_info(
    animation: Animation,
    artworks: Sequence[Artwork],
    size: tuple[int, int],
    video_format: VideoFormat,
    repeat: int,
) -> VideoInfo:
    """Return the properties of the movie."""
    alpha = any(artwork.model.alpha for artwork in artworks)
    alpha = alpha and (video_format.supports_alpha or bool(getattr(video_format, "background", "")))
    return VideoInfo(*size, fps=animation.fps, alpha=alpha, repeat=repeat)
