"""``limner translate train``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from limner.cli import _run_bounds as bounds
from limner.cli import _run_end as end
from limner.cli import _run_files as files
from limner.cli import _training_options as training
from limner.cli._run_timelapse import timelapse_file
from limner.cli.commands.translate._report import check_converged, print_outcome, print_start
from limner.console import options
from limner.console.output import print_note, print_note_above_bar
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.training.timelapse import TimelapseRecorder
    from limner.translation.train import TranslationResult


def train(
    sources: training.Sources,
    recipe: training.TrainRecipe = "colorize",
    targets: training.Targets = None,
    input_: training.Input = None,
    output: training.Output = None,
    augment: training.Augments = None,
    set_: options.Set = None,
    network: options.Network = None,
    trainer: options.Trainer = None,
    loss: training.LossName = None,
    seed: options.Seed = None,
    size: training.Size = None,
    validation_split: training.ValidationSplit = 0.1,
    patches: training.Patches = None,
    steps: training.Steps = None,
    epochs: training.TrainEpochs = None,
    seconds: training.TrainSeconds = None,
    psnr: training.TrainPsnr = None,
    background: training.Background = None,
    out: options.Out = None,
    resume: training.Resume = False,
    checkpoint_every: training.Every = 30.0,
    keep_checkpoint: training.KeepCheckpoint = False,
    sheet: training.Sheet = None,
    sheet_every: training.SheetEvery = 30.0,
    history: training.HistoryFile = None,
    timelapse: training.TimelapseFile = None,
    format_: options.Format = None,
    report: training.Report = None,
    highlights: training.Highlights = None,
    backend: options.BackendName = "auto",
    threads: options.Threads = 0,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Train an image-to-image network and write it to a .limner file, for limner translate apply.

    A fraction of the pictures is used for validation.

    \b
    limner translate train photos/ --recipe colorize
    limner translate train photos/ --input contours,canny --output identity --seconds 900
    limner translate train photos/ --recipe super-resolution --size 128x128 --report report.html
    limner translate train photos/ --recipe colorize-gan --size 64x64 --seconds 1800
    limner translate train drawings/ --targets paintings/ --recipe autoencode
    """
    from limner.registry.events import FileSaved
    from limner.registry.registry import registry
    from limner.training.history import check_history
    from limner.training.timelapse import record_frames
    from limner.translation import train
    from limner.translation.highlights import HIGHLIGHTS_SUFFIX, check_highlights, write_highlights
    from limner.translation.monitor import TrainingMonitor
    from limner.translation.plan import DEFAULT_SECONDS, prepare
    from limner.translation.report import check_report, write_report
    from limner.utils.atomic_folders import check_folder
    from limner.utils.size_parser import parse_size

    budget = bounds.budget_of(steps, epochs, seconds, psnr, default_seconds=DEFAULT_SECONDS)
    bounds.check_count("--patches", patches)
    bounds.check_interval("--checkpoint-every", checkpoint_every)
    bounds.check_interval("--sheet-every", sheet_every)
    swap = options.parse_swaps(
        encoder=input_, output=output, augment=augment, network=network, trainer=trainer, loss=loss
    )
    path, sheet = _outputs(out, sheet, recipe, swap)
    sources, target_images = (_expand_sources(names, sheet, quiet=quiet) for names in (sources, targets or []))
    others = files.named_files({"--sheet": sheet, "--history": history, "--report": report, "--timelapse": timelapse})
    keep, over = files.check_files(
        path, [*sources, *target_images], others, timelapse=timelapse, resume=resume, force=force
    )
    if history:
        check_history(history, force=force)
    if report:
        check_report(report, force=force)
    highlights_folder = path.with_name(f"{path.stem}-highlights")
    if highlights is not None:
        check_folder(highlights_folder, HIGHLIGHTS_SUFFIX, force=force)
    runner = options.backend(backend, threads)
    values, recording = timelapse_file(
        options.with_format(options.parse_settings(set_), format_, ("video-format",)), timelapse
    )
    plan = prepare(
        sources,
        recipe,
        budget,
        targets=target_images,
        epochs=epochs or 0,
        seed=seed,
        size=parse_size(size)[0] if size else None,
        validation_split=validation_split,
        patches=patches or 0,
        values=values,
        swap=swap,
        background=background,
        checkpoint_path=keep,
        resume=resume,
        checkpoint_interval=checkpoint_every,
    )
    if highlights is not None:
        check_highlights(highlights, plan.target_size)
    print_start(plan, seed=seed, resume=resume, timelapse=timelapse, quiet=quiet)
    monitor = TrainingMonitor(plan, sheet, sheet_every, partial(print_note_above_bar, quiet=quiet), force=force)

    def work(recorder: TimelapseRecorder | None) -> TranslationResult:
        monitor.timelapse = recorder
        outcome = train.run(plan, runner, monitor)
        end.check_finite_loss(outcome.training)
        with end.saving_result(plan, saved_steps):
            outcome.training.artwork.save(path, force=over)
        return outcome

    open_recorder = partial(
        record_frames,
        lapse=recording.lapse,
        recipe=plan.recipe,
        budget=plan.budget,
        frame=monitor.frame_size,
        options=recording.options,
        force=force,
        report=partial(print_note_above_bar, quiet=quiet),
    )
    with end.show_training_progress(plan, quiet=quiet) as saved_steps:
        outcome, timelapse_error = recording.record(open_recorder, work)
    outputs = end.OutputFiles(
        [*others.values(), *([highlights_folder] if highlights else [])],
        timelapse=timelapse,
        timelapse_error=timelapse_error,
    )
    if history:
        with outputs.writing(history):
            rows = outcome.training.run.history
            rows.write(history, plan.recipe.title, force=force, plot_panels=plan.trainer.traits().plot_panels)
            registry().emit(FileSaved(history))
    if report:
        with outputs.writing(report):
            write_report(report, path, plan, outcome, monitor.sheets, force=force)
            registry().emit(FileSaved(report))
    if highlights:
        with outputs.writing(highlights_folder):
            write_highlights(highlights_folder, highlights, plan, outcome, runner, force=force)
    end.finish_checkpoint(plan, outputs, keep=keep_checkpoint or outcome.training.reason == "diverged")
    print_outcome(path, plan, outcome, outputs.names, as_json=as_json, quiet=quiet)
    check_converged(path, plan, outcome, outputs.failures)
    outputs.raise_failures(path)


