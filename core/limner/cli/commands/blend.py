"""``limner blend``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from limner.cli._rendering_cost import print_cost
from limner.cli._run_files import expand_images
from limner.cli._unused_options import note_unused_background
from limner.console import options, print_options
from limner.console.output import print_note, print_result, progress
from limner.console.picture_notes import noting_single_colors
from limner.errors import LimnerError


def blend(
    pictures: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE", help="Artworks, other pictures, or folders of them; - reads paths from standard input."
        ),
    ],
    mode: Annotated[
        str | None,
        typer.Option("--mode", "-m", metavar="NAME", help="Blend mode: mean (the default), max, min, difference, ..."),
    ] = None,
    mask: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Grayscale picture: the second picture where it is white, the first where it is black."
        ),
    ] = None,
    weights: Annotated[
        str | None, typer.Option(metavar="W,W,...", help="Weights of the pictures, for the mode mean: 0.3,0.7.")
    ] = None,
    title: options.Title = None,
    size: options.Size = None,
    supersample: options.Supersample = 1,
    bits: options.Bits = 8,
    dither: options.DitherName = "none",
    background: options.Background = None,
    bleed: print_options.Bleed = None,
    crop_marks: print_options.CropMarks = False,
    poster: print_options.Poster = None,
    profile: print_options.Profile = None,
    set_: options.FormatSettings = None,
    out: options.Out = None,
    format_: options.Format = None,
    backend: options.BackendName = "auto",
    threads: options.Threads = 0,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Blend artworks and pictures into one artwork.

    The result can be rendered, varied and blended further.

    \b
    limner blend a.png b.png --mode difference -o both.png
    limner blend a.png b.png --weights 0.3,0.7
    limner blend a.png b.png --mask photo.jpg -o masked.png
    """
    from limner.artworks import blending
    from limner.imaging.canvas import Canvas

    paths = list(map(Path, expand_images(options.pictures(pictures), Path(out or os.devnull), quiet=quiet)))
    pixels, dpi = print_options.read_size(size, quiet=quiet)
    edge, dpi = print_options.bleed_pixels(print_options.read_bleed(bleed), dpi, quiet=quiet)
    rest, format_settings = options.split_image_format(
        options.with_format(options.parse_settings(set_), format_), background
    )
    format_settings = print_options.with_print(format_settings, crop_marks=crop_marks, poster=poster, profile=profile)
    if rest:
        raise LimnerError(
            f"setting {next(iter(rest))!r}: blend can set only image-format.NAME; change a recipe with limner paint"
        )
    runner = options.backend(backend, threads)
    art = blending.blend(paths, mode, mask=mask, weights=_weights(weights), title=title, size=pixels)
    for path in filter(blending.is_foreign, paths):
        print_note(f"{path}: not an artwork; added as a layer of pixels, resized to fit", quiet=quiet)
    if mask and blending.is_foreign(mask):
        print_note(f"{mask}: used as the mask, resized to fit", quiet=quiet)
    mode, paths = ("mask", [*paths, mask]) if mask else (mode or "mean", paths)
    target = Path(out) if out else Path(f"{paths[0].stem}-{mode}-{paths[1].stem}.png")
    finish: dict[str, Any] = {
        "supersample": supersample,
        "bits": bits,
        "dither": options.parse_dither(dither),
        "dpi": dpi,
        "options": format_settings,
    }
    canvas = Canvas(art.recipe.size, supersample=supersample, bleed=edge)
    print_cost(art, target, canvas, runner, finish, force=force, quiet=quiet)
    with progress(quiet=quiet), noting_single_colors(quiet=quiet) as single_colors:
        art.save(target, bleed=edge, force=force, backend=runner, **finish)
    record = {"path": str(target), "mode": mode, "layers": [str(path) for path in paths], "size": list(art.recipe.size)}
    print_result(record | single_colors.record(target), str(target), as_json=as_json)
    note_unused_background(format_settings, [art], quiet=quiet)


def _weights(text: str | None) -> list[float] | None:
    """Return the weights in a text such as ``0.3,0.7``; None without one.

    Raises:
        LimnerError: the text contains something else than numbers.
    """
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise LimnerError(f"--weights: write them as 0.3,0.7, got {text!r}") from None
