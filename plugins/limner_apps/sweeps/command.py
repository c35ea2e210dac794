"""``limner sweep``."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.app import LimnerError, given, note, progress, result
from limner.app import options as o

if TYPE_CHECKING:
    from limner_apps.sweeps.config import SweepTable
    from limner_apps.sweeps.executor import Executor
    from limner_apps.sweeps.sweep import Sweep

On = Annotated[
    list[str] | None,
    typer.Option("--on", metavar="IMAGE", help="Learn this picture in each cell; several, or a folder."),
]
Vary = Annotated[
    list[str] | None,
    typer.Option(metavar="PATH=VALUES", help="network.depth=1,3; trainer.rate=0.001..0.1 log 5; network=mlp,siren."),
]
DesignName = Annotated[
    str | None, typer.Option("--design", metavar="NAME", help="grid, one-at-a-time, random or latin-hypercube.")
]
SampleCount = Annotated[int | None, typer.Option("--samples", metavar="N", help="Points of a random design.")]
Seeds = Annotated[str | None, typer.Option(metavar="SEEDS", help="Each point with each of these seeds: 0..9 or 3,5.")]
Bound = Annotated[int | None, typer.Option(metavar="N", help="Steps that every cell learns.")]
Epochs = Annotated[int | None, typer.Option(metavar="N", help="Or epochs,")]
Seconds = Annotated[float | None, typer.Option(metavar="S", help="or seconds,")]
Psnr = Annotated[float | None, typer.Option(metavar="DB", help="or until it is this good.")]
TrainSize = Annotated[int | None, typer.Option(metavar="PX", help="Learn a copy whose longer side is this.")]
Gray = Annotated[bool, typer.Option("--gray", help="Learn in black and white.")]
AtSteps = Annotated[
    str | None, typer.Option(metavar="N,N", help="Keep the picture at these steps too: one run gives them all.")
]
Sheet = Annotated[Path | None, typer.Option(metavar="FILE", help="A labelled page of all pictures, a .png.")]
Rows = Annotated[str, typer.Option(metavar="AXIS", help="What the sheet's rows go by: network.depth, seed, step, ...")]
Columns = Annotated[str, typer.Option(metavar="AXIS", help="What its columns go by.")]
Animations = Annotated[bool, typer.Option("--animations", help="A timelapse of each cell, and all of them as one.")]
ExecutorName = Annotated[
    str, typer.Option("--executor", metavar="NAME", help="Where cells are worked on: local or dask.")
]
ExecutorSet = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="Set a parameter of it: workers=4, address=tcp://host:8786."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count the cells, time one, and tell how long the rest takes.")]
Yes = Annotated[bool, typer.Option("--yes", help="Go through more than 2,000 cells.")]
Folder = Annotated[str | None, typer.Option("--out", "-o", metavar="FOLDER", help="Where the cells go; RECIPE-sweep.")]


def sweep(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="A preset, a TOML file, or a picture of limner's.")],
    on: On = None,
    vary: Vary = None,
    design: DesignName = None,
    samples: SampleCount = None,
    seeds: Seeds = None,
    steps: Bound = None,
    epochs: Epochs = None,
    seconds: Seconds = None,
    psnr: Psnr = None,
    train_size: TrainSize = None,
    gray: Gray = False,
    at_steps: AtSteps = None,
    size: o.Size = None,
    set_: o.Set = None,
    sheet: Sheet = None,
    rows: Rows = "",
    columns: Columns = "",
    animations: Animations = False,
    executor: ExecutorName = "local",
    executor_set: ExecutorSet = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    out: Folder = None,
    backend: o.BackendName = "auto",
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Paint or fit many variations of a recipe. What is stopped goes on with what is missing.

    \b
    limner sweep marbling --vary network.depth=2,4,8 --seeds 0..4 --sheet sheet.png --rows network.depth --columns seed
    limner sweep neural-painting --on photo.jpg --vary network.width=5,10,20 --steps 2000 --train-size 100
    limner sweep painting-grid --on photo.jpg --sheet grid.png
    """
    from limner_apps.sweeps import report, scheduler
    from limner_apps.sweeps.claim import claimed
    from limner_apps.sweeps.executor_choice import executor_of, threads_each
    from limner_apps.sweeps.folder_format import CELLS
    from limner_apps.sweeps.results import write_results
    from limner_apps.sweeps.sweep import MANY

    table, said = _read(recipe)
    made = _sweep(
        Path(recipe).stem,
        {key: value for key, value in table.items() if key != "sweep"},
        o.sets(set_),
        said,
        on=on,
        vary=vary,
        design=design,
        samples=samples,
        seeds=seeds,
        bounds={"steps": steps, "epochs": epochs, "seconds": seconds, "psnr": psnr, "train_size": train_size},
        gray=gray,
        at_steps=at_steps,
        size=size,
    )
    if len(made) > MANY and not (yes or dry_run):
        raise LimnerError(
            f"{len(made):,} cells: say --yes to go through them all, or --dry-run to see how long it takes"
        )
    if (rows or columns) and not sheet:
        raise LimnerError("--rows and --columns: are a sheet's; name its file with --sheet FILE.png")
    if animations and not made.images:
        raise LimnerError("--animations: show how pictures are learned; name one with --on PICTURE")
    made.check()
    runner = o.backend(backend if executor == "local" else "auto", 0)
    pool = executor_of(executor, o.sets(executor_set))
    threads = threads_each(pool)
    movie = {"suffix": ".gif", "settings": {}} if (animations or said.animations) and made.images else None
    folder = Path(out) if out else Path(f"{Path(recipe).stem}-sweep")
    if sheet:
        report.check_pages(made, sheet, rows, columns, force=force)
    if dry_run:
        _estimate(made, pool, backend, threads, as_json=as_json)
        return
    tasks = [
        scheduler.task_of(made, cell, folder, backend=backend, threads=threads, movie=movie) for cell in made.cells
    ]
    try:
        with claimed(folder, made, shlex.join(["limner", *given()])), progress(quiet=quiet):
            outcome = scheduler.run(tasks, pool)
            write_results(folder, made, outcome)
    except KeyboardInterrupt:
        note(f"{folder} keeps the cells that are whole; the same command goes on", quiet=quiet)
        raise
    _tell(made, folder, outcome, as_json=as_json, quiet=quiet)
    whole = [task for task in tasks if task["name"] in outcome.records]
    if sheet and whole:
        pieces = report.pieces_of(made, folder / CELLS, outcome.records)
        report.draw_sheet(sheet, made, pieces, runner, rows=rows, columns=columns, force=force)
        note(f"sheet {sheet}", quiet=quiet)
    if movie and whole:
        place = folder / "animations.gif"
        report.draw_animation(place, whole, rate=10.0, force=True)
        note(f"all of them: {place}", quiet=quiet)
    if outcome.failed:
        raise typer.Exit(1)