def _outputs(
    out: str | None, sheet: Path | None, recipe: str, swap: Mapping[str, str | list[str]]
) -> tuple[Path, Path]:
    """Return the paths of the network and the example grid.

    Raises:
        LimnerError: a file name has the wrong ending.
    """
    path = Path(out) if out is not None else _default(recipe, swap)
    sheet = sheet or path.with_suffix(".png")
    if path.suffix.lower() != ".limner":
        raise LimnerError(f"{path}: a trained network is a .limner file; choose such a name with -o")
    if sheet.suffix.lower() != ".png":
        raise LimnerError(f"{sheet}: an example grid is a .png file; choose such a name with --sheet")
    return path, sheet


def _default(recipe: str, swap: Mapping[str, str | list[str]]) -> Path:
    """Return the default path of a network, named after its recipe or after the filters that replace the recipe's."""
    from limner.translation.configure import title_for_swap

    words = title_for_swap(swap, Path(recipe).stem) if {"encoder", "output"} & swap.keys() else Path(recipe).stem
    return Path("-".join(words.replace(",", " ").replace("/", " ").split()) + ".limner")


def _expand_sources(names: list[str], sheet: Path, *, quiet: bool) -> list[str]:
    """Return names with folders and standard input expanded, without the example grid of an earlier training."""
    from limner.figures.example_grid import is_example_grid
    from limner.imaging.discovery import list_pictures
    from limner.utils.paths import real_path

    expanded = options.pictures(names) if names else []
    found = list_pictures(expanded, partial(print_note, quiet=quiet)) if expanded else []
    others = [name for name in found if not (name not in expanded and real_path(name) == real_path(sheet))]
    return others if is_example_grid(sheet) else found
