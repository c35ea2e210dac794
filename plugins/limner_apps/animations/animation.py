"""The animation: what moves in a movie, and how. It is stored in the movie and plays it back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator

from limner.app.artworks import Artwork, Playback, Still
from limner.app.values import MAX_SEED
from limner.plugin import Nested, StageSpec
from limner_apps.animations.audio.drive import Drive
from limner_apps.animations.audio.driven import driven, paced
from limner_apps.animations.bundle import unbundled
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.playhead.knots import check_knots, position_at

if TYPE_CHECKING:
    from collections.abc import Sequence


class Animation(Playback):
    """What moves in a movie, and how.

    A position, 0 to 1, passes through the playhead, which sets the pace, then the motion; then single settings are
    moved or driven.
    """

    motion: Annotated[StageSpec[Motion], Nested("motion")] = Field(description="the motion")
    artworks: int = Field(default=1, ge=1, le=1000, description="number of artworks; several are layers of a blend")
    seed: int = Field(default=0, ge=0, le=MAX_SEED, description="random seed of the motion")
    playhead: tuple[float, ...] = Field(
        default=(), description="position of the motion at equal steps of time, from start to end; empty: proportional"
    )
    drives: tuple[Drive, ...] = Field(default=(), max_length=100, description="what signals of a sound change")

    @field_validator("playhead")
    @classmethod
    def _check_playhead(cls, knots: tuple[float, ...]) -> tuple[float, ...]:
        check_knots(knots)
        return knots

    def still(self, artwork: Artwork, position: float) -> Still:
        """Return what the movie shows at a position."""
        return self.trajectory(unbundled(artwork, self.artworks))(position)

    def closes(self, artwork: Artwork) -> bool:
        """Return whether the movie is a loop."""
        return self.motion.stage.closes(unbundled(artwork, self.artworks))

    def trajectory(self, artworks: Sequence[Artwork]) -> Trajectory:
        """Return the trajectory of the artworks, with the pace of the playhead.

        Raises:
            LimnerError: the motion does not support the artworks.
        """
        return _trajectory(self, tuple(artworks))


@lru_cache(maxsize=4)
def _trajectory(animation: Animation, artworks: tuple[Artwork, ...]) -> Trajectory:
    """Return the trajectory; it is kept, because stills are asked for one by one."""
    closes = animation.motion.stage.closes(artworks)
    move = animation.motion.stage.trajectory(artworks, animation.seed)
    moving = paced(
        lambda position: move(position_at(animation.playhead, position)),
        animation.drives,
        animation.seconds,
        closes=closes,
    )
    return driven(moving, animation.drives, animation.seed, closes=closes)
