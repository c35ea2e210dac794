"""The movie of a loop through the latent space of an artwork."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks import renderer
from limner.artworks.interpolation.latent_loop import LatentLoop, latent_points, loop_thetas
from limner.artworks.third_party import name_packages_on_error
from limner.formats.video_files import check_video_info, open_recorder, video_format_for
from limner.formats.video_format import VideoInfo
from limner.imaging.background import flatten, parse_background
from limner.imaging.canvas import Canvas
from limner.registry.events import Progress
from limner.registry.registry import registry

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.stages.backend import Backend

ARGUMENT = "`latent_walk`"


def check_loop(
    path: str,
    art: Artwork,
    loop: LatentLoop,
    *,
    size: tuple[int, int] | None,
    options: Mapping[str, Any] | None,
    force: bool,
) -> None:
    """Raise the errors that ``write_loop`` would raise, before rendering.

    Raises:
        LimnerError: the artwork has no latent vector, or the movie cannot be written.
    """
    latent_points(art, loop, 0)
    video_format = video_format_for(path, options).stage
    check_video_info(path, video_format, _video_info(path, art, loop, 0, size, options), force=force, argument=ARGUMENT)


def write_loop(
    path: str,
    art: Artwork,
    loop: LatentLoop,
    backend: Backend,
    *,
    seed: int,
    size: tuple[int, int] | None = None,
    options: Mapping[str, Any] | None = None,
    force: bool = False,
) -> int:
    """Write a latent loop as a movie, and return its number of frames. The suffix of the path selects the format.

    The frames are rendered as the artwork's picture: its part, samples per pixel, time and background, unless a size
    is given. Transparent pictures remain so if the format stores it; otherwise they are composited on white.

    Raises:
        LimnerError: the artwork has no latent vector, or the movie cannot be written.
    """
    video, canvas = _video_info(path, art, loop, seed, size, options), _canvas(art, size)
    behind = parse_background(_background(art) or "white")
    renderer.check_memory(art.model, canvas, backend, rows=canvas.output_size[1])
    with (
        open_recorder(path, video, options, force=force, argument=ARGUMENT) as recorder,
        name_packages_on_error(art.packages),
    ):
        for i, theta in enumerate(loop_thetas(art, loop, seed)):
            pixels = np.concatenate(list(renderer.bands(art.model, theta, canvas, backend)))
            recorder.add(pixels if video.alpha else flatten(pixels, behind))
            registry().emit(Progress("latent walk", i + 1, loop.frames))
    return loop.frames


def _canvas(art: Artwork, size: tuple[int, int] | None) -> Canvas:
    """Return the canvas of every frame: that of the artwork's picture, or the whole picture in another size."""
    settings = art.render_settings
    if size or not settings:
        return Canvas(size or art.recipe.size)
    return settings.canvas()


def _background(art: Artwork) -> str:
    """Return the colour that the artwork's picture has behind transparent areas; empty if they are transparent."""
    return art.render_settings.recorded_background if art.render_settings else ""


def _video_info(
    path: str,
    art: Artwork,
    loop: LatentLoop,
    seed: int,
    size: tuple[int, int] | None,
    options: Mapping[str, Any] | None,
) -> VideoInfo:
    """Return the properties of the movie, with its record."""
    width, height = _canvas(art, size).output_size
    video_format = video_format_for(path, options).stage
    alpha = art.model.alpha and not _background(art)
    alpha = alpha and (video_format.supports_alpha or bool(getattr(video_format, "background", "")))
    record = {"recipe": art.recipe.table(), "latent_walk": {**loop.model_dump(mode="json"), "seed": seed}}
    return VideoInfo(width=width, height=height, fps=loop.fps, alpha=alpha, manifest=json.dumps(record))
