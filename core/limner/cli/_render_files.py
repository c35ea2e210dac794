"""Resolution, bleed, cost and files of the renditions that ``limner render`` writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.cli._rendering_cost import print_cost
from limner.cli._unused_options import refuse_unused
from limner.console import print_options
from limner.console.output import print_note

if TYPE_CHECKING:
    from limner.artworks.renditions import Rendition
    from limner.stages.backend import Backend
    from limner.utils.size_parser import Length


def note_rasters(renditions: list[Rendition], *, quiet: bool) -> None:
    """Print which artworks are rasters that are resampled."""
    for one in renditions:
        if own := one.resampled_from:
            width, height = one.size
            print_note(
                f"{one.source}: a raster of {own[0]}x{own[1]} pixels, resampled to {width}x{height}", quiet=quiet
            )


def note_mosaics(renditions: list[Rendition], *, quiet: bool) -> None:
    """Print of which frames of movies only the first artwork is rendered."""
    for one in renditions:
        if one.frame_artworks > 1:
            print_note(f"{one.source}: the frame shows {one.frame_artworks} artworks; this is the first", quiet=quiet)


def with_bleed(renditions: Sequence[Rendition], bleed: Length | None, *, quiet: bool) -> list[Rendition]:
    """Return the renditions with a bleed, each at its own resolution; print the default resolution once if it is used.

    Raises:
        LimnerError: the bleed is less than a pixel.
    """
    out = []
    for one in renditions:
        pixels, dpi = print_options.bleed_pixels(bleed, one.dpi, quiet=quiet)
        quiet |= not one.dpi
        out.append(replace(one, bleed=pixels, dpi=dpi))
    return out


def without_lost_dpi(
    renditions: list[Rendition], targets: list[Path], format_settings: dict[str, Any], *, quiet: bool
) -> list[Rendition]:
    """Return the renditions without inherited resolutions that their formats do not store; print which are lost."""
    out = []
    for one, target in zip(renditions, targets, strict=True):
        stored = one.for_file(target, format_settings)
        if stored.dpi != one.dpi:
            print_note(
                f"{target}: this format stores no resolution; the {one.dpi:g} dpi of {one.source} are dropped",
                quiet=quiet,
            )
        out.append(stored)
    return out


def print_costs(
    renditions: Sequence[Rendition],
    targets: Sequence[Path],
    backend: Backend,
    finish: Mapping[str, Any],
    *,
    force: bool,
    quiet: bool,
) -> None:
    """Print what it costs to render large pictures, and notes about their files.

    Args:
        renditions: the pictures.
        targets: the file of each.
        backend: the array backend.
        finish: the other arguments of ``Artwork.save``: region, samples, bits, dither, time and options.
        force: whether existing files may be overwritten.
        quiet: print nothing.

    Raises:
        LimnerError: a picture cannot be saved to its file, or cannot be rendered.
    """
    from limner.imaging.canvas import Canvas

    for one, target in zip(renditions, targets, strict=True):
        own = {**finish, "dpi": one.dpi, "options": one.format_options(target, finish["options"]), **one.own_time}
        canvas = Canvas(one.size, own["region"], own["supersample"], own["time"], one.bleed)
        print_cost(one.artwork, target, canvas, backend, own, force=force, quiet=quiet)


def check_targets(targets: Sequence[Path], pictures: Mapping[str, Any], *, force: bool) -> None:
    """Check that the output files can be written, and that no option is given that one of them cannot use.

    Args:
        targets: the output files.
        pictures: by the name of each option that needs pixels, whether it is given.
        force: whether existing files may be overwritten.

    Raises:
        LimnerError: a file cannot be written, or contains no pixels although an option needs them.
    """
    from limner.formats.container import SUFFIX
    from limner.utils.atomic_files import check_target

    for target in targets:
        check_target(target, force=force)
        if target.suffix.lower() == SUFFIX:
            refuse_unused(pictures, f"{target} contains no pixels; omit the option")
