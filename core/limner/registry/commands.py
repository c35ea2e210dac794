"""Commands: from a name to a function or a group of commands, imported when it is called.

A package that adds commands ships a file ``commands.toml`` beside its ``__init__.py``:

    [palette]
    target = "limner_palette.command:palette"
    summary = "Print the main colours of an artwork."

A third party announces that package by an entry point in the group ``limner.commands``; its name is free. So
``limner --help`` lists every command without importing a plugin: this module uses the standard library alone.
"""

from __future__ import annotations

import os
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
from limner.registry.manifests import checked, read_manifest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "limner.commands"
BUILT_IN = ("limner.cli", "limner_apps")
"""The packages of limner itself that ship a manifest, in the order of ``limner --help``."""
RESERVED = "plugins"
"""The command that reports what is wrong with plugins; none of them can take its name."""


@dataclass(frozen=True)
class Command:
    """A command, and whose it is.

    Attributes:
        name: what follows ``limner`` on the command line.
        target: ``"module:function"``, or ``"module:app"`` for a ``typer.Typer`` with commands of its own.
        summary: the line that ``limner --help`` shows.
        package: the distribution that brings it.
        version: the distribution's version.
        function: ``"module:function"``, the Python function ``limner.NAME`` of one of limner's own commands; "" for
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

    def load(self) -> Any:
        """Import the function or the group of commands.

        Raises:
            PluginError: it does not import, or is neither of the two.
        """
        module, _, attribute = self.target.partition(":")
        try:
            with redirect_stdout(sys.stderr):  # standard output is for results, whatever a module prints on import
                found = getattr(import_module(module), attribute)
        except (Exception, SystemExit) as error:
            raise PluginError(f"the command {self.name!r} of {self.owner} does not load: {reason(error)}") from error
        if not callable(found):
            raise PluginError(f"the command {self.name!r} of {self.owner}: {self.target} is no function")
        return found


@dataclass(frozen=True)
class BrokenManifest:
    """A distribution whose commands cannot be listed, and why."""

    package: str
    version: str
    problem: str

    @property
    def owner(self) -> str:
        """The distribution and its version."""
        return f"{self.package} {self.version}"


class CommandIndex:
    """All commands of this environment, by their names, without any of them imported."""

    def __init__(self) -> None:
        self._commands: dict[str, list[Command]] = {}
        self._packages: set[tuple[str, str]] = set()
        self.broken: list[BrokenManifest] = []

    def __iter__(self) -> Iterator[Command]:
        for claims in self._commands.values():
            yield from claims

    def names(self) -> list[str]:
        """Return the names in the order of registration; each once, even if several packages claim it."""
        return list(self._commands)

    def claims(self, name: str) -> list[Command]:
        """Return every command of a name: one, unless packages clash."""
        return list(self._commands.get(name, ()))

    def get(self, name: str) -> Command:
        """Return the command of a name.

        Raises:
            LimnerError: there is none.
            PluginError: several packages claim the name.
        """
        claims = self.claims(name)
        if not claims:
            raise LimnerError(f"unknown command {name!r}{did_you_mean(name, self.names())}")
        if len(claims) > 1:
            raise PluginError(clash_of(claims))
        return claims[0]

    def add_package(self, module: str, package: str, version: str) -> None:
        """Read the manifest of a package; one with mistakes adds nothing and is kept among the broken ones.

        A package that is announced twice counts once.
        """
        if (module, package) in self._packages:
            return
        self._packages.add((module, package))
        try:
            tables = {name: checked(name, table) for name, table in read_manifest(module).items()}
            if RESERVED in tables and package != "limner":
                raise PluginError(f"the command {RESERVED!r} is limner's own; choose another name")
        except (Exception, SystemExit) as error:  # noqa: BLE001 - finding a third party's package may raise anything
            problem = str(error) if isinstance(error, PluginError) else reason(error)
            self.broken.append(BrokenManifest(package, version, problem))
            return
        for name, (target, summary, function) in tables.items():
            self._commands.setdefault(name, []).append(Command(name, target, summary, package, version, function))


def clash_of(claims: list[Command]) -> str:
    """Return the sentence about a name that several packages claim, and which of them to uninstall."""
    owners = " and ".join(claim.owner for claim in claims)
    others = [claim.package for claim in claims if not claim.built_in]
    fix = f"uninstall {others[0]}" if len(others) == 1 else "uninstall one of them"
    return f"the command {claims[0].name!r} is claimed by {owners}; {fix}"


def find_commands(*, third_party: bool | None = None) -> CommandIndex:
    """Return limner's commands, then those of installed packages unless ``LIMNER_PLUGINS=off``."""
    index = CommandIndex()
    for module in BUILT_IN:
        index.add_package(module, "limner", __version__)
    if third_party is None:
        third_party = os.environ.get("LIMNER_PLUGINS", "").lower() != "off"
    if third_party and _may_be_announced():
        from importlib.metadata import entry_points

        found = [(*owner_of(point), point.value) for point in entry_points(group=GROUP)]
        for package, version, module in sorted(found):
            index.add_package(module, package, version)
    return index


@cache
def public_functions() -> dict[str, str]:
    """Return the functions that limner's own commands bring to ``import limner``, each as ``"module:function"``.

    Those of third parties are not among them: a third party offers its functions in its own package.
    """
    return {command.name: command.function for command in find_commands(third_party=False) if command.function}


def owner_of(point: EntryPoint) -> tuple[str, str]:
    """Return the name and the version of the distribution that an entry point is of."""
    return (point.dist.name, point.dist.version) if point.dist else (point.name, "?")


def _may_be_announced() -> bool:
    """Whether any installed distribution names the group of commands in its metadata.

    importlib.metadata takes a fifth of the time of ``limner --help`` to import, so it is imported only if this finds
    the group's name, or finds a path, such as a zip file, that it cannot look into.
    """
    for folder in (Path(entry) for entry in dict.fromkeys(sys.path)):
        with suppress(OSError):  # a folder that this user may not enter has no plugins for this user
            if folder.is_file() or any(map(_names_group, folder.glob("*.*-info"))):
                return True
    return False


def _names_group(info: Path) -> bool:
    """Whether the metadata of a distribution, a folder ``*.dist-info`` or ``*.egg-info``, names the group."""
    with suppress(OSError):
        return GROUP.encode() in (info / "entry_points.txt").read_bytes()
    return False
