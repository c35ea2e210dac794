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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer

from limner.cli.program import build_app, called_name, compiled, first_word, is_debugging, options_of
from limner.console.output import aside, fail, hint_quotes, interrupted, note, printable, usage_message
from limner.console.session import Session, current, session
from limner.errors import LimnerError, PluginError, PluginWarning, TracingError, causes, did_you_mean, reason
from limner.registry.commands import Command, CommandIndex, find_commands

if TYPE_CHECKING:
    from limner.registry.attribution import Attribution

OUR_FAULT = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130
NAMING = (PluginError, TracingError)
"""The errors that name a plugin; the exception that it raised is their cause."""
_FORMAT = warnings.formatwarning
STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def _interrupt(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """Being told to stop, in whichever way: once is enough, what is half written is then taken away in peace."""
    for which in STOPS:
        signal.signal(which, signal.SIG_IGN)
    raise KeyboardInterrupt


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    with session(args) as opened, _warnings_shown(debug=is_debugging(args)):
        return _run(args, opened)


def _run(args: Sequence[str], opened: Session) -> int:
    command: Command | None = None
    index = CommandIndex()
    debug = is_debugging(args)
    try:
        index = find_commands()
        name = called_name(args, index)
        command = index.get(name) if name else None
        helps = command is None and (not args or bool({"-h", "--help"} & set(args)))
        if command:
            _note_shadowed(command, name, index, quiet=bool({"-q", "--quiet"} & set(args)))
        app = compiled(build_app(index, command, name, helps=helps))
        opened.options = options_of(app, args)
        code = app(list(args), standalone_mode=False, prog_name="limner")
        if sys.stdout is not None:
            sys.stdout.flush()
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        interrupted(opened)
        return INTERRUPTED
    except LimnerError as error:
        return _refused(error, debug=debug)
    except typer.TyperException as error:
        if error.format_message().startswith("Usage:"):
            typer.echo(error.format_message())  # a group without a command: its help is the answer
            return 0
        fail(_unknown_command(error, args, index, command) or usage_message(error.format_message(), args))
        return 2
    except MemoryError as error:
        if named := _named(error):
            return _refused(named, debug=debug)
        of_others = command and not command.built_in
        fail("memory ran out" if of_others else "memory ran out; choose a smaller --size or network")
        return 2
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the last line of defence
        return _unforeseen(error, command, debug=debug)
    if code == INTERRUPTED:  # typer takes the interrupt itself, in silence
        interrupted(opened)
    return code if isinstance(code, int) else 0


def _unknown_command(
    error: typer.TyperException, args: Sequence[str], index: CommandIndex, command: Command | None
) -> str:
    """Return what is wrong with the name of a command, and which is near; empty if something else is wrong."""
    if command or not error.format_message().startswith("No such command"):
        return ""
    word = first_word(args)
    return f"unknown command {word!r}{did_you_mean(word, [*index.names(), *(one.package for one in index.broken)])}"


def _note_shadowed(command: Command, name: str, index: CommandIndex, *, quiet: bool) -> None:
    """Say how to call the commands of other packages that have the name of a built-in one."""
    others = [one for one in index.claims(name) if one is not command]
    for one in others if "_LIMNER_COMPLETE" not in os.environ else ():
        note(f"{one.owner} has a command {one.name!r} too; call it by: limner {one.qualified_name}", quiet=quiet)


def _refused(error: LimnerError, *, debug: bool) -> int:
    """Print an error, and the traceback of the plugin that caused it if ``--debug`` asks for it."""
    error = _named(error) or error
    raised = _raised_by_plugin(error)
    if raised and debug:
        traceback.print_exception(raised)
    message = hint_quotes(str(error), current().argv)
    unforeseen = raised is not None and not isinstance(raised, LimnerError)
    hint = "; run it with --debug for the traceback" if unforeseen and not debug else ""
    fail(f"{message}{hint}", verbatim=[str(one) for one in causes(error) if isinstance(one, PluginError)])
    return 2


def _named(error: BaseException) -> LimnerError | None:
    """Return the error that names the plugin which raised a LimnerError or a MemoryError; None if none did."""
    if "limner.registry.attribution" not in sys.modules:  # no plugin's stage has run yet
        return None
    from limner.registry.attribution import attributed

    named = attributed(error)
    if named:
        named.__cause__ = error
    return named


def _raised_by_plugin(error: BaseException) -> BaseException | None:
    """Return the exception of a plugin that an error reports; None if there is none."""
    return next((one.__cause__ for one in causes(error) if isinstance(one, NAMING) and one.__cause__), None)


def _unforeseen(error: Exception | SystemExit, command: Command | None, *, debug: bool) -> int:
    """Report an exception that is no LimnerError as the fault of a plugin, of the output, or of limner."""
    found = _attribution(error, command)
    if isinstance(error, SystemExit) and (found is None or found.role in ("", "command")):
        raise error  # a command may end the process
    if found:
        fault = found.error(reason(error))
        fault.__cause__ = error
        return _refused(fault, debug=debug)
    if isinstance(error, OSError):
        return _output_failed(error)
    if debug:
        traceback.print_exception(error)
    fail(f"this is a fault of limner's: {type(error).__name__}: {error}; run it with --debug and report it")
    return OUR_FAULT


def _attribution(error: Exception | SystemExit, command: Command | None) -> Attribution | None:
    """Return the plugin that an exception comes from; the command's package if its code is on the way.

    An error of the disk, or of whoever reads the output, is no plugin's.
    """
    try:
        from limner.registry.attribution import ENVIRONMENT, Attribution, attribute

        found = attribute(error)
    except Exception:  # noqa: BLE001 - what failed may be the import of NumPy or pydantic, which this needs too
        return None
    if command is None or command.built_in or (isinstance(error, OSError) and error.errno in ENVIRONMENT):
        return found
    if found is None or (not found.role and found.package == command.package):
        return Attribution(command.package, command.version, "command", command.name)
    return found


@contextmanager
def _warnings_shown(*, debug: bool) -> Iterator[None]:
    """Print a plugin's failure that does not end the command as one line; other warnings as Python does."""
    usual = warnings.showwarning

    def show(message: Warning | str, *where: Any, **rest: Any) -> None:
        if not isinstance(message, PluginWarning):
            usual(message, *where, **rest)
            return
        if message.__cause__ and debug:
            traceback.print_exception(message.__cause__)
        aside(f"warning: {message}", quiet=False, verbatim=[str(message)])

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = usual


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
