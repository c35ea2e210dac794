"""Saving pictures with embedded recipe and θ; a θ too large for the format is saved to a separate file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from limner.artworks import renderer
from limner.artworks.evolution import local_classes
from limner.artworks.files.parameter_records import stored_parameters
from limner.artworks.pixels.rendering import Rendering, flattened_bands
from limner.artworks.third_party import name_packages_on_error
from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError
from limner.formats import container
from limner.formats.image_files import check_image_info, image_format_for
from limner.formats.image_format import EmbeddedData, ImageFormat
from limner.formats.manifest import Manifest, RenderSettings, TrainingRecord, digest_of, theta_bytes
from limner.formats.pixel_digest import PixelDigest
from limner.imaging.single_color import SingleColor
from limner.models.base import Model
from limner.registry.attribution import attributing
from limner.registry.events import FileSaved, Progress
from limner.registry.registry import registry
from limner.utils import arguments
from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.resources import check_disk_space


@dataclass(frozen=True, eq=False)
class Contents:
    """The data that a file contains besides pixels.

    Attributes:
        model: the model of the recipe, which is its attribute ``recipe``.
        theta: the parameters of all stages, 1-D float32.
        packages: names and versions of the packages whose stages the recipe uses.
        training: the quality of a fit; None if the artwork was not fitted.
    """

    model: Model
    theta: np.ndarray
    packages: Mapping[str, str]
    training: TrainingRecord | None = None

    def manifest(self, render_settings: RenderSettings | None = None, *, theta_external: bool = False) -> Manifest:
        """Return the manifest of a file.

        Args:
            render_settings: the settings that its pixels are rendered with; None if the file has no pixels.
            theta_external: whether θ is stored in a separate file.
        """
        return Manifest(
            packages=dict(self.packages),
            classes=local_classes(self.model.recipe),
            parameters=stored_parameters(self.model),
            recipe=self.model.recipe.table(),
            theta_size=int(self.theta.size),
            theta_external=theta_external,
            theta_digest=digest_of(theta_bytes(self.theta)),
            training=self.training,
            render_settings=render_settings,
        )


def check(
    path: Path, contents: Contents, rendering: Rendering, options: Mapping[str, Any] | None, *, force: bool
) -> StageSpec[ImageFormat]:
    """Return the image format of a file; raise the errors that ``save`` would raise, before rendering.

    Raises:
        LimnerError: the file exists and ``force`` is not set, an option is invalid, the format cannot store the
            picture, memory or disk space is insufficient, or a class without a package was redefined after the artwork
            was created.
    """
    rendering, format_options = rendering.with_options(path, options)
    spec = image_format_for(path, format_options)
    image_format = spec.stage
    local_classes(contents.model.recipe)
    if not 0 <= arguments.check_number("dpi", rendering.dpi) <= 1_000_000:
        raise LimnerError(f"dpi: must be 0 to 1000000, got {rendering.dpi}")
    info = rendering.info(contents.model)
    check_target(path, force=force)
    check_image_info(path, image_format, info)
    rows = image_format.buffered_rows if image_format.streams else info.height
    renderer.check_memory(contents.model, rendering.canvas, rendering.backend, rows=rows, bits=rendering.bits)
    check_disk_space(path, info.nbytes + contents.theta.nbytes)
    return spec


def theta_file(path: Path, spec: StageSpec[ImageFormat], theta: np.ndarray) -> Path | None:
    """Return the separate file that θ is saved to, or None if θ fits into the picture."""
    fits = theta.nbytes <= spec.stage.max_theta
    return None if fits else path.with_suffix(container.SUFFIX)


def save(
    path: Path, contents: Contents, rendering: Rendering, options: Mapping[str, Any] | None, *, force: bool
) -> list[FileSaved]:
    """Render to a file, and return the events to emit: for it, and for the separate file with θ, if any.

    The files are complete or absent.

    Raises:
        LimnerError: as ``check``; or the file for θ exists and contains the θ of another picture.
        PluginError: a third-party stage failed.
    """
    spec = check(path, contents, rendering, options, force=force)
    rendering, _ = rendering.with_options(path, options)
    theta_path = theta_file(path, spec, contents.theta)
    if theta_path:
        check_target(theta_path, force=True)  # the file is read only if it is one
    missing = theta_path is not None and not container.contains_theta(theta_path, contents.theta)
    if theta_path and missing:
        check_target(theta_path, force=force)
    with name_packages_on_error(contents.packages), atomic_write(path, force=force) as file, attributing():
        color = write(file, spec, contents, rendering, theta_external=theta_path is not None)
        if theta_path and missing:  # written last, so that an interrupted run leaves neither file
            save_parameters(theta_path, contents, force=force)
    saved = FileSaved(path, "" if rendering.canvas.region else color)
    return [saved, FileSaved(theta_path)] if theta_path else [saved]


def _report_progress(done: int, total: int) -> None:
    registry().emit(Progress("paint", done, total))


def save_parameters(path: Path, contents: Contents, *, force: bool) -> None:
    """Write recipe and θ to a ``.limner`` file, without pixels.

    Raises:
        LimnerError: the file cannot be written, or exists and ``force`` is not set.
    """
    container.write_container(path, contents.manifest().to_json(), contents.theta, force=force)


def write(
    file: BinaryIO,
    spec: StageSpec[ImageFormat],
    contents: Contents,
    rendering: Rendering,
    *,
    theta_external: bool = False,
    progress: Callable[[int, int], None] | None = _report_progress,
) -> str:
    """Render to an open file, band by band, and embed the manifest and, unless ``theta_external``, θ.

    Args:
        file: the open file.
        spec: its image format.
        contents: what to render and to embed.
        rendering: the settings that the pixels are rendered with.
        theta_external: whether θ is stored in a separate file.
        progress: called after each band with the number of finished rows and of all rows.

    Returns:
        The colour of a picture with a single colour, see ``SingleColor``; otherwise an empty string.
    """
    canvas, info = rendering.canvas, rendering.info(contents.model)
    digest, color = PixelDigest(info), SingleColor()

    def digested_bands() -> Iterator[np.ndarray]:
        bands = renderer.bands(
            contents.model, contents.theta, canvas, rendering.backend, info.bits, rendering.dither, progress
        )
        for band in flattened_bands(bands, rendering.background):
            digest.update(band)
            color.update(band)
            yield band

    settings = rendering.settings(spec.table())
    theta = b"" if theta_external else theta_bytes(contents.theta)
    manifest = contents.manifest(settings, theta_external=theta_external).to_json()
    spec.stage.write(file, info, digested_bands(), EmbeddedData(manifest, theta, ""), digest)
    return color()
