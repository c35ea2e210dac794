"""What commands say: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from limner.console.session import current
from limner.console.wording import as_options

if TYPE_CHECKING:
    from limner.console.session import Session
    from limner.registry.events import Event

Item = TypeVar("Item")


def command_arguments() -> list[str]:
    """Return the command line that is being run, without the program's name."""
    return list(current().argv)


def add_exit_note(words: str) -> None:
    """Add what an interrupted command leaves behind to the message about the interrupt."""
    current().exit_notes.append(words)


def interrupted(session: Session) -> None:
    """Print the message about an interrupt, with what the command left behind."""
    fail("; ".join(["interrupted", *session.exit_notes]))


def fail(message: str, *, verbatim: Sequence[str] = ()) -> None:
    """Print an error as one line, with options for the arguments that it names except in the texts ``verbatim``."""
    typer.echo("error: " + printable(as_options(message, verbatim)), err=True)


def usage_message(message: str, args: Sequence[str]) -> str:
    """What typer says of a command line; where an option's number is none, as everything else here is told."""
    found = re.match(r"Invalid value for '(-[\w-]+)'.*: Input should be a valid (integer|number)\b", message)
    if not found:
        return message
    option, kind = found.groups()
    after = [given for name, given in pairwise(args) if name == option]
    joined = [arg.removeprefix(f"{option}=") for arg in args if arg.startswith(f"{option}=")]
    got = f", got {(after + joined)[-1]!r}" if after or joined else ""
    return f"{option}: must be {'a whole number' if kind == 'integer' else 'a number'}{got}"


def hint_quotes(message: str, args: Sequence[str]) -> str:
    """Return a message in which the settings of the command line that must be strings are shown with quotes."""
    settings = [given for name, given in pairwise(args) if name in ("-s", "--set")]
    settings += [arg.removeprefix("--set=") for arg in args if arg.startswith("--set=")]
    for path, sign, value in (given.partition("=") for given in settings):
        stage, _, field = path.strip().rpartition(".")
        role, name = re.escape(stage.partition(".")[0]), re.escape(field)
        wrong = rf"{role}\.(?:[^\s:]+\.)?{name}: must be a string, got [^;]*"
        found = re.search(wrong, message) if sign and stage else None
        if found:
            quoted = shlex.quote(f"{path.strip()}={json.dumps(value.strip(), ensure_ascii=False)}")
            message = f"{message[: found.end()]} (a string is quoted: -s {quoted}){message[found.end() :]}"
    return message


def note(message: str, *, quiet: bool, verbatim: Sequence[str] = ()) -> None:
    """Print a note on standard error, with options for the arguments that it names except in the texts ``verbatim``."""
    if not quiet:
        typer.echo(printable(as_options(message, verbatim)), err=True)


def aside(message: str, *, quiet: bool, verbatim: Sequence[str] = ()) -> None:
    """Print a note on a line of its own while something goes on, where a progress bar may be."""
    if not quiet and sys.stderr is not None and sys.stderr.isatty():
        typer.echo("\r\x1b[K", nl=False, err=True)
    note(message, quiet=quiet, verbatim=verbatim)


def result(record: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print a result on standard output: a JSON object on a line, or its text."""
    typer.echo(json.dumps(record) if as_json else text)


def printable(text: str) -> str:
    """Return a text from outside, a title say, without line breaks or control characters."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


@contextmanager
def progress(*, quiet: bool) -> Iterator[None]:
    """Show a progress bar on a terminal's standard error while the block runs, fed by the ``Progress`` events in it.

    Painting, saving and sweeping emit such events; other work emits its own:
    ``registry().emit(Progress("reading", done, total))``. The bar appears once the work has taken 0.7 seconds.
    """
    if quiet or sys.stderr is None or not sys.stderr.isatty():
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
    """Yield items; while each of them is made, ``progress`` shows the events of its own work."""
    iterator = iter(items)
    while True:
        with progress(quiet=quiet):
            try:
                item = next(iterator)
            except StopIteration:
                return
        yield item


class _Bar:
    """Draws ``Progress`` events. It appears once a run has gone on for a while: most pictures take less."""

    PATIENCE = 0.7

    def __init__(self) -> None:
        import time

        self._clock = time.monotonic
        self._start = self._clock()
        self._bar: Any = None
        self._shown = 0

    def close(self) -> None:
        """Leave the terminal's line."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None

    def on_event(self, event: Event) -> None:
        """Hear an event."""
        from limner.registry.events import Progress

        if not isinstance(event, Progress):
            return
        if self._bar is None and event.done < event.total and self._clock() - self._start > self.PATIENCE:
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
    """On a terminal's standard error, how a fit goes on: its loss, the PSNR, its pace and the time left."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
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
    """Draws ``Fitting`` events."""

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
        pace = (event.step - steps) / (event.seconds - seconds) if event.seconds > seconds else 0.0
        self._bar.label = f"step {event.step}  loss {event.loss:.3g}  {event.psnr:.1f} dB  {pace:.0f} steps/s"
        self._bar.update(max(0, round(event.progress * self.PARTS) - self._bar.pos))
        if not event.progress:  # bounded by a PSNR alone: the bar stands, its words do not
            self._bar.render_progress()
