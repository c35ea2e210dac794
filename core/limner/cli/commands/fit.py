"""``limner fit``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from limner.cli import _fit_report as report
from limner.cli import _run_bounds as bounds
from limner.cli import _run_end as end
from limner.cli import _run_files as files
from limner.cli import _training_options as training
from limner.cli._run_states import check_states, in_turn, states_folder
from limner.cli._run_timelapse import run_recorded, timelapse_file
from limner.cli._unused_options import note_unused_train_size, note_unused_training_background
from limner.console import options, print_options
from limner.console.output import print_note_above_bar
from limner.console.picture_notes import noting_single_colors
from limner.errors import LimnerError


def fit(
    images: training.Images,
    recipe: training.FitRecipe = "",
    seed: options.Seed = None,
    size: options.Size = None,
    title: options.Title = None,
    set_: options.Set = None,
    warps: options.Warps = None,
    encoders: options.Encoders = None,
    network: options.Network = None,
    color: options.Color = None,
    palette: options.Palette = None,
    colors: options.Colors = None,
    frame: options.FrameName = None,
    trainer: options.Trainer = None,
    loss: training.LossName = None,
    steps: training.Steps = None,
    epochs: training.FitEpochs = None,
    seconds: training.FitSeconds = None,
    psnr: training.FitPsnr = None,
    gray: training.Gray = False,
    train_size: training.TrainSize = 0,
    background: training.FitBackground = None,
    press: training.Press = None,
    out: options.Out = None,
    format_: options.Format = None,
    resume: training.Resume = False,
    checkpoint_every: training.Every = 30.0,
    keep_checkpoint: training.KeepCheckpoint = False,
    compare: training.Compare = None,
    error_map: training.ErrorMap = False,
    history: training.HistoryFile = None,
    timelapse: training.TimelapseFile = None,
    timelapse_style: training.TimelapseStyle = "",
    keep_states: training.KeepStates = None,
    strip: training.StripFile = None,
    backend: options.BackendName = "auto",
    threads: options.Threads = 0,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Fit a network to one or more images.

    The result is an ordinary artwork: render it at any size or vary it. A network that learns several pictures has a
    button for each of them; limner render --press paints blends.

    An interrupted run continues with the same command and --resume. A complete one removes its checkpoint.

    \b
    limner fit photo.jpg
    limner fit fox.png star.png tree.png -o board.png
    limner fit photo.jpg --seconds 10 --compare beside.png --error-map
    limner fit photo.jpg --recipe rprop-portrait --train-size 128 --steps 2000
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
    from limner.training.states import check_strip
    from limner.training.timelapse import record_fit

    images = options.pictures(images)
    path = Path(out) if out else files.default_path(images)
    images = files.expand_images(images, path, quiet=quiet)
    budget = bounds.budget_of(steps, epochs, seconds, psnr, default_seconds=DEFAULT_SECONDS)
    if error_map and not compare:
        raise LimnerError("--error-map: needs a comparison; add --compare FILE")
    bounds.check_interval("--checkpoint-every", checkpoint_every)
    others = files.named_files({"--compare": compare, "--history": history, "--timelapse": timelapse, "--strip": strip})
    checkpoint, over = files.check_files(path, images, others, timelapse=timelapse, resume=resume, force=force)
    check_states(keep_states, images, {"-o": path, **others}, resume=resume, force=force)
    if compare:
        check_comparison(compare, force=force)
    if strip:
        check_strip(strip, force=force)
    if history:
        check_history(history, force=force)
    pixels, dpi = print_options.read_size(size, quiet=quiet)
    runner = options.backend(backend, threads)
    formats = ("image-format", "video-format") if timelapse else ("image-format",)
    values, format_settings = options.split_image_format(
        options.with_format(options.with_title(options.parse_settings(set_), title), format_, formats), None
    )
    values, recording = timelapse_file(values, timelapse, timelapse_style)
    values, states = states_folder(values, keep_states, strip)
    plan = prepare(
        images,
        recipe or None,
        budget,
        epochs=epochs or 0,
        seed=seed,
        size=pixels,
        values=values,
        swap=options.parse_swaps(
            frame=frame, warp=warps, encoder=encoders, network=network, color=color, loss=loss, trainer=trainer
        ),
        palette=palette,
        colors=colors,
        gray=gray,
        background=background,
        train_size=train_size,
        checkpoint_path=checkpoint,
        resume=resume,
        checkpoint_interval=checkpoint_every,
    )
    if press is not None:
        with_weights(plan.recipe, press)
    evaluation.check_file(plan, path, dpi=dpi, options=format_settings, force=over)  # reported now, not after the fit
    note_unused_train_size(plan, quiet=quiet)
    note_unused_training_background(plan, quiet=quiet)
    report.print_cost(plan, path, dpi=dpi, options=format_settings, backend=runner, force=over, quiet=quiet)
    report.print_start(plan, seed=seed, resume=resume, timelapse=timelapse, quiet=quiet)
    states.note_start(plan, quiet=quiet)
    open_recorder = partial(
        record_fit,
        lapse=recording.lapse,
        plan=plan,
        options=recording.options,
        force=force,
        report=partial(print_note_above_bar, quiet=quiet),
    )
    with end.show_training_progress(plan, quiet=quiet) as saved_steps:
        (outcome, timelapse_error), states_error = run_recorded(
            states.recorder(plan, force=force),
            lambda keep: recording.record(open_recorder, lambda film: run(plan, runner, in_turn(keep, film))),
        )
    end.check_finite_loss(outcome, ", or the scale of the initial weights")
    artwork = outcome.artwork if press is None else outcome.artwork.press(press)
    with noting_single_colors(quiet=quiet) as single_colors, end.saving_result(plan, saved_steps):
        artwork.save(path, dpi=dpi, options=format_settings, force=over, backend=runner)
    measurement = evaluation.measure(path, plan, outcome.artwork, runner)
    written = [*others.values(), *states.paths]
    outputs = end.OutputFiles(written, timelapse=timelapse, timelapse_error=timelapse_error)
    if states.folder and states_error:
        outputs.add_failure(states.folder, states_error)
    if strip:
        with outputs.writing(strip):
            states.write_strip(runner, force=force)
    if compare:
        caption = ("original", report.quality(measurement))
        with outputs.writing(compare):
            write_comparison(
                compare, measurement.original, measurement.rendered, error_map=error_map, caption=caption, force=force
            )
            registry().emit(FileSaved(compare))
    if history:
        with outputs.writing(history):
            outcome.run.history.write(history, plan.recipe.title, force=force)
            registry().emit(FileSaved(history))
    more = single_colors.record(path)
    end.finish_checkpoint(plan, outputs, keep=keep_checkpoint or outcome.reason == "diverged")
    report.print_outcome(path, plan, outcome, measurement, outputs.names, more, as_json=as_json, quiet=quiet)
    outputs.raise_failures(path)
    report.check_converged(path, outcome)
