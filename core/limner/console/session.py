"""One run of the command line: its arguments, and what to clean up and report when it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO


@dataclass
class Session:
    """The state of one command line, from the first argument to the exit code.

    Attributes:
        argv: the command line without the program's name.
        options: the options of the command that runs, as they are spelled; None if they are not known.
        exit_notes: notes for the message about an interrupt: what the command leaves behind.
        interrupt_message: replaces the message about an interrupt; empty for the usual one.
        new_folders: folders created for files that are not written yet.
        results: the stream for results; None for standard output.
        until_end: contexts that are closed at the end, such as reserved output files.
    """

    argv: tuple[str, ...] = ()
    options: frozenset[str] | None = None
    exit_notes: list[str] = field(default_factory=list)
    interrupt_message: str = ""
    new_folders: list[Path] = field(default_factory=list)
    results: TextIO | None = None
    until_end: ExitStack = field(default_factory=ExitStack)

    def remove_empty_folders(self) -> None:
        """Remove the new folders that are still empty."""
        for path in self.new_folders:
            with suppress(OSError):
                path.rmdir()  # fails for a folder that is not empty
        self.new_folders.clear()


_CURRENT: ContextVar[Session] = ContextVar("limner_session")


def current() -> Session:
    """Return the session of the running command; outside of a command, a new session that is discarded."""
    return _CURRENT.get(None) or Session()


@contextmanager
def session(argv: Sequence[str]) -> Iterator[Session]:
    """Make a new session the current one while the block runs; at the end, remove folders that are still empty."""
    opened = Session(tuple(argv))
    token = _CURRENT.set(opened)
    try:
        with opened.until_end:
            yield opened
    finally:
        _CURRENT.reset(token)
        opened.remove_empty_folders()