def _read(recipe: str) -> tuple[dict[str, Any], SweepTable]:
    """The recipe's table, and what it says of sweeps."""
    from limner.app.artworks import find, swept
    from limner_apps.sweeps.config import sweep_table

    table, source = find(recipe)
    return dict(table), sweep_table(swept(recipe), source)


def _sweep(
    name: str,
    table: dict[str, Any],
    values: dict[str, Any],
    said: SweepTable,
    *,
    on: list[str] | None,
    vary: list[str] | None,
    design: str | None,
    samples: int | None,
    seeds: str | None,
    bounds: dict[str, Any],
    gray: bool,
    at_steps: str | None,
    size: str | None,
) -> Sweep:
    """What is to be swept: what the command line says stands before what the recipe says."""
    from limner.app import did_you_mean
    from limner.app.files import parse_size
    from limner.app.pictures import sources
    from limner.app.training import bounded
    from limner_apps.sweeps.designs import DESIGNS
    from limner_apps.sweeps.search_space import axes_of, parse_axis, seeds_of
    from limner_apps.sweeps.sweep import Fitting, Sweep

    chosen = design or said.design
    plan = next((one for one in DESIGNS if one == chosen), None)
    if plan is None:
        raise LimnerError(f"--design {chosen!r}: there is none{did_you_mean(chosen, DESIGNS)}")
    for word, value in bounds.items():
        if value is not None and not value > 0:
            raise LimnerError(f"--{word.replace('_', '-')}: must be above 0, got {value}")
    images = tuple(sources(on or said.on)) if on or said.on else ()
    fits = {key: getattr(said, key) if value is None else value for key, value in bounds.items()}
    kept = _steps(at_steps) if at_steps else said.at_steps
    learns = "trainer" in table or any(text.startswith("trainer=") for text in vary or ())
    if (any(bounds.values()) or at_steps or gray) and not images:
        raise LimnerError("a sweep that learns needs a picture: name one with --on PICTURE")
    if images and not learns:
        raise LimnerError(f"{name}: has no [trainer] and cannot learn; choose one that has, or --vary trainer=backprop")
    if learns and not images:
        raise LimnerError(f"{name}: learns a picture; name one with --on PICTURE")
    if kept and fits["steps"] and max(kept) > fits["steps"]:
        raise LimnerError(f"--at-steps: step {max(kept)} lies beyond the {fits['steps']} steps of a run")
    if kept and not any(fits[word] for word in ("steps", "epochs", "seconds", "psnr")):
        fits["steps"] = max(kept)
    bounded(fits["steps"], fits["seconds"], fits["psnr"], fits["epochs"])
    return Sweep(
        name,
        table,
        [parse_axis(text) for text in vary] if vary else axes_of(said.vary),
        plan,
        said.samples if samples is None else samples,
        seeds_of(seeds if seeds is not None else said.seeds or values.pop("seed", table.get("seed", 0))),
        images,
        Fitting(**fits, gray=gray or said.gray, at_steps=tuple(kept)),
        parse_size(size)[0] if size else None,
        values,
    )


