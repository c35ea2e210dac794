"""``limner translate train``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli import _run_end as end
from limner.cli import _run_files as files
from limner.cli.commands.fit import Every, HistoryFile, LossName, Resume, Steps, TimelapseFile
from limner.cli.commands.translate._report import diverged, say, say_start
from limner.console import options as o
from limner.console.output import aside, fitting_progress, note
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.translation.monitor import Diary
    from limner.translation.plan import Lessons

Sources = Annotated[
    list[str], typer.Argument(metavar="PICTURE...", help="Pictures to learn from: files, or folders of them.")
]
RecipeName = Annotated[str, typer.Option("--recipe", metavar="R", help="A preset, or a TOML file.")]
Targets = Annotated[
    list[str] | None,
    typer.Option("--targets", metavar="FOLDER", help="What is to become of each, by its file's name; else itself."),
]
Input = Annotated[
    str | None, typer.Option("--input", metavar="A,B", help="Filters that make what goes in: contours,canny.")
]
Output = Annotated[str | None, typer.Option("--output", metavar="NAME", help="The filter that makes what comes out.")]
Augments = Annotated[
    str | None,
    typer.Option("--augment", metavar="A,B", help="Vary them: flip,crop,jitter,cutout; 'none' for none."),
]
Epochs = Annotated[int | None, typer.Option(metavar="N", help="Stop when every picture was looked at so often.")]
Psnr = Annotated[float | None, typer.Option(metavar="DB", help="Stop when held-out pictures come out this good.")]
Seconds = Annotated[float | None, typer.Option(metavar="S", help="Stop after so long; 300 where nothing is said.")]
HeldOut = Annotated[float, typer.Option(metavar="SHARE", help="Of the pictures, kept apart to judge by.")]
Patches = Annotated[
    int | None,
    typer.Option(metavar="P", help="Cut each picture into patches P pixels wide, so that one large one is a set."),
]
Sheet = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The sheet of held-out pictures; OUT.png where nothing is said.")
]
SheetEvery = Annotated[float, typer.Option(metavar="S", help="Seconds between two sheets.")]
Report = Annotated[Path | None, typer.Option(metavar="FILE", help="An HTML page that tells of it all.")]


Notable = Annotated[
    int | None,
    typer.Option(metavar="N", help="Also write the N most notable outputs, 1 to 100, as artworks, into OUT-notable."),
]


def train(
    sources: Sources,
    recipe: RecipeName = "colorize",
    targets: Targets = None,
    input_: Input = None,
    output: Output = None,
    augment: Augments = None,
    set_: o.Set = None,
    network: o.Network = None,
    trainer: o.Trainer = None,
    loss: LossName = None,
    seed: o.Seed = None,
    size: o.Size = None,
    held_out: HeldOut = 0.1,
    patches: Patches = None,
    steps: Steps = None,
    epochs: Epochs = None,
    seconds: Seconds = None,
    psnr: Psnr = None,
    background: o.Background = None,
    out: o.Out = None,
    resume: Resume = False,
    checkpoint_every: Every = 30.0,
    sheet: Sheet = None,
    sheet_every: SheetEvery = 30.0,
    history: HistoryFile = None,
    timelapse: TimelapseFile = None,
    report: Report = None,
    notable: Notable = None,
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
    from limner.training.history import check_history
    from limner.training.plan import bounded
    from limner.translation.highlights import NOTABLE, check_notable, write_notable
    from limner.translation.plan import SECONDS, prepare
    from limner.translation.report import check_report, write_report
    from limner.utils.atomic_folders import check_folder
    from limner.utils.size_parser import parse_size

    files.check_bounds(steps, epochs, seconds, psnr)
    files.check_count("--patches", patches)
    _check_pauses(checkpoint_every, sheet_every)
    swap = o.swaps(encoder=input_, output=output, augment=augment, network=network, trainer=trainer, loss=loss)
    path = Path(out) if out is not None else _default(recipe, swap)
    sheet = sheet or path.with_suffix(".png")
    if path.suffix.lower() != ".limner":
        raise LimnerError(f"{path}: a trained network is written as .limner; name it so with -o")
    if sheet.suffix.lower() != ".png":
        raise LimnerError(f"{sheet}: a sheet is written as .png; name it so with --sheet")
    sources, learned = _expanded(sources, sheet), _expanded(targets or [], sheet)
    film = Path(timelapse) if timelapse else None
    named = {"--sheet": sheet, "--history": history, "--report": report, "--timelapse": film}
    others = {option: file for option, file in named.items() if file}
    keep, over = files.check(path, [*sources, *learned], others, film=timelapse, resume=resume, force=force)
    if history:
        check_history(history, force=force)
    if report:
        check_report(report, force=force)
    album = path.with_name(f"{path.stem}-notable")
    if notable is not None:
        check_folder(album, NOTABLE, force=force)
    bounds = bounded(steps or 0, seconds or 0.0, psnr or 0.0, epochs or 0)
    if not (steps or seconds or psnr or epochs):
        bounds = bounded(0, SECONDS, 0.0)
    runner = o.backend(backend, threads)
    values, movie = o.split(o.sets(set_), "movie")
    values, lapse = o.split(values, "timelapse")
    lessons = prepare(
        sources,
        recipe,
        bounds,
        targets=learned,
        epochs=epochs or 0,
        seed=seed,
        size=parse_size(size)[0] if size else None,
        held_out=held_out,
        patches=patches or 0,
        values=values,
        swap=swap,
        background=background,
        keep=keep,
        resume=resume,
        every=checkpoint_every,
    )
    if notable is not None:
        check_notable(notable, lessons.target_size)
    say_start(lessons, seed=seed, quiet=quiet)
    if lessons.batch:
        note(lessons.batch, quiet=quiet)
    if lessons.kept and timelapse:
        note(f"the timelapse begins at step {lessons.kept.header.step}", quiet=quiet)
    from limner.registry.events import Saved
    from limner.registry.registry import registry
    from limner.translation import train
    from limner.translation.monitor import Diary

    diary = Diary(lessons, sheet, sheet_every, lambda told: aside(told, quiet=quiet), force=force)
    outputs, written = end.Outputs([*others.values(), *([album] if notable else [])]), None
    try:
        with _watched(diary, lessons, timelapse, lapse, movie, force=force):
            with fitting_progress(quiet=quiet), end.stoppable(keep, lessons.kept):
                done = train.run(lessons, runner, diary)
            if not math.isfinite(done.fitted.run.best_loss):
                raise LimnerError(f"the loss is no number from the start: {done.fitted.mend}")
            done.fitted.artwork.save(path, force=over)
            written = done
    except LimnerError as error:
        if written is None:
            raise
        outputs.miss(timelapse or "", error)
    if history:
        with outputs.writing(history):
            run = done.fitted.run
            run.history.write(history, lessons.recipe.title, force=force, curves=lessons.trainer.curves)
            registry().emit(Saved(history))
    if report:
        with outputs.writing(report):
            write_report(report, path, lessons, done, diary.sheets, force=force)
            registry().emit(Saved(report))
    if notable:
        with outputs.writing(album):
            write_notable(album, notable, lessons, done, runner, force=force)
    say(path, lessons, done, outputs.names, as_json=as_json, quiet=quiet)
    if done.fitted.reason != "diverged":
        outputs.check(path)
    if done.fitted.reason == "diverged":
        raise LimnerError("; ".join([diverged(path, lessons, done), *outputs.missed]))


def _default(recipe: str, swap: Mapping[str, str | list[str]]) -> Path:
    """What a network is called that is given no name: as its recipe, or as its own filters."""
    from limner.translation.configure import named_after

    words = named_after(swap, Path(recipe).stem) if {"encoder", "output"} & swap.keys() else Path(recipe).stem
    return Path("-".join(words.replace(",", " ").replace("/", " ").split()) + ".limner")


def _expanded(names: list[str], sheet: Path) -> list[str]:
    """The pictures of folders and of standard input in their places, but for the sheet that a training left there."""
    from limner.figures.example_grid import is_sheet
    from limner.training.target_set import pictures_of

    given = [str(path) for name in names for path in ([name] if name != "-" else o.pictures(["-"]))]
    found = pictures_of(given) if given else []
    left = [name for name in found if not (name not in given and Path(name).resolve() == sheet.resolve())]
    return left if is_sheet(sheet) else found


@contextmanager
def _watched(
    diary: Diary, lessons: Lessons, timelapse: str | None, lapse: dict[str, Any], movie: dict[str, Any], *, force: bool
) -> Iterator[None]:
    """The diary, with a camera where a timelapse is wished for."""
    from limner.training.timelapse import shooting
    from limner.training.timelapse import timelapse as lapsing

    if timelapse is None:
        if lapse or movie:
            raise LimnerError("timelapse: name its file with --timelapse FILE")
        yield
        return
    settings = lapsing(lapse)
    with shooting(
        timelapse, settings, lessons.recipe, lessons.budget, diary.frame_size, movie, force=force
    ) as diary.camera:
        yield


def _check_pauses(checkpoint_every: float, sheet_every: float) -> None:
    for name, pause in (("--checkpoint-every", checkpoint_every), ("--sheet-every", sheet_every)):
        if not (math.isfinite(pause) and pause >= 0):
            raise LimnerError(f"{name}: must be 0 seconds or more, got {pause}")
