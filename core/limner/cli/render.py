"""``limner render``."""

from __future__ import annotations

from pathlib import Path

from limner.cli import options as o
from limner.cli.output import progress, result
from limner.errors import LimnerError


def render(
    art: o.Artworks,
    size: o.Size = None,
    region: o.Region = None,
    supersample: o.Supersample = 1,
    bits: o.Bits = 8,
    dither: o.DitherName = "none",
    time: o.Time = 0.0,
    background: o.Background = None,
    set_: o.WriterSet = None,
    out: o.Out = None,
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Paint an artwork again, at any size. Without -o it is written to ART-WxH.png.

    \b
    limner render night-7.png --size 8192x8192 -o large.tiff
    limner render night-7.png --size A3@300dpi --supersample 2
    limner render night-7.png --size 8192x8192 --region 1024,1024,512,512 -o detail.png
    """
    from limner.opening import open_artwork
    from limner.sizes import parse_region, parse_size

    paths = o.artworks(art)
    rest, options = o.split_writer(o.sets(set_), background)
    if rest:
        raise LimnerError(f"setting {next(iter(rest))!r}: an artwork is as it is; limner paint changes recipes")
    pixels, dpi = parse_size(size) if size else (None, 0.0)
    part = parse_region(region) if region else None
    runner = o.backend(backend, threads)
    if out is not None and len(paths) > 1 and not out.is_dir():
        raise LimnerError(f"{out}: {len(paths)} pictures do not go into one file; name a folder that is there")
    for path in paths:
        artwork = open_artwork(path)
        width, height = pixels or artwork.recipe.size
        named = f"{path.stem}-{width}x{height}" + ("-" + ".".join(map(str, part)) if part else "") + ".png"
        target = out / named if out is not None and out.is_dir() else out or Path(named)
        with progress(quiet=quiet):
            artwork.save(
                target,
                size=pixels,
                region=part,
                supersample=supersample,
                bits=bits,
                dither=o.dither(dither),
                time=time,
                dpi=dpi,
                options=options,
                force=force,
                backend=runner,
            )
        shown = list(part[2:]) if part else [width, height]
        result({"path": str(target), "from": str(path), "size": shown}, str(target), as_json=as_json)
