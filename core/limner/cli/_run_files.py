"""The files that a training run reads and writes, checked so that none overwrites another."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from limner.console import options
from limner.console.output import print_note
from limner.console.session import current
from limner.errors import LimnerError, PluginError

RESUMABLE_KEYS = ("seed", "network", "layer", "output", "loss", "trainer")
"""Recipe tables that a resumed run must share with its artwork.

Of the encoders only the names are compared: their settings include the conditioning weights.
"""


def default_path(images: list[str]) -> Path:
    """Return the default output of a fit, named after its picture, its folder, or the first of several pictures."""
    first = Path(images[0].removeprefix("skimage:"))
    name = first.resolve().name if first.is_dir() else first.stem
    more = f"-and-{len(images) - 1}-more" if len(images) > 1 else ""
    return Path(f"{name}{more}.limner.png")


def expand_images(images: list[str], out: Path, *, quiet: bool = False) -> list[str]:
    """Return the pictures, with folders expanded, but without ``out`` if an earlier run wrote it into such a folder.

    Raises:
        LimnerError: no picture is left.
    """
    from limner.artworks.blending import is_foreign
    from limner.imaging.discovery import list_pictures
    from limner.utils.paths import exists, real_path

    found = list_pictures(images, partial(print_note, quiet=quiet))
    ours = [name for name in found if name not in images and real_path(name) == real_path(out)]
    if ours and exists(out) and not is_foreign(out):
        found.remove(ours[0])
    if not found:
        raise LimnerError(f"{images[0]}: the folder contains no pictures except earlier output; choose another folder")
    return found


def named_files(files: Mapping[str, str | Path | None]) -> dict[str, Path]:
    """Return the files that were given, by their options."""
    return {option: Path(file) for option, file in files.items() if file}


def reserve_outputs(outputs: Mapping[str, Path]) -> None:
    """Reserve output files and folders, by the option of each, until the command ends.

    Raises:
        LimnerError: another run is writing one of them.
    """
    from limner.utils.paths import real_path
    from limner.utils.temporary.locks import claim_output

    reserved: set[Path] = set()
    for option, path in outputs.items():
        if real_path(path) not in reserved:  # two outputs with the same path are reported later
            reserved.add(real_path(path))
            current().until_end.enter_context(claim_output(path, option))


def check_files(
    out: Path,
    images: list[str],
    others: dict[str, Path],
    *,
    timelapse: str | None,
    resume: bool,
    force: bool,
) -> tuple[Path, bool]:
    """Reserve and check all files of a run; return the path of its checkpoint, and whether files may be overwritten.

    A resumed run may replace its own artwork and contact sheet, but no other file: tables, reports and videos do not
    record which run wrote them.

    Args:
        out: the artwork or network to write.
        images: the pictures to learn.
        others: the other files to write, by option.
        timelapse: the timelapse among them, a file or a folder of frames; None for none.
        resume: whether ``--resume`` is given.
        force: whether ``--force`` is given.

    Raises:
        LimnerError: another run is writing one of the files, a file exists that may not be overwritten, or two outputs
            have the same path.
    """
    from limner.figures.example_grid import is_example_grid
    from limner.training.checkpoint import checkpoint_path_of
    from limner.utils.atomic_files import check_target
    from limner.utils.paths import exists, real_path

    reserve_outputs({"-o": out, **others})
    checkpoint = checkpoint_path_of(out)
    for path in (checkpoint, out):
        check_target(path, force=True, argument="-o")  # they are read below only if they are files
    resuming = _continues_earlier_run(out, checkpoint, resume=resume, force=force)
    inputs = [Path(name) for name in images]
    originals = {real_path(path) for path in inputs}
    outputs: dict[Path, str] = {}
    for name, path in {"the output": out, "the checkpoint": checkpoint, **others}.items():
        option, resolved = name if name in others else "-o", real_path(path)
        if resolved in outputs:
            raise LimnerError(f"{path}: {outputs[resolved]} and {name} are the same file; choose another with {option}")
        if resolved in originals:
            raise LimnerError(f"{path}: is one of the input pictures; choose another file with {option}")
        outputs[resolved] = name.replace("--sheet", "the sheet")  # its default name needs no option
        if timelapse and path == Path(timelapse):  # it may be a folder; the video format checks it
            continue
        replaceable = (
            option == "-o"
            and resuming
            and (not exists(path) or path == checkpoint or _is_earlier_output(path, checkpoint))
        )
        replaceable = replaceable or (option == "--sheet" and resuming and is_example_grid(path))
        check_target(path, force=force or replaceable or path == checkpoint, argument=option)
    if timelapse:
        _check_frames(
            timelapse, inputs, [path for path in (out, checkpoint, *others.values()) if path != Path(timelapse)]
        )
    return checkpoint, force or resuming


def _continues_earlier_run(out: Path, checkpoint: Path, *, resume: bool, force: bool) -> bool:
    """Return whether there is a checkpoint to resume from.

    Raises:
        LimnerError: an earlier run would be lost, or ``--resume`` is given for a run without a checkpoint.
    """
    from limner.utils.paths import exists

    if exists(checkpoint):
        if not (resume or force):
            raise LimnerError(
                f"{checkpoint}: belongs to an earlier run; continue it with --resume or start over with --force"
            )
        return resume
    if resume and exists(out):
        raise LimnerError(
            f"{out}: exists, but has no checkpoint to resume from, as after a complete run; start over with --force "
            "instead of --resume, and add --keep-checkpoint to be able to continue"
        )
    return False


def _is_earlier_output(out: Path, checkpoint: Path) -> bool:
    """Return whether the file at ``out`` is the artwork that an earlier part of the run wrote."""
    from limner.artworks.loader import open_artwork
    from limner.training.checkpoint import read_checkpoint

    try:
        stored = read_checkpoint(checkpoint).header.recipe
    except LimnerError:
        return True  # a damaged checkpoint cannot be resumed and is reported later
    try:
        current = open_artwork(out).recipe.table()
    except LimnerError:
        return False
    kinds, stored_kinds = ([one.get("kind") for one in table.get("encoder", ())] for table in (current, stored))
    return kinds == stored_kinds and all(current.get(key) == stored.get(key) for key in RESUMABLE_KEYS)


def _check_frames(timelapse: str, inputs: list[Path], outputs: list[Path]) -> None:
    """Check that no input or output is inside the folder that the frames of a timelapse would replace.

    Raises:
        LimnerError: one is.
    """
    from limner.formats.video_files import video_format_for
    from limner.utils.paths import real_path

    try:
        if not video_format_for(timelapse).stage.frame_pattern:
            return
    except PluginError:  # several formats have this ending; only a folder could be in the way
        if not options.is_folder_path(timelapse) and Path(timelapse).suffix:
            return
    folder = real_path(timelapse)
    for path in (*inputs, *outputs):
        named = Path(os.path.abspath(path))  # noqa: PTH100 - links are not followed
        if folder in real_path(path).parents or folder in named.parents:
            raise LimnerError(
                f"{timelapse}: the frames would replace this folder, which contains {path}; choose another folder"
            )
