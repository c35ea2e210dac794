"""A folder of frames that is filled in place, so that an interrupted movie can be resumed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.errors import LimnerError
from limner.utils.atomic_folders import UNFINISHED, check_folder
from limner.utils.paths import is_existing_folder, list_contents, os_problem
from limner.utils.temporary.locks import hold_lock
from limner.utils.text import printable

if TYPE_CHECKING:
    from limner.formats.video_format import VideoInfo

MAX_SHOWN = 40
"""The length up to which values of settings that differ are shown in messages, in characters."""


def is_unfinished(path: Path) -> bool:
    """Return whether a folder contains frames of an interrupted movie."""
    try:
        return (path / UNFINISHED).is_file()
    except OSError:  # the path is too long
        return False


def is_resumable(path: Path) -> bool:
    """Return whether a folder can be filled in place: it is missing or empty, or an interrupted movie has filled it.

    Raises:
        OSError: the folder cannot be read.
    """
    return not path.is_dir() or is_unfinished(path) or not list_contents(path)


@contextmanager
def resumable_folder(
    path: Path, holds: str, record: Mapping[str, Any], *, force: bool, argument: str = "`path`"
) -> Iterator[bool]:
    """Fill a folder in place; yield whether it contains frames of the same movie already.

    While the folder is incomplete, a hidden file in it stores the record of the movie. If the block ends with an error,
    the frames remain, unless there are none.

    Args:
        path: the folder; see ``is_resumable``.
        holds: the pattern of the file names of frames.
        record: what determines the frames, as JSON.
        force: whether to remove the frames of another movie, or of this one, and begin again.
        argument: the name of the path's argument, in backticks, for messages.

    Raises:
        LimnerError: the folder contains frames of another movie and ``force`` is not set, contains other files, is
            written by another process, or cannot be written.
    """
    unfinished = path / UNFINISHED
    new = not is_existing_folder(path, argument)
    try:
        if new:
            path.mkdir()
        message = f"{path}: another run is writing it; wait until that run ends, or choose another name with {argument}"
        is_damaged = unfinished.exists() and not unfinished.stat().st_size
        with hold_lock(unfinished, message):
            try:
                if not (force or is_damaged):
                    _check_incomplete(path, holds, argument)
                yield _begin(path, holds, record, force=force, argument=argument)
                unfinished.unlink()
            finally:
                _remove_if_empty(path, folder=new)
    except OSError as error:
        raise LimnerError(f"{path}: cannot be written: {os_problem(error)}") from error


def record_of(video: VideoInfo, video_format: Mapping[str, Any]) -> dict[str, Any]:
    """Return what determines the frames of a video: its manifest, its other properties, and its format as a table."""
    properties = asdict(video)
    manifest = properties.pop("manifest")
    with suppress(ValueError):
        manifest = json.loads(manifest)
    return {"video": properties, "format": dict(video_format), "manifest": manifest}


def _check_incomplete(path: Path, holds: str, argument: str) -> None:
    """Raise an error if a folder contains frames but its record is new: another run has just completed them.

    Raises:
        LimnerError: the folder exists already.
    """
    unfinished = path / UNFINISHED
    if not unfinished.stat().st_size and len(list_contents(path)) > 1:
        unfinished.unlink()
        check_folder(path, holds, force=False, argument=argument)


def _begin(path: Path, holds: str, record: Mapping[str, Any], *, force: bool, argument: str) -> bool:
    """Return whether to resume; otherwise remove the frames that are there, and store the record.

    Raises:
        LimnerError: the folder contains frames of another movie and ``force`` is not set, or other files.
    """
    check_folder(path, holds, force=True, argument=argument)
    frames = [entry for entry in list_contents(path) if entry.name != UNFINISHED]
    stored = (path / UNFINISHED).read_text("utf-8", errors="replace")
    wanted = json.dumps(record, sort_keys=True, default=str)
    if frames and not force:
        if stored == wanted:
            return True
        count = f"{len(frames):,} frame{'s' * (len(frames) > 1)}"
        raise LimnerError(
            f"{path}: contains {count} of another movie{_difference(stored, record)}; "
            f"choose another name with {argument}, or `force=True` to overwrite them"
        )
    for frame in frames:
        frame.unlink()
    (path / UNFINISHED).write_text(wanted, "utf-8")
    return False


def _remove_if_empty(path: Path, *, folder: bool) -> None:
    """Remove the record of a folder without frames, and also the folder if ``folder`` is set."""
    with suppress(OSError):
        if [entry.name for entry in list_contents(path)] == [UNFINISHED]:
            (path / UNFINISHED).unlink()
            if folder:
                path.rmdir()


def _difference(stored: str, record: Mapping[str, Any]) -> str:
    """Return the first setting in which a stored record differs, in parentheses; empty if it cannot be read."""
    try:
        old, new = _leaves(json.loads(stored)), _leaves(json.loads(json.dumps(record, default=str)))
    except (ValueError, RecursionError):
        return ""
    for name in [*new, *(name for name in old if name not in new)]:
        if old.get(name) != new.get(name):
            last = name.rpartition(".")[2]
            values = [json.dumps(one.get(name)) for one in (old, new)]
            if max(len(value) for value in values) > MAX_SHOWN:
                return printable(f" (another {last})")
            return printable(f" ({last} {values[0]} instead of {values[1]})")
    return ""


def _leaves(value: Any, name: str = "") -> dict[str, Any]:
    """Return the values in nested tables by their dotted names; a list is one value."""
    if not isinstance(value, dict):
        return {name: value}
    return {key: leaf for part, inner in value.items() for key, leaf in _leaves(inner, f"{name}.{part}").items()}
