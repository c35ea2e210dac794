"""The motion ``weights``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import log, sin, tau
from typing import TYPE_CHECKING, Annotated, Self, TypeAlias

import numpy as np
from pydantic import Field

from limner.app.values import child_rng
from limner.plugin import LimnerError
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.parameters.calibration import VISIBLE_CHANGE, PictureChange, visible_distance
from limner_apps.animations.parameters.choice import chosen_numbers
from limner_apps.animations.parameters.movable import movable_parameters
from limner_apps.animations.parameters.stills import single_artwork, still_with, with_theta

if TYPE_CHECKING:
    from limner.app.artworks import Artwork, Still

CANDIDATES = 16
"""The number of random weights among which the most suitable one is chosen."""
MAX_UNSUITABILITY = log(4.0)
"""The largest logarithm of the ratio of the change by a number to a visible one; otherwise arrays are tried, too."""
MAX_REACH = 100.0
ENDS = (0.25, 0.75)
"""The positions at which a sweep turns back."""

Index = Annotated[int, Field(ge=0, le=2**31)]
Choice: TypeAlias = "tuple[str, tuple[int, ...]]"
"""The name of an array, a layer or a stage, and the index of a number in the array, or none."""


class Weights(Motion):
    """A sweep of one parameter: a single number, an array, or a layer, to one side and the other and back.

    By default it is a number of the network, drawn by the seed among those that change the picture visibly; an array if
    no single number does. In a network that people have evolved step by step, a single weight often changes one thing
    in the picture. Source: A. Kumar, J. Clune, J. Lehman and K. O. Stanley, "Questioning representational optimism in
    deep learning: the fractured entangled representation hypothesis", 2025, which sweeps the weights of pictures from
    Picbreeder.
    """

    conditional_fields = (("element", "parameter"),)

    strength: float = Field(
        default=1.0, gt=0, le=100, description="how far it goes to each side, as a multiple of `reach`"
    )
    reach: float = Field(
        default=0.0,
        ge=0,
        le=MAX_REACH,
        description="how far it goes at strength 1, as a multiple of the size of what is swept; if 0, such that the "
        "picture changes visibly",
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
        return (cls(), cls(parameter="network.W1", element=(0, 1)), cls(parameter="network.0", reach=0.5))

    def configured_for(self, artworks: Sequence[Artwork], seed: int) -> Self:
        """Return the motion with what it sweeps, by the seed, and how far: so that the picture changes visibly.

        Raises:
            LimnerError: there are several artworks, nothing can be swept, or the parameter or its element is unknown or
                has no effect.
        """
        art = single_artwork(artworks, "weights")
        choice = (self.parameter, self.element) if self.parameter else _drawn_choice(art, seed)
        reach = self.reach or _visible_reach(art, choice)
        return self.model_copy(update={"parameter": choice[0], "element": choice[1], "reach": reach})

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:
        """Return the sweep.

        Raises:
            LimnerError: there are several artworks, nothing can be swept, or the parameter or its element is unknown or
                has no effect.
        """
        chosen = self.configured_for(artworks, seed)
        sweep, reach = _Sweep(artworks[0], (chosen.parameter, chosen.element)), self.strength * chosen.reach

        def at(position: float) -> Still:
            return still_with(artworks[0], sweep.theta(reach, position))

        return at


@lru_cache(maxsize=8)
def _drawn_choice(art: Artwork, seed: int) -> Choice:
    """Return a number, drawn by the seed, whose sweep by its size changes the picture visibly.

    In a large network, a single number may change too little; then it is a whole array. The result is kept, since a
    movie is checked before it is made.

    Raises:
        LimnerError: the artwork has no trainable parameters that can move.
    """
    movable = movable_parameters(art, "weights")
    rng, measure = child_rng(seed, "weights"), PictureChange(art)

    def drawn() -> Choice:
        one = movable[int(rng.integers(len(movable)))]
        return one.name, tuple(int(rng.integers(side)) for side in one.shape)

    def unsuitability(choice: Choice) -> float:
        """Return how far the change at the less suitable end of the sweep is from a visible one."""
        sweep = _Sweep(art, choice)
        changes = [measure.of([with_theta(art, sweep.theta(1.0, position))]) for position in ENDS]
        return max(abs(log(max(change, 1e-6) / VISIBLE_CHANGE)) for change in changes)

    best = min([drawn() for _ in range(CANDIDATES)], key=unsuitability)
    if unsuitability(best) <= MAX_UNSUITABILITY:
        return best
    return min([best, *((one.name, ()) for one in movable)], key=unsuitability)


@lru_cache(maxsize=8)
def _visible_reach(art: Artwork, choice: Choice) -> float:
    """Return how far a sweep must go to change the picture visibly, as a multiple of the size of what is swept.

    Raises:
        LimnerError: there is no such parameter, or it does not change the picture.
    """
    sweep, measure = _Sweep(art, choice), PictureChange(art)

    def change(reach: float) -> float:
        return measure.of([with_theta(art, sweep.theta(reach, position)) for position in ENDS])

    reach = visible_distance(change, 1.0)
    if not reach:
        name, element = choice
        number = f"element {','.join(map(str, element))} of {name}" if element else name
        raise LimnerError(f"motion.parameter: {number} does not change {art.recipe.title}; choose another")
    return min(reach, MAX_REACH)


class _Sweep:
    """A sweep of some numbers of θ by multiples of their size."""

    def __init__(self, art: Artwork, choice: Choice) -> None:
        sizes = chosen_numbers(art, *choice)
        self.start = art.theta
        self.place = np.flatnonzero(sizes)
        self.sizes = sizes[self.place]

    def theta(self, reach: float, position: float) -> np.ndarray:
        """Return θ at a position, 0 to 1."""
        theta = self.start.copy()
        theta[self.place] += reach * sin(tau * (position % 1.0)) * self.sizes
        return theta
