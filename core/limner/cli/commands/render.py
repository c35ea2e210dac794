"""``limner render``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli import _conditioning
from limner.console import options as o
from limner.console.output import note, progress, result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork

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
Samples = Annotated[int | None, typer.Option(metavar="N", help="N pictures of codes that were never learned.")]
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
    samples: Samples = None,
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
    from limner.artworks.loader import open_artwork
    from limner.utils.atomic_files import check_target
    from limner.utils.size_parser import parse_region, parse_size

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
    extra = press_sheet is not None or press_walk is not None or samples is not None
    if (extra or press) and len(arts) > 1:
        raise LimnerError(f"--press and its like take one artwork, not {len(arts)}")
    if press is not None:
        arts = [arts[0].press(press)]
    if press is not None and samples is not None:
        raise LimnerError("--samples draws the codes itself; leave out --press")
    sizes = [pixels or (art.shown.size if art.shown else art.recipe.size) for art in arts]
    plain = press is not None or not extra
    targets = _targets(paths, sizes, part, out) if plain else []
    for target in targets:
        check_target(target, force=force)
    if extra:
        if samples is None and press is None:
            told: dict[str, Any] = {
                "-o": out,
                "--region": region,
                "--background": background,
                "--bits": bits != 8,
                "--time": time,
            }
            told |= {"--supersample": supersample != 1, "--dither": dither != "none"}
            _check_sheets_alone(told)
        plan = _conditioning.wanted(
            arts[0],
            paths[0],
            targets,
            sheet=press_sheet,
            walk=press_walk,
            steps=steps,
            movie=movie,
            samples=samples,
            seed=seed,
            size=pixels,
            out=out,
            force=force,
        )
    if plain or samples:
        _tell_rasters(arts, sizes, quiet=quiet)
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
        finish: dict[str, Any] = {
            "size": sizes[0],
            "region": part,
            "supersample": supersample,
            "bits": bits,
            "time": time,
        }
        finish |= {"dither": o.dither(dither), "dpi": dpi, "options": options}
        _conditioning.make(
            arts[0],
            paths[0],
            runner,
            plan,
            size=pixels,
            finish=finish,
            told=seed is None,
            force=force,
            as_json=as_json,
            quiet=quiet,
        )


def _check_sheets_alone(given: dict[str, Any]) -> None:
    """Sheets and walks have a size and no more.

    Raises:
        LimnerError: more was asked for.
    """
    names = ", ".join(name for name, value in given.items() if value)
    if names:
        raise LimnerError(f"{names}: goes with --press or --samples; a sheet and a walk take a --size and no more")


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
