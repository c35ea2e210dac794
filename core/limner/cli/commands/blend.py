"""``limner blend``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from limner.console import options as o
from limner.console.output import note, progress, result
from limner.errors import LimnerError


def blend(
    pictures: Annotated[
        list[str],
        typer.Argument(metavar="A B...", help="Artworks or other pictures; - reads paths from standard input."),
    ],
    mode: Annotated[
        str | None,
        typer.Option("--mode", "-m", metavar="NAME", help="mean (the default), max, min, difference, ..."),
    ] = None,
    mask: Annotated[
        Path | None, typer.Option(metavar="FILE", help="B where this picture is white, A where it is black.")
    ] = None,
    size: o.Size = None,
    supersample: o.Supersample = 1,
    bits: o.Bits = 8,
    dither: o.DitherName = "none",
    background: o.Background = None,
    set_: o.WriterSet = None,
    out: o.Out = None,
    format_: o.Format = None,
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Blend pictures into one, which is an artwork again: it can be rendered, varied and blended further.

    \b
    limner blend a.png b.png --mode difference -o both.png
    limner blend a.png b.png --mask photo.jpg -o masked.png
    """
    from limner.artworks import blending
    from limner.utils.size_parser import parse_size

    paths = o.artworks(pictures)
    if mask is not None:
        if mode not in (None, "mask"):
            raise LimnerError(f"--mask chooses between two pictures; leave out --mode {mode}")
        mode, paths = "mask", [*paths, mask]
    mode = mode or "mean"
    if len(paths) < 2:
        raise LimnerError("blend: name two pictures at the least")
    pixels, dpi = parse_size(size) if size else (None, 0.0)
    rest, options = o.split_writer(o.with_format(o.sets(set_), format_), background)
    if rest:
        raise LimnerError(f"setting {next(iter(rest))!r}: blending changes no recipe; limner paint does")
    runner = o.backend(backend, threads)
    art = blending.blend(paths, mode, size=pixels)
    for path in filter(blending.is_foreign, paths):
        note(f"{path}: fitted to the picture, as a layer of pixels", quiet=quiet)
    target = Path(out) if out else Path(f"{paths[0].stem}-{mode}-{paths[1].stem}.png")
    finish: dict[str, Any] = {
        "supersample": supersample,
        "bits": bits,
        "dither": o.dither(dither),
        "dpi": dpi,
        "options": options,
    }
    with progress(quiet=quiet):
        art.save(target, force=force, backend=runner, **finish)
    told = {"path": str(target), "mode": mode, "layers": [str(path) for path in paths], "size": list(art.recipe.size)}
    result(told, str(target), as_json=as_json)
