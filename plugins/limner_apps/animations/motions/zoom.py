"""The motion ``zoom``."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, tau
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, field_validator

from limner.app.artworks import Still, is_trained
from limner.plugin import LimnerError
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.parameters.stills import single_artwork
from limner_apps.animations.views.detail import detailed_point
from limner_apps.animations.views.droste import Period, droste_of, with_droste
from limner_apps.animations.views.viewport import Viewport

if TYPE_CHECKING:
    from limner.app.artworks import Artwork

FACTOR, RATIO = 8.0, 16.0
"""The factors of a journey and of an endless zoom, if none is given."""
MIN_FACTOR, MAX_FACTOR = 1.1, 1000.0
"""At the largest factor, neighbouring pixels of a picture of 1000 pixels are 2e-6 apart, 17 float32 numbers near 1."""

Coordinate = Annotated[float, Field(ge=-1000, le=1000)]


class Zoom(Motion):
    """A zoom into the picture and back, at a speed that is even in proportion to the scale; or one without end.

    The picture is a function of the plane: closer up, details appear that are smaller than its pixels. Zooming out
    shows more of the plane; a fit has nothing beyond its edges, so it starts enlarged instead.

    An endless zoom goes once through the period of the warp ``droste``, which lets the picture contain itself. An
    artwork that has this warp zooms without end in any case, unless a factor, a centre or ``back`` is set.
    """

    conditional_fields: ClassVar[tuple[tuple[Any, ...], ...]] = (("back", "endless", False),)

    factor: float = Field(
        default=0.0,
        ge=0,
        le=MAX_FACTOR,
        description="the largest change of the scale; if endless, the size of the picture relative to the one that it"
        f" contains; 0: {FACTOR:g}, {RATIO:g} if endless, or the ratio of the warp droste",
    )
    direction: Literal["in", "out"] = Field(default="in", description="the direction at the start")
    centre: tuple[Coordinate, ...] = Field(
        default=(),
        max_length=2,
        description="the fixed point, to the right and down from the middle, in halves of the short side; if empty, one"
        " around which there is something to see, or the middle if endless",
    )
    endless: bool = Field(default=False, description="zoom without end: the picture contains itself")
    back: bool = Field(default=True, description="return to the start, so that the movie loops")

    @classmethod
    def examples(cls) -> tuple[Zoom, ...]:
        """Return a zoom in and back, one out, and one without end."""
        return (cls(), cls(factor=3.0, direction="out", centre=(0.3, -0.2), back=False), cls(endless=True))

    @field_validator("factor")
    @classmethod
    def _enlarges(cls, factor: float) -> float:
        if 0 < factor < MIN_FACTOR:
            raise ValueError(f"must be at least {MIN_FACTOR:g}, or 0; to shrink the picture, set direction = out")
        return factor

    @field_validator("centre")
    @classmethod
    def _has_two(cls, centre: tuple[float, ...]) -> tuple[float, ...]:
        if len(centre) == 1:
            raise ValueError("needs two numbers, x and y")
        return centre

    def configured_for(self, artworks: Sequence[Artwork], seed: int) -> Self:  # noqa: ARG002
        """Return the zoom with its factor and centre.

        Raises:
            LimnerError: there are several artworks, the artwork consists of pixels, or it has another ratio.
        """
        artwork = single_artwork(artworks, "zoom")
        Viewport.check(artwork)
        droste = self._period(artwork)
        if droste:
            self._check_period(artwork, droste)
            return self._with(factor=droste.ratio, centre=droste.centre, endless=True)
        if self.endless:
            return self._with(factor=self.factor or RATIO, centre=self.centre or (0.0, 0.0))
        factor = self.factor or FACTOR
        inwards = self.direction == "in" or is_trained(artwork)
        return self._with(
            factor=factor, centre=self.centre or (detailed_point(artwork, factor) if inwards else (0.0, 0.0))
        )

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:
        """Return the zoom."""
        chosen = self.configured_for(artworks, seed)
        factor, centre = chosen.factor, (chosen.centre[0], chosen.centre[1])
        artwork, sign = artworks[0], 1.0 if self.direction == "in" else -1.0
        fit = is_trained(artwork)
        if chosen.endless and not droste_of(artwork):
            artwork = with_droste(artwork, factor, centre, radius=RADIUS_OF_FIT if fit else RADIUS)
        viewport = Viewport(artwork)
        first = 1.0 if fit and sign < 0 and not chosen.endless else 0.0

        def at(position: float) -> Still:
            if chosen.endless:
                exponent = sign * (position % 1.0)
            else:
                exponent = first + sign * (0.5 - 0.5 * cos(tau * position) if self.back else position)
            return Still(viewport.at(scale=factor**exponent, fixed=centre) if exponent else artwork)

        return at

    def closes(self, artworks: Sequence[Artwork]) -> bool:  # noqa: ARG002
        """Return whether the zoom returns to its start."""
        return self.back or self.endless

    def _period(self, artwork: Artwork) -> Period | None:
        """Return the period of an artwork that contains itself; None if the zoom does not follow it."""
        is_plain = not self.factor and not self.centre and self.back
        return droste_of(artwork) if self.endless or is_plain else None

    def _check_period(self, artwork: Artwork, period: Period) -> None:
        """Check that the settings agree with the period of the artwork.

        Raises:
            LimnerError: they do not, or the period is too large.
        """
        title = artwork.recipe.title
        for name, own in (("factor", period.ratio), ("centre", period.centre)):
            value = getattr(self, name)
            if value and not np.allclose(value, own):
                raise LimnerError(f"motion.{name}: the warp droste of {title} sets it; omit it")
        if period.ratio > MAX_FACTOR:
            raise LimnerError(
                f"{title}: its warp droste has the ratio {period.ratio:,.0f}, and a zoom at most {MAX_FACTOR:,.0f}; "
                "move warp.droste.ratio or another setting instead"
            )

    def _with(self, **values: Any) -> Self:
        return self.model_copy(update=values)


RADIUS, RADIUS_OF_FIT = 1.3, 1.0
"""The outer circle of a picture that contains itself, in halves of the short side. A fit has nothing outside 1."""
