"""``limner fit``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli import _run_end as end
from limner.cli import _run_files as files
from limner.console import options as o
from limner.console.output import fitting_progress, note, result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.stages.backend import Backend
    from limner.training.evaluation import Measured
    from limner.training.fit import Fitted
    from limner.training.plan import Job
    from limner.training.timelapse import Timelapse

Images = Annotated[
    list[str],
    typer.Argument(metavar="IMAGE...", help="The picture to learn, or skimage:astronaut; several, or a folder."),
]
RecipeName = Annotated[
    str, typer.Option("--recipe", metavar="R", help="A preset, a TOML file, or a picture that limner made.")
]
LossName = Annotated[str | None, typer.Option("--loss", metavar="NAME", help="Swap the loss: mse, mae, huber, ...")]
Steps = Annotated[int | None, typer.Option(metavar="N", help="Stop after so many steps.")]
Epochs = Annotated[int | None, typer.Option(metavar="N", help="Stop when all points were looked at so often.")]
Seconds = Annotated[float | None, typer.Option(metavar="S", help="Stop after so long; 20 where nothing is said.")]
Psnr = Annotated[float | None, typer.Option(metavar="DB", help="Stop when the picture is this good.")]
Gray = Annotated[bool, typer.Option("--gray", help="Learn it in black and white.")]
TrainSize = Annotated[int, typer.Option(metavar="PX", help="Learn a copy whose longer side is this.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from OUT.ckpt, if it is there.")]
Every = Annotated[float, typer.Option("--checkpoint-every", metavar="S", help="Seconds between two checkpoints.")]
Compare = Annotated[Path | None, typer.Option(metavar="FILE", help="The original beside what was learned.")]
ErrorMap = Annotated[bool, typer.Option("--error-map", help="With --compare: where it differs.")]
HistoryFile = Annotated[
    Path | None,
    typer.Option("--history", metavar="FILE", help="Loss and PSNR: a plot (.png, .svg) or a table (.csv, .jsonl)."),
]
TimelapseFile = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="A movie of it: .mp4, .webm, .gif, .webp, .apng; -s timelapse.frames=50, ..."),
]
TimelapseStyle = Annotated[
    str, typer.Option(metavar="NAME", help="portrait: 25 a second, 800x800; painting: ten frames of 0.1 s.")
]
Press = Annotated[
    str | None,
    typer.Option(metavar="W,W,...", help="Of several pictures: what the file shows, 1,0,0.5 or fox=0.5,star=1."),
]
Background = Annotated[
    str | None, typer.Option(metavar="COLOR", help="What lies under what is clear; else opacity is learned.")
]


def fit(
    images: Images,
    recipe: RecipeName = "",
    seed: o.Seed = None,
    size: o.Size = None,
    set_: o.Set = None,
    warps: o.Warps = None,
    encoders: o.Encoders = None,
    network: o.Network = None,
    color: o.Color = None,
    frame: o.FrameName = None,
    trainer: o.Trainer = None,
    loss: LossName = None,
    steps: Steps = None,
    epochs: Epochs = None,
    seconds: Seconds = None,
    psnr: Psnr = None,
    gray: Gray = False,
    train_size: TrainSize = 0,
    background: Background = None,
    press: Press = None,
    out: o.Out = None,
    resume: Resume = False,
    checkpoint_every: Every = 30.0,
    compare: Compare = None,
    error_map: ErrorMap = False,
    history: HistoryFile = None,
    timelapse: TimelapseFile = None,
    timelapse_style: TimelapseStyle = "",
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Learn a picture. The result is an artwork as any other: it can be painted larger, or otherwise.

    Several pictures are learned by one network, each behind a button; limner render --press paints between them.

    \b
    limner fit photo.jpg
    limner fit fox.png star.png tree.png -o board.png
    limner fit photo.jpg --seconds 10 --compare beside.png --error-map
    limner fit photo.jpg --recipe rprop-portrait --train-size 128 --steps 2000
    limner fit photo.jpg --seconds 600 --resume
    """
    from limner.figures.comparison import check_comparison, write_comparison
    from limner.recipes.conditioning import pressed
    from limner.registry.events import Saved
    from limner.registry.registry import registry
    from limner.training import evaluation
    from limner.training.history import check_history
    from limner.training.plan import bounded, prepare
    from limner.training.timelapse import timelapse as lapsing
    from limner.utils.size_parser import parse_size

    path = Path(out) if out else files.default(images)
    images = files.pictures(images, path)
    files.check_bounds(steps, epochs, seconds, psnr)
    if error_map and not compare:
        raise LimnerError("--error-map: stands in the picture that --compare FILE names")
    if not (math.isfinite(checkpoint_every) and checkpoint_every >= 0):
        raise LimnerError(f"--checkpoint-every: must be 0 seconds or more, got {checkpoint_every}")
    film = Path(timelapse) if timelapse else None
    named = {"--compare": compare, "--history": history, "--timelapse": film}
    others = {option: file for option, file in named.items() if file}
    keep, over = files.check(path, images, others, film=timelapse, resume=resume, force=force)
    if compare:
        check_comparison(compare, force=force)
    if history:
        check_history(history, force=force)
    pixels, dpi = parse_size(size) if size else (None, 0.0)
    runner = o.backend(backend, threads)
    values, options = o.split_writer(o.sets(set_), None)
    values, lapse_settings = o.split(values, "timelapse")
    values, movie_options = o.split(values, "movie")
    lapse = lapsing(lapse_settings, timelapse_style)
    if (lapse_settings or movie_options or timelapse_style) and not timelapse:
        raise LimnerError("timelapse: name its file with --timelapse FILE")
    job = prepare(
        images,
        recipe or None,
        bounded(steps or 0, seconds or 0.0, psnr or 0.0, epochs or 0),
        epochs=epochs or 0,
        seed=seed,
        size=pixels,
        values=values,
        swap=o.swaps(
            frame=frame, warp=warps, encoder=encoders, network=network, color=color, loss=loss, trainer=trainer
        ),
        gray=gray,
        background=background,
        train_size=train_size,
        keep=keep,
        resume=resume,
        every=checkpoint_every,
    )
    if press is not None:
        pressed(job.recipe, press)
    evaluation.check_file(job, path, dpi=dpi, options=options, force=over)  # told now, not after the fit
    if job.album.told:
        note(job.album.told, quiet=quiet)
    if job.album.codes:
        note(_buttons(job), quiet=quiet)
    if job.kept:
        done = job.kept.header
        note(f"goes on after step {done.step}", quiet=quiet)
        if timelapse:
            note(f"the timelapse begins at step {done.step}", quiet=quiet)
        if job.budget.reached(done.step, done.seconds, done.psnr):
            note("which is all that was asked for; give it more --steps, --seconds or --psnr", quiet=quiet)
    elif seed is None:
        note(f"seed {job.recipe.seed}", quiet=quiet)
    with end.stoppable(keep, job.kept):
        fitted, missed = _film_or_fit(job, runner, timelapse, lapse, movie_options, force=force, quiet=quiet)
    if not math.isfinite(fitted.run.best_loss):
        raise LimnerError(f"the loss is no number from the start: {fitted.mend}, or a scale of the network")
    shown = fitted.artwork if press is None else fitted.artwork.press(press)
    shown.save(path, dpi=dpi, options=options, force=over, backend=runner)
    found = evaluation.measure(path, job, fitted.artwork, runner)
    outputs = end.Outputs([*others.values()])
    if missed and timelapse:
        outputs.miss(timelapse, missed)
    if compare:
        told = ("original", f"{_decibels(found.quality.psnr)}, SSIM {found.quality.ssim:.3f}")
        with outputs.writing(compare):
            write_comparison(compare, found.original, found.painted, error_map=error_map, caption=told, force=force)
            registry().emit(Saved(compare))
    if history:
        with outputs.writing(history):
            fitted.run.history.write(history, job.recipe.title, force=force)
            registry().emit(Saved(history))
    _say(path, job, fitted, found, outputs.names, as_json=as_json, quiet=quiet)
    outputs.check(path)
    if fitted.reason == "diverged":
        raise LimnerError(
            f"the loss is no number after step {fitted.run.step}; {path} holds the best before that; {fitted.mend}"
        )


