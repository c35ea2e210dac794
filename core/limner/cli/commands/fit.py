"""``limner fit``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from limner.cli import _fit_report as report
from limner.cli import _run_bounds as bounds
from limner.cli import _run_end as end
from limner.cli import _run_files as files
from limner.cli import _training_options as t
from limner.cli._run_timelapse import timelapse_file
from limner.console import options as o
from limner.errors import LimnerError


def fit(
    images: t.Images,
    recipe: t.FitRecipe = "",
    seed: o.Seed = None,
    size: o.Size = None,
    set_: o.Set = None,
    warps: o.Warps = None,
    encoders: o.Encoders = None,
    network: o.Network = None,
    color: o.Color = None,
    frame: o.FrameName = None,
    trainer: o.Trainer = None,
    loss: t.LossName = None,
    steps: t.Steps = None,
    epochs: t.FitEpochs = None,
    seconds: t.FitSeconds = None,
    psnr: t.FitPsnr = None,
    gray: t.Gray = False,
    train_size: t.TrainSize = 0,
    background: t.FitBackground = None,
    press: t.Press = None,
    out: o.Out = None,
    format_: o.Format = None,
    resume: t.Resume = False,
    checkpoint_every: t.Every = 30.0,
    compare: t.Compare = None,
    error_map: t.ErrorMap = False,
    history: t.HistoryFile = None,
    timelapse: t.TimelapseFile = None,
    timelapse_style: t.TimelapseStyle = "",
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
    from limner.composition.conditioning import with_weights
    from limner.figures.comparison import check_comparison, write_comparison
    from limner.registry.events import FileSaved
    from limner.registry.registry import registry
    from limner.training import evaluation
    from limner.training.fit import run
    from limner.training.history import check_history
    from limner.training.plan import prepare
    from limner.training.run import DEFAULT_SECONDS
    from limner.training.timelapse import record_fit
    from limner.utils.size_parser import parse_size

    path = Path(out) if out else files.default(images)
    images = files.pictures(images, path)
    budget = bounds.budget_of(steps, epochs, seconds, psnr, default_seconds=DEFAULT_SECONDS)
    if error_map and not compare:
        raise LimnerError("--error-map: stands in the picture that --compare FILE names")
    bounds.check_interval("--checkpoint-every", checkpoint_every)
    others = files.named({"--compare": compare, "--history": history, "--timelapse": timelapse})
    keep, over = files.check(path, images, others, film=timelapse, resume=resume, force=force)
    if compare:
        check_comparison(compare, force=force)
    if history:
        check_history(history, force=force)
    pixels, dpi = parse_size(size) if size else (None, 0.0)
    runner = o.backend(backend, threads)
    formats = ("image-format", "video-format") if timelapse else ("image-format",)
    values, options = o.split_writer(o.with_format(o.sets(set_), format_, formats), None)
    values, film = timelapse_file(values, timelapse, timelapse_style)
    plan = prepare(
        images,
        recipe or None,
        budget,
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
        checkpoint_path=keep,
        resume=resume,
        checkpoint_interval=checkpoint_every,
    )
    if press is not None:
        with_weights(plan.recipe, press)
    evaluation.check_file(plan, path, dpi=dpi, options=options, force=over)  # reported now, not after the fit
    report.say_start(plan, seed=seed, timelapse=timelapse, quiet=quiet)
    shoot = partial(record_fit, lapse=film.lapse, plan=plan, options=film.options, force=force)
    with end.stoppable(plan, quiet=quiet):
        fitted, missed = film.record(shoot, partial(run, plan, runner))
    end.check_started(fitted, ", or a scale of the network")
    shown = fitted.artwork if press is None else fitted.artwork.press(press)
    shown.save(path, dpi=dpi, options=options, force=over, backend=runner)
    found = evaluation.measure(path, plan, fitted.artwork, runner)
    outputs = end.Outputs([*others.values()], film=timelapse, missed=missed)
    if compare:
        told = ("original", report.quality(found))
        with outputs.writing(compare):
            write_comparison(compare, found.original, found.rendered, error_map=error_map, caption=told, force=force)
            registry().emit(FileSaved(compare))
    if history:
        with outputs.writing(history):
            fitted.run.history.write(history, plan.recipe.title, force=force)
            registry().emit(FileSaved(history))
    report.say(path, plan, fitted, found, outputs.names, as_json=as_json, quiet=quiet)
    outputs.check(path)
    report.check_converged(path, fitted)
