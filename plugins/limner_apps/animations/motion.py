"""The interface of motions: how artworks move."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Self, TypeAlias

from limner.plugin import Stage

if TYPE_CHECKING:
    from limner.app.artworks import Artwork, Still

Trajectory: TypeAlias = "Callable[[float], Still]"
"""What a movie shows at a position, 0 at its start to 1 at its end. Every position may be asked for, in any order."""


class Motion(Stage):
    """How artworks move. It keeps no state between calls.

    Unless ``closes`` says otherwise, positions 0 and 1 show the same picture, so that the movie loops.

    Attributes:
        sets_pace: whether positions are moments of something real, such as the steps of a fit; by default, the movie
            then keeps them and is not re-timed to an even pace.
        has_change: whether stills differ; only those of ``still`` do not.
    """

    sets_pace: ClassVar[bool] = False
    has_change: ClassVar[bool] = True

    @abstractmethod
    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:
        """Return the trajectory of artworks.

        Args:
            artworks: one artwork or several, in order.
            seed: the seed of everything random, such as directions.

        Raises:
            LimnerError: the motion does not support the artworks; the message says what is missing and what to use.
        """

    def configured_for(self, artworks: Sequence[Artwork], seed: int) -> Self:  # noqa: ARG002
        """Return the motion with settings that it chooses by the artworks filled in, such as what it moves.

        The movie records the result, which has the same trajectory.

        Args:
            artworks: one artwork or several, in order.
            seed: the seed of everything random.

        Raises:
            LimnerError: the motion does not support the artworks; the message says what is missing and what to use.
        """
        return self

    def closes(self, artworks: Sequence[Artwork]) -> bool:  # noqa: ARG002
        """Return whether positions 0 and 1 show the same picture."""
        return True

    def part_bounds(self, artworks: Sequence[Artwork]) -> Sequence[float]:  # noqa: ARG002
        """Return positions between parts of the motion that keep their share of time when the movie is re-timed.

        With an even pace, a part in which little changes would otherwise pass in no time.
        """
        return ()

    def default_seconds(self, artworks: Sequence[Artwork]) -> float:  # noqa: ARG002
        """Return the length of a movie in seconds, unless another is chosen."""
        return 6.0

    def notes(self, artworks: Sequence[Artwork], names: Sequence[str]) -> list[str]:  # noqa: ARG002
        """Return what the person who makes the movie should know; usually nothing.

        Args:
            artworks: the artworks.
            names: the name of each for messages, such as its file.
        """
        return []

    @property
    def end_seconds(self) -> float:
        """How long a movie shows its last frame, in seconds; 0 for as long as the others."""
        return 0.0
