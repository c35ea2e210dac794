"""Commands by name: functions or groups of commands, imported when they are called.

A package that adds commands ships a file ``commands.toml`` next to its ``__init__.py``:

    [palette]
    target = "limner_palette.command:palette"
    summary = "Print the main colours of an artwork."

A third party announces that package by an entry point in the group ``limner.commands``, under any name. So
``limner --help`` lists every command without importing a plugin: this module uses the standard library alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner._version import __version__
from limner.errors import LimnerError, PluginError, did_you_mean, reason
from limner.registry.manifests import MANIFEST, check_table, has_manifest, read_manifest
from limner.registry.names import normalized, qualified, split_name
from limner.registry.selection import Selection, selection

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "limner.commands"
BUILT_IN = ("limner.cli", "limner_apps")
"""The packages of limner itself that ship a manifest, in the order of ``limner --help``."""
STAGES = "limner"
"""The entry-point group of stages, in which a manifest may be announced erroneously."""


@dataclass(frozen=True)
class Command:
    """A command and the distribution that provides it.

    Attributes:
        name: the word after ``limner`` on the command line.
        target: ``"module:function"``, or ``"module:app"`` for a ``typer.Typer`` with several commands.
        summary: the line that ``limner --help`` shows.
        package: the distribution that provides it.
        version: the distribution's version.
        function: ``"module:function"``, the Python function ``limner.NAME`` of one of limner's own commands; empty for
            none.
    """

    name: str
    target: str
    summary: str
    package: str
    version: str
    function: str = ""

    @property
    def built_in(self) -> bool:
        """Whether the command comes with limner."""
        return self.package == "limner"

    @property
    def owner(self) -> str:
        """The distribution and its version."""
        return f"{self.package} {self.version}"

    @property
    def qualified_name(self) -> str:
        """The name with its package, ``limner-foo/palette``, which is unique among the installed commands."""
        return qualified(self.package, self.name)

    def load(self) -> Any:
        """Import the function or the group of commands.

        Raises:
            PluginError: it does not import, or is not callable.
        """
        module, _, attribute = self.target.partition(":")
        try:
            with redirect_stdout(sys.stderr):  # standard output is for results, not for output of imports
                found = getattr(import_module(module), attribute)
        except (Exception, SystemExit) as error:
            raise PluginError(f"the command {self.name!r} of {self.owner} does not load: {reason(error)}") from error
        if not callable(found):
            raise PluginError(f"the command {self.name!r} of {self.owner}: {self.target} is not a function")
        return found


@dataclass(frozen=True)
class BrokenManifest:
    """A distribution whose commands cannot be listed, and the reason."""

    package: str
    version: str
    problem: str

    @property
    def owner(self) -> str:
        """The distribution and its version."""
        return f"{self.package} {self.version}"


class CommandIndex:
    """All commands of this environment by name; none of them is imported."""

    def __init__(self) -> None:
        self._commands: dict[str, list[Command]] = {}
        self._packages: set[tuple[str, str]] = set()
        self.broken: list[BrokenManifest] = []

    def __iter__(self) -> Iterator[Command]:
        for matches in self._commands.values():
            yield from matches

    def names(self) -> list[str]:
        """Return the names in the order of registration, each in its shortest unambiguous form.

        A third-party name is qualified if limner or another package has the same name.
        """
        return [self._shortest(command, matches) for matches in self._commands.values() for command in matches]

    def commands_named(self, name: str) -> list[Command]:
        """Return all commands of a name; those of one package if the name is qualified."""
        package, short = split_name(name)
        return [one for one in self._commands.get(short, ()) if not package or one.package == package]

    def get(self, name: str) -> Command:
        """Return the command of a name; an unqualified name means limner's own command if there is one.

        Raises:
            LimnerError: the name is unknown.
            PluginError: the name is unqualified, and several packages have it.
        """
        matches = self.commands_named(name)
        if not matches:
            raise LimnerError(f"unknown command {name!r}{did_you_mean(name, self.names())}")
        if len(matches) > 1 and not matches[0].built_in:
            raise PluginError(clash_message(matches))
        return matches[0]

    def _shortest(self, command: Command, matches: list[Command]) -> str:
        return command.name if command.built_in or len(matches) == 1 else command.qualified_name

    def add_package(self, module: str, package: str, version: str) -> None:
        """Read the manifest of a package and add its commands; record an invalid manifest as broken.

        A package that is announced twice is added once.
        """
        if (module, package) in self._packages:
            return
        self._packages.add((module, package))
        try:
            tables = {name: check_table(name, table) for name, table in read_manifest(module).items()}
        except (Exception, SystemExit) as error:  # noqa: BLE001 - finding a third-party package may raise anything
            problem = str(error) if isinstance(error, PluginError) else reason(error)
            self.broken.append(BrokenManifest(package, version, problem))
            return
        for name, (target, summary, function) in tables.items():
            self._commands.setdefault(name, []).append(Command(name, target, summary, package, version, function))

    def add_misplaced(self) -> None:
        """Record as broken the manifests of packages that are announced only in the entry-point group of stages."""
        from importlib.metadata import entry_points

        chosen = selection()
        announced = {(*owner_of(point), point.value.partition(":")[0].strip()) for point in entry_points(group=STAGES)}
        for package, version, module in sorted(announced):
            if chosen.uses(package) and (module, package) not in self._packages and has_manifest(module):
                self._packages.add((module, package))
                fix = f"announces it in the entry group {STAGES!r}; announce it in {GROUP!r}"
                self.broken.append(BrokenManifest(package, version, f"{module} ships {MANIFEST} and {fix}"))


def clash_message(matches: list[Command]) -> str:
    """Return the message about a command that several packages have, with the qualified names to use."""
    names = " or ".join(f"limner {match.qualified_name}" for match in matches if not match.built_in)
    owners = " and ".join(match.owner for match in matches)
    return f"command {matches[0].name!r}: ambiguous between {owners}; run {names}"


def find_commands(*, third_party: bool | None = None) -> CommandIndex:
    """Return limner's commands, then those of the installed packages that ``LIMNER_PLUGINS`` does not disable.

    Args:
        third_party: True for all packages, False for limner alone, None to follow ``LIMNER_PLUGINS``.

    Raises:
        LimnerError: ``LIMNER_PLUGINS`` is not valid.
    """
    index = CommandIndex()
    for module in BUILT_IN:
        index.add_package(module, "limner", __version__)
    chosen = selection() if third_party is None else Selection(off=not third_party)
    if not chosen.off and _any_announced():
        from importlib.metadata import entry_points

        found = [(*owner_of(point), point.value) for point in entry_points(group=GROUP)]
        for package, version, module in sorted(found):
            if chosen.uses(package):
                index.add_package(module, package, version)
    return index


@cache
def public_functions() -> dict[str, str]:
    """Return the functions of limner's own commands that ``import limner`` offers, each as ``"module:function"``.

    Third parties are excluded: they offer functions in their own packages.
    """
    return {command.name: command.function for command in find_commands(third_party=False) if command.function}


def owner_of(point: EntryPoint) -> tuple[str, str]:
    """Return the normalised name and the version of the distribution of an entry point."""
    return (normalized(point.dist.name), point.dist.version) if point.dist else (point.name, "?")


def _any_announced() -> bool:
    """Return whether any installed distribution announces commands, as far as its metadata files show.

    Importing importlib.metadata takes a fifth of the time of ``limner --help``. It is therefore imported only if this
    finds the group's name, or a path that it cannot search, such as a zip file.
    """
    for folder in (Path(entry) for entry in dict.fromkeys(sys.path)):
        with suppress(OSError):  # a folder that this user cannot read contains no plugins for this user
            if folder.is_file() or any(map(_names_group, folder.glob("*.*-info"))):
                return True
    return False


def _names_group(info: Path) -> bool:
    """Return whether the metadata of a distribution, a folder ``*.dist-info`` or ``*.egg-info``, names the group."""
    with suppress(OSError):
        return GROUP.encode() in (info / "entry_points.txt").read_bytes()
    return False
