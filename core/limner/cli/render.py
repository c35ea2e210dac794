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
    """Paint an artwork again, at any size; the size it has where none is given. Without -o it becomes ART-WxH.png.

    \b
    limner render night-7.png --size 8192x8192 -o large.tiff
    limner render night-7.png --size A3@300dpi --supersample 2
    limner render night-7.png --size 8192x8192 --region 1024,1024,512,512 -o detail.png
    """
    from limner.files import check_target
    from limner.opening import open_artwork
    from limner.sizes import parse_region, parse_size

    paths = o.artworks(art)
    rest, options = o.split_writer(o.sets(set_), background)
    if rest:
        raise LimnerError(f"setting {next(iter(rest))!r}: an artwork is as it is; limner paint changes recipes")
    pixels, dpi = parse_size(size) if size else (None, 0.0)
    part = parse_region(region) if region else None
    runner = o.backend(backend, threads)
    arts = [open_artwork(path) for path in paths]
    sizes = [pixels or (art.shown.size if art.shown else art.recipe.size) for art in arts]
    targets = _targets(paths, sizes, part, out)
    for target in targets:
        check_target(target, force=force)
    for path, artwork, target, whole in zip(paths, arts, targets, sizes, strict=True):
        kept = artwork.shown.dpi if artwork.shown and not pixels else 0.0
        with progress(quiet=quiet):
            artwork.save(
                target,
                size=whole,
                region=part,
                supersample=supersample,
                bits=bits,
                dither=o.dither(dither),
                time=time,
                dpi=dpi or kept,
                options=options,
                force=force,
                backend=runner,
            )
        shown = list(part[2:] if part else whole)
        result({"path": str(target), "from": str(path), "size": shown}, str(target), as_json=as_json)


def _targets(
    paths: list[Path], sizes: list[tuple[int, int]], part: tuple[int, ...] | None, out: str | None
) -> list[Path]:
    """Where the pictures go: ``ART-WxH.png`` here or in the folder ``out``, or the one file ``out``.

    Raises:
        LimnerError: two would go into one file, or the folder cannot be made.
    """
    ending = "-" + ".".join(map(str, part)) if part else ""
    names = [f"{path.stem}-{w}x{h}{ending}.png" for path, (w, h) in zip(paths, sizes, strict=True)]
    place = o.folder(out, several=len(paths) > 1)
    if place is None:
        return [Path(str(out))]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise LimnerError(f"{place / twice}: two pictures would go into this file; render them one at a time")
    return [place / name for name in names]
