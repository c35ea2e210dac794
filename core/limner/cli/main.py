"""The command line: ``limner COMMAND``.

The modules here import typer and the standard library alone; a command imports the rest when it runs, so that
``limner --help`` answers at once.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Sequence
from types import FrameType

import typer

from limner.cli.program import build_app, called_name
from limner.console.output import fail, interrupted, misread, note, printable
from limner.console.session import Session, session
from limner.errors import LimnerError, PluginError
from limner.registry.commands import Command, CommandIndex, find_commands

OUR_FAULT = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130
_FORMAT = warnings.formatwarning
STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def _interrupt(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """Being told to stop, in whichever way: once is enough, what is half written is then taken away in peace."""
    for which in STOPS:
        signal.signal(which, signal.SIG_IGN)
    raise KeyboardInterrupt


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    with session(args) as opened:
        return _run(args, opened)


def _run(args: Sequence[str], opened: Session) -> int:
    command: Command | None = None
    try:
        index = find_commands()
        name = called_name(args, index)
        command = index.get(name) if name else None
        helps = command is None and (not args or bool({"-h", "--help"} & set(args)))
        if command:
            _note_shadowed(command, name, index, quiet=bool({"-q", "--quiet"} & set(args)))
        app = build_app(index, command, name, helps=helps)
        code = app(list(args), standalone_mode=False, prog_name="limner")
        if sys.stdout is not None:
            sys.stdout.flush()
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        interrupted(opened)
        return INTERRUPTED
    except PluginError as error:
        if error.__cause__ and "--debug" in args:
            traceback.print_exception(error.__cause__)
        fail(str(error))
        return 2
    except (LimnerError, typer.TyperException) as error:
        if isinstance(error, typer.TyperException) and error.format_message().startswith("Usage:"):
            typer.echo(error.format_message())  # a group without a command: its help is the answer
            return 0
        fail(misread(error.format_message(), args) if isinstance(error, typer.TyperException) else str(error))
        return 2
    except MemoryError:
        of_others = command and not command.built_in
        fail("memory ran out" if of_others else "memory ran out; choose a smaller --size or network")
        return 2
    except Exception as error:  # the last line of defence
        if isinstance(error, OSError) and (command is None or command.built_in or error.errno == errno.EPIPE):
            return _output_failed(error)
        if "--debug" in args:
            raise
        fail(_fault(error, command))
        return OUR_FAULT
    if code == INTERRUPTED:  # typer takes the interrupt itself, in silence
        interrupted(opened)
    return code if isinstance(code, int) else 0


def _note_shadowed(command: Command, name: str, index: CommandIndex, *, quiet: bool) -> None:
    """Say how to call the commands of other packages that have the name of a built-in one."""
    others = [one for one in index.claims(name) if one is not command]
    for one in others if "_LIMNER_COMPLETE" not in os.environ else ():
        note(f"{one.owner} has a command {one.name!r} too; call it by: limner {one.qualified_name}", quiet=quiet)


def _fault(error: Exception, command: Command | None) -> str:
    """Return whose fault an unforeseen exception is, and what to do about it."""
    what = f"{type(error).__name__}: {error}"
    if command and not command.built_in:
        fix = f"see where with limner --debug {command.name} ..., and report it to its authors"
        return f"the command {command.name!r} of {command.owner} failed: {what}; {fix}"
    return f"this is a fault of limner's: {what}; run it with --debug and report it"


def _output_failed(error: OSError) -> int:
    """Standard output cannot be written; the commands tell of every other file themselves."""
    if sys.stdout is not None:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:  # whoever read our output has gone
        return 0
    fail(f"{error.filename or 'standard output'}: {error.strerror or error}")
    return 2


def _one_line(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """Return a warning as text: limner's own, which are meant for users, without the place in the code."""
    if category is UserWarning:
        return f"warning: {printable(str(message))}\n"
    return _FORMAT(message, category, filename, lineno, line)


def main() -> None:
    """The console script."""
    for which in STOPS:
        signal.signal(which, _interrupt)
    warnings.formatwarning = _one_line
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show is no reason to fail
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
