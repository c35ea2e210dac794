"""``limner render``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli import _conditioning
from limner.console import options as o
from limner.console.output import note, result, with_progress
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artworks.renditions import Rendition

Press = Annotated[
    str | None, typer.Option(metavar="W,W,...", help="Which buttons are pressed: 1,0,0.5 or fox=1,star=0.5.")
]
PressSheet = Annotated[
    Path | None, typer.Option("--press-sheet", metavar="FILE", help="All pairs of buttons on one page, a .png.")
]
PressWalk = Annotated[
    str | None,
    typer.Option(
        "--press-walk", metavar="FILE", help="A walk from button to button: .mp4, .gif, ...; -s walk.steps=24."
    ),
]
Samples = Annotated[int | None, typer.Option(metavar="N", help="N pictures of codes that were never learned.")]
SampleSeed = Annotated[int | None, typer.Option("--seed", help="Which codes --samples draws.")]
WriterSet = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="PATH=VALUE", help="Set a parameter: image-format.quality=90, walk.fps=10."),
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
    format_: o.Format = None,
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
    from limner.artworks.interpolation.plan import plan_interpolation
    from limner.artworks.renditions import open_renditions, save_renditions
    from limner.utils.atomic_files import check_target
    from limner.utils.size_parser import parse_region, parse_size

    paths = o.artworks(art)
    rest, options = o.split_writer(
        o.with_format(o.sets(set_), format_, ("image-format", "video-format") if press_walk else ("image-format",)),
        background,
    )
    rest, steps = o.split(rest, "walk")
    rest, movie = o.split(rest, "video-format")
    if (steps or movie) and not press_walk:
        raise LimnerError("walk: name its file with --press-walk FILE")
    if rest:
        raise LimnerError(f"setting {next(iter(rest))!r}: an artwork is as it is; limner paint changes recipes")
    pixels, dpi = parse_size(size) if size else (None, 0.0)
    part = parse_region(region) if region else None
    runner = o.backend(backend, threads)
    renditions = open_renditions(paths, size=pixels, dpi=dpi)
    between = press_sheet is not None or press_walk is not None or samples is not None
    if (between or press) and len(renditions) > 1:
        raise LimnerError(f"--press and its like take one artwork, not {len(renditions)}")
    if press is not None:
        renditions = [renditions[0].press(press)]
    if press is not None and samples is not None:
        raise LimnerError("--samples draws the codes itself; leave out --press")
    plain = press is not None or not between
    targets = _targets(renditions, part, out) if plain else []
    for target in targets:
        check_target(target, force=force)
    if targets and not dpi:
        renditions = _without_lost_dpi(renditions, targets, options, quiet=quiet)
    if between and samples is None and press is None:
        told = {"-o": out, "--region": region, "--background": background, "--bits": bits != 8, "--time": time}
        _check_sheets_alone(told | {"--supersample": supersample != 1, "--dither": dither != "none"})
    if between:
        plan = plan_interpolation(
            renditions[0].artwork,
            paths[0],
            sheet=press_sheet,
            walk=press_walk,
            walk_settings=steps,
            video_options=movie,
            samples=samples,
            seed=seed,
            size=pixels,
            folder=_samples_folder(paths[0], out) if samples else Path(),
            pictures=targets,
            force=force,
        )
    if plain or samples:
        _tell_rasters(renditions, quiet=quiet)
    finish: dict[str, Any] = {"region": part, "supersample": supersample, "bits": bits, "dither": o.dither(dither)}
    finish |= {"time": time, "options": options}
    saved = save_renditions(renditions, targets, backend=runner, force=force, **finish) if plain else ()
    for one, target in with_progress(saved, quiet=quiet):
        shown = list(part[2:] if part else one.size)
        result({"path": str(target), "from": str(one.source), "size": shown}, str(target), as_json=as_json)
    if between:
        finish |= {"size": renditions[0].size, "dpi": dpi}
        _conditioning.write(plan, paths[0], runner, finish, told=seed is None, as_json=as_json, quiet=quiet)


def _check_sheets_alone(given: dict[str, Any]) -> None:
    """Sheets and walks have a size and no more.

    Raises:
        LimnerError: more was asked for.
    """
    names = ", ".join(name for name, value in given.items() if value)
    if names:
        raise LimnerError(f"{names}: goes with --press or --samples; a sheet and a walk take a --size and no more")


def _samples_folder(source: Path, out: str | None) -> Path:
    """Return the folder for pictures of unseen codes, ``ART-samples`` by default; it is made if it is missing."""
    return o.folder(out or f"{source.stem}-samples/", several=True) or Path()


def _tell_rasters(renditions: list[Rendition], *, quiet: bool) -> None:
    """Note which artworks are resampled."""
    for one in renditions:
        if own := one.resampled_from:
            width, height = one.size
            note(f"a raster of {own[0]}x{own[1]} pixels; at {width}x{height} it is resampled", quiet=quiet)


def _without_lost_dpi(
    renditions: list[Rendition], targets: list[Path], options: dict[str, Any], *, quiet: bool
) -> list[Rendition]:
    """Return the renditions without resolutions that nobody asked for and the formats do not store; note which."""
    out = []
    for one, target in zip(renditions, targets, strict=True):
        stored = one.for_file(target, options)
        if stored.dpi != one.dpi:
            note(
                f"{target}: this format stores no resolution; the {one.dpi:g} dpi of {one.source} are lost", quiet=quiet
            )
        out.append(stored)
    return out


def _targets(renditions: list[Rendition], part: tuple[int, int, int, int] | None, out: str | None) -> list[Path]:
    """Return where the pictures go: ``ART-WxH.png`` here or in the folder ``out``, or the one file ``out``.

    Raises:
        LimnerError: two would go into one file, or the folder cannot be made.
    """
    from limner.artworks.renditions import file_paths

    folder = o.folder(out, several=len(renditions) > 1)
    return [Path(str(out))] if folder is None else file_paths(renditions, folder, part)
