"""Checks of a command: it loads, it imports nothing heavy, and its help contains an example."""

from __future__ import annotations

from typing import Any
from unittest import SkipTest

import typer
import typer.main

from limner.errors import PluginError
from limner.registry.commands import Command, CommandIndex, clash_message
from limner.testing.checks.shared.common import require_written
from limner.testing.import_cost import HEAVY_LIBRARIES, heavy_imports
from limner.testing.subject import require

SLOW_LIBRARIES = (*HEAVY_LIBRARIES, "numpy", "pluggy", "pydantic")


def check_loads(command: Command) -> None:
    """Require that the target imports, and is a function or a ``typer.Typer``."""
    try:
        command.load()
    except PluginError as error:
        raise AssertionError(str(error)) from error


def check_unique(command: Command, index: CommandIndex) -> None:
    """Require that no other package claims the name."""
    claims = index.commands_named(command.name)
    require(len(claims) < 2, clash_message(claims))


def check_light_import(command: Command) -> None:
    """Require that the command's module imports neither NumPy nor anything heavier, so that ``--help`` stays fast."""
    _loaded(command)
    module = command.target.partition(":")[0]
    loaded = heavy_imports((module,), after="limner.app", heavy=SLOW_LIBRARIES)[module]
    lead = f"the command {command.name!r}"
    require(not isinstance(loaded, str), f"{lead}: {module} does not import in a fresh interpreter: {loaded}")
    require(not loaded, f"{lead}: importing {module} loads {', '.join(loaded)}; import it inside the function")


def check_summary(command: Command) -> None:
    """Require that the author has replaced the summary and the docstrings of the template."""
    lead = f"the command {command.name!r}"
    require_written(lead, "summary", command.summary, "a sentence such as 'Print how light artworks are.'")
    for name, function in _functions(command):
        require_written(lead, f"docstring of {name}", function.__doc__ or "", "what the command does")


def check_help(command: Command) -> None:
    """Require an example in every docstring: a line that starts with ``limner`` and the command's name."""
    app = typer.Typer()
    loaded = _loaded(command)
    if isinstance(loaded, typer.Typer):
        app.add_typer(loaded, name=command.name)
    else:
        app.command(command.name)(loaded)
    try:
        typer.main.get_command(app)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise AssertionError(f"the command {command.name!r}: typer cannot read its parameters: {reason}") from error
    for name, function in _functions(command):
        text = function.__doc__ or ""
        require(text.strip(), f"the command {name!r} has no docstring, so its help is empty; write one")
        example = any(line.strip().startswith(f"limner {name}") for line in text.splitlines())
        require(example, f"the command {name!r} has no example; end its docstring with: limner {name} ...")


def _functions(command: Command) -> list[tuple[str, object]]:
    """Return each function of a command or of a group, with the words that call it."""
    loaded = _loaded(command)
    if not isinstance(loaded, typer.Typer):
        return [(command.name, loaded)]
    return [
        (f"{command.name} {info.name or getattr(info.callback, '__name__', '')}", info.callback)
        for info in loaded.registered_commands
    ]


def _loaded(command: Command) -> Any:
    """Return the function or the group of a command.

    Raises:
        SkipTest: the command does not load, which ``check_loads`` reports.
    """
    try:
        return command.load()
    except PluginError as error:
        raise SkipTest(f"the command {command.name!r} does not load") from error


OF_COMMAND = (check_loads, check_summary, check_light_import, check_help)
