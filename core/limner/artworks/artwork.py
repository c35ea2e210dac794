"""The artwork: a recipe and its θ. It paints itself at any size, and every file it is saved to can be opened again."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from limner.artworks import renderer
from limner.errors import LimnerError, PluginError
from limner.formats import container
from limner.formats.image_files import check_page, writer_for
from limner.formats.image_format import Embedded, Page, PixelDigest, Writer
from limner.formats.manifest import Manifest, Shown, digest_of, theta_bytes
from limner.imaging.canvas import Canvas
from limner.imaging.dithering import Dither
from limner.models.base import Model
from limner.models.factory import model_of
from limner.recipes.conditioning import pressed
from limner.recipes.recipe import Recipe
from limner.recipes.stage_spec import StageSpec
from limner.registry import backends
from limner.registry.events import Progress, Saved
from limner.registry.registry import registry
from limner.utils.atomic_files import check_target, replacing
from limner.utils.resources import check_room

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
        with self._blaming():
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
            container.write_container(path, self._manifest(None).to_json(), self.theta, force=force)
            registry().emit(Saved(path))
            return path
        canvas = Canvas(size or self.recipe.size, region, supersample, time)
        runner = backends.choose(backend, registry())
        part, page = self._checked(path, canvas, bits, dpi, options, runner, force=force)
        writer = part.stage
        beside = path.with_suffix(container.SUFFIX) if self.theta.nbytes > writer.max_theta else None
        keeps = beside is not None and self._lies_in(beside)
        if beside and not keeps:
            check_target(beside, force=force)
        with self._blaming(), replacing(path, force=force) as file:
            self._write(file, part, page, canvas, runner, dither, theta_beside=beside is not None)
            if beside and not keeps:  # last: an interrupted painting leaves neither
                container.write_container(beside, self._manifest(None).to_json(), self.theta, force=force)
        for written in (path, beside):
            if written:
                registry().emit(Saved(written))
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
        runner = backends.choose("numpy", registry())
        part, _ = self._checked(path, Canvas(self.recipe.size), 8, dpi, options, runner, force=force)
        if self.theta.nbytes > part.stage.max_theta:
            check_target(path.with_suffix(container.SUFFIX), force=force)

    def _checked(
        self,
        path: Path,
        canvas: Canvas,
        bits: int,
        dpi: float,
        options: Mapping[str, Any] | None,
        runner: Backend,
        *,
        force: bool,
    ) -> tuple[StageSpec[Writer], Page]:
        """The writer and the page, where both will do."""
        part = writer_for(path, options)
        writer = part.stage
        if not 0 <= dpi <= 1_000_000:
            raise LimnerError(f"dpi: must be 0 to 1000000, got {dpi}")
        page = self._page(canvas, bits, dpi)
        check_target(path, force=force)
        check_page(path, writer, page)
        renderer.check_memory(
            self.model, canvas, runner, rows=writer.held_rows if writer.streams else page.height, bits=bits
        )
        check_room(path, page.nbytes + self.theta.nbytes)
        return part, page

    @contextmanager
    def _blaming(self) -> Iterator[None]:
        """What a stranger's stage raises is told as the stranger's, not as ours."""
        strangers = ", ".join(f"{k} {v}" for k, v in self.packages.items() if k not in ("limner", "numpy"))
        try:
            yield
        except (LimnerError, MemoryError):
            raise
        except Exception as error:
            if not strangers:
                raise
            text = " ".join(f"{type(error).__name__}: {error}".split())
            raise PluginError(f"a stage of {strangers} failed while painting: {text}") from error

    def _lies_in(self, beside: Path) -> bool:
        """Does a file beside the picture hold this very θ already?

        Raises:
            LimnerError: it holds another one, which another picture may need.
        """
        if not beside.exists():
            return False
        if np.array_equal(container.read_container(beside)[1], self.theta):
            return True
        raise LimnerError(
            f"{beside}: holds another picture's θ, and this one's does not fit inside; choose another name with -o"
        )

    def _write(
        self,
        file: BinaryIO,
        part: StageSpec[Writer],
        page: Page,
        canvas: Canvas,
        runner: Backend,
        dither: Dither,
        *,
        theta_beside: bool,
    ) -> None:
        digest = PixelDigest(page)

        def watched() -> Iterator[np.ndarray]:
            for band in renderer.bands(self.model, self.theta, canvas, runner, page.bits, dither, _tell):
                digest.update(band)
                yield band

        shown = Shown.model_validate(
            {"size": canvas.size, "region": canvas.part, "supersample": canvas.supersample, "bits": page.bits}
            | {"dpi": page.dpi, "dither": dither, "time": canvas.time, "writer": part.table()}
        )
        theta = b"" if theta_beside else theta_bytes(self.theta)
        record = self._manifest(shown, theta_beside=theta_beside).to_json()
        part.stage.write(file, page, watched(), Embedded(record, theta, ""), digest)

    def _page(self, canvas: Canvas, bits: int, dpi: float) -> Page:
        return Page(*canvas.out_size, 4 if self.model.alpha else 3, bits, dpi)

    def _manifest(self, shown: Shown | None, *, theta_beside: bool = False) -> Manifest:
        return Manifest(
            packages=dict(self.packages),
            recipe=self.recipe.table(),
            theta_size=int(self.theta.size),
            theta_beside=theta_beside,
            theta_digest=digest_of(theta_bytes(self.theta)),
            shown=shown,
        )

    def _repr_png_(self) -> bytes:
        """The picture for notebooks, its long side at most 512."""
        width, height = self.recipe.size
        shrink = max(1.0, max(width, height) / PREVIEW)
        canvas = Canvas((max(1, round(width / shrink)), max(1, round(height / shrink))))
        writer = writer_for(Path("preview.png"))
        file = io.BytesIO()
        runner = backends.choose("auto", registry())
        self._write(file, writer, self._page(canvas, 8, 0.0), canvas, runner, "none", theta_beside=False)
        return file.getvalue()


def _tell(done: int, total: int) -> None:
    registry().emit(Progress("paint", done, total))
