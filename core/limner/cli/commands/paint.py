"""``limner paint``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.console import options as o
from limner.console.output import note, result, with_progress
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artworks.series import Series
    from limner.stages.backend import Backend

Count = Annotated[int, typer.Option(metavar="N", help="Paint N seeds, one after the other.")]
Sheet = Annotated[Path | None, typer.Option(metavar="FILE", help="A contact sheet of them all as well.")]
OnlySheet = Annotated[bool, typer.Option("--only-sheet", help="The sheet alone; --pick paints from it later.")]
Pick = Annotated[str | None, typer.Option(metavar="SEEDS", help="Paint these seeds of a sheet painted before: 3,7,12.")]
Random = Annotated[
    bool, typer.Option("--random", "--surprise", help="Compose a random recipe from the installed stages.")
]
Preview = Annotated[bool | None, typer.Option(help="Show it small on the terminal; the default where that can.")]


def paint(
    recipe: Annotated[
        str, typer.Argument(metavar="[RECIPE]", help="A preset, a TOML file, or a picture that limner made.")
    ] = "",
    seed: o.Seed = None,
    size: o.Size = None,
    set_: o.Set = None,
    warps: o.Warps = None,
    encoders: o.Encoders = None,
    network: o.Network = None,
    color: o.Color = None,
    frame: o.FrameName = None,
    trainer: o.Trainer = None,
    random_: Random = False,
    count: Count = 1,
    sheet: Sheet = None,
    only_sheet: OnlySheet = False,
    pick: Pick = None,
    out: o.Out = None,
    format_: o.Format = None,
    region: o.Region = None,
    supersample: o.Supersample = 1,
    bits: o.Bits = 8,
    dither: o.DitherName = "none",
    time: o.Time = 0.0,
    background: o.Background = None,
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    force: o.Force = False,
    preview: Preview = None,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Paint a picture. The file holds its recipe: it can be painted again, larger or otherwise.

    \b
    limner paint
    limner paint ink --seed 7 --size 1024x768 -o seven.png
    limner paint --count 25 --sheet sheet.png --only-sheet
    limner paint --sheet sheet.png --pick 3,7,12
    limner paint --color hsv -s network.width=64 -s color.alpha=true
    limner paint --random
    """
    from limner.artworks.recipe_sources import DEFAULT_RECIPE
    from limner.artworks.series import picked_series, random_series, series_of
    from limner.utils.size_parser import parse_region, parse_size

    if only_sheet and not sheet:
        raise LimnerError("--only-sheet: name the sheet with --sheet FILE")
    given = {recipe or "RECIPE": recipe, "--seed": seed is not None, "--count": count > 1}
    given |= {"--random": random_, "--only-sheet": only_sheet}
    if pick is not None and any(given.values()):
        names = ", ".join(name for name, there in given.items() if there)
        raise LimnerError(f"--pick paints what the sheet holds; leave out {names}")
    if random_ and recipe:
        raise LimnerError(f"--random composes a recipe of its own; leave out {recipe!r}")
    pixels, dpi = parse_size(size) if size else (None, 0.0)
    runner = o.backend(backend, threads)
    values, options = o.split_writer(o.with_format(o.sets(set_), format_), background)
    stages = o.swaps(frame=frame, warp=warps, encoder=encoders, network=network, color=color, trainer=trainer)
    choices: dict[str, Any] = {"size": pixels, "set": values, "swap": stages, "backend": runner}
    if pick is not None:
        series = picked_series(_named(sheet), _seeds(pick), **choices)
    elif random_:
        series = random_series(seed=seed, count=count, **choices)
    else:
        series = series_of(recipe or DEFAULT_RECIPE, seed=seed, count=count, **choices)
    if series.untrained:
        note(f"this network has learned nothing yet: limner fit IMAGE --recipe {series.name}", quiet=quiet)
    page = sheet if pick is None else None
    canvas: dict[str, Any] = {"region": parse_region(region) if region else None}
    canvas |= {"supersample": supersample, "time": time}
    finish: dict[str, Any] = {"bits": bits, "dither": o.dither(dither), "dpi": dpi, "options": options}
    series.check(sheet=page, force=force, **canvas)
    paths = [] if only_sheet else _paths(series, out)
    drawn = seed is None and pick is None and not random_
    saved = series.save(paths, sheet=page, backend=runner, force=force, **canvas, **finish)
    for art, path in with_progress(saved, quiet=quiet):
        if path:
            told = {"path": str(path), "recipe": series.name, "seed": art.seed, "size": list(art.recipe.size)}
            result(told, str(path), as_json=as_json)
        if drawn and art is series.first:
            note(f"seed {art.seed}", quiet=quiet)
    if page and paths and not as_json:  # standard output is for the artworks, which other commands may read from it
        note(f"sheet {page}", quiet=quiet)
    elif page:
        result({"path": str(page), "recipe": series.name, "sheet": True}, str(page), as_json=as_json)
    elif len(series.seeds) == 1:
        _show(series, runner, wanted=preview, quiet=quiet)


def _named(sheet: Path | None) -> Path:
    if sheet is None:
        raise LimnerError("--pick: name the sheet to pick from with --sheet FILE")
    return sheet


def _seeds(text: str) -> list[int]:
    """Return the seeds in ``3,7,12``, each once."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() and len(part) < 20 for part in parts):
        raise LimnerError(f"--pick {text!r}: write the seeds that stand under the pictures: 3,7,12")
    return list(dict.fromkeys(int(part) for part in parts))


def _paths(series: Series, out: str | None) -> list[Path]:
    """Return where the pictures go: ``RECIPE-SEED.png`` here or in the folder ``out``, or the one file ``out``.

    Raises:
        LimnerError: several pictures would go into one file, or the folder cannot be made.
    """
    folder = o.folder(out, several=len(series.seeds) > 1)
    return [Path(str(out))] if folder is None else series.paths(folder)


def _show(series: Series, runner: Backend, *, wanted: bool | None, quiet: bool) -> None:
    from limner.artworks.series import thumbnail
    from limner.console import terminal_preview

    if wanted or (wanted is None and not quiet and terminal_preview.possible()):
        terminal_preview.show(thumbnail(series.first, runner, terminal_preview.SIDE))
