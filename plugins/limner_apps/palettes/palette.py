"""A palette, and the palettes that the installed colour modes have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from limner.app import LimnerError
from limner.app.artworks import paint, swatches_of
from limner.app.pictures import find_picture, hex_colors
from limner.app.recipes import PALETTE_MODE, SingleRecipe, palette_names
from limner.app.registry import registry
from limner.plugin import ColorMode, Context, Params

MAX_GRADIENT = 24
"""The largest number of colours that the colour mode ``palette`` mixes."""
SEED = 1
"""The seed of palettes that are drawn, unless another one is given."""


@dataclass(frozen=True)
class Palette:
    """A few colours, and where they come from.

    Attributes:
        name: the name of a palette, or the path of a picture or an artwork.
        colours: sRGB ``(k, 3)``, from 0 to 1.
        source: a palette, a picture whose main colours they are, or an artwork that mixes them.
        mode: the colour mode that has the palette; empty for other sources.
        seed: the seed that the colours were drawn with; None if they do not depend on one.
    """

    name: str
    colours: np.ndarray
    source: Literal["palette", "picture", "artwork"] = "palette"
    mode: str = ""
    seed: int | None = None

    @cached_property
    def hex(self) -> tuple[str, ...]:
        """The colours as ``#rrggbb``."""
        return tuple(hex_colors(self.colours))

    @property
    def levels(self) -> list[tuple[int, int, int]]:
        """The colours as levels from 0 to 255."""
        return [(red, green, blue) for red, green, blue in (bytes.fromhex(code[1:]) for code in self.hex)]

    @property
    def title(self) -> str:
        """The name, with the seed of drawn colours."""
        return self.name if self.seed is None else f"{self.name}, seed {self.seed}"

    def record(self) -> dict[str, Any]:
        """Return the palette for JSON."""
        record: dict[str, Any] = {"name": self.name, "source": self.source, "colors": list(self.hex)}
        record |= {"mode": self.mode} if self.mode else {}
        return record | ({} if self.seed is None else {"seed": self.seed})


def palette_modes() -> dict[str, str]:
    """Return the names of all palettes, each with the colour mode that has it; ``palette`` has precedence.

    Colour modes of broken plugins are omitted.
    """
    modes: dict[str, str] = {}
    for kind in sorted(registry().names("color"), key=lambda kind: (kind != PALETTE_MODE, kind)):
        try:
            mode = registry().load("color", kind, ColorMode)
        except LimnerError:
            continue
        for name in palette_names(mode):
            modes.setdefault(name, kind)
    return modes


def named_palette(name: str, mode: str, seed: int | None = None, count: int | None = None) -> Palette:
    """Return a palette of a colour mode.

    Args:
        name: the name of the palette.
        mode: the name of the colour mode.
        seed: the seed, for a palette whose colours are drawn.
        count: the number of colours, for a palette whose colours are drawn; None for the mode's default.

    Raises:
        LimnerError: the count is out of range.
    """
    settings = {"kind": mode, "name": name}
    colours = mixed_colours(settings, SEED)
    if np.array_equal(colours, mixed_colours(settings, SEED + 1)):
        return Palette(name, colours, mode=mode)
    used = SEED if seed is None else seed
    return Palette(name, mixed_colours(settings | _counted(count), used), mode=mode, seed=used)


def picture_palette(name: str, count: int | None = None) -> Palette:
    """Return the main colours of a picture, as the colour mode ``palette`` takes them.

    Raises:
        LimnerError: the file is missing or damaged, or not a picture, or the count is out of range.
    """
    find_picture(name, "`sources`")
    return Palette(name, mixed_colours({"kind": PALETTE_MODE, "image": name} | _counted(count), SEED), "picture")


def mixed_colours(mode: Mapping[str, Any], seed: int) -> np.ndarray:
    """Return the colours that a colour mode mixes, given as a table, sRGB ``(k, 3)``.

    Raises:
        LimnerError: a setting is invalid, or the picture to take the colours from cannot be read.
    """
    try:
        art = paint({"color": mode, "title": "Palette"}, seed=seed, size=(1, 1))
        return swatches_of(art.model, art.theta)
    except LimnerError as error:
        problem = str(error).partition("color.count: ")[2]
        if not problem:
            raise
        raise LimnerError(f"`count`: {problem}") from error


def gradient(codes: Sequence[str], count: int) -> np.ndarray:
    """Return points of the gradient through colours as the colour mode ``palette`` paints it, sRGB ``(count, 3)``.

    Args:
        codes: the colours as text. If there are more than ``palette`` mixes, only the first ones are used.
        count: the number of points.
    """
    few = [*codes, *codes][: max(2, min(len(codes), MAX_GRADIENT))]
    art = paint({"color": {"kind": PALETTE_MODE, "colors": few}}, seed=SEED, size=(1, 1))
    mode = art.recipe.color.stage if isinstance(art.recipe, SingleRecipe) else None
    assert isinstance(mode, ColorMode)
    layout = mode.param_layout()
    params = Params(layout, art.theta[art.theta.size - layout.size :])
    rgb = mode.forward(params, np.linspace(0.0, 1.0, count, dtype=np.float32)[None], Context(size=(count, 1)))
    return np.asarray(rgb).T


def _counted(count: int | None) -> dict[str, int]:
    """Return the setting of the number of colours."""
    return {} if count is None else {"count": count}
