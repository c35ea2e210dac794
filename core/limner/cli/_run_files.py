"""The files of a run: which it reads and writes, and that none overwrites another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from limner.console import options as o
from limner.errors import LimnerError, PluginError

KEPT = ("seed", "network", "layer", "output", "loss", "trainer")
"""What of a recipe stays as it is while a run goes on; of encoders the kinds do, for what is pressed stands in them."""


def default(images: list[str]) -> Path:
    """What a fit is called that is given no name: as its picture, its folder, or the first of several."""
    first = Path(images[0].removeprefix("skimage:"))
    name = first.resolve().name if first.is_dir() else first.stem
    more = f"-and-{len(images) - 1}-more" if len(images) > 1 else ""
    return Path(f"{name}{more}.limner.png")


def pictures(images: list[str], out: Path) -> list[str]:
    """The pictures, those of folders in their places, but not what a fit of this folder wrote into it before."""
    from limner.artworks.blending import is_foreign
    from limner.imaging.discovery import training_pictures
    from limner.utils.paths import exists

    found = training_pictures(images)
    ours = [name for name in found if name not in images and Path(name).resolve() == out.resolve()]
    if ours and exists(out) and not is_foreign(out):
        found.remove(ours[0])
    if not found:
        raise LimnerError(f"{images[0]}: the folder holds no picture but what was learned; name one that does")
    return found


def named(files: Mapping[str, str | Path | None]) -> dict[str, Path]:
    """Return the files that were named, by their options."""
    return {option: Path(file) for option, file in files.items() if file}


def check(
    out: Path,
    images: list[str],
    others: dict[str, Path],
    *,
    film: str | None,
    resume: bool,
    force: bool,
) -> tuple[Path, bool]:
    """Where the checkpoint lies, and whether what is there may be overwritten; all files are checked first.

    The others go by their options. A run that goes on may replace its own artwork and its sheet, and nothing else: of
    tables, pages and movies nobody can tell whose they are.

    Raises:
        LimnerError: a file is there that nobody said may go, or two would go into one.
    """
    from limner.figures.example_grid import is_example_grid
    from limner.training.checkpoint import checkpoint_path_of
    from limner.utils.atomic_files import check_target
    from limner.utils.paths import exists

    keep = checkpoint_path_of(out)
    going_on = resume and exists(keep)
    if exists(keep) and not (resume or force):
        raise LimnerError(f"{keep}: holds a run of its own; go on with it with --resume, or start afresh with --force")
    learned = [Path(name) for name in images]
    originals = {path.resolve() for path in learned}
    places: dict[Path, str] = {}
    for what, path in {"what is learned": out, "its checkpoint": keep, **others}.items():
        option, place = what if what in others else "-o", path.resolve()
        if place in places:
            raise LimnerError(
                f"{path}: two files would go into one, {places[place]} and {what}; name another with {option}"
            )
        if place in originals:
            raise LimnerError(f"{path}: is the picture to learn; name another file with {option}")
        places[place] = what.replace("--sheet", "the sheet")  # which has a name where none is given
        if film and path == Path(film):  # it may be a folder; whoever writes it looks itself
            continue
        mine = option == "-o" and going_on and (not exists(path) or path == keep or _is_its_own(path, keep))
        mine = mine or (option == "--sheet" and going_on and is_example_grid(path))
        check_target(path, force=force or mine or path == keep, argument=option)
    if film:
        _check_frames(film, learned, [path for path in (out, keep, *others.values()) if path != Path(film)])
    return keep, force or going_on


def _is_its_own(out: Path, keep: Path) -> bool:
    """Is what lies where a run goes on to the artwork that an earlier part of it wrote?"""
    from limner.artworks.loader import open_artwork
    from limner.training.checkpoint import read_checkpoint

    try:
        theirs = read_checkpoint(keep).header.recipe
    except LimnerError:
        return True  # nobody goes on with a damaged checkpoint: it will be told
    try:
        ours = open_artwork(out).recipe.table()
    except LimnerError:
        return False
    kinds, theirs_too = ([one.get("kind") for one in table.get("encoder", ())] for table in (ours, theirs))
    return kinds == theirs_too and all(ours.get(key) == theirs.get(key) for key in KEPT)


def _check_frames(film: str, learned: list[Path], outputs: list[Path]) -> None:
    """A folder of frames is put in the place of what lies there: nothing that is read or written may.

    Raises:
        LimnerError: something does.
    """
    from limner.formats.video_files import video_format_for

    try:
        if not video_format_for(film).stage.frame_pattern:
            return
    except PluginError:  # several formats claim the ending; only a folder could be in the way
        if not o.ends_like_a_folder(film) and Path(film).suffix:
            return
    folder = Path(film).resolve()
    for path in (*learned, *outputs):
        if folder in path.resolve().parents or folder in path.absolute().parents:
            raise LimnerError(f"{film}: the frames replace this folder, and {path} lies in it; name another folder")
