"""The animation: what moves in a movie, and how. It is stored in the movie and plays it back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator

from limner.app.artworks import Artwork, Playback, Still
from limner.app.registry import stage_error
from limner.app.values import MAX_SEED, arguments
from limner.plugin import LimnerError, Nested, StageSpec
from limner_apps.animations.audio.drive import Drive
from limner_apps.animations.audio.driven import driven, paced
from limner_apps.animations.bundle import MAX_ARTWORKS, unbundled
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.moves.easing import easing
from limner_apps.animations.moves.move import Move
from limner_apps.animations.moves.moved import moved
from limner_apps.animations.playhead.knots import MAX_KNOTS, Knot, check_knots, position_at

if TYPE_CHECKING:
    from collections.abc import Sequence


class Animation(Playback):
    """What moves in a movie, and how.

    A position, 0 to 1, passes through the playhead, which sets the pace, then the motion; then single settings are
    moved or driven.
    """

    motion: Annotated[StageSpec[Motion], Nested("motion")] = Field(
        default="parameters", validate_default=True, description="the motion"
    )
    artworks: int = Field(
        default=1, ge=1, le=MAX_ARTWORKS, description="number of artworks; several are layers of a blend"
    )
    seed: int = Field(default=0, ge=0, le=MAX_SEED, description="random seed of the motion")
    playhead: tuple[Knot, ...] = Field(
        default=(),
        max_length=MAX_KNOTS,
        description="position of the motion at equal steps of time, from start to end; empty: proportional",
    )
    drives: tuple[Drive, ...] = Field(default=(), max_length=100, description="what signals of a sound change")
    moves: tuple[Move, ...] = Field(default=(), max_length=100, description="settings that move, by the time")
    ease: str = Field(default="", max_length=100, description="easing of the moves from value to value; empty: smooth")

    @field_validator("playhead")
    @classmethod
    def _check_playhead(cls, knots: tuple[float, ...]) -> tuple[float, ...]:
        check_knots(knots)
        return knots

    @field_validator("ease")
    @classmethod
    def _check_ease(cls, ease: str) -> str:
        if ease:
            try:
                easing(ease)
            except LimnerError as error:
                raise ValueError(str(error)) from error
        return ease

    def still(self, artwork: Artwork, position: float) -> Still:
        """Return what the movie shows at a position."""
        return self.trajectory(unbundled(artwork, self.artworks))(position)

    def closes(self, artwork: Artwork) -> bool:
        """Return whether the movie is a loop."""
        return self.closes_with(unbundled(artwork, self.artworks))

    def closes_with(self, artworks: Sequence[Artwork]) -> bool:
        """Return whether the movie of artworks is a loop."""
        return self.motion.stage.closes(artworks) and all(move.closes(self.seconds) for move in self.moves)

    def trajectory(self, artworks: Sequence[Artwork]) -> Trajectory:
        """Return the trajectory of the artworks, with the pace of the playhead, the moves and the drives.

        Raises:
            LimnerError: the motion does not support the artworks.
        """
        return _trajectory(self, tuple(artworks))


@lru_cache(maxsize=4)
def _trajectory(animation: Animation, artworks: tuple[Artwork, ...]) -> Trajectory:
    """Return the trajectory; it is kept, because stills are asked for one by one."""
    closes = animation.closes_with(artworks)
    motion = _checked(animation.motion.stage, artworks, animation.seed)
    moving = paced(
        lambda position: motion(position_at(animation.playhead, position)),
        animation.drives,
        animation.seconds,
        closes=closes,
    )
    moving = moved(moving, animation.moves, animation.seconds, animation.ease)
    return driven(moving, animation.drives, animation.seed, closes=closes)


def _checked(stage: Motion, artworks: Sequence[Artwork], seed: int) -> Trajectory:
    """Return the trajectory of a motion, which must return stills.

    Raises:
        LimnerError: the motion does not support the artworks.
        PluginError: raised by the trajectory, if the motion of a plugin returns something else than a still.
    """
    trajectory = stage.trajectory(artworks, seed)

    def at(position: float) -> Still:
        still = trajectory(position)
        if not isinstance(still, Still):
            raise stage_error(stage, f"its trajectory must return a Still, got {arguments.show_value(still)}")
        return still

    return at
