"""The motion ``orbit``."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, sin, tau
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, field_validator

from limner.app.artworks import Still, is_trained
from limner.plugin import LimnerError
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.parameters.stills import single_artwork
from limner_apps.animations.views.viewport import Viewport

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


class Orbit(Motion):
    """The frame moves on a circle across the picture, or turns around its middle.

    The picture is a function that goes on beyond its edges. A fit has nothing there, so it is enlarged until the frame
    stays inside.
    """

    conditional_fields: ClassVar[tuple[tuple[Any, ...], ...]] = (("strength", "path", "circle"),)

    path: Literal["circle", "rotate"] = Field(default="circle", description="move on a circle, or turn")
    strength: float = Field(
        default=0.25, gt=0, le=10, description="radius of the circle, as a fraction of half of the short side"
    )
    turns: int = Field(default=1, ge=-100, le=100, description="number of turns; negative ones are anticlockwise")

    @field_validator("turns")
    @classmethod
    def _moves(cls, turns: int) -> int:
        if not turns:
            raise ValueError("is 0, so that nothing moves; use 1 or -1")
        return turns

    @classmethod
    def examples(cls) -> tuple[Orbit, ...]:
        """Return a circle and two turns."""
        return (cls(), cls(path="rotate", turns=-2))

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:  # noqa: ARG002
        """Return the circle or the turns.

        Raises:
            LimnerError: the artwork consists of pixels, or a circle leaves a fit.
        """
        artwork = single_artwork(artworks, "orbit")
        viewport, is_fit = Viewport(artwork), is_trained(artwork)
        if self.path == "rotate":
            return self._turning(artwork, viewport, is_fit)
        return self._circling(artwork, viewport, is_fit)

    def _turning(self, artwork: Artwork, viewport: Viewport, is_fit: bool) -> Trajectory:
        """Return turns around the middle."""
        scale = hypot(*artwork.size) / min(artwork.size) if is_fit else 1.0

        def at(position: float) -> Still:
            turned = (self.turns * position) % 1.0
            return Still(viewport.at(scale=scale, angle=tau * turned) if turned or is_fit else artwork)

        return at

    def _circling(self, artwork: Artwork, viewport: Viewport, is_fit: bool) -> Trajectory:
        """Return a circle: through the place of the artwork, or around it for a fit.

        Raises:
            LimnerError: the circle would leave a fit at any scale.
        """
        if is_fit and self.strength > MAX_INSIDE:
            raise LimnerError(
                f"motion.strength {self.strength:g}: the frame leaves the picture, and a fit has nothing beyond its "
                f"edges; use at most {MAX_INSIDE:g}"
            )
        scale = 1.0 / (1.0 - self.strength) if is_fit else 1.0
        radius, start = scale * self.strength, 0.0 if is_fit else 1.0

        def at(position: float) -> Still:
            turned = (self.turns * position) % 1.0
            if not turned and not is_fit:
                return Still(artwork)
            shift = radius * (cos(tau * turned) - start), radius * sin(tau * turned)
            return Still(viewport.at(scale=scale, shift=shift))

        return at


MAX_INSIDE = 0.9
"""The largest radius of a circle inside a fit, which is then enlarged ten times."""
