"""A loop through the latent space of an artwork: a movie that leaves its picture, visits others, and returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from limner.errors import LimnerError
from limner.formats.video_format import MIN_FPS
from limner.stages.base import Stage
from limner.stages.conditioning import ConditioningEncoder
from limner.utils.seeding import child_rng
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork


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


def loop_thetas(art: Artwork, loop: LatentLoop, seed: int) -> Iterator[np.ndarray]:
    """Yield θ of each frame, float32. The first one is that of the artwork, which also follows the last.

    Args:
        art: an artwork with a latent vector.
        loop: the settings.
        seed: the seed of the points.

    Raises:
        LimnerError: the artwork has no latent vector, or only one that cannot change.
    """
    places, points = latent_points(art, loop, seed)
    for frame in range(loop.frames):
        theta = art.theta.copy()
        theta[places] = closed_curve(points, frame * len(points) / loop.frames)
        yield theta


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


def latent_points(art: Artwork, loop: LatentLoop, seed: int) -> tuple[np.ndarray, np.ndarray]:
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
