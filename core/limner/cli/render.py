"""``limner render``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limner.cli import board
from limner.cli import options as o
from limner.cli.output import note, progress, result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artwork import Artwork

Press = Annotated[
    str | None, typer.Option(metavar="W,W,...", help="Which buttons are pressed: 1,0,0.5 or fox=1,star=0.5.")
]
PressSheet = Annotated[
    Path | None, typer.Option("--press-sheet", metavar="FILE", help="All pairs of buttons on one page, a .png.")
]
PressWalk = Annotated[
    str | None,
    typer.Option(
        "--press-walk", metavar="FILE", help="A walk from button to button: .mp4, .gif, ...; -s walk.between=24."
    ),
]
Samples = Annotated[int, typer.Option(metavar="N", help="N pictures of codes that were never learned, into a folder.")]
SampleSeed = Annotated[int | None, typer.Option("--seed", help="Which codes --samples draws.")]
WriterSet = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="PATH=VALUE", help="Set a parameter: writer.quality=90, walk.rate=10."),
]


def render(
    art: o.Artworks,
    size: o.Size = None,
    region: o.Region = None,
    supersample: o.Supersample = 1,
    bits: o.Bits = 8,
    dither: o.DitherName = "none",
    time: o.Time = 0.0,
    background: o.Background = None,
    press: Press = None,
    press_sheet: PressSheet = None,
    press_walk: PressWalk = None,
    samples: Samples = 0,
    seed: SampleSeed = None,
    set_: WriterSet = None,
    out: o.Out = None,
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Paint an artwork again, at any size; the size it has where none is given. Without -o it becomes ART-WxH.png.

    Where it has learned several pictures, press their buttons, one or several, at any weight.

    \b
    limner render night-7.png --size 8192x8192 -o large.tiff
    limner render night-7.png --size A3@300dpi --supersample 2
    limner render night-7.png --size 8192x8192 --region 1024,1024,512,512 -o detail.png
    limner render board.png --press fox=1,star=0.5 -o between.png
    limner render board.png --press-sheet pairs.png --press-walk walk.mp4
    limner render board.png --samples 20 -o unseen/
    """
    from limner.board import walk_of
    from limner.files import check_target
    from limner.opening import open_artwork
    from limner.sizes import parse_region, parse_size

    paths = o.artworks(art)
    rest, options = o.split_writer(o.sets(set_), background)
    rest, steps = o.split(rest, "walk")
    rest, movie = o.split(rest, "movie")
    if (steps or movie) and not press_walk:
        raise LimnerError("walk: name its file with --press-walk FILE")
    if rest:
        raise LimnerError(f"setting {next(iter(rest))!r}: an artwork is as it is; limner paint changes recipes")
    pixels, dpi = parse_size(size) if size else (None, 0.0)
    part = parse_region(region) if region else None
    runner = o.backend(backend, threads)
    arts = [open_artwork(path) for path in paths]
    extra = press_sheet is not None or press_walk is not None or samples != 0
    if (extra or press) and len(arts) > 1:
        raise LimnerError(f"--press and its like take one artwork, not {len(arts)}")
    if press is not None:
        arts = [arts[0].press(press)]
    if extra:
        board.check(arts[0], press_sheet, press_walk, samples)
        if press is not None and samples:
            raise LimnerError("--samples draws the codes itself; leave out --press")
        walk = walk_of(steps)
    sizes = [pixels or (art.shown.size if art.shown else art.recipe.size) for art in arts]
    plain = press is not None or not extra
    targets = _targets(paths, sizes, part, out) if plain else []
    _tell_rasters(arts, sizes, quiet=quiet)
    for target in targets:
        check_target(target, force=force)
    for path, artwork, target, whole in zip(paths, arts, targets, sizes, strict=False):
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
    if extra:
        finish = {"size": sizes[0], "supersample": supersample, "bits": bits, "dither": o.dither(dither)}
        board.make(
            arts[0],
            paths[0],
            runner,
            sheet=press_sheet,
            walk=press_walk,
            settings=walk,
            movie=movie,
            samples=samples,
            seed=seed,
            size=pixels,
            out=out,
            finish={**finish, "options": options},
            force=force,
            as_json=as_json,
            quiet=quiet,
        )


def _tell_rasters(arts: list[Artwork], sizes: list[tuple[int, int]], *, quiet: bool) -> None:
    """An artwork that is a raster has no detail between its pixels."""
    for art, (width, height) in zip(arts, sizes, strict=True):
        own = art.model.raster_size
        if own and own != (width, height):
            note(f"a raster of {own[0]}x{own[1]} pixels; at {width}x{height} it is resampled", quiet=quiet)


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
