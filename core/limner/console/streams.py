"""The standard streams of the process: results on standard output, messages on standard error."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import TextIO

import typer

from limner.console.session import current
from limner.utils.text import printable

OUTPUT_CLOSED = 141
"""The exit code when the reader of standard output has exited: 128 + SIGPIPE, as the shell reports for other tools."""
PATH_BYTES = "limner.path-bytes"
"""The error handler of standard output: it writes the bytes of a file name that is not UTF-8 unchanged."""


def prepare() -> None:
    """Open the null device in place of streams that are closed, and set how characters are written.

    Otherwise the next file that is opened would take the number of a closed stream, and messages would go into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
            os.set_inheritable(number, True)
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    codecs.register_error(PATH_BYTES, _write_path_bytes)
    for stream, errors in ((sys.stdout, PATH_BYTES), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


@contextmanager
def results_only() -> Iterator[None]:
    """Keep standard output for ``write_result`` while the block runs.

    What plugins and the programs that they start print goes to standard error.
    """
    session, out = current(), sys.stdout
    with _separate(out) as session.results, redirect_stdout(sys.stderr):
        try:
            yield
        finally:
            session.results = None


def write_result(text: str) -> None:
    """Write a line to standard output.

    Raises:
        typer.Exit: the reader of the output has exited, as ``head`` does.
        OSError: the output cannot be written.
    """
    out = current().results or sys.stdout
    if out is None:
        return
    try:
        try:
            out.write(f"{text}\n")
        except UnicodeEncodeError:  # a stream that ``prepare`` did not set up
            out.write(f"{printable(text)}\n")
        out.flush()
    except OSError as error:
        discard(out)
        if error.errno == errno.EPIPE:
            raise typer.Exit(OUTPUT_CLOSED) from error
        error.filename = "standard output"
        raise


def write_message(text: str, *, end: bool = True, color: bool | None = None) -> None:
    """Write a message to standard error; work continues if it cannot be written."""
    try:
        typer.echo(text, err=True, nl=end, color=color)
    except (OSError, ValueError):
        discard(sys.stderr)


def write_traceback(error: BaseException) -> None:
    """Write the traceback of an exception to standard error."""
    write_message("".join(traceback.format_exception(error)), end=False)


def is_output_closed(error: BaseException) -> bool:
    """Return whether an exception means that the reader of the output has exited, as ``head`` does.

    Click turns the error of the system into exit code 1, which in limner means that a check has failed.
    """
    cause = error.__context__ if isinstance(error, SystemExit) else error
    return isinstance(cause, OSError) and cause.errno == errno.EPIPE


def discard(stream: TextIO | None) -> None:
    """Connect a stream with the null device, so that what is still to be written causes no further error."""
    with suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())  # type: ignore[union-attr]
        os.close(null)


@contextmanager
def _separate(out: TextIO | None) -> Iterator[TextIO | None]:
    """Yield a stream for results alone; other output to file descriptor 1 goes to standard error meanwhile."""
    try:
        is_real = out is not None and out.fileno() == 1
    except (OSError, ValueError):  # a stream in memory
        is_real = False
    if out is None or not is_real:
        yield out
        return
    out.flush()
    copy = os.dup(1)
    with os.fdopen(copy, "w", encoding=out.encoding, errors=out.errors) as results:
        os.dup2(2, 1)
        try:
            yield results
        finally:
            with suppress(OSError):
                results.flush()
            os.dup2(copy, 1)


def _write_path_bytes(error: UnicodeError) -> tuple[str | bytes, int]:
    """Encode characters that an encoding lacks: bytes of file names as they are, others as escapes."""
    if isinstance(error, UnicodeEncodeError) and all(
        "\udc80" <= c <= "\udcff" for c in error.object[error.start : error.end]
    ):
        return codecs.lookup_error("surrogateescape")(error)
    return codecs.backslashreplace_errors(error)
