"""``limner restyle``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli._render_files import check_targets, note_rasters, print_costs, with_bleed, without_lost_dpi
from limner.cli._unused_options import note_unused_background, note_unused_time
from limner.console import options, print_options
from limner.console.output import print_note, print_result, with_progress
from limner.console.picture_notes import noting_single_colors
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artworks.restyling.function import Restyled

Keep = Annotated[
    str | None,
    typer.Option(metavar="PART", help="Lock 'color', 'network' or both; with --seed, draw everything else again."),
]
DrawSeed = Annotated[
    int | None,
    typer.Option("--seed", metavar="N", help="Random seed of what is drawn again (default: that of the artwork)."),
]


def restyle(
    art: options.Artworks,
    frame: options.FrameName = None,
    warps: options.Warps = None,
    color: options.Color = None,
    palette: options.Palette = None,
    colors: options.Colors = None,
    mask: options.Mask = None,
    encoders: options.Encoders = None,
    network: options.Network = None,
    set_: options.Set = None,
    keep: Keep = None,
    seed: DrawSeed = None,
    size: options.Size = None,
    title: options.Title = None,
    out: options.Out = None,
    format_: options.Format = None,
    region: options.Region = None,
    bleed: print_options.Bleed = None,
    crop_marks: print_options.CropMarks = False,
    poster: print_options.Poster = None,
    profile: print_options.Profile = None,
    supersample: options.Supersample = 1,
    bits: options.Bits = 8,
    dither: options.DitherName = "none",
    time: options.Time = 0.0,
    background: options.Background = None,
    backend: options.BackendName = "auto",
    threads: options.Threads = 0,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Give an artwork another look: other colours, warps or frame.

    The network keeps its parameters, so a learned picture stays the same picture. Parameters that do not fit are drawn
    again, and the command reports which. The output is NAME-restyled.png by default.

    \b
    limner restyle fox.png --palette glacier
    limner restyle fox.png --warps kaleidoscope -s warp.kaleidoscope.segments=8
    limner restyle marbling-7.png --keep network --seed 9
    limner restyle night-*.png --color duotone -s color.dark=navy -o blue/
    """
    from limner.artworks.renditions import open_renditions, save_renditions
    from limner.artworks.restyling.function import restyled
    from limner.utils.size_parser import parse_region

    values, format_settings = options.split_image_format(
        options.with_format(options.with_title(options.parse_settings(set_), title), format_), background
    )
    format_settings = print_options.with_print(format_settings, crop_marks=crop_marks, poster=poster, profile=profile)
    swap = options.parse_swaps(frame=frame, warp=warps, encoder=encoders, network=network, color=color, mask=mask)
    pixels, dpi = print_options.read_size(size, quiet=quiet)
    part = parse_region(region) if region else None
    runner = options.backend(backend, threads)
    sources = open_renditions(options.artworks(art), size=pixels, dpi=dpi)
    sources = with_bleed(sources, print_options.read_bleed(bleed), quiet=quiet)
    names = [f"{one.source.stem}-restyled.png" for one in sources]
    targets = options.output_paths(out, names, "restyle them one at a time")
    check_targets(targets, {"--time": time, "--bleed": bleed}, force=force)
    change: dict[str, Any] = {"swap": swap, "set": values, "seed": seed, "size": pixels, "keep": _parts(keep)}
    change |= {"palette": palette, "colors": colors}
    results = [restyled(one.artwork, name=str(one.source), **change) for one in sources]
    renditions = [replace(one, artwork=result.artwork) for one, result in zip(sources, results, strict=True)]
    renditions = renditions if dpi else without_lost_dpi(renditions, targets, format_settings, quiet=quiet)
    note_rasters(renditions, quiet=quiet)
    note_unused_time([(str(one.source), one.artwork) for one in renditions], time, quiet=quiet)
    finish: dict[str, Any] = {"region": part, "supersample": supersample, "bits": bits, "time": time}
    finish |= {"dither": options.parse_dither(dither), "options": format_settings}
    print_costs(renditions, targets, runner, finish, force=force, quiet=quiet)
    saved = with_progress(save_renditions(renditions, targets, backend=runner, force=force, **finish), quiet=quiet)
    with noting_single_colors(quiet=quiet) as single_colors:
        for (one, target), result in zip(saved, results, strict=True):
            record = {"path": str(target), "from": str(one.source), "size": list(part[2:] if part else one.size)}
            record |= _record(result) | single_colors.record(target)
            print_result(record, str(target), as_json=as_json)
            print_note(f"{target}: {_summary(result)}", quiet=quiet)
    note_unused_background(format_settings, [one.artwork for one in renditions], quiet=quiet)


def _parts(keep: str | None) -> list[str]:
    """Return the names in ``--keep``.

    Raises:
        LimnerError: a name is empty.
    """
    names = [name.strip() for name in (keep or "").split(",")] if keep is not None else []
    if not all(names):
        raise LimnerError("--keep: a name is empty; use color, network or color,network")
    return names


def _record(result: Restyled) -> dict[str, Any]:
    """Return what became of the parameters, for a JSON object."""
    report = result.report
    record = {"kept": list(report.kept), "drawn": list(report.drawn), "new": list(report.new)}
    return record | {"recolored": result.recolored}


def _summary(result: Restyled) -> str:
    """Return what became of the parameters, for a note."""
    texts = [str(result.report)] + ["recoloured by lightness"] * result.recolored
    texts += ["the learned picture is lost with the parameters drawn again"] * result.loses_picture
    return "; ".join(filter(None, texts))