def _steps(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 0 < int(part) < 10**9 for part in parts):
        raise LimnerError(f"--at-steps {text!r}: write steps above 0: 10,100,1000")
    return tuple(sorted({int(part) for part in parts}))


def _estimate(made: Sweep, pool: Executor, backend: str, threads: int, *, as_json: bool) -> None:
    """Work on one cell, in a folder that is thrown away."""
    import tempfile

    from limner_apps.sweeps import scheduler, trial
    from limner_apps.sweeps.folder_format import CELLS

    with tempfile.TemporaryDirectory() as place:
        (Path(place) / CELLS).mkdir()
        first = next(iter(made.each()))
        task = scheduler.task_of(made, first, Path(place), backend=backend, threads=threads, movie=None)
        start = time.perf_counter()
        done = trial.work(task)
        took = time.perf_counter() - start
    if "error" in done:
        raise LimnerError(f"the first cell fails: {done['error']}")
    workers = max(1, pool.parallelism())
    total = took * len(made) / workers
    text = f"{len(made):,} cells; one takes {took:.2f} s, all of them about {_time(total)} on {workers} workers"
    result({"cells": len(made), "seconds_each": took, "workers": workers, "seconds": total}, text, as_json=as_json)


def _time(seconds: float) -> str:
    for unit, size in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} seconds"


def _tell(made: Sweep, folder: Path, outcome: Any, *, as_json: bool, quiet: bool) -> None:
    """The pictures on standard output; the figures, and what failed, for the person at the terminal."""
    from limner_apps.sweeps.results import rows

    for row in rows(made, outcome):
        path = str(folder / row["file"])
        result({**row, "path": path}, path, as_json=as_json)
    reused = f", {outcome.reused} of them there before" if outcome.reused else ""
    note(f"{len(outcome.records)} of {len(made.cells)} cells{reused}; {folder / 'results.csv'}", quiet=quiet)
    points = {cell.name: cell for cell in made.cells}
    for name, why in outcome.failed.items():
        settings = ", ".join(f"{path}={value}" for path, value in points[name].point.items())
        of = f" of {points[name].image}" if len(made.images) > 1 else ""
        note(f"failed: {settings or 'the recipe'} with seed {points[name].seed}{of}: {why}", quiet=False)
