"""Checks of a command: it loads, it loads nothing heavy, and its help shows how to use it."""

from __future__ import annotations

from typing import Any
from unittest import SkipTest

import typer
import typer.main

from limner.errors import PluginError
from limner.registry.commands import Command, CommandIndex, clash_message
from limner.testing.checks.shared.common import require_written
from limner.testing.import_cost import HEAVY, heavy_imports
from limner.testing.subject import require

SLOW = (*HEAVY, "numpy", "pluggy", "pydantic")


def check_loads(command: Command) -> None:
    """The target imports, and is a function or a ``typer.Typer``."""
    try:
        command.load()
    except PluginError as error:
        raise AssertionError(str(error)) from error


def check_unique(command: Command, index: CommandIndex) -> None:
    """No other package claims the name."""
    claims = index.commands_named(command.name)
    require(len(claims) < 2, clash_message(claims))


def check_light_import(command: Command) -> None:
    """Importing the command's module loads neither NumPy nor anything heavier: ``--help`` must answer at once."""
    _loaded(command)
    module = command.target.partition(":")[0]
    found = heavy_imports((module,), after="limner.app", heavy=SLOW)[module]
    lead = f"the command {command.name!r}"
    require(not isinstance(found, str), f"{lead}: {module} does not import in a fresh interpreter: {found}")
    require(not found, f"{lead}: importing {module} loads {', '.join(found)}; import that inside the function")


def check_summary(command: Command) -> None:
    """The summary and the docstring are the author's, not the template's."""
    lead = f"the command {command.name!r}"
    require_written(
        f"{lead}: the summary", command.summary, "in commands.toml: summary = 'Print how light artworks are.'"
    )
    for name, function in _functions(command):
        require_written(f"{lead}: the docstring of {name}", function.__doc__ or "", "what the command does")


def check_help(command: Command) -> None:
    """Every function has a docstring with an example, a line that starts with ``limner`` and the command's name."""
    app = typer.Typer()
    loaded = _loaded(command)
    if isinstance(loaded, typer.Typer):
        app.add_typer(loaded, name=command.name)
    else:
        app.command(command.name)(loaded)
    try:
        typer.main.get_command(app)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise AssertionError(f"the command {command.name!r}: typer cannot read its parameters: {what}") from error
    for name, function in _functions(command):
        text = function.__doc__ or ""
        require(text.strip(), f"the command {name!r} has no docstring; its help is empty")
        example = any(line.strip().startswith(f"limner {name}") for line in text.splitlines())
        require(example, f"the command {name!r} shows no example; end its docstring with: limner {name} ...")


def _functions(command: Command) -> list[tuple[str, object]]:
    """Return the function of a command by its words, or those of a group."""
    loaded = _loaded(command)
    if not isinstance(loaded, typer.Typer):
        return [(command.name, loaded)]
    return [
        (f"{command.name} {each.name or getattr(each.callback, '__name__', '')}", each.callback)
        for each in loaded.registered_commands
    ]


def _loaded(command: Command) -> Any:
    """Return the function or the group.

    Raises:
        SkipTest: it does not load, which ``check_loads`` reports.
    """
    try:
        return command.load()
    except PluginError as error:
        raise SkipTest(f"the command {command.name!r} does not load") from error


OF_COMMAND = (check_loads, check_summary, check_light_import, check_help)
