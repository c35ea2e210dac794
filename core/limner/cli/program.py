"""The typer application of one command line: every command is listed, and only the one that is called is imported."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any

import typer
from typer.main import get_command

from limner.errors import PluginError, reason
from limner.registry.commands import BrokenManifest, Command, CommandIndex

DEBUG = "Show a traceback if a plugin or limner itself fails."
SETTINGS = {"help_option_names": ["-h", "--help"]}


def build_app(index: CommandIndex, called: Command | None, word: str = "", *, helps: bool = False) -> typer.Typer:
    """Return the application: ``called`` with its options, every other command as a line of the help.

    Args:
        index: all commands.
        called: the command that the command line calls; None for none.
        word: the name that it is called by, which may be qualified.
        helps: whether the help is shown; commands of third parties are imported for it, as they may be broken.

    Raises:
        PluginError: the command that is called does not load.
    """
    app = typer.Typer(name="limner", rich_markup_mode=None, pretty_exceptions_enable=False, context_settings=SETTINGS)
    app.callback(invoke_without_command=True)(_root)
    for name in index.names():
        command = index.get(name)
        if command is called:
            _add(app, called, word or name)
        else:
            app.command(name, short_help=_line(command, listed=helps))(_unused)
    for broken in index.broken if called is None else ():
        app.command(broken.package, short_help=f"broken: {broken.problem} [{broken.owner}]")(_refusing(broken))
    return app


def called_name(args: Sequence[str], index: CommandIndex) -> str:
    """Return which command a command line calls; empty for none that is known.

    The options before a command take no values, so the first other word is it. For shell completion the words are in
    the environment.
    """
    words = [first_word(args)]
    if "_LIMNER_COMPLETE" in os.environ:
        typed = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
        words = typed.split()[1:]
    return next((word for word in words if index.claims(word)), "")


def is_debugging(args: Sequence[str]) -> bool:
    """Whether a command line asks for tracebacks; ``--debug`` may stand anywhere before a ``--``."""
    words = list(args)
    return "--debug" in words[: words.index("--")] if "--" in words else "--debug" in words


def compiled(app: typer.Typer) -> Any:
    """Return the command that an application runs, with ``--debug`` among the options of every command in it."""
    root = get_command(app)
    debug = copy(next(param for param in root.params if "--debug" in param.opts))
    debug.expose_value = False  # the commands' functions do not take it
    groups = [root]
    for group in groups:
        for command in getattr(group, "commands", {}).values():
            groups.append(command)
            if not any("--debug" in param.opts for param in command.params):
                command.params.append(debug)
    return root


def options_of(root: Any, args: Sequence[str]) -> frozenset[str]:
    """Return the options of the command that a command line calls, as they are spelled."""
    command = root
    for word in args:
        command = getattr(command, "commands", {}).get(word, command)
    return frozenset(option for param in command.params for option in param.opts)


def first_word(args: Sequence[str]) -> str:
    """Return the first word of a command line that is no option; empty if there is none."""
    return next((word for word in args if not word.startswith("-")), "")


def _add(app: typer.Typer, command: Command, name: str) -> None:
    """Add the command itself, a function or a group of commands, under a name."""
    loaded = command.load()
    if isinstance(loaded, typer.Typer):
        app.add_typer(loaded, name=name)
    else:
        app.command(name)(loaded)


def _line(command: Command, *, listed: bool) -> str:
    """Return what the help says of a command; one of a third party is imported for it, as it may be broken."""
    if command.built_in or not listed:
        return command.summary
    return f"{_state(command)} [{command.owner}]"


def _state(command: Command) -> str:
    """Return the summary of a third party's command, or why it is broken."""
    try:
        command.load()
    except PluginError as error:
        return f"broken: {reason(error.__cause__) if error.__cause__ else error}"
    return command.summary


def _unused() -> None:
    """Stand in for a command that this command line does not call."""


def _refusing(broken: BrokenManifest) -> Callable[[], None]:
    """Return a command that reports why the package's commands cannot be listed."""

    def refuse() -> None:
        raise PluginError(f"the commands of {broken.owner} cannot be listed: {broken.problem}")

    return refuse


def _version(*, wanted: bool) -> None:
    if wanted:
        from limner import __version__

        typer.echo(f"limner {__version__}")
        raise typer.Exit


def _root(
    ctx: typer.Context,
    version: bool = typer.Option(  # noqa: ARG001
        False,
        "--version",
        help="Tell the version and stop.",
        callback=lambda value: _version(wanted=value),
        is_eager=True,
    ),
    debug: bool = typer.Option(False, "--debug", help=DEBUG),  # noqa: ARG001
) -> None:
    """Neural generative art, composed of plugins. Start with: limner paint."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
