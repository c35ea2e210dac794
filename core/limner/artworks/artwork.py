"""The artwork: a recipe and its θ."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from limner.artworks import renderer, saving
from limner.artworks.third_party import name_packages_on_error
from limner.composition.conditioning import with_weights
from limner.composition.recipe import Recipe
from limner.errors import LimnerError
from limner.formats import container
from limner.formats.image_files import image_format_for
from limner.formats.manifest import RenderSettings
from limner.imaging.canvas import Canvas
from limner.imaging.dithering import Dither
from limner.models.base import Model
from limner.models.factory import model_of
from limner.registry import backends
from limner.registry.events import FileSaved
from limner.registry.registry import registry
from limner.utils.arguments import check_path
from limner.utils.atomic_files import check_target
from limner.utils.paths import StrPath

if TYPE_CHECKING:
    from limner.stages.backend import Backend

Pixels: TypeAlias = "NDArray[np.uint8] | NDArray[np.uint16]"
"""Rendered pixels, ``(h, w, 3 or 4)``: 8 or 16 bits a channel."""

MAX_PREVIEW_SIDE = 512


@dataclass(frozen=True, eq=False)
class Artwork:
    """A picture as a function: a recipe and its parameters θ. It can be rendered at any size.

        art = limner.open("picture.png")
        pixels = art.render(size=(300, 200))
        art.save("large.png", size=(4096, 4096))

    Two artworks are equal if they have the same recipe, which includes seed and size, and the same θ bit for bit. An
    artwork does not change, so it can be an element of a set or a key of a dict. ``numpy.asarray(art)`` renders it.

    Attributes:
        recipe: the composition with all its settings, its seed and its size.
        theta: the parameters of all stages, 1-D float32, read-only; stage by stage along the model.
        packages: names and versions of the packages whose stages the recipe uses.
        shown: how the pixels of the file were rendered that it was opened from; None for an artwork in memory.
    """

    recipe: Recipe
    theta: np.ndarray
    packages: Mapping[str, str] = field(default_factory=dict)
    render_settings: RenderSettings | None = None

    def __repr__(self) -> str:
        width, height = self.size
        return f"<Artwork {self.recipe.title!r}, seed {self.seed}, {width}x{height}, θ of {self.theta.size}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Artwork):
            return NotImplemented
        return self._theta_bytes == other._theta_bytes and self.recipe.table() == other.recipe.table()

    def __hash__(self) -> int:
        return hash((self.seed, self.size, self._theta_bytes))

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("an artwork holds no pixels to share: NumPy may not render it with copy=False")
        pixels = self.render()
        return pixels if dtype is None else pixels.astype(dtype)

    @cached_property
    def model(self) -> Model:
        """The stages as one function of θ."""
        return model_of(self.recipe)

    @property
    def seed(self) -> int:
        """The random seed."""
        return self.recipe.seed

    @property
    def size(self) -> tuple[int, int]:
        """Width and height that it is rendered at by default, pixels."""
        return self.recipe.size

    def press(self, weights: str | Sequence[float]) -> Artwork:
        """Return the same network with other buttons pressed; it must have been fitted to several pictures.

        Args:
            press: a weight for each button, ``"1,0,0.5"`` or a sequence, or some by name, ``"fox=1,star=0.5"``, the
                others 0. Weights may lie outside 0 to 1.

        Returns:
            A new artwork with the same θ.

        Raises:
            LimnerError: there are no buttons, or not these.
        """
        return replace(self, recipe=with_weights(self.recipe, weights))

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
        backend: str | Backend = "auto",
    ) -> Pixels:
        """Render the artwork, or a part of it.

        Args:
            size: width and height of the whole picture, pixels; those of the recipe by default.
            region: left, top, width and height of the part to render, in pixels of that size; all by default.
            supersample: samples per pixel along each side, averaged.
            bits: bits a channel, 8 or 16.
            dither: the pattern that hides the steps between levels: ``none``, ``ordered`` or ``blue-noise``.
            time: the moment of an animation, 0 to 1.
            backend: an array backend or its name.

        Returns:
            The pixels in sRGB, ``(h, w, 3)``, or ``(h, w, 4)`` with opacity; uint8, or uint16 for 16 bits.

        Raises:
            LimnerError: the size or the region is impossible, or memory cannot hold the picture.
            PluginError: a stage of an installed package failed.
        """
        canvas = Canvas(size or self.recipe.size, region, supersample, time)
        saving.check_levels(bits, dither)
        runner = backends.choose_backend(backend, registry())
        renderer.check_memory(self.model, canvas, runner, rows=canvas.output_size[1], bits=bits)
        with name_packages_on_error(self.packages):
            return np.concatenate(list(renderer.bands(self.model, self.theta, canvas, runner, bits, dither)))

    def save(
        self,
        path: StrPath,
        *,
        size: tuple[int, int] | None = None,
        region: tuple[int, int, int, int] | None = None,
        supersample: int = 1,
        bits: int = 8,
        dither: Dither = "none",
        time: float = 0.0,
        dpi: float = 0.0,
        options: Mapping[str, Any] | None = None,
        force: bool = False,
        backend: str | Backend = "auto",
    ) -> Path:
        """Render the artwork into a file that contains its recipe and θ, so that ``limner.open`` can read it again.

        The file is complete or absent. PNG and TIFF are streamed: memory does not grow with the picture.

        Args:
            path: the file; its suffix chooses the format, and ``.limner`` stores recipe and θ without pixels.
            size: width and height of the whole picture, pixels; those of the recipe by default.
            region: left, top, width and height of the part to render, in pixels of that size; all by default.
            supersample: samples per pixel along each side, averaged.
            bits: bits a channel, 8 or 16.
            dither: the pattern that hides the steps between levels: ``none``, ``ordered`` or ``blue-noise``.
            time: the moment of an animation, 0 to 1.
            dpi: pixels per inch, recorded in the file; 0 records none.
            options: settings of the format by name, ``{"quality": 90}``.
            force: overwrite an existing file.
            backend: an array backend or its name.

        Returns:
            The file.

        Raises:
            LimnerError: the file exists and ``force`` is not given, or its format, the memory or the disk cannot take
                the picture.
        """
        path = check_path("path", path)
        saving.check_levels(bits, dither)
        if path.suffix.lower() == container.SUFFIX:
            if region or options or supersample != 1 or bits != 8 or dither != "none":
                raise LimnerError(f"{path}: holds recipe and θ and no pixels; leave out what is said of pixels")
            saving.save_parameters(path, self._contents, force=force)
            written = [path]
        else:
            canvas = Canvas(size or self.recipe.size, region, supersample, time)
            rendering = saving.Rendering(canvas, backends.choose_backend(backend, registry()), bits, dither, dpi)
            written = saving.save(path, self._contents, rendering, options, force=force)
        for file in written:
            registry().emit(FileSaved(file))
        return path

    def check(
        self, path: Path, *, dpi: float = 0.0, options: Mapping[str, Any] | None = None, force: bool = False
    ) -> None:
        """Refuse early what ``save`` would refuse; only the length of θ matters.

        Raises:
            LimnerError: as ``save``.
        """
        if path.suffix.lower() == container.SUFFIX:
            check_target(path, force=force)
            if options:
                raise LimnerError(f"{path}: holds recipe and θ and no pixels; leave out what is said of pixels")
            return
        rendering = saving.Rendering(Canvas(self.recipe.size), backends.choose_backend("numpy", registry()), dpi=dpi)
        part = saving.check(path, self._contents, rendering, options, force=force)
        beside = saving.theta_file(path, part, self.theta)
        if beside:
            check_target(beside, force=force)

    @cached_property
    def _theta_bytes(self) -> bytes:
        """The bytes of θ, by which artworks are compared."""
        return self.theta.tobytes()

    @property
    def _contents(self) -> saving.Contents:
        """The data that its files contain besides pixels."""
        return saving.Contents(self.model, self.theta, self.packages)

    def _repr_png_(self) -> bytes:
        """Return the picture for notebooks, its longer side at most 512 pixels."""
        width, height = self.recipe.size
        shrink = max(1.0, max(width, height) / MAX_PREVIEW_SIDE)
        canvas = Canvas((max(1, round(width / shrink)), max(1, round(height / shrink))))
        file = io.BytesIO()
        rendering = saving.Rendering(canvas, backends.choose_backend("auto", registry()))
        with name_packages_on_error(self.packages):
            saving.write(file, image_format_for(Path("preview.png")), self._contents, rendering)
        return file.getvalue()
