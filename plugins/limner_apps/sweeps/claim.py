"""The folder of a sweep, claimed by one process at a time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from limner.app import LimnerError
from limner.app.files import atomic_write, os_reason, remove_partials
from limner.app.recipes import revision_change
from limner_apps.sweeps.folder_format import RECORD, TRIALS

if TYPE_CHECKING:
    from limner_apps.sweeps.sweep import Sweep


@contextmanager
def claimed(folder: Path, sweep: Sweep, command: str) -> Iterator[None]:
    """The folder as this sweep's alone, made where it is not there; it may hold the sweep already, with other cells.

    Raises:
        LimnerError: it holds another sweep, or something else, or one that runs, or cannot be made.
    """
    fresh = not folder.exists()
    _check(folder, sweep)
    with _undone(folder if fresh else None), _locked(folder):
        remove_partials(folder / TRIALS)
        record = {"name": sweep.name, "command": command, "identity": sweep.identity}
        with atomic_write(folder / RECORD, force=True) as file:
            file.write(json.dumps(record, indent=1).encode())
        yield
        remove_partials(folder / TRIALS)


@contextmanager
def _undone(folder: Path | None) -> Iterator[None]:
    """Take away a folder that nothing came into."""
    try:
        yield
    except BaseException:
        if folder and not any((folder / TRIALS).glob("*.json")):
            shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """No other sweep works on the folder; where the system has no such locks, nobody is asked."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows
        yield
        return
    with (folder / TRIALS).joinpath(".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LimnerError(f"{folder}: a sweep is at work on it; wait for it, or name another with `out`") from error
        except OSError:  # a share that knows no locks
            pass
        yield


def _check(folder: Path, sweep: Sweep) -> None:
    record = folder / RECORD
    try:
        if record.exists():
            there = json.loads(record.read_text("utf-8"))
            if there.get("identity") != sweep.identity:
                if changed := revision_change(there["identity"]["recipe"], sweep.identity["recipe"]):
                    raise LimnerError(
                        f"{folder}: {changed}; a sweep is not upgraded: name another folder with `out`, or install "
                        "the version that began it"
                    )
                raise LimnerError(
                    f"{folder}: holds another sweep, of {there.get('name')}; name another folder with `out`, "
                    f"or go on with that one: {there.get('command')}"
                )
        elif folder.exists() and any(folder.iterdir()):
            raise LimnerError(f"{folder}: holds something else than a sweep; name another folder with `out`")
        (folder / TRIALS).mkdir(exist_ok=True, parents=True)
    except OSError as error:
        raise LimnerError(f"{folder}: cannot be used: {os_reason(error)}") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise LimnerError(f"{record}: is damaged; name another folder with `out`") from error
