"""The catalogue: what is registered, looked up by role and name, and imported when it is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module, resources
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar, overload

from limner.errors import LimnerError, PluginError, did_you_mean, reason
from limner.registry.registration import Entry, Registrar
from limner.registry.roles import Role

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from limner.stages.base import Stage

StageT = TypeVar("StageT", bound="Stage")


@dataclass(frozen=True)
class Plugin:
    """An installed plugin; ``problem`` says why it is broken, and is empty where it is not."""

    name: str
    package: str
    version: str
    problem: str = ""


class Catalogue(Registrar):
    """Names and what they stand for, and the plugins that brought them."""

    def __init__(self) -> None:
        super().__init__()
        self.plugins: list[Plugin] = []

    def roles(self) -> list[Role]:
        """Return all roles: the core's, then those that plugins added."""
        return list(self._roles.values())

    def shown_roles(self) -> list[str]:
        """Return the names of the roles that ``limner plugins`` lists: all but recipes, which have a command."""
        return [role.name for role in self.roles() if role.holds != "file"]

    def role(self, name: str) -> Role:
        """Return the role of a name.

        Raises:
            LimnerError: there is none.
        """
        if name not in self._roles:
            raise LimnerError(f"{name!r} is no kind of stage{did_you_mean(name, self._roles)}")
        return self._roles[name]

    def interface(self, role: str) -> type[Stage]:
        """Return the class that every stage of a role is a subclass of.

        Raises:
            LimnerError: there is no such role, or it holds no stages.
            PluginError: the interface does not import, or is no stage.
        """
        found = self.role(role)
        if found.holds != "stage":
            raise LimnerError(f"a {role} is a {found.holds} of a package, and no stage")
        try:
            interface = load_target(found.interface)
        except (Exception, SystemExit) as error:
            raise PluginError(f"the role {role!r} of {found.package} does not load: {reason(error)}") from error
        if not _is_stage(interface):
            raise PluginError(f"the role {role!r} of {found.package}: {found.interface} is not a subclass of Stage")
        return interface

    def names(self, kind: str) -> list[str]:
        """The names of a kind, in the order of registration."""
        return [name for k, name in self._entries if k == kind]

    def entries(self, kind: str | None = None) -> Iterator[Entry]:
        """Every registered entry, also those that claim one name together."""
        for (k, _), entries in self._entries.items():
            if kind in (None, k):
                yield from entries

    def entry(self, kind: str, name: str) -> Entry:
        """The entry of a name.

        Raises:
            LimnerError: the name is unknown; the message tells the nearest, and which plugins are broken.
            PluginError: two packages claim the name.
        """
        found = self._entries.get((kind, name), [])
        if len(found) > 1:
            owners = " and ".join(sorted({f"{e.package} {e.version}" for e in found}))
            raise PluginError(f"{kind} {name!r} is claimed by {owners}; uninstall one of them")
        if not found:
            broken = [f"{p.package} ({p.problem})" for p in self.plugins if p.problem]
            aside = f"; broken plugins that might have brought it: {', '.join(broken)}" if broken else ""
            raise LimnerError(f"unknown {kind} {name!r}{did_you_mean(name, self.names(kind))}{aside}")
        return found[0]

    def told_by(self, name: str) -> str:
        """The command that tells of a registered name; empty where nobody has it."""
        if name in self.names("recipe"):
            return f"limner recipes show {name}"
        return f"limner plugins show {name}" if any(name in self.names(role) for role in self.shown_roles()) else ""

    @overload
    def load(self, kind: str, name: str) -> type[Stage]: ...

    @overload
    def load(self, kind: str, name: str, interface: type[StageT]) -> type[StageT]: ...

    def load(self, kind: str, name: str, interface: type[Stage] | None = None) -> type[Stage]:
        """Return the class of a stage.

        Args:
            kind: its role.
            name: the name that it is registered by.
            interface: the class that it must be a subclass of, for callers that know it; by default that of the role.

        Raises:
            LimnerError: the name is unknown.
            PluginError: its module does not import, or what it names is no such stage.
        """
        entry, interface = self.entry(kind, name), interface or self.interface(kind)
        try:
            cls = load_target(entry.target)
        except (Exception, SystemExit) as error:
            raise PluginError(f"{entry.owner}, {kind} {name!r} does not load: {reason(error)}") from error
        if not (_is_stage(cls) and issubclass(cls, interface)):
            raise PluginError(f"{entry.owner}, {kind} {name!r}: {entry.target} is no {interface.__name__}")
        return cls

    def read_recipe(self, name: str) -> str:
        """The TOML text of a registered recipe.

        Raises:
            LimnerError: the name is unknown.
            PluginError: the file is not there.
        """
        entry = self.entry("recipe", name)
        try:
            return _resource(entry).read_text("utf-8")
        except (OSError, ImportError, UnicodeDecodeError) as error:
            raise PluginError(f"{entry.owner}, recipe {name!r} does not load: {reason(error)}") from error

    def folder(self, role: str, name: str) -> Traversable:
        """The folder that is registered under a role and a name: a theme's, say.

        Raises:
            LimnerError: the name is unknown.
            PluginError: the folder is not there.
        """
        entry = self.entry(role, name)
        try:
            folder = _resource(entry)
            there = folder.is_dir()
        except (Exception, SystemExit) as error:  # a package is imported, and may raise anything
            raise PluginError(f"{entry.owner}, {role} {name!r} does not load: {reason(error)}") from error
        if not there:
            raise PluginError(f"{entry.owner}, {role} {name!r}: {entry.target} is no folder")
        return folder


def load_target(target: str) -> Any:
    """Import what ``"module:Name"`` names; raises whatever the import raises."""
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)


def _is_stage(target: Any) -> TypeGuard[type[Stage]]:
    """Whether what was imported is a stage's class."""
    from limner.stages.base import Stage  # not before a stage is loaded: it imports NumPy and pydantic

    return isinstance(target, type) and issubclass(target, Stage)


def _resource(entry: Entry) -> Traversable:
    """What an entry names inside a package."""
    package, _, path = entry.target.partition(":")
    return resources.files(package).joinpath(*path.split("/"))
