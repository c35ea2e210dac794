"""The files of ``limner fit``: which it reads, which it writes, and that none goes over another."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, cast

from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.movie import Movie


TABLES = (b"step,seconds,loss,psnr,rate", b'{"step": ')
"""How a run's history begins, as .csv and as .jsonl; plots do not say what they are."""
PAGES = (b"content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\"",)
"""What stands at the head of a report."""


MOST = 10**9
"""Of steps, epochs or pixels: what is asked for beyond is a slip of the finger."""


def check_count(option: str, number: int | None) -> None:
    """Refuse a count that is none, or absurd.

    Raises:
        LimnerError: it is.
    """
    if number is not None and number < 1:
        raise LimnerError(f"{option}: must be at least 1, got {number}")
    if number is not None and number > MOST:
        raise LimnerError(f"{option}: must be at most {MOST}, got {number}")


def check_bounds(steps: int | None, epochs: int | None, seconds: float | None, psnr: float | None) -> None:
    """Refuse what ends no run.

    Raises:
        LimnerError: a bound is no number above 0, or more steps than anybody can wait for.
    """
    check_count("--steps", steps)
    check_count("--epochs", epochs)
    for option, bound in (("--seconds", seconds), ("--psnr", psnr)):
        if bound is not None and not 0 < bound < math.inf:
            raise LimnerError(f"{option}: must be a number above 0, got {bound:g}")


def default(images: list[str]) -> Path:
    """What a fit is called that is given no name: as its picture, its folder, or the first of several."""
    first = Path(images[0].removeprefix("skimage:"))
    name = first.resolve().name if first.is_dir() else first.stem
    more = f"-and-{len(images) - 1}-more" if len(images) > 1 else ""
    return Path(f"{name}{more}.limner.png")


def pictures(images: list[str], out: Path) -> list[str]:
    """The pictures, those of folders in their places, but not what a fit of this folder wrote into it before."""
    from limner.album import sources
    from limner.files import exists
    from limner.pipeline import is_foreign

    found = sources(images)
    ours = [name for name in found if name not in images and Path(name).resolve() == out.resolve()]
    if ours and exists(out) and not is_foreign(out):
        found.remove(ours[0])
    if not found:
        raise LimnerError(f"{images[0]}: the folder holds no picture but what was learned; name one that does")
    return found


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

    The others go by their options. A run that goes on may replace those that an earlier part of one wrote.

    Raises:
        LimnerError: a file is there that nobody said may go, or two would go into one.
    """
    from limner.checkpoint import path_of
    from limner.files import check_target, exists

    keep = path_of(out)
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
        mine = going_on if option == "-o" else replaceable(path, option, force=force, over=going_on)
        check_target(path, force=force or mine or path == keep, option=option)
    if film:
        _check_frames(film, learned, [path for path in (out, keep, *others.values()) if path != Path(film)])
    return keep, force or going_on


def replaceable(path: Path, option: str, *, force: bool, over: bool) -> bool:
    """May what an option names be replaced? By a run that goes on, where the file says what it is."""
    from limner.triptych import is_sheet

    marks = {"--history": TABLES, "--report": PAGES}
    if force or not over or option not in ("--sheet", "--timelapse", *marks):
        return force
    if option == "--sheet":
        return is_sheet(path)
    if option == "--timelapse":
        return _is_film(path)
    try:
        with path.open("rb") as file:
            start = file.read(1000)
    except (OSError, ValueError):
        return False
    return any(mark in start for mark in marks[option])


def _is_film(path: Path) -> bool:
    """Is a file a movie that limner made? Of a folder no more than frames are replaced, whoever looks."""
    from limner.reels import movie_for

    movie = cast("Movie", movie_for(path).stage)
    try:
        return bool(movie.holds) or (path.exists() and movie.embedded(path) is not None)
    except (LimnerError, OSError, ValueError):
        return False


def _check_frames(film: str, learned: list[Path], outputs: list[Path]) -> None:
    """A folder of frames is put in the place of what lies there: nothing that is read or written may.

    Raises:
        LimnerError: something does.
    """
    from limner.reels import movie_for

    if not cast("Movie", movie_for(film).stage).holds:
        return
    folder = Path(film).resolve()
    for path in (*learned, *outputs):
        if folder in path.resolve().parents or folder in path.absolute().parents:
            raise LimnerError(f"{film}: the frames replace this folder, and {path} lies in it; name another folder")
