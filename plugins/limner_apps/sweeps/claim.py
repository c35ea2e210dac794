"""Exclusive access of one process to the folder of a sweep."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from limner.app import LimnerError
from limner.app.files import atomic_write, hold_lock, is_existing_folder, list_contents, os_reason, remove_partials
from limner.app.recipes import revision_change
from limner_apps.sweeps.folder_format import RECORD, TRIALS

if TYPE_CHECKING:
    from limner_apps.sweeps.sweep import Sweep

LOCK = ".lock"
"""The lock file, in the folder of trials."""


@contextmanager
def claim_folder(folder: Path, sweep: Sweep, command: str) -> Iterator[None]:
    """Lock the folder for this sweep, and create it if it is missing. It may hold other trials of the same sweep.

    Raises:
        LimnerError: the folder holds another sweep or other files, is in use by a sweep, or cannot be created.
    """
    created, empty = _check_folder(folder, sweep)
    busy = f"{folder}: another sweep is running in it; wait until it ends, or name another folder with `out`"
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_lock(folder / TRIALS / LOCK, busy))
        except OSError as error:
            raise LimnerError(f"{folder}: cannot be used ({os_reason(error)})") from error
        stack.enter_context(_remove_if_unused(folder, created=created, empty=empty))
        remove_partials(folder)
        remove_partials(folder / TRIALS)
        record = {"name": sweep.name, "command": command, "identity": sweep.identity}
        with atomic_write(folder / RECORD, force=True) as file:
            file.write(json.dumps(record, indent=1).encode())
        try:
            yield
        finally:  # workers may have been ended
            remove_partials(folder / TRIALS)


@contextmanager
def _remove_if_unused(folder: Path, *, created: bool, empty: bool) -> Iterator[None]:
    """Delete a new folder, or empty one that was empty, if the block fails before the first trial is complete."""
    try:
        yield
    except BaseException:
        if empty and not any((folder / TRIALS).glob("*.json")):
            shutil.rmtree(folder / TRIALS, ignore_errors=True)
            (folder / RECORD).unlink(missing_ok=True)
            if created:
                shutil.rmtree(folder, ignore_errors=True)
        raise


def _check_folder(folder: Path, sweep: Sweep) -> tuple[bool, bool]:
    """Raise an error unless the folder is empty, missing, or holds the same sweep; create its subfolder of trials.

    Return whether the folder is new, and whether it is new or empty.
    """
    record = folder / RECORD
    topmost = next((part for part in (folder, *folder.parents) if os.path.lexists(part.parent)), folder)
    is_existing_folder(topmost, "`out`")  # of several missing folders, the topmost can be created
    try:
        created = not folder.exists()
        empty = created or not list_contents(folder)
        if record.exists():
            existing = json.loads(record.read_text("utf-8"))
            if existing.get("identity") != sweep.identity:
                if changed := revision_change(existing["identity"]["recipe"], sweep.identity["recipe"]):
                    raise LimnerError(
                        f"{folder}: {changed}, and sweeps are not upgraded; name another folder with `out`, or install "
                        "the version that began it"
                    )
                raise LimnerError(
                    f"{folder}: holds another sweep, of {existing.get('name')}; name another folder with `out`, "
                    f"or continue that sweep: {existing.get('command')}"
                )
        elif not created and not _is_unused(folder):
            raise LimnerError(f"{folder}: holds files that are not a sweep; name another folder with `out`")
        (folder / TRIALS).mkdir(exist_ok=True, parents=True)
    except OSError as error:
        raise LimnerError(f"{folder}: cannot be used ({os_reason(error)})") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise LimnerError(f"{record}: is damaged; name another folder with `out`") from error
    return created, empty


def _is_unused(folder: Path) -> bool:
    """Return whether a folder without a record holds nothing, or only what a sweep killed at its start left."""
    names = (path.name for path in list_contents(folder))
    return all(name == TRIALS and _holds_lock_alone(folder / name) for name in names)


def _holds_lock_alone(folder: Path) -> bool:
    return folder.is_dir() and all(path.name == LOCK for path in folder.iterdir())
