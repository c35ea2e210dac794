"""The artwork: a recipe and its θ. It paints itself at any size, and every file it is saved to can be opened again."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks import renderer, saving
from limner.artworks.third_party import errors_named
from limner.errors import LimnerError
from limner.formats import container
from limner.formats.image_files import writer_for
from limner.formats.manifest import Shown
from limner.imaging.canvas import Canvas
from limner.imaging.dithering import Dither
from limner.models.base import Model
from limner.models.factory import model_of
from limner.recipes.conditioning import pressed
from limner.recipes.recipe import Recipe
from limner.registry import backends
from limner.registry.events import Saved
from limner.registry.registry import registry
from limner.utils.atomic_files import check_target

if TYPE_CHECKING:
    from limner.stages.backend import Backend

PREVIEW = 512


@dataclass(frozen=True, eq=False)
class Artwork:
    """A picture as a function: the filled-in recipe, and θ, 1-D float32.

    Attributes:
        recipe: the composition, its seed and size filled in.
        theta: everything the stages own, read-only; its order is stage by stage along the model.
        packages: names and versions of the packages whose stages the recipe uses.
        shown: how the pixels of the file it was opened from were painted.
    """

    recipe: Recipe
    theta: np.ndarray
    packages: Mapping[str, str] = field(default_factory=dict)
    shown: Shown | None = None

    def __repr__(self) -> str:
        width, height = self.recipe.size
        return f"<Artwork {self.recipe.title!r}, seed {self.seed}, {width}x{height}, θ of {self.theta.size}>"

    @cached_property
    def model(self) -> Model:
        """The chain of stages."""
        return model_of(self.recipe)

    @property
    def seed(self) -> int:
        """What everything random followed from."""
        return self.recipe.seed

    def press(self, press: str | Sequence[float]) -> Artwork:
        """The same network with other buttons pressed, where it has learned several pictures.

        Args:
            press: a weight for each button, ``1,0,0.5`` or a sequence, or some by name, ``fox=1,star=0.5``, the others
                0. Any weights are allowed, not only those from 0 to 1.

        Raises:
            LimnerError: there are no buttons, or not these.
        """
        return replace(self, recipe=pressed(self.recipe, press))

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
    ) -> np.ndarray:
        """The pixels, ``(h, w, 3 or 4)``, uint8 or uint16.

        Args:
            size: width and height of the whole picture; the recipe's where none is given.
            region: left, top, width, height of the part that is wanted, in pixels of that size.
            supersample: samples a pixel along each side.
            bits: 8 or 16.
            dither: the grain that hides the steps between levels.
            time: the moment of an animation, 0 to 1.
            backend: a backend or its name.

        Raises:
            LimnerError: the size or the region is impossible, or memory cannot hold the picture.
        """
        canvas = Canvas(size or self.recipe.size, region, supersample, time)
        if bits not in renderer.DTYPES:
            raise LimnerError(f"bits: must be 8 or 16, got {bits}")
        runner = backends.choose(backend, registry())
        renderer.check_memory(self.model, canvas, runner, rows=canvas.out_size[1], bits=bits)
        with errors_named(self.packages):
            return np.concatenate(list(renderer.bands(self.model, self.theta, canvas, runner, bits, dither)))

    def save(
        self,
        path: str | Path,
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
        """Paint into a file whose format its ending names; ``.limner`` keeps recipe and θ alone, without pixels.

        The file is whole or not there. PNG and TIFF are streamed: memory does not grow with the picture.

        Args:
            path: where to; its ending names the format.
            size: width and height of the whole picture; the recipe's where none is given.
            region: left, top, width, height of the part that is wanted, in pixels of that size.
            supersample: samples a pixel along each side.
            bits: bits a channel.
            dither: the grain that hides the steps between levels.
            time: the moment of an animation, 0 to 1.
            dpi: pixels an inch, written into the file; 0 says nothing.
            options: parameters of the format's writer.
            force: overwrite what is there.
            backend: a backend or its name.

        Raises:
            LimnerError: the file exists and ``force`` is not given, or it, its format, the memory or the disk cannot
                take the picture.
        """
        path = Path(path)
        if path.suffix.lower() == container.SUFFIX:
            if region or options or supersample != 1 or bits != 8 or dither != "none":
                raise LimnerError(f"{path}: holds recipe and θ and no pixels; leave out what is said of pixels")
            saving.save_parameters(path, self._contents, force=force)
            written = [path]
        else:
            canvas = Canvas(size or self.recipe.size, region, supersample, time)
            rendering = saving.Rendering(canvas, backends.choose(backend, registry()), bits, dither, dpi)
            written = saving.save(path, self._contents, rendering, options, force=force)
        for file in written:
            registry().emit(Saved(file))
        return path

    def check(
        self, path: Path, *, dpi: float = 0.0, options: Mapping[str, Any] | None = None, force: bool = False
    ) -> None:
        """Refuse early what ``save`` would refuse; θ may be anything of its length yet.

        Raises:
            LimnerError: as ``save``.
        """
        if path.suffix.lower() == container.SUFFIX:
            check_target(path, force=force)
            if options:
                raise LimnerError(f"{path}: holds recipe and θ and no pixels; leave out what is said of pixels")
            return
        rendering = saving.Rendering(Canvas(self.recipe.size), backends.choose("numpy", registry()), dpi=dpi)
        part = saving.check(path, self._contents, rendering, options, force=force)
        beside = saving.theta_file(path, part, self.theta)
        if beside:
            check_target(beside, force=force)

    @property
    def _contents(self) -> saving.Contents:
        """What its files hold besides pixels."""
        return saving.Contents(self.model, self.theta, self.packages)

    def _repr_png_(self) -> bytes:
        """The picture for notebooks, its long side at most 512."""
        width, height = self.recipe.size
        shrink = max(1.0, max(width, height) / PREVIEW)
        canvas = Canvas((max(1, round(width / shrink)), max(1, round(height / shrink))))
        file = io.BytesIO()
        rendering = saving.Rendering(canvas, backends.choose("auto", registry()))
        with errors_named(self.packages):
            saving.write(file, writer_for(Path("preview.png")), self._contents, rendering)
        return file.getvalue()