def _film_or_fit(
    job: Job,
    runner: Backend,
    timelapse: str | None,
    lapse: Timelapse,
    options: dict[str, Any],
    *,
    force: bool,
    quiet: bool,
) -> tuple[Fitted, LimnerError | None]:
    """The fit, and why its timelapse could not be written, where that came to light while it ran."""
    from limner.training import fit
    from limner.training.timelapse import filming

    if timelapse is None:
        with fitting_progress(quiet=quiet):
            return fit.run(job, runner), None
    fitted = None
    try:
        with filming(timelapse, lapse, job, options, force=force) as camera, fitting_progress(quiet=quiet):
            fitted = fit.run(job, runner, camera)
    except LimnerError as error:
        if fitted is None:
            raise
        return fitted, error
    return fitted, None


def _say(
    path: Path, job: Job, fitted: Fitted, found: Measured, others: list[Path], *, as_json: bool, quiet: bool
) -> None:
    """The path on standard output, and how good it is."""
    run = fitted.run
    note(
        f"{_decibels(found.quality.psnr)}, SSIM {found.quality.ssim:.3f} after {run.step} steps in {run.seconds:.1f} s",
        quiet=quiet,
    )
    if job.train_size and len(job.album) == 1:
        width, height = job.target.size
        note(f"learned at {width}x{height}: {_decibels(run.psnr)}", quiet=quiet)
    for other in others:
        note(str(other), quiet=quiet)
    told: dict[str, Any] = {
        "path": str(path),
        "seed": fitted.artwork.seed,
        "size": list(fitted.artwork.recipe.size),
        "psnr": found.quality.psnr if math.isfinite(found.quality.psnr) else None,
        "ssim": found.quality.ssim,
        "loss": run.best_loss,
        "steps": run.step,
        "seconds": run.seconds,
        "stopped": fitted.reason,
    }
    if len(found.each) > 1:
        told["pictures"] = [
            {"path": target.name, "psnr": q.psnr if math.isfinite(q.psnr) else None, "ssim": q.ssim}
            for target, q in zip(job.album.targets, found.each, strict=True)
        ]
    result(told, str(path), as_json=as_json)


def _buttons(job: Job) -> str:
    """What the buttons are called."""
    from limner.recipes.conditioning import labels_of

    labels = labels_of(job.recipe)
    shown = ", ".join(labels[:12]) + (", ..." if len(labels) > 12 else "")
    spelt = "" if job.album.codes and job.album.codes.labels else "; the files' names say which are pressed"
    return f"{len(labels)} button{'s' if len(labels) > 1 else ''}: {shown}{spelt}"


def _decibels(psnr: float) -> str:
    return f"{psnr:.2f} dB" if math.isfinite(psnr) else "exact"
