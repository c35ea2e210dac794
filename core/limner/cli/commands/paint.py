"""``limner paint``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.console import options as o
from limner.console.output import note, progress, result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork

MAX_COUNT = 10_000
Count = Annotated[int, typer.Option(metavar="N", help="Paint N seeds, one after the other.")]
Sheet = Annotated[Path | None, typer.Option(metavar="FILE", help="A contact sheet of them all as well.")]
OnlySheet = Annotated[bool, typer.Option("--only-sheet", help="The sheet alone; --pick paints from it later.")]
Pick = Annotated[str | None, typer.Option(metavar="SEEDS", help="Paint these seeds of a sheet painted before: 3,7,12.")]
Surprise = Annotated[bool, typer.Option("--surprise", help="Compose a recipe at random from all that is installed.")]
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
    surprise: Surprise = False,
    count: Count = 1,
    sheet: Sheet = None,
    only_sheet: OnlySheet = False,
    pick: Pick = None,
    out: o.Out = None,
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
    limner paint --surprise
    """
    from limner.artworks import painting, recipe_sources
    from limner.figures.contact_sheet import check_sheet, read_sheet
    from limner.imaging.canvas import Canvas
    from limner.utils.size_parser import parse_region, parse_size

    if not 1 <= count <= MAX_COUNT:
        raise LimnerError(f"--count: must be 1 to {MAX_COUNT}, got {count}")
    if only_sheet and not sheet:
        raise LimnerError("--only-sheet: name the sheet with --sheet FILE")
    given = {recipe or "RECIPE": recipe, "--seed": seed is not None, "--count": count > 1}
    given |= {"--surprise": surprise, "--only-sheet": only_sheet}
    if pick is not None and any(given.values()):
        names = ", ".join(name for name, there in given.items() if there)
        raise LimnerError(f"--pick paints what the sheet holds; leave out {names}")
    if surprise and recipe:
        raise LimnerError(f"--surprise composes a recipe of its own; leave out {recipe!r}")
    pixels, dpi = parse_size(size) if size else (None, 0.0)
    runner = o.backend(backend, threads)
    values, options = o.split_writer(o.sets(set_), background)
    stages = o.swaps(frame=frame, warp=warps, encoder=encoders, network=network, color=color, trainer=trainer)
    name, source, seeds = recipe or recipe_sources.DEFAULT, recipe or recipe_sources.DEFAULT, None
    if pick is not None:
        record = read_sheet(_named(sheet))
        name, source, seeds = record["name"], record["recipe"], _picked(pick, record["seeds"])
        seed = seeds[0]
    elif surprise:
        name, source, seed = _surprise(seed)
    first = painting.paint(source, seed=seed, size=pixels, set=values, swap=stages, backend=runner)
    if getattr(first.recipe, "trainer", None) and not recipe_sources.is_artwork(source):
        note(f"this network has learned nothing yet: limner fit IMAGE --recipe {name}", quiet=quiet)
    seeds = seeds or [first.seed + i for i in range(count)]
    first.recipe.with_seed(max(seeds))  # tells at once where counting leads out of what a seed may be
    finish: dict[str, Any] = {"region": parse_region(region) if region else None, "supersample": supersample}
    finish |= {"bits": bits, "dither": o.dither(dither), "time": time}
    Canvas(first.recipe.size, finish["region"], supersample, time)
    if sheet and pick is None:
        check_sheet(sheet, len(seeds), force=force)
    paths = [] if only_sheet else targets(name, first.seed, seeds, out)
    for path in paths:
        if sheet and pick is None and path.absolute() == sheet.absolute():
            raise LimnerError(f"{sheet}: the sheet and a picture would go into one file; name another")
        _check(path, force=force)
    arts = _each(first, seeds)
    finish |= {"dpi": dpi, "options": options, "force": force}
    cells = []
    for i, art in enumerate(arts):
        if paths:
            with progress(quiet=quiet):
                art.save(paths[i], backend=runner, **finish)
            told = {"path": str(paths[i]), "recipe": name, "seed": art.seed, "size": list(art.recipe.size)}
            result(told, str(paths[i]), as_json=as_json)
        if i == 0 and seed is None:
            note(f"seed {art.seed}", quiet=quiet)
        if sheet and pick is None:
            cells.append((str(art.seed), _thumbnail(art, runner)))
    if cells and sheet:
        _write_sheet(sheet, cells, name, first, force=force, as_json=as_json, aside=bool(paths), quiet=quiet)
    elif len(seeds) == 1:
        _show(first, runner, wanted=preview, quiet=quiet)


