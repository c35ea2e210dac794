"""``limner translate train``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from limner.cli import _run_bounds as bounds
from limner.cli import _run_end as end
from limner.cli import _run_files as files
from limner.cli import _training_options as t
from limner.cli._run_timelapse import timelapse_file
from limner.cli.commands.translate._report import check_converged, say, say_start
from limner.console import options as o
from limner.console.output import aside
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.training.timelapse import TimelapseRecorder
    from limner.translation.train import TranslationResult


def train(
    sources: t.Sources,
    recipe: t.TrainRecipe = "colorize",
    targets: t.Targets = None,
    input_: t.Input = None,
    output: t.Output = None,
    augment: t.Augments = None,
    set_: o.Set = None,
    network: o.Network = None,
    trainer: o.Trainer = None,
    loss: t.LossName = None,
    seed: o.Seed = None,
    size: o.Size = None,
    validation_split: t.ValidationSplit = 0.1,
    patches: t.Patches = None,
    steps: t.Steps = None,
    epochs: t.TrainEpochs = None,
    seconds: t.TrainSeconds = None,
    psnr: t.TrainPsnr = None,
    background: o.Background = None,
    out: o.Out = None,
    resume: t.Resume = False,
    checkpoint_every: t.Every = 30.0,
    sheet: t.Sheet = None,
    sheet_every: t.SheetEvery = 30.0,
    history: t.HistoryFile = None,
    timelapse: t.TimelapseFile = None,
    format_: o.Format = None,
    report: t.Report = None,
    highlights: t.Highlights = None,
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Train a network that takes pictures to pictures: a .limner file, which limner translate apply takes.

    A part of the pictures is held out: how good the network is, they tell.

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
    swap = o.swaps(encoder=input_, output=output, augment=augment, network=network, trainer=trainer, loss=loss)
    path, sheet = _outputs(out, sheet, recipe, swap)
    sources, learned = _expanded(sources, sheet), _expanded(targets or [], sheet)
    others = files.named({"--sheet": sheet, "--history": history, "--report": report, "--timelapse": timelapse})
    keep, over = files.check(path, [*sources, *learned], others, film=timelapse, resume=resume, force=force)
    if history:
        check_history(history, force=force)
    if report:
        check_report(report, force=force)
    target_set = path.with_name(f"{path.stem}-highlights")
    if highlights is not None:
        check_folder(target_set, HIGHLIGHTS_SUFFIX, force=force)
    runner = o.backend(backend, threads)
    values, film = timelapse_file(o.with_format(o.sets(set_), format_, ("video-format",)), timelapse)
    plan = prepare(
        sources,
        recipe,
        budget,
        targets=learned,
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
    say_start(plan, seed=seed, timelapse=timelapse, quiet=quiet)
    diary = TrainingMonitor(plan, sheet, sheet_every, partial(aside, quiet=quiet), force=force)

    def work(recorder: TimelapseRecorder | None) -> TranslationResult:
        diary.timelapse = recorder
        done = train.run(plan, runner, diary)
        end.check_started(done.training)
        done.training.artwork.save(path, force=over)
        return done

    shoot = partial(
        record_frames,
        lapse=film.lapse,
        recipe=plan.recipe,
        budget=plan.budget,
        frame=diary.frame_size,
        options=film.options,
        force=force,
    )
    with end.stoppable(plan, quiet=quiet):
        done, missed = film.record(shoot, work)
    outputs = end.Outputs([*others.values(), *([target_set] if highlights else [])], film=timelapse, missed=missed)
    if history:
        with outputs.writing(history):
            rows = done.training.run.history
            rows.write(history, plan.recipe.title, force=force, plot_panels=plan.trainer.traits().plot_panels)
            registry().emit(FileSaved(history))
    if report:
        with outputs.writing(report):
            write_report(report, path, plan, done, diary.sheets, force=force)
            registry().emit(FileSaved(report))
    if highlights:
        with outputs.writing(target_set):
            write_highlights(target_set, highlights, plan, done, runner, force=force)
    say(path, plan, done, outputs.names, as_json=as_json, quiet=quiet)
    check_converged(path, plan, done, outputs.missed)
    outputs.check(path)


def _outputs(
    out: str | None, sheet: Path | None, recipe: str, swap: Mapping[str, str | list[str]]
) -> tuple[Path, Path]:
    """Return where the network and the sheet go.

    Raises:
        LimnerError: one has the ending of another kind of file.
    """
    path = Path(out) if out is not None else _default(recipe, swap)
    sheet = sheet or path.with_suffix(".png")
    if path.suffix.lower() != ".limner":
        raise LimnerError(f"{path}: a trained network is written as .limner; name it so with -o")
    if sheet.suffix.lower() != ".png":
        raise LimnerError(f"{sheet}: a sheet is written as .png; name it so with --sheet")
    return path, sheet


def _default(recipe: str, swap: Mapping[str, str | list[str]]) -> Path:
    """Return the default name of a network: that of its recipe, or of its own filters."""
    from limner.translation.configure import title_for_swap

    words = title_for_swap(swap, Path(recipe).stem) if {"encoder", "output"} & swap.keys() else Path(recipe).stem
    return Path("-".join(words.replace(",", " ").replace("/", " ").split()) + ".limner")


def _expanded(names: list[str], sheet: Path) -> list[str]:
    """Return names with folders and standard input expanded, without the sheet that an earlier training left there."""
    from limner.figures.example_grid import is_sheet
    from limner.imaging.discovery import pictures_of

    given = [str(path) for name in names for path in ([name] if name != "-" else o.pictures(["-"]))]
    found = pictures_of(given) if given else []
    left = [name for name in found if not (name not in given and Path(name).resolve() == sheet.resolve())]
    return left if is_sheet(sheet) else found
