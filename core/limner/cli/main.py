"""The command line: ``limner COMMAND``.

The modules here import typer and the standard library alone; a command imports the rest when it runs, so that
``limner --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from limner.cli.program import build_app, called_name, compiled, first_word, is_debugging, options_of
from limner.console.output import (
    name_options,
    print_error,
    print_interrupted,
    print_note,
    print_note_above_bar,
    usage_message,
)
from limner.console.session import Session, current, session
from limner.console.streams import OUTPUT_CLOSED, discard, is_output_closed, prepare, write_traceback
from limner.errors import LimnerError, PluginError, PluginWarning, TracingError, causes, did_you_mean, reason
from limner.registry.commands import Command, CommandIndex, find_commands
from limner.utils.text import printable

if TYPE_CHECKING:
    from limner.registry.attribution import Attribution

INTERNAL_ERROR = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130
PLUGIN_ERRORS = (PluginError, TracingError)
"""Errors that name a plugin; their cause is the exception that the plugin raised."""
DEFAULT_FORMAT = warnings.formatwarning


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    with session(args) as opened, _show_plugin_warnings(debug=is_debugging(args)):
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
            _note_other_commands(command, name, index, quiet=bool({"-q", "--quiet"} & set(args)))
        app = compiled(build_app(index, command, name, helps=helps), own_output=not (command and command.built_in))
        opened.options = options_of(app, args)
        code = app(list(args), standalone_mode=False, prog_name="limner")
        if sys.stdout is not None:  # of a command of a plugin
            sys.stdout.flush()
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print_interrupted(opened)
        return INTERRUPTED
    except LimnerError as error:
        return _report_error(error, debug=debug)
    except typer.TyperException as error:
        if error.format_message().startswith("Usage:"):
            typer.echo(error.format_message())  # a group without a command prints its help
            return 0
        print_error(_unknown_command(error, args, index, command) or usage_message(error.format_message(), args))
        return 2
    except MemoryError as error:
        if named := _attributed_error(error):
            return _report_error(named, debug=debug)
        third_party = command and not command.built_in
        print_error("out of memory" if third_party else "out of memory; choose a smaller --size or a smaller network")
        return 2
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the last line of defence
        return _report_unexpected(error, command, debug=debug)
    if code == INTERRUPTED:  # typer handles the interrupt itself and prints nothing
        print_interrupted(opened)
    return code if isinstance(code, int) else 0


def _unknown_command(
    error: typer.TyperException, args: Sequence[str], index: CommandIndex, command: Command | None
) -> str:
    """Return the message about an unknown command, with the closest name; empty if the error is another one."""
    if command or not error.format_message().startswith("No such command"):
        return ""
    word = first_word(args)
    return f"unknown command {word!r}{did_you_mean(word, [*index.names(), *(one.package for one in index.broken)])}"


def _note_other_commands(command: Command, name: str, index: CommandIndex, *, quiet: bool) -> None:
    """Print how to call commands of other packages that share their name with a built-in command."""
    others = [one for one in index.commands_named(name) if one is not command]
    for one in others if "_LIMNER_COMPLETE" not in os.environ else ():
        print_note(
            f"{one.owner} also has a command {one.name!r}; run it with: limner {one.qualified_name}", quiet=quiet
        )


def _report_error(error: LimnerError, *, debug: bool) -> int:
    """Print an error, and the traceback of the plugin that caused it if ``--debug`` asks for it."""
    error = _attributed_error(error) or error
    raised = _raised_by_plugin(error)
    if raised and debug:
        write_traceback(raised)
    message = name_options(str(error), current().argv)
    unforeseen = raised is not None and not isinstance(raised, LimnerError)
    hint = "; run with --debug for the traceback" if unforeseen and not debug else ""
    print_error(f"{message}{hint}", verbatim=[str(one) for one in causes(error) if isinstance(one, PluginError)])
    return 2


def _attributed_error(error: BaseException) -> LimnerError | None:
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
    return next((one.__cause__ for one in causes(error) if isinstance(one, PLUGIN_ERRORS) and one.__cause__), None)


def _report_unexpected(error: Exception | SystemExit, command: Command | None, *, debug: bool) -> int:
    """Report an exception other than a LimnerError as an error of a plugin, of the output, or of limner itself."""
    if is_output_closed(error):
        discard(sys.stdout)
        return OUTPUT_CLOSED
    owner = _attribution(error, command)
    if isinstance(error, SystemExit) and (owner is None or owner.role in ("", "command")):
        raise error  # a command may end the process
    if owner:
        named = owner.error(reason(error))
        named.__cause__ = error
        return _report_error(named, debug=debug)
    if isinstance(error, OSError):
        return _report_output_error(error)
    if debug:
        write_traceback(error)
    print_error(f"internal error: {type(error).__name__}: {error}; run with --debug and report the traceback")
    return INTERNAL_ERROR


def _attribution(error: Exception | SystemExit, command: Command | None) -> Attribution | None:
    """Return the plugin that an exception comes from, or the package of the third-party command that runs.

    Errors of the disk or of the reader of the output are not attributed to a plugin.
    """
    try:
        from limner.registry.attribution import ENVIRONMENT, Attribution, attribute

        found = attribute(error)
    except Exception:  # noqa: BLE001 - the error may be a failed import of NumPy or pydantic, which attribution imports too
        return None
    if command is None or command.built_in or (isinstance(error, OSError) and error.errno in ENVIRONMENT):
        return found
    if found is None or (not found.role and found.package == command.package):
        return Attribution(command.package, command.version, "command", command.name)
    return found


@contextmanager
def _show_plugin_warnings(*, debug: bool) -> Iterator[None]:
    """Print plugin warnings, which do not end the command, as one line each, and other warnings as Python does."""
    show_default = warnings.showwarning

    def show(message: Warning | str, *where: Any, **rest: Any) -> None:
        if not isinstance(message, PluginWarning):
            show_default(message, *where, **rest)
            return
        if message.__cause__ and debug:
            write_traceback(message.__cause__)
        print_note_above_bar(f"warning: {message}", quiet=False, verbatim=[str(message)])

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = show_default


def _report_output_error(error: OSError) -> int:
    """Report that standard output cannot be written; commands report their other files themselves."""
    discard(sys.stdout)
    print_error(f"{error.filename or 'standard output'}: {error.strerror or error}")
    return 2


def _format_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """Return a warning as text: limner's own warnings, which address users, without the place in the code."""
    if category is UserWarning:
        return f"warning: {printable(str(message))}\n"
    return DEFAULT_FORMAT(message, category, filename, lineno, line)


def main() -> None:
    """Run the command line of this process, and end with its exit code; ``__main__`` handles stop signals."""
    warnings.formatwarning = _format_warning
    prepare()
    sys.exit(run(sys.argv[1:]))
