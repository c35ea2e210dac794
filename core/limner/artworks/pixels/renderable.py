"""A recipe and its θ as pixels: rendered to an array, at any size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from limner.artworks import renderer
from limner.artworks.pixels.bleed import with_edges
from limner.artworks.pixels.rendering import check_levels
from limner.artworks.third_party import name_packages_on_error
from limner.composition.recipe import Recipe
from limner.imaging.canvas import Canvas
from limner.imaging.dithering import Dither
from limner.models.base import Model
from limner.models.factory import model_of
from limner.registry import backends
from limner.registry.registry import registry

if TYPE_CHECKING:
    from limner.stages.backend import Backend

Pixels: TypeAlias = "NDArray[np.uint8] | NDArray[np.uint16]"
"""Rendered pixels, ``(h, w, 3 or 4)``, with 8 or 16 bits per channel."""


@dataclass(frozen=True, eq=False)
class Renderable:
    """A picture as a function: a recipe and its parameters θ.

    Attributes:
        recipe: the recipe with all its settings, its seed and its size.
        theta: the parameters of all stages, 1-D float32, read-only, in the order of the stages in the model.
        packages: names and versions of the packages whose stages the recipe uses.
    """

    recipe: Recipe
    theta: np.ndarray
    packages: Mapping[str, str] = field(default_factory=dict)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("an artwork has no pixels to share; NumPy cannot render it with copy=False")
        pixels = self.render()
        return pixels if dtype is None else pixels.astype(dtype)

    @cached_property
    def model(self) -> Model:
        """The recipe's stages as one function of θ."""
        return model_of(self.recipe)

    @property
    def seed(self) -> int:
        """The random seed."""
        return self.recipe.seed

    @property
    def size(self) -> tuple[int, int]:
        """The default width and height of renderings, in pixels."""
        return self.recipe.size

    @overload
    def render(
        self,
        size: tuple[int, int] | None = None,
        region: tuple[int, int, int, int] | None = None,
        supersample: int = 1,
        bits: Literal[8] = 8,
        *,
        dither: Dither = "none",
        time: float = 0.0,
        bleed: int = 0,
        backend: str | Backend = "auto",
    ) -> NDArray[np.uint8]: ...

    @overload
    def render(
        self,
        size: tuple[int, int] | None = None,
        region: tuple[int, int, int, int] | None = None,
        supersample: int = 1,
        *,
        bits: Literal[16],
        dither: Dither = "none",
        time: float = 0.0,
        bleed: int = 0,
        backend: str | Backend = "auto",
    ) -> NDArray[np.uint16]: ...

    @overload
    def render(
        self,
        size: tuple[int, int] | None = None,
        region: tuple[int, int, int, int] | None = None,
        supersample: int = 1,
        bits: int = 8,
        *,
        dither: Dither = "none",
        time: float = 0.0,
        bleed: int = 0,
        backend: str | Backend = "auto",
    ) -> Pixels: ...

    def render(
        self,
        size: tuple[int, int] | None = None,
        region: tuple[int, int, int, int] | None = None,
        supersample: int = 1,
        bits: int = 8,
        *,
        dither: Dither = "none",
        time: float = 0.0,
        bleed: int = 0,
        backend: str | Backend = "auto",
    ) -> Pixels:
        """Render the artwork, or a region of it, as an array.

            pixels = art.render(size=(2048, 2048), supersample=2)

        Args:
            size: width and height of the whole picture, in pixels. Default: the recipe's size.
            region: left, top, width and height of the part to render, in pixels of ``size``. Default: everything.
            supersample: samples per pixel along each side; they are averaged.
            bits: bits per channel, 8 or 16.
            dither: the dither pattern, which hides banding: ``none``, ``ordered`` or ``blue-noise``.
            time: the time in an animation, 0 to 1.
            bleed: pixels to render beyond each edge, which are cut off after printing; the pixels inside stay the same.
            backend: an array backend or its name; ``auto`` uses CuPy if it runs on this machine, otherwise NumPy.

        Returns:
            The pixels in sRGB, with the bleed, ``(h, w, 3)``, or ``(h, w, 4)`` if the recipe has transparency; uint8,
            or uint16 for 16 bits.

        Raises:
            LimnerError: an argument is invalid, or the picture does not fit into memory.
            PluginError: a stage of an installed package failed.
        """
        canvas = with_edges(Canvas(size or self.size, region, supersample, time, bleed), self.model, self.theta)
        check_levels(bits, dither)
        runner = backends.choose_backend(backend, registry())
        renderer.check_memory(self.model, canvas, runner, rows=canvas.output_size[1], bits=bits)
        with name_packages_on_error(self.packages):
            return np.concatenate(list(renderer.bands(self.model, self.theta, canvas, runner, bits, dither)))
