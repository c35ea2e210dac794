"""The motion ``time``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING, Self

from pydantic import Field

from limner.app.artworks import Resetting, Still, with_settings, with_stage
from limner.plugin import LimnerError
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.parameters.calibration import PictureChange, visible_distance
from limner_apps.animations.parameters.stills import single_artwork
from limner_apps.animations.views.frames import single_recipes

if TYPE_CHECKING:
    from limner.app.artworks import Artwork

FIRST_RADIUS = 0.2
"""The radius that the search for a visible one starts from."""
MAX_RADIUS = 1000.0
PROBES = ((sqrt(2.0), 0.375), (2.0, 0.5), (sqrt(2.0), 0.625))
"""Radius and phase, in turns, of points at 1/4, 1/2 and 3/4 of a circle of radius 1 that starts at the origin."""


class TimeMotion(Motion):
    """One turn of the time circle of the encoder ``time``.

    An artwork without the encoder gets one after its encoders, with random weights. Its circle starts at the origin,
    where both features are 0, so the first frame is the artwork itself.
    """

    strength: float = Field(
        default=1.0, gt=0, le=100, description="how much changes, as a multiple of the radius of the circle"
    )
    radius: float = Field(
        default=0.0,
        ge=0,
        le=MAX_RADIUS,
        description="radius at strength 1; if 0, that of the artwork's encoder, or, without one, such that the picture"
        " changes visibly, yet remains the same picture",
    )

    @classmethod
    def examples(cls) -> tuple[TimeMotion, ...]:
        """Return a circle of a suitable radius, and one of a given radius."""
        return (cls(), cls(strength=0.5, radius=2.0))

    def configured_for(self, artworks: Sequence[Artwork], seed: int) -> Self:
        """Return the motion with the radius of the circle of an artwork that has no encoder ``time``.

        Raises:
            LimnerError: there are several artworks, or the network takes no further features.
        """
        artwork = single_artwork(artworks, "time")
        if self.radius or _encoder_paths(artwork):
            return self
        radius = _visible_radius(artwork, seed)
        if not radius:
            raise LimnerError(f"`motion` time: the time changes nothing in {artwork.recipe.title}; use zoom or orbit")
        return self.model_copy(update={"radius": radius})

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:
        """Return the turn."""
        radius = self.configured_for(artworks, seed).radius * self.strength
        artwork = moving = artworks[0]
        own = _encoder_paths(artwork)
        if not own:
            settings = {"radius": radius, "start": "origin"}
            moving = with_stage(artwork, "encoder", "time", settings, seed=seed)
        elif self.radius or self.strength != 1.0:
            radii = {f"{path}.radius": radius or self.strength * usual for path, usual in own.items()}
            artwork = moving = with_settings(artwork, radii)

        def at(position: float) -> Still:
            time = position % 1.0
            return Still(moving, time) if time else Still(artwork)

        return at


@lru_cache(maxsize=4)
def _visible_radius(artwork: Artwork, seed: int) -> float:
    """Return the radius of a circle that changes a picture visibly; 0 if none does.

    The last results are kept, since several trajectories are made for a movie.
    """
    timed, measure = with_stage(artwork, "encoder", "time", seed=seed), PictureChange(artwork)
    paths = list(_encoder_paths(timed))
    resetting = Resetting(timed, [f"{path}.{name}" for path in paths for name in ("radius", "phase")])

    def change(radius: float) -> float:
        bounded = min(radius, MAX_RADIUS / 2.0)
        circles = [{"radius": bounded * reach, "phase": phase} for reach, phase in PROBES]
        return measure.of(
            [resetting.at({f"{path}.{name}": one[name] for path in paths for name in one}) for one in circles]
        )

    return min(visible_distance(change, FIRST_RADIUS), MAX_RADIUS / 2.0)


def _encoder_paths(artwork: Artwork) -> dict[str, float]:
    """Return the radius of each encoder ``time`` of an artwork, by its path."""
    return {
        f"{path}encoder.{i}": float(dict(spec.stage)["radius"])
        for path, recipe in single_recipes(artwork.recipe)
        for i, spec in enumerate(recipe.encoders)
        if spec.kind == "time"
    }
