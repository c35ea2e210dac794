"""Save a picture that paints itself again: recipe and θ are in the file, or θ beside it if its format is too small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, get_args

import numpy as np

from limner.artworks import renderer
from limner.artworks.evolution import local_classes
from limner.artworks.parameter_records import stored_parameters
from limner.artworks.third_party import errors_named
from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError
from limner.formats import container
from limner.formats.image_files import check_page, writer_for
from limner.formats.image_format import Embedded, Page, PixelDigest, Writer
from limner.formats.manifest import Manifest, Shown, digest_of, theta_bytes
from limner.imaging.canvas import Canvas
from limner.imaging.dithering import Dither
from limner.models.base import Model
from limner.registry.attribution import attributing
from limner.registry.events import Progress
from limner.registry.registry import registry
from limner.utils import arguments
from limner.utils.atomic_files import check_target, replacing
from limner.utils.resources import check_room

if TYPE_CHECKING:
    from limner.stages.backend import Backend


@dataclass(frozen=True, eq=False)
class Contents:
    """What a file holds besides pixels.

    Attributes:
        model: the recipe's stages; the recipe is its ``recipe``.
        theta: everything the stages own.
        packages: names and versions of the packages whose stages the recipe uses.
    """

    model: Model
    theta: np.ndarray
    packages: Mapping[str, str]

    def manifest(self, shown: Shown | None = None, *, theta_beside: bool = False) -> Manifest:
        """Return the record of a file: ``shown`` says how its pixels were painted, None that it has none."""
        return Manifest(
            packages=dict(self.packages),
            classes=local_classes(self.model.recipe),
            parameters=stored_parameters(self.model),
            recipe=self.model.recipe.table(),
            theta_size=int(self.theta.size),
            theta_beside=theta_beside,
            theta_digest=digest_of(theta_bytes(self.theta)),
            shown=shown,
        )


@dataclass(frozen=True)
class Rendering:
    """How the pixels are painted.

    Attributes:
        canvas: size, region, samples and moment.
        runner: the backend.
        bits: bits a channel.
        dither: the grain that hides the steps between levels.
        dpi: pixels an inch; 0 says nothing.
    """

    canvas: Canvas
    runner: Backend
    bits: int = 8
    dither: Dither = "none"
    dpi: float = 0.0

    def page(self, model: Model) -> Page:
        """Return what a format knows of the picture before the first pixel."""
        return Page(*self.canvas.out_size, 4 if model.alpha else 3, self.bits, self.dpi)


def check_levels(bits: int, dither: Dither) -> None:
    """Refuse a number of bits or a pattern that there is not.

    Raises:
        LimnerError: it is none of the known ones.
    """
    arguments.choice("bits", bits, tuple(renderer.DTYPES))
    arguments.choice("dither", dither, get_args(Dither))


def check(
    path: Path, contents: Contents, rendering: Rendering, options: Mapping[str, Any] | None, *, force: bool
) -> StageSpec[Writer]:
    """Return the writer of a file's format, with its options; refuse early what ``save`` could not write.

    Raises:
        LimnerError: the file exists and ``force`` is not given, or it, its format, the memory or the disk cannot take
            the picture, or a class without a package was defined again after the artwork was made.
    """
    part = writer_for(path, arguments.table("options", options, "{'quality': 90}"))
    writer = part.stage
    local_classes(contents.model.recipe)
    if not 0 <= arguments.number("dpi", rendering.dpi) <= 1_000_000:
        raise LimnerError(f"dpi: must be 0 to 1000000, got {rendering.dpi}")
    page = rendering.page(contents.model)
    check_target(path, force=force)
    check_page(path, writer, page)
    rows = writer.held_rows if writer.streams else page.height
    renderer.check_memory(contents.model, rendering.canvas, rendering.runner, rows=rows, bits=rendering.bits)
    check_room(path, page.nbytes + contents.theta.nbytes)
    return part


def theta_file(path: Path, part: StageSpec[Writer], theta: np.ndarray) -> Path | None:
    """Return the file beside a picture that holds θ; None if θ fits into the picture."""
    fits = theta.nbytes <= part.stage.max_theta
    return None if fits else path.with_suffix(container.SUFFIX)


def save(
    path: Path, contents: Contents, rendering: Rendering, options: Mapping[str, Any] | None, *, force: bool
) -> list[Path]:
    """Paint into a file, and return it and the file of θ beside it, if any. Both are complete or absent.

    Raises:
        LimnerError: as ``check``; or the file of θ exists and holds another picture's.
        PluginError: a stage of a third party failed.
    """
    part = check(path, contents, rendering, options, force=force)
    beside = theta_file(path, part, contents.theta)
    missing = beside is not None and not _holds(beside, contents.theta)
    if beside and missing:
        check_target(beside, force=force)
    with errors_named(contents.packages), replacing(path, force=force) as file, attributing():
        write(file, part, contents, rendering, theta_beside=beside is not None)
        if beside and missing:  # last: an interrupted run leaves neither
            save_parameters(beside, contents, force=force)
    return [path, beside] if beside else [path]


def save_parameters(path: Path, contents: Contents, *, force: bool) -> None:
    """Write recipe and θ alone, without pixels.

    Raises:
        LimnerError: the file cannot be written, or exists and ``force`` is not given.
    """
    container.write_container(path, contents.manifest().to_json(), contents.theta, force=force)


def write(
    file: BinaryIO, part: StageSpec[Writer], contents: Contents, rendering: Rendering, *, theta_beside: bool = False
) -> None:
    """Paint into an open file, band by band, with the record and θ, unless θ is beside it."""
    canvas, page = rendering.canvas, rendering.page(contents.model)
    digest = PixelDigest(page)

    def watched() -> Iterator[np.ndarray]:
        for band in renderer.bands(
            contents.model, contents.theta, canvas, rendering.runner, page.bits, rendering.dither, _report_progress
        ):
            digest.update(band)
            yield band

    shown = Shown.model_validate(
        {"size": canvas.size, "region": canvas.part, "supersample": canvas.supersample, "bits": page.bits}
        | {"dpi": page.dpi, "dither": rendering.dither, "time": canvas.time, "writer": part.table()}
    )
    theta = b"" if theta_beside else theta_bytes(contents.theta)
    record = contents.manifest(shown, theta_beside=theta_beside).to_json()
    part.stage.write(file, page, watched(), Embedded(record, theta, ""), digest)


def _holds(beside: Path, theta: np.ndarray) -> bool:
    """Whether a file beside the picture holds this very θ already.

    Raises:
        LimnerError: it holds another one, which another picture may need.
    """
    if not beside.exists():
        return False
    if np.array_equal(container.read_container(beside)[1], theta):
        return True
    raise LimnerError(
        f"{beside}: holds another picture's θ, and this one's does not fit inside; choose another name with `path`"
    )


def _report_progress(done: int, total: int) -> None:
    registry().emit(Progress("paint", done, total))
