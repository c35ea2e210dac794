"""The typer application of one command line: all commands are listed, and only the called one is imported."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any

import typer
from typer.main import get_command

from limner.console.streams import results_only
from limner.errors import PluginError, reason
from limner.registry.commands import BrokenManifest, Command, CommandIndex

DEBUG = "Show a traceback on internal errors."
SETTINGS = {"help_option_names": ["-h", "--help"]}


def build_app(index: CommandIndex, called: Command | None, word: str = "", *, helps: bool = False) -> typer.Typer:
    """Return the application: ``called`` with its options, every other command as a line of ``limner --help``.

    Args:
        index: all commands.
        called: the command that the command line calls, or None.
        word: the name used on the command line, which may be qualified.
        helps: whether the help is shown; it imports third-party commands, to mark broken ones.

    Raises:
        PluginError: the called command does not load.
    """
    app = typer.Typer(name="limner", rich_markup_mode=None, pretty_exceptions_enable=False, context_settings=SETTINGS)
    app.callback(invoke_without_command=True)(_root)
    for name in index.names():
        command = index.get(name)
        if command is called:
            _add(app, called, word or name)
        else:
            app.command(name, short_help=_help_line(command, listed=helps))(_placeholder)
    for broken in index.broken if called is None else ():
        app.command(broken.package, short_help=f"broken: {broken.problem} [{broken.owner}]")(_report_broken(broken))
    return app


def called_name(args: Sequence[str], index: CommandIndex) -> str:
    """Return the name of the command that a command line calls; empty if no known command is called.

    Options before the command take no values, so the command is the first word that is not an option. For shell
    completion the words are in the environment.
    """
    words = [first_word(args)]
    if "_LIMNER_COMPLETE" in os.environ:
        typed = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
        words = typed.split()[1:]
    return next((word for word in words if index.commands_named(word)), "")


def is_debugging(args: Sequence[str]) -> bool:
    """Return whether ``--debug`` is anywhere on the command line before a ``--``."""
    words = list(args)
    return "--debug" in words[: words.index("--")] if "--" in words else "--debug" in words


def compiled(app: typer.Typer, *, own_output: bool = True) -> Any:
    """Return the click command of an application, with ``--debug`` added to the options of each of its commands.

    Commands without ``own_output`` print to standard output by ``print_result`` alone.
    """
    root = get_command(app)
    debug = copy(next(param for param in root.params if "--debug" in param.opts))
    debug.expose_value = False  # the commands' functions do not take it
    groups = [root]
    for group in groups:
        for command in getattr(group, "commands", {}).values():
            groups.append(command)
            if not any("--debug" in param.opts for param in command.params):
                command.params.append(debug)
            if not own_output and command.callback:
                command.callback = results_only()(command.callback)
    return root


def options_of(root: Any, args: Sequence[str]) -> frozenset[str]:
    """Return the options of the called command, as they are spelled: ``--size``, ``-o``."""
    command = root
    for word in args:
        command = getattr(command, "commands", {}).get(word, command)
    return frozenset(option for param in command.params for option in param.opts)


def first_word(args: Sequence[str]) -> str:
    """Return the first word of a command line that is not an option; empty if there is none."""
    return next((word for word in args if not word.startswith("-")), "")


def _add(app: typer.Typer, command: Command, name: str) -> None:
    """Import a command, a function or a group of commands, and add it under a name."""
    loaded = command.load()
    if isinstance(loaded, typer.Typer):
        app.add_typer(loaded, name=name)
    else:
        app.command(name)(loaded)


def _help_line(command: Command, *, listed: bool) -> str:
    """Return the summary of a command for the help; a third-party command is imported to find out if it is broken."""
    if command.built_in or not listed:
        return command.summary
    return f"{_summary_or_problem(command)} [{command.owner}]"


def _summary_or_problem(command: Command) -> str:
    """Return the summary of a third-party command, or why it is broken."""
    try:
        command.load()
    except PluginError as error:
        return f"broken: {reason(error.__cause__) if error.__cause__ else error}"
    return command.summary


def _placeholder() -> None:
    """Do nothing: a placeholder for commands that this command line does not call."""


def _report_broken(broken: BrokenManifest) -> Callable[[], None]:
    """Return a command that reports why the package's commands cannot be listed."""

    def refuse() -> None:
        raise PluginError(f"{broken.owner}: its commands cannot be listed: {broken.problem}")

    return refuse


def _print_version(*, wanted: bool) -> None:
    if wanted:
        from limner import __version__

        typer.echo(f"limner {__version__}")
        raise typer.Exit


def _root(
    ctx: typer.Context,
    version: bool = typer.Option(  # noqa: ARG001
        False,
        "--version",
        help="Print the version and exit.",
        callback=lambda value: _print_version(wanted=value),
        is_eager=True,
    ),
    debug: bool = typer.Option(False, "--debug", help=DEBUG),  # noqa: ARG001
) -> None:
    """Make pictures with neural networks. Start with: limner paint."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
