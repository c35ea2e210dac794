"""``limner render``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from limner.cli import _conditioning
from limner.cli._render_files import (
    check_targets,
    note_mosaics,
    note_rasters,
    print_costs,
    with_bleed,
    without_lost_dpi,
)
from limner.cli._unused_options import note_unused_background, note_unused_time, picture_options, refuse_unused
from limner.console import options, print_options
from limner.console.output import print_result, with_progress
from limner.console.picture_notes import noting_single_colors
from limner.errors import LimnerError
from limner.utils.shell import quote, quote_path

RenderSettings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        "-s",
        metavar="PATH=VALUE",
        help="Change a setting of the output: image-format.quality=90.",
    ),
]


def render(
    art: options.Artworks,
    size: options.Size = None,
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
    press: _conditioning.Press = None,
    press_sheet: _conditioning.PressSheet = None,
    press_walk: _conditioning.PressWalk = None,
    latent_walk: _conditioning.LatentWalk = None,
    samples: _conditioning.Samples = None,
    seed: _conditioning.SampleSeed = None,
    set_: RenderSettings = None,
    out: options.Out = None,
    format_: options.Format = None,
    backend: options.BackendName = "auto",
    threads: options.Threads = 0,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Render an artwork, or a frame of a movie, at any size.

    By default the size is that of the artwork, and the output is NAME-WxH.png. Of a movie, --time selects the frame: 0
    is its start, and 1 its end. If the artwork has learned several pictures, --press sets the weights of their buttons,
    to render one of them or a blend.

    \b
    limner render night-7.png --size 8192x8192 -o large.tiff
    limner render night-7.png --size A3@300dpi --supersample 2
    limner render night-7.png --size 8192x8192 --region 1024,1024,512,512 -o detail.png
    limner render board.png --press fox=1,star=0.5 -o between.png
    limner render board.png --press-sheet pairs.png
    limner render board.png --samples 20 -o unseen/
    limner render loop.mp4 --time 0.3 -o still.png
    """
    from limner.artworks.interpolation.plan import plan_interpolation
    from limner.artworks.renditions import open_renditions, save_renditions
    from limner.utils.size_parser import parse_region

    paths = options.artworks(art)
    rest, format_settings = options.split_image_format(
        options.with_format(options.parse_settings(set_), format_, ("image-format",)),
        background,
    )
    format_settings = print_options.with_print(format_settings, crop_marks=crop_marks, poster=poster, profile=profile)
    _conditioning.refuse_walks(paths[0], rest, press_walk=press_walk, latent_walk=latent_walk)
    if rest:
        setting, value = next(iter(rest.items()))
        command = f"limner restyle {quote_path(paths[0])} -s {quote(f'{setting}={value}')}"
        raise LimnerError(f"setting {setting!r}: render cannot change an artwork; use: {command}")
    pixels, dpi = print_options.read_size(size, quiet=quiet)
    part = parse_region(region) if region else None
    runner = options.backend(backend, threads)
    renditions = with_bleed(
        open_renditions(paths, size=pixels, dpi=dpi, time=time), print_options.read_bleed(bleed), quiet=quiet
    )
    interpolates = any(given is not None for given in (press_sheet, samples))
    if (interpolates or press) and len(renditions) > 1:
        raise LimnerError(f"--press, --press-sheet and --samples take one artwork, got {len(renditions)}")
    if press is not None:
        renditions = [renditions[0].press(press)]
    if press is not None and samples is not None:
        raise LimnerError("--samples: cannot be combined with --press; omit one of them")
    plain = press is not None or not interpolates
    names = [one.name(part) for one in renditions]
    targets = options.output_paths(out, names, "render them one at a time") if plain else []
    check_targets(targets, {"--size": size, "--time": time, "--bleed": bleed}, force=force)
    if targets and not dpi:
        renditions = without_lost_dpi(renditions, targets, format_settings, quiet=quiet)
    if seed is not None and samples is None:
        raise LimnerError("--seed: has no effect without --samples; add it, or omit --seed")
    if not plain and samples is None:
        given = picture_options(region=region, supersample=supersample, bits=bits, dither=dither, time=time, dpi=dpi,
                                background=background, out=out, settings=format_settings, bleed=bleed,
                                format_=format_)  # fmt: skip
        refuse_unused(given, "cannot be used with --press-sheet alone; add --press or --samples, or omit it")
    if interpolates:
        plan = plan_interpolation(
            renditions[0].artwork,
            paths[0],
            sheet=press_sheet,
            samples=samples,
            seed=seed,
            size=pixels,
            folder=_samples_folder(paths[0], out) if samples else Path(),
            pictures=targets,
            force=force,
        )
    if plain or samples:
        note_rasters(renditions, quiet=quiet)
        note_mosaics(renditions, quiet=quiet)
        pictures = [(str(one.source), one.artwork) for one in renditions if one.time is None]
        note_unused_time(pictures, time, quiet=quiet)
    finish: dict[str, Any] = {
        "region": part,
        "supersample": supersample,
        "bits": bits,
        "dither": options.parse_dither(dither),
    }
    finish |= {"time": time, "options": format_settings}
    if plain:
        print_costs(renditions, targets, runner, finish, force=force, quiet=quiet)
    saved = save_renditions(renditions, targets, backend=runner, force=force, **finish) if plain else ()
    with noting_single_colors(quiet=quiet) as single_colors:
        for one, target in with_progress(saved, quiet=quiet):
            record = {"path": str(target), "from": str(one.source), "size": list(part[2:] if part else one.size)}
            print_result(record | single_colors.record(target), str(target), as_json=as_json)
    note_unused_background(format_settings, [one.artwork for one in renditions], quiet=quiet)
    if interpolates:
        one = renditions[0]
        finish |= {"size": one.size, "dpi": one.dpi if one.bleed else dpi, "bleed": one.bleed} | one.own_time
        _conditioning.write_and_print(
            plan, paths[0], runner, finish, print_seed=seed is None, as_json=as_json, quiet=quiet
        )


def _samples_folder(source: Path, out: str | None) -> Path:
    """Return the folder for pictures of random codes, by default ``NAME-samples``; create it if it is missing."""
    return options.output_folder(out or f"{source.stem}-samples/", several=True) or Path()
