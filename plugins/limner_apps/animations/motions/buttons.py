"""The motion ``buttons``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from limner.app.artworks import Still
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.parameters.buttons import learned_codes
from limner_apps.animations.parameters.stills import single_artwork
from limner_apps.animations.pauses import after_pauses

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


class Buttons(Motion):
    """From each picture that the network has learned to the next, and from the last back to the first.

    It presses the buttons of the artwork, with smooth acceleration, and rests at each picture.
    """

    loop: bool = Field(default=True, description="return from the last picture to the first")
    pause: float = Field(default=0.2, ge=0, le=0.95, description="fraction of the time that pictures stand still")

    @classmethod
    def examples(cls) -> tuple[Buttons, ...]:
        """Return a loop with pauses, and a walk without them that ends at the last picture."""
        return (cls(), cls(loop=False, pause=0.0))

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:  # noqa: ARG002
        """Return the walk; its stills are the artwork with other weights of its buttons.

        Raises:
            LimnerError: there are several artworks, or the artwork has no buttons or a single one.
        """
        art = single_artwork(artworks, "buttons")
        codes = np.asarray(learned_codes(art))
        steps = len(codes) if self.loop else len(codes) - 1

        def at(position: float) -> Still:
            first = min(int(position * steps), steps - 1)
            part = after_pauses(position * steps - first, self.pause)
            code = (1.0 - part) * codes[first] + part * codes[(first + 1) % len(codes)]
            return Still(art.press([float(weight) for weight in code]))

        return at

    def closes(self, artworks: Sequence[Artwork]) -> bool:  # noqa: ARG002
        """Return whether the walk returns to the first picture."""
        return self.loop
