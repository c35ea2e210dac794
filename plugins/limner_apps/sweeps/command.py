"""``limner sweep``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from limner.app import LimnerError, command_arguments, print_note, print_result, progress
from limner.app import options as o

On = Annotated[
    list[str] | None,
    typer.Option("--on", metavar="IMAGE", help="Learn this picture in each cell; several, or a folder."),
]
Vary = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH=VALUES", help="network.depth=1,3; trainer.learning_rate=0.001..0.1 log 5; network=mlp,siren."
    ),
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
    from limner.app.values import parse_size
    from limner_apps.sweeps.executor_choice import executor_of
    from limner_apps.sweeps.plan import plan_sweep
    from limner_apps.sweeps.report import contact_sheet
    from limner_apps.sweeps.report.results import failures
    from limner_apps.sweeps.run import SweepRun

    bounds: Any = {"steps": steps, "epochs": epochs, "seconds": seconds, "psnr": psnr, "train_size": train_size}
    made = plan_sweep(
        recipe,
        vary=vary or (),
        design=design,
        samples=samples,
        seeds=seeds,
        on=on or (),
        gray=gray,
        at_steps=at_steps or (),
        animations=animations,
        size=parse_size(size)[0] if size else None,
        set=o.parse_settings(set_),
        **bounds,
    )
    if (rows or columns) and not sheet:
        raise LimnerError("--rows and --columns: are a sheet's; name its file with --sheet FILE.png")
    made.check(many=yes or dry_run)
    runner = o.backend(backend if executor == "local" else "auto", 0)
    run = SweepRun(
        made, Path(out or f"{Path(recipe).stem}-sweep"), executor_of(executor, o.parse_settings(executor_set)), backend
    )
    if sheet:
        contact_sheet.check_pages(made, sheet, rows, columns, force=force)
    if dry_run:
        time = run.estimate()
        print_result(time.record(), str(time), as_json=as_json)
        return
    try:
        with progress(quiet=quiet):
            outcome = run.run(shlex.join(["limner", *command_arguments()]))
    except KeyboardInterrupt:
        print_note(f"{run.folder} keeps the cells that are whole; the same command goes on", quiet=quiet)
        raise
    for row in run.rows(outcome):
        print_result(row, row["path"], as_json=as_json)
    print_note(run.summary(outcome), quiet=quiet)
    for line in failures(made, outcome):
        print_note(f"failed: {line}", quiet=False)
    if "--debug" in command_arguments() and outcome.tracebacks:
        typer.echo(next(iter(outcome.tracebacks.values())), err=True)
    if sheet and outcome.records:
        contact_sheet.draw_sheet(sheet, made, run.folder, outcome, runner, rows=rows, columns=columns, force=force)
        print_note(f"sheet {sheet}", quiet=quiet)
    if animation := run.animate(outcome):
        print_note(f"all of them: {animation}", quiet=quiet)
    if outcome.failed:
        raise typer.Exit(1)
