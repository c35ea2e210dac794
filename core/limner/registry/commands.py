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
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner._version import __version__
from limner.errors import LimnerError, PluginError, did_you_mean

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "limner.commands"
MANIFEST = "commands.toml"
BUILT_IN = ("limner.cli", "limner_apps")
"""The packages of limner itself that ship a manifest, in the order of ``limner --help``."""
MAX_SUMMARY = 100  # characters
MAX_NAME = 40
KEYS = {"target", "summary"}


@dataclass(frozen=True)
class Command:
    """A command, and whose it is.

    Attributes:
        name: what follows ``limner`` on the command line.
        target: ``"module:function"``, or ``"module:app"`` for a ``typer.Typer`` with commands of its own.
        summary: the line that ``limner --help`` shows.
        package: the distribution that brings it.
        version: the distribution's version.
    """

    name: str
    target: str
    summary: str
    package: str
    version: str

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
            owners = " and ".join(claim.owner for claim in claims)
            raise PluginError(f"the command {name!r} is claimed by {owners}; uninstall one of them")
        return claims[0]

    def add_package(self, module: str, package: str, version: str) -> None:
        """Read the manifest of a package; one with mistakes adds nothing and is kept among the broken ones."""
        try:
            commands = [_command(name, table, package, version) for name, table in _read_manifest(module).items()]
        except Exception as error:  # noqa: BLE001 - finding a third party's package may raise anything
            problem = str(error) if isinstance(error, PluginError) else reason(error)
            self.broken.append(BrokenManifest(package, version, problem))
            return
        for command in commands:
            self._commands.setdefault(command.name, []).append(command)


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


def owner_of(point: EntryPoint) -> tuple[str, str]:
    """Return the name and the version of the distribution that an entry point is of."""
    return (point.dist.name, point.dist.version) if point.dist else (point.name, "?")


def reason(error: BaseException) -> str:
    """Return an exception as one line of at most 300 characters."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= 300 else text[:297] + "..."


def _may_be_announced() -> bool:
    """Whether any installed distribution names the group of commands in its metadata.

    importlib.metadata takes a fifth of the time of ``limner --help`` to import, so it is imported only if this finds
    the group's name, or finds a path, such as a zip file, that it cannot look into.
    """
    folders = [Path(entry) for entry in dict.fromkeys(sys.path)]
    if any(folder.is_file() for folder in folders):
        return True
    for folder in folders:
        for pattern in ("*.dist-info", "*.egg-info"):
            for info in folder.glob(pattern):
                with suppress(OSError):
                    if GROUP.encode() in (info / "entry_points.txt").read_bytes():
                        return True
    return False


def _read_manifest(module: str) -> dict[str, Any]:
    """Return the tables of a package's manifest; the package itself is not imported, only those above it."""
    import tomllib

    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise PluginError(f"there is no package {module!r}")
    path = Path(next(iter(spec.submodule_search_locations))) / MANIFEST
    try:
        content = spec.loader.get_data(str(path))  # type: ignore[union-attr]  # also from a zip file
    except (OSError, AttributeError) as error:
        raise PluginError(f"the package {module!r} has no {MANIFEST}") from error
    try:
        return tomllib.loads(content.decode())
    except ValueError as error:
        raise PluginError(f"{MANIFEST} of {module!r} is not TOML: {error}") from error


def _command(name: str, table: Any, package: str, version: str) -> Command:
    """Return the command that a manifest's table describes.

    Raises:
        PluginError: the table is not one.
    """
    lead = f"{MANIFEST}: [{name}]"
    if not _is_name(name):
        raise PluginError(f"{lead}: a command's name must be lower-case words joined by hyphens")
    if not isinstance(table, dict) or set(table) != KEYS or not all(isinstance(table[key], str) for key in KEYS):
        raise PluginError(f"{lead}: must hold two texts, target and summary")
    module, colon, attribute = table["target"].partition(":")
    if not (colon and attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))):
        raise PluginError(f"{lead}: the target {table['target']!r} must look like 'module:function'")
    summary = table["summary"]
    if not (summary.strip() and summary.isprintable() and len(summary) <= MAX_SUMMARY):
        raise PluginError(f"{lead}: the summary must be a line of 1 to {MAX_SUMMARY} characters")
    return Command(name, table["target"], summary, package, version)


def _is_name(name: str) -> bool:
    """Whether a command can have this name: words of lower-case letters and digits, joined by hyphens."""
    words = name.split("-")
    plain = all(word.isascii() and word.isalnum() and word == word.lower() for word in words)
    return plain and name[0].isalpha() and len(name) <= MAX_NAME
