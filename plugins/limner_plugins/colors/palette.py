"""The colour mode ``palette``."""

from __future__ import annotations

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, ColorMode, Entry, Layout, Pullback, device, namespace
from limner_plugins.colors._image import colours_of
from limner_plugins.colors._palettes import PALETTES, PaletteName
from limner_plugins.common.colours import ColourText, rgb_columns
from limner_plugins.common.oklab import from_srgb, to_srgb, to_srgb_vjp

MOST = 24


class Palette(ColorMode):
    """A gradient through a few colours, mixed as the eye mixes them (OKLab): t = 0 is the first, t = 1 the last.

    The colours are those of a palette of ours, or given ones, or those that stand out in a picture, from the darkest
    to the lightest. They lie in θ. Beyond 0 and 1 the gradient runs back again.
    """

    name: PaletteName = Field(default="tidepool", description="a palette of limner's own")
    colors: tuple[ColourText, ...] = Field(
        default=(), max_length=MOST, description="the colours instead, each #rrggbb or a CSS name"
    )
    image: str = Field(
        default="", max_length=4096, description="a picture to take them from: a file, or skimage:NAME (coffee, rocket)"
    )
    count: int = Field(default=6, ge=2, le=MOST, description="how many colours are taken from the picture")
    cyclic: bool = Field(default=False, description="from the last colour on to the first: t is a circle")
    repeats: int = Field(default=1, ge=1, le=1000, description="how often it runs from end to end, there and back")
    steps: int = Field(
        default=0, ge=0, le=1000, description="hard bands instead of a gradient, so many; they give t no gradient"
    )
    shuffle: bool = Field(default=False, description="the colours in another order, drawn from the seed")
    learn: bool = Field(default=False, description="may a trainer change the colours")

    @model_validator(mode="after")
    def _enough(self) -> Palette:
        if self.colors and self.image:
            raise ValueError("there are colors and an image to take them from; leave one of them out")
        if len(self.colors) == 1:
            raise ValueError("colors is one colour, which makes no gradient; give two at least")
        if self.steps == 1:
            raise ValueError("steps is 1, which is one colour all over; write 0 for a gradient, or 2 and more bands")
        return self

    @classmethod
    def examples(cls) -> tuple[Palette, ...]:
        """Ours, given ones and a picture's; round in a circle, there and back, in bands, learned."""
        return (
            cls(),
            cls(colors=("#101a4a", "wheat", "#d8402a"), cyclic=True, repeats=3, learn=True),
            cls(name="fiesta", shuffle=True, repeats=2, learn=True),
            cls(image="skimage:coffee", count=5, steps=9),
            cls(name="sumi", cyclic=True, steps=4, learn=True),
        )

    @classmethod
    def surprise(cls, rng: np.random.Generator) -> Palette:
        """One of ours, there and back a few times."""
        name = list(PALETTES)[rng.integers(len(PALETTES))]
        return cls(name=name, repeats=int(rng.choice([1, 2, 3, 5])), steps=int(rng.choice([0, 0, 0, 12])))

    def components(self) -> int:
        """One."""
        return 1

    def layout(self) -> Layout:
        """The colours in OKLab, one a row."""
        count = self.count if self.image else len(self.colors or PALETTES[self.name])
        return Layout((Entry("colors", (count, 3), learned=self.learn),))

    def draw(self, layout: Layout, rng: np.random.Generator) -> np.ndarray:
        """The colours.

        Raises:
            LimnerError: the picture that they are taken from is missing or damaged.
        """
        given = self.colors or PALETTES[self.name]
        colours = colours_of(self.image, self.count) if self.image else from_srgb(rgb_columns(given)).T
        return layout.pack({"colors": rng.permutation(colours) if self.shuffle else colours})

    def convert(self, theta: Array, x: Array) -> Array:
        """RGB of the mixtures."""
        table = namespace(theta).reshape(theta, (-1, 3))
        weights, _ = self._weights(x, table.shape[0])
        return to_srgb(table.T @ weights)

    def convert_vjp(self, theta: Array, x: Array) -> tuple[Array, Pullback]:
        """RGB, and its pullback to t and to the colours."""
        xp = namespace(theta)
        table = xp.reshape(theta, (-1, 3))
        weights, slopes = self._weights(x, table.shape[0])
        rgb, pull = to_srgb_vjp(table.T @ weights)

        def pullback(drgb: Array) -> tuple[Array, Array]:
            _, dlab = pull(drgb)
            return xp.reshape(weights @ dlab.T, (-1,)), xp.sum(slopes * (table @ dlab), axis=0, keepdims=True)

        return rgb, pullback

    def _weights(self, t: Array, count: int) -> tuple[Array, Array]:
        """What each colour weighs at each point, ``(count, n)``, and the slopes of that by t."""
        xp = namespace(t)
        u, slope = self._folded(t)
        ends = count if self.cyclic else count - 1
        places = xp.reshape(xp.arange(count, dtype=t.dtype, device=device(t)), (-1, 1))
        away = ends * u - places
        if self.cyclic:
            away = away - count * xp.floor(away / count + 0.5)
        rising = xp.astype((away >= -1.0) & (away < 0.0), t.dtype)
        falling = xp.astype((away >= 0.0) & (away < 1.0), t.dtype)
        return xp.maximum(1.0 - xp.abs(away), 0.0), (rising - falling) * (ends * slope)

    def _folded(self, t: Array) -> tuple[Array, Array]:
        """Where t lies between the ends of the gradient, 0 to 1, and the slope of that."""
        xp = namespace(t)
        u, slope = self.repeats * t, xp.full_like(t, float(self.repeats))
        if self.cyclic:
            u = u - xp.floor(u)
        else:
            u = u - 2.0 * xp.floor(0.5 * u)
            u, slope = 1.0 - xp.abs(u - 1.0), xp.where(u < 1.0, slope, -slope)
        if self.steps:
            last = self.steps if self.cyclic else self.steps - 1
            u, slope = xp.minimum(xp.floor(self.steps * u), self.steps - 1.0) / last, xp.zeros_like(slope)
        return u, slope
