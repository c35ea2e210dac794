"""The colour mode ``palette``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, ColorMode, Context, Params, device, namespace, operation, to_host
from limner_plugins.colors._palette.mode import PaletteMode
from limner_plugins.colors._palette.named import PALETTES
from limner_plugins.colors._palette.nearest import NearestPosition
from limner_plugins.common.oklab import to_srgb


def _fold(u: Array) -> Array:
    """Return a triangle wave: 0 to 2 becomes 0 to 1 and back to 0."""
    return 1.0 - namespace(u).abs(u - 1.0)


def _tent(away: Array) -> Array:
    """Return a tent function: 1 at 0, falling to 0 at -1 and 1."""
    xp = namespace(away)
    return xp.maximum(1.0 - xp.abs(away), 0.0)


def _tent_slope(away: Array) -> Array:
    xp = namespace(away)
    rising, falling = (away >= -1.0) & (away < 0.0), (away >= 0.0) & (away < 1.0)
    return xp.astype(rising, away.dtype) - xp.astype(falling, away.dtype)


# Custom operations: at a corner their derivative is the one of either side; a derived one would match neither side.
fold = operation(_fold, lambda dy, _, u: namespace(u).where(u < 1.0, dy, -dy), name="fold")
tent = operation(_tent, lambda dy, _, away: dy * _tent_slope(away), name="tent")


class PaletteColor(PaletteMode):
    """A gradient through a few colours, mixed in OKLab: t = 0 is the first colour, t = 1 the last.

    The colours are those of a named palette, a list, the main colours of a picture from the darkest to the lightest, or
    a harmony drawn from the seed. They are stored in θ. Outside 0 to 1 the gradient runs back again, unless ``ends`` is
    ``sigmoid``.

    A fit sorts the colours by lightness and maps t with a sigmoid. If the gradient ran back, neighbouring pixels could
    get onto different sides of its end; between them t would pass the end colour, and so it would pass a light colour
    between two dark ones: lines that are not in the picture.
    """

    conditional_fields: ClassVar[tuple[tuple[Any, ...], ...]] = (
        *PaletteMode.conditional_fields,
        ("ends", "cyclic", False),
    )

    cyclic: bool = Field(default=False, description="continue from the last colour to the first: t is periodic")
    repeats: int = Field(default=1, ge=1, le=1000, description="number of passes through the gradient, back and forth")
    steps: int = Field(
        default=0, ge=0, le=1000, description="number of hard bands; 0 is a smooth gradient. Bands have no derivative."
    )
    sort: bool = Field(default=False, description="sort the colours from the darkest to the lightest")
    ends: Literal["fold", "sigmoid"] = Field(
        default="fold",
        description="colours of a t outside 0 to 1: the gradient runs back (fold); or every t has its own place in the"
        " gradient, t = 0 the middle, and the ends are never quite reached (sigmoid), for fits",
    )

    @model_validator(mode="after")
    def _bands(self) -> PaletteColor:
        if self.steps == 1:
            raise ValueError("steps is 1, which paints a single colour; set 0 for a gradient, or 2 or more bands")
        if self.sort and self.shuffle:
            raise ValueError("sort and shuffle are both set; remove one of them")
        return self

    @classmethod
    def examples(cls) -> tuple[PaletteColor, ...]:
        """Return named, listed and extracted colours: cyclic, repeated, in bands, and trainable."""
        return (
            cls(),
            cls(colors=("#101a4a", "wheat", "#d8402a"), cyclic=True, repeats=3, learn=True),
            cls(name="fiesta", shuffle=True, repeats=2, learn=True),
            cls(name="fiesta", sort=True, ends="sigmoid", learn=True),
            cls(image="skimage:microaneurysms", count=5, steps=9),
            cls(name="sumi", cyclic=True, steps=4, learn=True),
            cls(name="harmony", scheme="split", count=7, cyclic=True),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> PaletteColor:
        """Return one of limner's palettes, or a harmony, repeated a few times, rarely in bands."""
        bands = int(rng.choice([0, 0, 0, 0, 8, 14]))
        if rng.random() < 0.5:
            count = int(rng.integers(4, 8))
            return cls(name="harmony", count=count, repeats=int(rng.choice([1, 1, 2])), steps=bands)
        name = list(PALETTES)[rng.integers(len(PALETTES))]
        return cls(name=name, repeats=int(rng.choice([1, 1, 2, 2, 3])), steps=bands)

    def num_components(self) -> int:
        """Return 1."""
        return 1

    def component_names(self) -> tuple[str, ...]:
        """Return the name of the position in the gradient."""
        return ("t",)

    def settings_for_fit(self) -> dict[str, Any]:
        """Return a gradient from the darkest to the lightest colour that does not run back, unless it is cyclic."""
        if self.cyclic:
            return {}
        return {"ends": "sigmoid"} if self.shuffle else {"ends": "sigmoid", "sort": True}

    def guide(self, params: Params) -> tuple[ColorMode, Callable[[Array], Array]] | None:
        """Return the position in the gradient as a gray level, and the position of the colour nearest to a target.

        The loss in RGB has a minimum in t at every stretch of the gradient that comes near a colour; gradient descent
        would stay in the first one.
        """
        if self.cyclic or self.steps or self.repeats > 1 or self.ends == "fold":
            return None
        plain = self.model_copy(update={"ends": "fold"})

        def gradient(places: np.ndarray) -> np.ndarray:
            own = Params(params.layout, np.asarray(to_host(params.flat), dtype=np.float64))
            return np.asarray(plain.forward(own, places[None, :], Context((1, 1))))

        return GradientPosition.model_validate(self.model_dump()), NearestPosition(gradient)

    def draw_colours(self, rng: np.random.Generator) -> np.ndarray:
        """Return the colours in OKLab, one a row, sorted by lightness if ``sort`` is set."""
        colours = super().draw_colours(rng)
        return colours[np.argsort(colours[:, 0], kind="stable")] if self.sort else colours

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return RGB of the mixtures."""
        colours = params["colors"]
        return to_srgb(colours.T @ self._weights(x, colours.shape[0]))

    def _weights(self, t: Array, count: int) -> Array:
        """Return the weight of each colour at each point, ``(count, n)``."""
        xp = namespace(t)
        ends = count if self.cyclic else count - 1
        places = xp.reshape(xp.arange(count, dtype=t.dtype, device=device(t)), (-1, 1))
        away = ends * self._folded(t) - places
        if self.cyclic:
            away = away - count * xp.floor(away / count + 0.5)
        return tent(away)

    def _folded(self, t: Array) -> Array:
        """Return the position between the ends of the gradient, 0 to 1."""
        xp = namespace(t)
        u = self.repeats * (0.5 + 0.5 * xp.tanh(2.0 * t) if self.ends == "sigmoid" else t)
        u = u - xp.floor(u) if self.cyclic else fold(u - 2.0 * xp.floor(0.5 * u))
        if self.steps:
            last = self.steps if self.cyclic else self.steps - 1
            u = xp.minimum(xp.floor(self.steps * u), self.steps - 1.0) / last
        return u


class GradientPosition(PaletteColor):
    """The position in the gradient, 0 to 1, as a gray level: what the start of a fit trains; see ``guide``."""

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the position three times."""
        return namespace(x).concat([self._folded(x)] * 3, axis=0)