def _named(sheet: Path | None) -> Path:
    if sheet is None:
        raise LimnerError("--pick: name the sheet to pick from with --sheet FILE")
    return sheet


def _picked(text: str, known: list[Any]) -> list[int]:
    """The seeds in ``3,7,12``, each of which the sheet must hold."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() and len(part) < 20 for part in parts):
        raise LimnerError(f"--pick {text!r}: write the seeds that stand under the pictures: 3,7,12")
    seeds = list(dict.fromkeys(int(part) for part in parts))
    strangers = [str(seed) for seed in seeds if seed not in known]
    if strangers:
        raise LimnerError(f"--pick: the sheet has no seed {', '.join(strangers)}; it has {known[0]} to {known[-1]}")
    return seeds


def _surprise(seed: int | None) -> tuple[str, Any, int]:
    """A name, a recipe and a seed that nobody chose."""
    from limner.artworks import random_recipe as composing
    from limner.registry.registry import registry
    from limner.utils.seeding import draw_seed

    seed = draw_seed() if seed is None else seed
    return "surprise", composing.compose(seed, registry()), seed


def _each(first: Artwork, seeds: list[int]) -> list[Artwork] | Any:
    """The artworks of several seeds, drawn one at a time."""
    from limner.artworks import painting

    return (first if seed == first.seed else painting.draw(first.recipe.with_seed(seed)) for seed in seeds)


def _check(path: Path, *, force: bool) -> None:
    from limner.utils.atomic_files import check_target

    check_target(path, force=force)


def targets(name: str, seed: int, seeds: list[int], out: str | None) -> list[Path]:
    """Where the pictures go: ``RECIPE-SEED.png`` here or in the folder ``out``, or the one file ``out``.

    Raises:
        LimnerError: several pictures would go into one file, or the folder cannot be made.
    """
    place = o.folder(out, several=len(seeds) > 1)
    if place is None:
        return [Path(str(out))]
    stem = Path(name).stem.removesuffix(f"-{seed}")
    return [place / f"{stem}-{each}.png" for each in seeds]


def _thumbnail(art: Artwork, runner: Any, side: int = 256) -> Any:
    width, height = art.recipe.size
    shrink = max(width, height) / side
    return art.render((max(1, round(width / shrink)), max(1, round(height / shrink))), supersample=2, backend=runner)


def _write_sheet(
    sheet: Path, cells: list[Any], name: str, first: Artwork, *, force: bool, as_json: bool, aside: bool, quiet: bool
) -> None:
    from limner.figures.contact_sheet import write_sheet
    from limner.registry.events import Saved
    from limner.registry.registry import registry

    record = {"name": Path(name).stem, "recipe": first.recipe.table(), "seeds": [int(label) for label, _ in cells]}
    write_sheet(sheet, cells, record, force=force)
    registry().emit(Saved(sheet))
    if aside and not as_json:  # standard output is for the artworks, which other commands may read from it
        note(f"sheet {sheet}", quiet=quiet)
    else:
        result({"path": str(sheet), "recipe": name, "sheet": True}, str(sheet), as_json=as_json)


def _show(art: Artwork, runner: Any, *, wanted: bool | None, quiet: bool) -> None:
    from limner.console import terminal_preview

    if wanted or (wanted is None and not quiet and terminal_preview.possible()):
        terminal_preview.show(_thumbnail(art, runner, terminal_preview.SIDE))
