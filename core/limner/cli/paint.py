"""``limner paint``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli import options as o
from limner.cli.output import note, progress, result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artwork import Artwork

MAX_COUNT = 10_000


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
    count: Annotated[int, typer.Option(metavar="N", help="Paint N seeds, one after the other.")] = 1,
    sheet: Annotated[Path | None, typer.Option(metavar="FILE", help="A contact sheet of them all as well.")] = None,
    out: o.Out = None,
    bits: o.Bits = 8,
    supersample: o.Supersample = 1,
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    force: o.Force = False,
    preview: Annotated[
        bool | None, typer.Option(help="Show it small on the terminal; the default where that can.")
    ] = None,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Paint a picture. The file holds its recipe: it can be painted again, larger or otherwise.

    \b
    limner paint
    limner paint random-art --seed 7 --size 1024x768 -o seven.png
    limner paint --count 16 --sheet sheet.png
    limner paint --color hsv -s network.width=64 -s color.alpha=true
    """
    from limner import pipeline
    from limner.files import check_target
    from limner.sheet import check_sheet, write_sheet
    from limner.sizes import parse_size

    name = recipe or pipeline.DEFAULT
    if not 1 <= count <= MAX_COUNT:
        raise LimnerError(f"--count: must be 1 to {MAX_COUNT}, got {count}")
    pixels, dpi = parse_size(size) if size else (None, 0.0)
    runner = o.backend(backend, threads)
    stages = o.swaps(frame=frame, warp=warps, encoder=encoders, network=network, color=color, trainer=trainer)
    first = pipeline.paint(name, seed=seed, size=pixels, set=o.sets(set_), swap=stages, backend=runner)
    paths = targets(name, first.seed, count, out)
    for path in paths:
        check_target(path, force=force)
    if sheet:
        check_sheet(sheet, force=force)
    thumbnails = []
    for i, path in enumerate(paths):
        art = first if i == 0 else pipeline.draw(first.recipe.with_seed(first.seed + i))
        with progress(quiet=quiet):
            art.save(path, bits=bits, supersample=supersample, dpi=dpi, force=force, backend=runner)
        result(
            {"path": str(path), "recipe": name, "seed": art.seed, "size": list(art.recipe.size)},
            str(path),
            as_json=as_json,
        )
        if i == 0 and seed is None:
            note(f"seed {art.seed}", quiet=quiet)
        if sheet:
            thumbnails.append((str(art.seed), _thumbnail(art, runner)))
        elif i == 0:
            _show(art, runner, wanted=preview, quiet=quiet or count > 1)
    if sheet:
        write_sheet(
            sheet, thumbnails, {"recipe": first.recipe.table(), "seeds": [int(s) for s, _ in thumbnails]}, force=force
        )
        result({"path": str(sheet), "recipe": name, "sheet": True}, str(sheet), as_json=as_json)


def targets(name: str, seed: int, count: int, out: Path | None) -> list[Path]:
    """Where the pictures go: ``RECIPE-SEED.png`` here or in the folder ``out``, or the one file ``out``.

    Raises:
        LimnerError: several pictures would go into one file.
    """
    folder = out is not None and (out.is_dir() or str(out).endswith(("/", "\\")) or (count > 1 and not out.suffix))
    if out is not None and not folder:
        if count > 1:
            raise LimnerError(f"{out}: {count} pictures do not go into one file; name a folder: -o {out.stem}/")
        return [out]
    place = out or Path()
    if out is not None and not out.exists():
        if not out.absolute().parent.is_dir():
            raise LimnerError(f"{out}: there is no folder {out.parent}; make it first")
        out.mkdir()
    stem = Path(name).stem.removesuffix(f"-{seed}")
    return [place / f"{stem}-{seed + i}.png" for i in range(count)]


def _thumbnail(art: Artwork, runner: Any, side: int = 256) -> Any:
    width, height = art.recipe.size
    shrink = max(width, height) / side
    return art.render((max(1, round(width / shrink)), max(1, round(height / shrink))), supersample=2, backend=runner)


def _show(art: Artwork, runner: Any, *, wanted: bool | None, quiet: bool) -> None:
    from limner.cli import preview

    if wanted or (wanted is None and not quiet and preview.possible()):
        preview.show(_thumbnail(art, runner, preview.SIDE))
