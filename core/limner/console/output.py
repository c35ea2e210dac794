"""The output of commands: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from limner.console.message_text import shown
from limner.console.session import current
from limner.console.streams import write_message, write_result
from limner.console.terminal import takes_escapes
from limner.console.wording import as_options
from limner.utils.text import printable

if TYPE_CHECKING:
    from limner.console.session import Session
    from limner.registry.events import Event

Item = TypeVar("Item")

SINGLE_STAGES = ("network", "color", "mask", "frame", "trainer", "loss", "augment", "output")
STAGE_OPTIONS = {f"--{role}": role for role in SINGLE_STAGES}
STAGE_OPTIONS |= {"--warps": "warp", "--encoders": "encoder", "--input": "encoder", "--mode": "blend", "-m": "blend"}
"""The options that name stages, each with the key of the recipe that it sets."""


def command_arguments() -> list[str]:
    """Return the command line that is being run, without the program's name."""
    return list(current().argv)


def add_exit_note(text: str) -> None:
    """Add a note to the message that is printed if the command is interrupted: what the command leaves behind."""
    current().exit_notes.append(text)


def set_interrupt_message(text: str) -> None:
    """Set the line that is printed instead of ``error: interrupted`` if the command is interrupted."""
    current().interrupt_message = text


def print_interrupted(session: Session) -> None:
    """Print the message about an interrupt, with the notes of ``add_exit_note``."""
    if session.interrupt_message:
        write_message(printable(session.interrupt_message))
    else:
        print_error("; ".join(["interrupted", *session.exit_notes]))


def print_error(message: str, *, verbatim: Sequence[str] = ()) -> None:
    """Print an error as one line; arguments that it names become options, except in the texts ``verbatim``."""
    write_message("error: " + shown(as_options(message, verbatim)))


def usage_message(message: str, args: Sequence[str]) -> str:
    """Return typer's message about a command line; an invalid number is worded like limner's own errors."""
    found = re.match(r"Invalid value for '(-[\w-]+)'.*: Input should be a valid (integer|number)\b", message)
    if not found:
        return message
    option, kind = found.groups()
    separate = [value for name, value in pairwise(args) if name == option]
    joined = [arg.removeprefix(f"{option}=") for arg in args if arg.startswith(f"{option}=")]
    got = f", got {(separate + joined)[-1]!r}" if separate or joined else ""
    return f"{option}: must be {'a whole number' if kind == 'integer' else 'a number'}{got}"


def name_options(message: str, args: Sequence[str]) -> str:
    """Return an error message with the option in place of the path of an unknown stage that the option named."""
    given = [(name, value) for name, value in pairwise(args) if name in STAGE_OPTIONS]
    given += [(name, value) for name, _, value in (arg.partition("=") for arg in args) if name in STAGE_OPTIONS]
    for option, text in given:
        for name in filter(None, (part.strip() for part in text.split(","))):
            path = rf"\b{STAGE_OPTIONS[option]}(?:\.\d+)?\.kind: (?=unknown [a-z ]+ {re.escape(repr(name))})"
            message = re.sub(path, f"{option}: ", message)
    return re.sub(r"^(?![^:;]* has \d+ errors: )[^:;]+: (?=--?[a-z-]+: unknown )", "", message)


def print_note(message: str, *, quiet: bool, verbatim: Sequence[str] = ()) -> None:
    """Print a note on standard error; arguments that it names become options, except in the texts ``verbatim``."""
    if not quiet:
        write_message(shown(as_options(message, verbatim)))


def print_note_above_bar(message: str, *, quiet: bool, verbatim: Sequence[str] = ()) -> None:
    """Print a note while a progress bar may be shown: clear the line of the bar first."""
    if not quiet and takes_escapes():
        write_message("\r\x1b[K", end=False)
    print_note(message, quiet=quiet, verbatim=verbatim)


def print_result(record: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print a result on standard output: a JSON object on a line, or its text.

    Raises:
        typer.Exit: the reader of standard output has exited.
        OSError: standard output cannot be written.
    """
    write_result(json.dumps(record) if as_json else text)


@contextmanager
def progress(*, quiet: bool) -> Iterator[None]:
    """Show a progress bar for the ``Progress`` events of the block, if the terminal takes escape sequences.

    Painting, saving and sweeping emit such events; other work emits its own:
    ``registry().emit(Progress("reading", done, total))``. The bar appears after 0.7 seconds.
    """
    if quiet or not takes_escapes():
        yield
        return
    from limner.registry.hookspecs import hookimpl
    from limner.registry.registry import registry

    class Bar(_Bar):
        limner_event = hookimpl(_Bar.on_event)

    bar = Bar()
    registry().listen(bar)
    try:
        yield
    finally:
        registry().unlisten(bar)
        bar.close()


def with_progress(items: Iterable[Item], *, quiet: bool) -> Iterator[Item]:
    """Yield items, and show a progress bar while each of them is computed."""
    iterator = iter(items)
    while True:
        with progress(quiet=quiet):
            try:
                item = next(iterator)
            except StopIteration:
                return
        yield item


class _Bar:
    """A progress bar that ``Progress`` events drive.

    It appears after a delay, because most pictures are finished before.
    """

    DELAY = 0.7  # seconds

    def __init__(self) -> None:
        import time

        self._clock = time.monotonic
        self._start = self._clock()
        self._bar: Any = None
        self._shown = 0

    def close(self) -> None:
        """Finish the bar and move to the next line of the terminal."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None

    def on_event(self, event: Event) -> None:
        """Hear an event."""
        from limner.registry.events import Progress

        if not isinstance(event, Progress):
            return
        if self._bar is None and event.done < event.total and self._clock() - self._start > self.DELAY:
            self._bar = typer.progressbar(length=event.total, label=event.task, file=sys.stderr)
            self._shown = 0
        if self._bar is not None:
            self._bar.update(event.done - self._shown)
            self._shown = event.done
            if event.done >= event.total:
                self.close()
                self._start = self._clock()


@contextmanager
def fitting_progress(*, quiet: bool) -> Iterator[None]:
    """Show loss, PSNR, speed and remaining time of a fit while the block runs, as ``progress`` does."""
    if quiet or not takes_escapes():
        yield
        return
    from limner.registry.hookspecs import hookimpl
    from limner.registry.registry import registry

    class Bar(_FitBar):
        limner_event = hookimpl(_FitBar.on_event)

    with typer.progressbar(length=_FitBar.PARTS, label="fit", file=sys.stderr, show_percent=False) as shown:
        bar = Bar(shown)
        registry().listen(bar)
        try:
            yield
        finally:
            registry().unlisten(bar)


class _FitBar:
    """A progress bar that ``FitProgress`` events drive."""

    PARTS = 1000

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._started: tuple[int, float] | None = None

    def on_event(self, event: Event) -> None:
        """Hear an event."""
        from limner.registry.events import FitProgress

        if not isinstance(event, FitProgress):
            return
        steps, seconds = self._started = self._started or (event.step - 1, event.seconds)
        speed = (event.step - steps) / (event.seconds - seconds) if event.seconds > seconds else 0.0
        self._bar.label = f"step {event.step}  loss {event.loss:.3g}  {event.psnr:.1f} dB  {speed:.0f} steps/s"
        self._bar.update(max(0, round(event.progress * self.PARTS) - self._bar.pos))
        if not event.progress:  # limited by a PSNR alone: the bar does not move, but its label changes
            self._bar.render_progress()
