"""Folders that are complete or absent: filled under a temporary name and renamed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from limner.errors import LimnerError
from limner.utils.paths import is_existing_folder, list_contents, os_problem, os_reason
from limner.utils.temporary.leftovers import old_folder, partial_folder, remove_leftovers_once, remove_partial

UNFINISHED = ".limner-unfinished.json"
"""The name of the file in a folder that is filled in place and not complete yet."""


def check_folder(path: Path, holds: str, *, force: bool, argument: str = "`path`") -> None:
    """Raise an error if a folder cannot be written, before long work begins; an empty folder may exist already.

    Links are followed. What killed processes have left in the folder is removed or restored.

    Args:
        path: the folder to write.
        holds: the pattern of its file names. With ``force``, only a folder whose files all match is replaced.
        force: whether to replace the contents of an existing folder.
        argument: the name of the path's argument, in backticks, for messages.

    Raises:
        LimnerError: the path exists and may not be replaced, or its parent folder is missing or not writable.
    """
    if not is_existing_folder(path, argument):
        return
    remove_leftovers_once(path)
    try:
        contents = list_contents(path)
    except OSError as error:
        raise LimnerError(f"{path}: cannot be read: {os_reason(error)}; choose another with {argument}") from error
    if contents and not force:
        raise LimnerError(
            f"{path}: exists already; choose another name with {argument}, or `force=True` to overwrite it"
        )
    foreign = next((entry.name for entry in contents if not _is_expected(entry, holds)), None)
    if foreign is not None:
        raise LimnerError(f"{path}: holds {foreign!r}, which would be lost; choose another folder with {argument}")


@contextmanager
def atomic_write_folder(path: Path, holds: str, *, force: bool = False) -> Iterator[Path]:
    """Yield a temporary folder whose contents are those of ``path`` if the block ends without an error.

    A new folder is renamed. An existing one stays, since it may be a mount point, a link or the current folder: the
    temporary folder is inside it, and its contents are moved at the end. See ``check_folder``.

    Raises:
        LimnerError: ``path`` cannot be written, or may not be replaced.
    """
    try:
        check_folder(path, holds, force=force)
        with partial_folder(path / "contents" if path.is_dir() else path) as part:
            yield part
            check_folder(path, holds, force=force)  # another program may have written to it meanwhile
            if path.is_dir():
                _replace_contents(path, part)
            else:
                part.rename(path)
    except OSError as error:
        raise LimnerError(f"{path}: cannot be written: {os_problem(error)}") from error


def _is_expected(entry: Path, holds: str) -> bool:
    """Return whether limner may have written an entry of a folder: the folders that it writes have no suffix."""
    return (entry.name == UNFINISHED or fnmatchcase(entry.name, holds)) and not ("." in entry.name and entry.is_dir())


def _replace_contents(path: Path, part: Path) -> None:
    """Move the contents of ``part`` into a folder, in place of its own, which return if a move fails."""
    new = part.with_suffix(".new")
    moved: list[tuple[Path, Path]] = []

    def move(entry: Path, place: Path) -> None:
        moved.append((entry, entry.rename(place)))

    with old_folder(part) as old:
        try:
            for entry in list_contents(path):
                move(entry, old / entry.name)
            move(part, new)  # if this process is killed from here on, the next run completes the replacement
            for entry in sorted(new.iterdir()):
                move(entry, path / entry.name)
        except BaseException:
            for origin, place in reversed(moved):
                place.rename(origin)
            raise
        remove_partial(new)
