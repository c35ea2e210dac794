"""A loop through the latent space of an artwork: a movie that leaves its picture, visits others, and returns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from limner.errors import LimnerError
from limner.formats.video_files import check_video_info, open_recorder, video_format_for
from limner.formats.video_format import MIN_FPS, VideoInfo
from limner.imaging.canvas import Canvas
from limner.imaging.planes import composite_on_white
from limner.registry.events import Progress
from limner.registry.registry import registry
from limner.stages.base import Stage
from limner.stages.conditioning import ConditioningEncoder
from limner.utils.seeding import child_rng
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.stages.backend import Backend

ARGUMENT = "`latent_walk`"


class LatentLoop(Stage):
    """A loop from a picture through random points of its latent space and back."""

    seconds: float = Field(default=8.0, gt=0, le=3600, description="length of the loop in seconds")
    fps: float = Field(default=25.0, ge=MIN_FPS, le=240, description="frames per second")
    points: int = Field(default=4, ge=1, le=1000, description="number of other points that the loop goes through")
    distance: float = Field(
        default=0.5,
        gt=0,
        le=10,
        description="how far it goes: near 0 it stays close to the picture, at 1 it reaches random points",
    )

    @property
    def frames(self) -> int:
        """The number of frames."""
        return round(self.seconds * self.fps)


def latent_loop(settings: Mapping[str, Any]) -> LatentLoop:
    """Return a latent loop with the given settings.

    Raises:
        LimnerError: a setting is unknown, or its value is invalid, or the loop has a single frame.
    """
    loop: LatentLoop = validate(LatentLoop, settings, "latent-walk")
    if loop.frames < 2:
        raise LimnerError(
            f"latent-walk.seconds: {loop.seconds:g} s have fewer than 2 frames at {loop.fps:g} per second; use more"
        )
    return loop


def loop_artworks(art: Artwork, loop: LatentLoop, seed: int) -> Iterator[Artwork]:
    """Yield the artwork of each frame. The first one has the θ of the given artwork; after the last, it would follow.

    Args:
        art: an artwork with a latent vector.
        loop: the settings.
        seed: the seed of the points.

    Raises:
        LimnerError: the artwork has no latent vector, or only one that cannot change.
    """
    places, points = _latent_points(art, loop, seed)
    for frame in range(loop.frames):
        theta = art.theta.copy()
        theta[places] = closed_curve(points, frame * len(points) / loop.frames)
        theta.flags.writeable = False
        yield replace(art, theta=theta, training=None)


def closed_curve(points: np.ndarray, position: float) -> np.ndarray:
    """Return a point of the smooth closed curve through ``points`` ``(n, d)``: that of index k at the position k.

    Between two points it is a cubic, whose slopes at the ends are half of the chord between the neighbours.
    Source: E. Catmull and R. Rom, "A class of local interpolating splines", 1974.
    """
    first = int(position)
    before, start, end, after = (points[(first + i) % len(points)] for i in (-1, 0, 1, 2))
    t = position - first
    cubic = 3.0 * (start - end) + after - before
    quadratic = 2.0 * before - 5.0 * start + 4.0 * end - after
    curve: np.ndarray = start + 0.5 * t * (end - before + t * (quadratic + t * cubic))
    return curve


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
    _latent_points(art, loop, 0)
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

    The frames are rendered as the artwork's picture: its part, samples per pixel and time, unless a size is given.
    Transparent pictures remain so if the format stores it; otherwise they are composited on white.

    Raises:
        LimnerError: the artwork has no latent vector, or the movie cannot be written.
    """
    video, canvas = _video_info(path, art, loop, seed, size, options), _canvas(art, size)
    with open_recorder(path, video, options, force=force, argument=ARGUMENT) as recorder:
        for i, frame in enumerate(loop_artworks(art, loop, seed)):
            pixels = frame.render(canvas.size, canvas.region, canvas.supersample, time=canvas.time, backend=backend)
            recorder.add(pixels if video.alpha else composite_on_white(pixels))
            registry().emit(Progress("latent walk", i + 1, loop.frames))
    return loop.frames


def _latent_points(art: Artwork, loop: LatentLoop, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of the latent vectors in θ, ``(d,)``, and the points of the loop, ``(n, d)``, its start first.

    Raises:
        LimnerError: the artwork has no latent vector, or only one that cannot change.
    """
    layout, indices, points = art.model.layout, [], []
    for path, part in art.recipe.parts():
        if not isinstance(part.stage, ConditioningEncoder):
            continue
        params = layout.views(art.theta).part(path, part.stage.param_layout())
        generators = (child_rng(seed, "latent walk", i, path) for i in range(loop.points))
        drawn = [part.stage.draw_latent(params, rng) for rng in generators]
        for name in drawn[0]:
            place = layout.slices[f"{path}.{name}"]
            start = art.theta[place].astype(np.float64)
            others = np.stack([np.ravel(values[name]) for values in drawn])
            indices.append(np.arange(place.start, place.stop))
            points.append(np.concatenate([start[None], start + loop.distance * (others - start)]))
    if not indices:
        raise LimnerError(
            f"{art.recipe.title}: has no latent vector to walk through; paint a recipe with the encoder latent, as ink"
        )
    joined = np.concatenate(points, axis=1)
    if not np.ptp(joined, axis=0).any():
        raise LimnerError(f"{art.recipe.title}: its latent vector has a spread of 0; paint it with a larger spread")
    return np.concatenate(indices), joined


def _canvas(art: Artwork, size: tuple[int, int] | None) -> Canvas:
    """Return the canvas of every frame: that of the artwork's picture, or the whole picture in another size."""
    settings = art.render_settings
    if size or not settings:
        return Canvas(size or art.recipe.size)
    return settings.canvas()


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
    alpha = art.model.alpha and (video_format.supports_alpha or bool(getattr(video_format, "background", "")))
    record = {"recipe": art.recipe.table(), "latent_walk": {**loop.model_dump(mode="json"), "seed": seed}}
    return VideoInfo(width=width, height=height, fps=loop.fps, alpha=alpha, manifest=json.dumps(record))
