"""The motion ``buttons``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from limner.app.artworks import Still, training_codes_of
from limner.plugin import LimnerError
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.stills import single_artwork

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


class Buttons(Motion):
    """From each picture that the network has learned to the next, and from the last back to the first.

    It presses the buttons of the artwork, with smooth acceleration, and rests at each picture.
    """

    pause: float = Field(
        default=0.2, ge=0, lt=1, description="share of the time that the movie rests at the pictures, 0 to below 1"
    )

    @classmethod
    def examples(cls) -> tuple[Buttons, ...]:
        """Return a walk with pauses and one without."""
        return (cls(), cls(pause=0.0))

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:  # noqa: ARG002
        """Return the walk; its stills are the artwork with other weights of its buttons.

        Raises:
            LimnerError: there are several artworks, or the artwork has no buttons or a single one.
        """
        art = single_artwork(artworks, "buttons")
        codes = np.asarray(_codes(art))

        def at(position: float) -> Still:
            place = position % 1.0 * len(codes)
            first = int(place)
            part = max(0.0, place - first - self.pause) / (1.0 - self.pause)
            part = part * part * (3.0 - 2.0 * part)
            code = (1.0 - part) * codes[first] + part * codes[(first + 1) % len(codes)]
            return Still(art.press([float(weight) for weight in code]))

        return at


def _codes(art: Artwork) -> list[tuple[float, ...]]:
    """Return the codes of the pictures that an artwork has learned.

    Raises:
        LimnerError: it has learned fewer than two.
    """
    try:
        codes = training_codes_of(art.recipe)
    except LimnerError as error:
        raise LimnerError(f"`motion` buttons: {error}") from error
    if len(codes) < 2:
        raise LimnerError(
            f"`motion` buttons: {art.recipe.title} has learned a single picture; use parameters, or fit several"
        )
    return codes
