"""The command ``limner sweep``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.app import LimnerError, command_arguments, print_note, print_result, progress, set_interrupt_message
from limner.app import options as o

if TYPE_CHECKING:
    from limner_apps.sweeps.run import SweepRun

On = Annotated[
    list[str] | None,
    typer.Option("--on", metavar="IMAGE", help="Picture to fit in each trial, or a folder; repeatable."),
]
Vary = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH=VALUES",
        help="Values to try, e.g. network.depth=1,3; trainer.learning_rate=0.001..0.1 log 5; network=mlp,siren.",
    ),
]
DesignName = Annotated[
    str | None,
    typer.Option("--design", metavar="NAME", help="Search design: grid, one-at-a-time, random or latin-hypercube."),
]
SampleCount = Annotated[
    int | None, typer.Option("--samples", metavar="N", help="Number of combinations in a random design.")
]
Seeds = Annotated[str | None, typer.Option(metavar="SEEDS", help="Seeds to try with every combination: 0..9 or 3,5.")]
Bound = Annotated[int | None, typer.Option(metavar="N", help="Stop each fit after N steps.")]
Epochs = Annotated[int | None, typer.Option(metavar="N", help="Stop each fit after N passes over all pixels.")]
Seconds = Annotated[float | None, typer.Option(metavar="S", help="Stop each fit after S seconds.")]
Psnr = Annotated[float | None, typer.Option(metavar="DB", help="Stop each fit once PSNR reaches DB decibels.")]
TrainSize = Annotated[int | None, typer.Option(metavar="PX", help="Fit a copy whose longer side is PX pixels.")]
Gray = Annotated[bool, typer.Option("--gray", help="Convert the pictures to grayscale first.")]
AtSteps = Annotated[str | None, typer.Option(metavar="N,N", help="Also write the picture at these steps of each fit.")]
Sheet = Annotated[Path | None, typer.Option(metavar="FILE", help="Write a labelled contact sheet, a .png.")]
Rows = Annotated[str, typer.Option(metavar="AXIS", help="Axis of the sheet's rows: network.depth, seed, step, ...")]
Columns = Annotated[str, typer.Option(metavar="AXIS", help="Axis of the sheet's columns.")]
Animations = Annotated[
    bool, typer.Option("--animations", help="Write a timelapse of each fit, and an animation of all of them.")
]
ExecutorName = Annotated[str, typer.Option("--executor", metavar="NAME", help="Where trials run: local or dask.")]
ExecutorSet = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="Change a setting of the executor: workers=4, address=tcp://host:8786."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count the trials, time one, and estimate the total time.")]
Yes = Annotated[bool, typer.Option("--yes", help="Allow more than 2,000 trials.")]
Folder = Annotated[
    str | None, typer.Option("--out", "-o", metavar="FOLDER", help="Output folder (default: RECIPE-sweep).")
]


def sweep(
    recipe: Annotated[
        str, typer.Argument(metavar="RECIPE", help="A preset, a TOML file, or a picture made by limner.")
    ],
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
    palette: o.Palette = None,
    colors: o.Colors = None,
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
    """Paint or fit many variations of a recipe. Interrupted sweeps resume where they stopped.

    \b
    limner sweep marbling --vary network.depth=2,4,8 --seeds 0..4 --sheet sheet.png --rows network.depth --columns seed
    limner sweep neural-painting --on photo.jpg --vary network.width=5,10,20 --steps 2000 --train-size 100
    limner sweep painting-grid --on photo.jpg --sheet grid.png
    """
    from limner.app.values import parse_size, shell_join
    from limner_apps.sweeps.executor_choice import get_executor
    from limner_apps.sweeps.plan import plan_sweep
    from limner_apps.sweeps.preflight.notes import note_trials
    from limner_apps.sweeps.report import contact_sheet
    from limner_apps.sweeps.report.animation import shown_trials
    from limner_apps.sweeps.report.results import failures, single_colors
    from limner_apps.sweeps.run import SweepRun

    show = partial(print_note, quiet=quiet)
    bounds: Any = {"steps": steps, "epochs": epochs, "seconds": seconds, "psnr": psnr, "train_size": train_size}
    planned = plan_sweep(
        recipe,
        vary=vary or (),
        design=design,
        samples=samples,
        seeds=seeds,
        on=on or (),
        gray=gray,
        at_steps=at_steps or (),
        animations=animations,
        size=parse_size(size, 300)[0] if size else None,
        set=o.parse_settings(set_),
        palette=palette,
        colors=colors,
        report=show,
        **bounds,
    )
    if (rows or columns) and not sheet:
        raise LimnerError("--rows and --columns: have no effect without a contact sheet; add --sheet FILE.png")
    planned.check(allow_many=yes or dry_run)
    runner = o.backend(backend if executor == "local" else "auto", 0)
    run = SweepRun(
        planned,
        Path(out or f"{Path(recipe).stem}-sweep"),
        get_executor(executor, o.parse_settings(executor_set, "executor_set")),
        backend,
    )
    if sheet:
        contact_sheet.check_contact_sheet(planned, sheet, rows, columns, force=force)
    note_trials(planned, executor_set or (), quiet=quiet)
    if not quiet and (cost := run.cost(runner)):
        print_note(f"{run.folder}: {cost}", quiet=quiet)
    if dry_run:
        print_note(run.timing_note(), quiet=quiet)
        with progress(quiet=quiet):
            estimate = run.estimate()
        print_result(estimate.record(), str(estimate), as_json=as_json)
        return
    with _reporting_progress(run):
        with progress(quiet=quiet):
            outcome = run.run(shell_join(["limner", *command_arguments()]))
        for row in run.rows(outcome):
            print_result(row, row["path"], as_json=as_json)
        if note := single_colors(planned, outcome):
            print_note(note, quiet=quiet)
        print_note(run.summary(outcome), quiet=quiet)
        for line in failures(planned, outcome):
            print_note(f"failed: {line}", quiet=False)
        if "--debug" in command_arguments() and outcome.tracebacks:
            typer.echo(next(iter(outcome.tracebacks.values())), err=True)
        if sheet and outcome.records:
            missing = contact_sheet.draw_sheet(
                sheet, planned, run.folder, outcome, runner, rows=rows, columns=columns, force=force
            )
            print_note(missing or f"contact sheet: {sheet}", quiet=quiet)
        if animation := run.animate(outcome):
            print_note(f"animation of {shown_trials(len(outcome.records))}: {animation}", quiet=quiet)
    if outcome.failed:
        raise typer.Exit(1)


@contextmanager
def _reporting_progress(run: SweepRun) -> Iterator[None]:
    """Report the number of complete trials if the block is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        done, total = run.progress()
        set_interrupt_message(f"{done} of {total} trials are done; run the same command to continue.")
        raise
