"""The motion ``weights``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import log, sin, tau
from typing import TYPE_CHECKING, Annotated, Self

import numpy as np
from pydantic import Field

from limner.app.values import child_rng
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.parameters.calibration import VISIBLE_CHANGE, PictureChange
from limner_apps.animations.parameters.choice import chosen_numbers
from limner_apps.animations.parameters.movable import movable_parameters
from limner_apps.animations.parameters.stills import single_artwork, still_with, with_theta

if TYPE_CHECKING:
    from limner.app.artworks import Artwork, Still

CANDIDATES = 16
"""The number of random weights among which the most suitable one is chosen."""

Index = Annotated[int, Field(ge=0, le=2**31)]


class Weights(Motion):
    """A sweep of one parameter: a single number, an array, or a layer, to one side and the other and back.

    By default it is a number of the network, drawn by the seed among those that change the picture visibly. In a
    network that people have evolved step by step, a single weight often changes one thing in the picture.
    Source: A. Kumar, J. Clune, J. Lehman and K. O. Stanley, "Questioning representational optimism in deep learning:
    the fractured entangled representation hypothesis", 2025, which sweeps the weights of pictures from Picbreeder.
    """

    conditional_fields = (("element", "parameter"),)

    strength: float = Field(
        default=1.0,
        gt=0,
        le=100,
        description="how far it goes to each side: at 1 by the size of a number, or half that of arrays",
    )
    parameter: str = Field(
        default="",
        max_length=200,
        description="the array: network.W2; all arrays of a layer or a stage: network.2, network; drawn if empty",
    )
    element: tuple[Index, ...] = Field(
        default=(), max_length=8, description="the index of one number in the array, counted from 0; if empty, all"
    )

    @classmethod
    def examples(cls) -> tuple[Weights, ...]:
        """Return a sweep of a drawn number, of a given one, and of a layer."""
        return (cls(), cls(parameter="network.W1", element=(0, 1)), cls(parameter="network.0", strength=0.5))

    def configured_for(self, artworks: Sequence[Artwork], seed: int) -> Self:
        """Return the motion with the number that it sweeps: by the seed, one that changes the picture visibly.

        Raises:
            LimnerError: there are several artworks, nothing can be swept, or the parameter or its element is unknown.
        """
        art = single_artwork(artworks, "weights")
        if self.parameter:
            chosen_numbers(art, self.parameter, self.element)
            return self
        element = _visible_element(art, self.strength, seed)
        return self.model_copy(update={"parameter": element[0], "element": element[1]})

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:
        """Return the sweep.

        Raises:
            LimnerError: there are several artworks, nothing can be swept, or the parameter or its element is unknown.
        """
        chosen = self.configured_for(artworks, seed)
        sweep = _Sweep(artworks[0], chosen.parameter, chosen.element, self.strength)

        def at(position: float) -> Still:
            return still_with(artworks[0], sweep.theta(position))

        return at


@lru_cache(maxsize=8)
def _visible_element(art: Artwork, strength: float, seed: int) -> tuple[str, tuple[int, ...]]:
    """Return the array and the index of a number, drawn by the seed, whose sweep changes the picture visibly.

    It is kept, since a movie is checked before it is made.

    Raises:
        LimnerError: the artwork has no trainable parameters that can move.
    """
    movable = movable_parameters(art, "weights")
    rng, measure = child_rng(seed, "weights"), PictureChange(art)

    def drawn() -> tuple[str, tuple[int, ...]]:
        one = movable[int(rng.integers(len(movable)))]
        return one.name, tuple(int(rng.integers(side)) for side in one.shape)

    def unsuitability(candidate: tuple[str, tuple[int, ...]]) -> float:
        """Return how far the change at the less suitable end of the sweep is from a visible one."""
        sweep = _Sweep(art, *candidate, strength)
        changes = [measure.of([with_theta(art, sweep.theta(position))]) for position in (0.25, 0.75)]
        return max(abs(log(max(change, 1e-6) / VISIBLE_CHANGE)) for change in changes)

    return min([drawn() for _ in range(CANDIDATES)], key=unsuitability)


class _Sweep:
    """A sweep of some numbers of θ."""

    def __init__(self, art: Artwork, parameter: str, element: tuple[int, ...], strength: float) -> None:
        self.start = art.theta.astype(np.float64)
        self.reach = strength * chosen_numbers(art, parameter, element)

    def theta(self, position: float) -> np.ndarray:
        """Return θ at a position, 0 to 1."""
        theta: np.ndarray = self.start + sin(tau * (position % 1.0)) * self.reach
        return theta
