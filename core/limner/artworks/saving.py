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
from limner.artworks.third_party import name_packages_on_error
from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError
from limner.formats import container
from limner.formats.image_files import check_image_info, image_format_for
from limner.formats.image_format import EmbeddedData, ImageFormat, ImageInfo, PixelDigest
from limner.formats.manifest import Manifest, RenderSettings, digest_of, theta_bytes
from limner.imaging.canvas import Canvas
from limner.imaging.dithering import Dither
from limner.models.base import Model
from limner.registry.attribution import attributing
from limner.registry.events import Progress
from limner.registry.registry import registry
from limner.utils import arguments
from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.resources import check_disk_space

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

    def manifest(self, shown: RenderSettings | None = None, *, theta_external: bool = False) -> Manifest:
        """Return the record of a file: ``shown`` says how its pixels were painted, None that it has none."""
        return Manifest(
            packages=dict(self.packages),
            classes=local_classes(self.model.recipe),
            parameters=stored_parameters(self.model),
            recipe=self.model.recipe.table(),
            theta_size=int(self.theta.size),
            theta_external=theta_external,
            theta_digest=digest_of(theta_bytes(self.theta)),
            render_settings=shown,
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
    backend: Backend
    bits: int = 8
    dither: Dither = "none"
    dpi: float = 0.0

    def info(self, model: Model) -> ImageInfo:
        """Return what a format knows of the picture before the first pixel."""
        return ImageInfo(*self.canvas.output_size, 4 if model.alpha else 3, self.bits, self.dpi)


def check_levels(bits: int, dither: Dither) -> None:
    """Refuse a number of bits or a pattern that there is not.

    Raises:
        LimnerError: it is none of the known ones.
    """
    arguments.check_choice("bits", bits, tuple(renderer.DTYPES))
    arguments.check_choice("dither", dither, get_args(Dither))


def check(
    path: Path, contents: Contents, rendering: Rendering, options: Mapping[str, Any] | None, *, force: bool
) -> StageSpec[ImageFormat]:
    """Return the writer of a file's format, with its options; refuse early what ``save`` could not write.

    Raises:
        LimnerError: the file exists and ``force`` is not given, or it, its format, the memory or the disk cannot take
            the picture, or a class without a package was defined again after the artwork was made.
    """
    part = image_format_for(path, arguments.check_mapping("options", options, "{'quality': 90}"))
    image_format = part.stage
    local_classes(contents.model.recipe)
    if not 0 <= arguments.check_number("dpi", rendering.dpi) <= 1_000_000:
        raise LimnerError(f"dpi: must be 0 to 1000000, got {rendering.dpi}")
    page = rendering.info(contents.model)
    check_target(path, force=force)
    check_image_info(path, image_format, page)
    rows = image_format.buffered_rows if image_format.streams else page.height
    renderer.check_memory(contents.model, rendering.canvas, rendering.backend, rows=rows, bits=rendering.bits)
    check_disk_space(path, page.nbytes + contents.theta.nbytes)
    return part


def theta_file(path: Path, part: StageSpec[ImageFormat], theta: np.ndarray) -> Path | None:
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
    missing = beside is not None and not _contains_theta(beside, contents.theta)
    if beside and missing:
        check_target(beside, force=force)
    with name_packages_on_error(contents.packages), atomic_write(path, force=force) as file, attributing():
        write(file, part, contents, rendering, theta_external=beside is not None)
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
    file: BinaryIO,
    part: StageSpec[ImageFormat],
    contents: Contents,
    rendering: Rendering,
    *,
    theta_external: bool = False,
) -> None:
    """Paint into an open file, band by band, with the record and θ, unless θ is beside it."""
    canvas, page = rendering.canvas, rendering.info(contents.model)
    digest = PixelDigest(page)

    def watched() -> Iterator[np.ndarray]:
        for band in renderer.bands(
            contents.model, contents.theta, canvas, rendering.backend, page.bits, rendering.dither, _report_progress
        ):
            digest.update(band)
            yield band

    shown = RenderSettings.model_validate(
        {"size": canvas.size, "region": canvas.effective_region, "supersample": canvas.supersample, "bits": page.bits}
        | {"dpi": page.dpi, "dither": rendering.dither, "time": canvas.time, "image_format": part.table()}
    )
    theta = b"" if theta_external else theta_bytes(contents.theta)
    record = contents.manifest(shown, theta_external=theta_external).to_json()
    part.stage.write(file, page, watched(), EmbeddedData(record, theta, ""), digest)


def _contains_theta(beside: Path, theta: np.ndarray) -> bool:
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
