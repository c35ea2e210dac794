"""The catalogue of registered names: looked up by role and name, and imported on first use."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib import import_module, resources
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar, overload

from limner.errors import LimnerError, PluginError, did_you_mean, reason
from limner.registry.names import LOCAL, is_name, kebab_case, qualified, split_name
from limner.registry.registration import Entry, Registrar, ambiguity_message, resolve_entry, shortest_names
from limner.registry.roles import Role

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from limner.stages.base import Stage

StageT = TypeVar("StageT", bound="Stage")


@dataclass(frozen=True)
class Plugin:
    """An installed plugin.

    Attributes:
        name: the name of its entry point.
        package: the distribution that brings it.
        version: the distribution's version.
        problem: why it is broken; empty if it is not.
        note: which of its registrations are ignored although it is not broken; empty for none.
        registered: how many names and roles it registered.
    """

    name: str
    package: str
    version: str
    problem: str = ""
    note: str = ""
    registered: int = 0


class Catalogue(Registrar):
    """Registered names with their targets, and the plugins that registered them."""

    def __init__(self) -> None:
        super().__init__()
        self.plugins: list[Plugin] = []

    def roles(self) -> list[Role]:
        """Return all roles: those of the core, then those that plugins added."""
        return list(self._roles.values())

    def listed_roles(self) -> list[str]:
        """Return the roles that ``limner plugins`` lists: all but ``recipe``, which has its own command."""
        return [role.name for role in self.roles() if role.name != "recipe"]

    def role(self, name: str) -> Role:
        """Return the role of a name.

        Raises:
            LimnerError: the name is unknown.
        """
        if name not in self._roles:
            raise LimnerError(f"unknown role {name!r}{did_you_mean(name, self._roles)}")
        return self._roles[name]

    def interface(self, role: str) -> type[Stage]:
        """Return the interface of a role: the base class of all its stages.

        Raises:
            LimnerError: the role is unknown, or it holds no stages.
            PluginError: the interface does not import, or is not a subclass of Stage.
        """
        definition = self.role(role)
        if definition.contents != "stage":
            raise LimnerError(f"role {role!r}: its entries are {definition.contents}s of packages, not stages")
        try:
            interface = load_target(definition.interface)
        except (Exception, SystemExit) as error:
            raise PluginError(f"the role {role!r} of {definition.package} does not load: {reason(error)}") from error
        if not _is_stage(interface):
            raise PluginError(
                f"the role {role!r} of {definition.package}: {definition.interface} is not a subclass of Stage"
            )
        return interface

    def names(self, role: str) -> list[str]:
        """Return the names of a role in the order of registration, each in its shortest unambiguous form.

        A third-party name is qualified if a built-in or another package has the same name.
        """
        return [name for (k, _), matches in self._entries.items() if k == role for name in shortest_names(matches)]

    def has(self, role: str, name: str) -> bool:
        """Return whether a name, qualified or not, is registered under a role, by one package or several."""
        return bool(self.entries_named(role, name))

    def entries(self, role: str | None = None) -> Iterator[Entry]:
        """Yield every registered entry of a role, or of all roles, including entries that share a name."""
        for (k, _), entries in self._entries.items():
            if role in (None, k):
                yield from entries

    def entry(self, role: str, name: str, home: str = "") -> Entry:
        """Return the entry of a name.

        Args:
            role: the role.
            name: the name, ``xy``, or the qualified name, ``limner-foo/xy``. An unqualified name means the built-in if
                there is one.
            home: the package whose preset or stage uses the name; after the built-in, its own stages take precedence.

        Raises:
            LimnerError: the name is unknown; the message suggests the closest name, and lists broken plugins.
            PluginError: the name is unqualified, and several packages have registered it.
        """
        matches = self.entries_named(role, name)
        if not matches:
            noun = "colour mode" if role == "color" else role.replace("-", " ")
            raise LimnerError(f"unknown {noun} {name!r}{did_you_mean(name, self.names(role))}{self.broken_note()}")
        entry = resolve_entry(matches, home)
        if entry is None:
            raise PluginError(ambiguity_message(role, name, matches))
        return entry

    def broken_note(self) -> str:
        """Return the broken plugins as the end of a message about an unknown name; empty if none is broken."""
        broken = [f"{one.package} ({one.problem})" for one in self.plugins if one.problem]
        return f"; broken plugins that may provide it: {', '.join(broken)}" if broken else ""

    def shortest_name(self, entry: Entry) -> str:
        """Return the shortest unambiguous name of an entry."""
        matches = self._entries[entry.role, entry.name]
        return shortest_names(matches)[matches.index(entry)]

    def add_local(self, cls: type[Stage], role: str) -> str:
        """Register a class that belongs to no installed package for this process; return its qualified name.

        The name is that of the class in kebab case, ``local/rings``. A class that a package registers keeps its name. A
        new definition of a class, with the same module and qualified name, replaces the earlier one.

        Raises:
            LimnerError: the class is not a stage of the role, another class has the name, or the name is not ASCII.
        """
        target, name = f"{cls.__module__}:{cls.__qualname__}", kebab_case(cls.__name__)
        interface = self.interface(role)
        if not (_is_stage(cls) and issubclass(cls, interface)):
            raise LimnerError(f"{cls.__qualname__}: must be a subclass of {interface.__name__}")
        for entry in self.entries(role):
            if entry.target.endswith(f":{cls.__qualname__}") and entry.local is None and self._loads_as(entry, cls):
                return entry.canonical_name
        if not is_name(name):
            raise LimnerError(
                f"{cls.__qualname__}: the class name must consist of ASCII letters and digits; rename the class"
            )
        matches = self._entries.setdefault((role, name), [])
        earlier = next((match for match in matches if match.package == LOCAL), None)
        if earlier and earlier.target != target:
            raise LimnerError(
                f"{qualified(LOCAL, name)}: is already registered for {earlier.target}; rename the class {target}"
            )
        if earlier:
            matches.remove(earlier)
        summary = (cls.__doc__ or "").strip().partition("\n")[0]
        matches.append(Entry(role, name, target, summary, LOCAL, "", cls))
        return qualified(LOCAL, name)

    def entries_named(self, role: str, name: str) -> list[Entry]:
        """Return the entries registered under a name; those of one package if the name is qualified."""
        package, short = split_name(name)
        matches = self._entries.get((role, short), [])
        return [match for match in matches if (match.package == package if package else match.package != LOCAL)]

    def _loads_as(self, entry: Entry, cls: type[Stage]) -> bool:
        try:
            return load_target(entry.target) is cls
        except (Exception, SystemExit):  # noqa: BLE001 - a broken plugin does not bring this class
            return False

    def show_command(self, name: str) -> str:
        """Return the command that shows a registered name; empty if the name is unknown."""
        if self.has("recipe", name):
            return f"limner recipes show {name}"
        return f"limner plugins show {name}" if any(self.has(role, name) for role in self.listed_roles()) else ""

    @overload
    def load(self, role: str, name: str) -> type[Stage]: ...

    @overload
    def load(self, role: str, name: str, interface: type[StageT]) -> type[StageT]: ...

    def load(self, role: str, name: str, interface: type[Stage] | None = None) -> type[Stage]:
        """Return the class of a stage.

        Args:
            role: the role of the stage.
            name: the registered name, which may be qualified.
            interface: the class that the stage must be a subclass of; by default the interface of the role.

        Raises:
            LimnerError: the name is unknown.
            PluginError: its module does not import, or its target is not a subclass of the interface.
        """
        entry, interface = self.entry(role, name), interface or self.interface(role)
        try:
            cls = entry.local or load_target(entry.target)
        except (Exception, SystemExit) as error:
            raise PluginError(f"{entry.owner}, {role} {name!r} does not load: {reason(error)}") from error
        if not (_is_stage(cls) and issubclass(cls, interface)):
            raise PluginError(
                f"{entry.owner}, {role} {name!r}: {entry.target} is not a subclass of {interface.__name__}"
            )
        return cls

    def read_recipe(self, name: str) -> str:
        """Return the TOML text of a registered recipe.

        Raises:
            LimnerError: the name is unknown.
            PluginError: the file does not exist.
        """
        entry = self.entry("recipe", name)
        try:
            return _resource(entry).read_text("utf-8")
        except (OSError, ImportError, UnicodeDecodeError) as error:
            raise PluginError(f"{entry.owner}, recipe {name!r} does not load: {reason(error)}") from error

    def folder(self, role: str, name: str) -> Traversable:
        """Return the folder that is registered under a role and a name, such as a theme.

        Raises:
            LimnerError: the name is unknown.
            PluginError: the folder does not exist.
        """
        return self._resource(role, name, "folder", lambda resource: resource.is_dir())

    def file(self, role: str, name: str) -> Traversable:
        """Return the file that is registered under a role and a name.

        Raises:
            LimnerError: the name is unknown.
            PluginError: the file does not exist.
        """
        return self._resource(role, name, "file", lambda resource: resource.is_file())

    def _resource(self, role: str, name: str, expected: str, exists: Callable[[Traversable], bool]) -> Traversable:
        entry = self.entry(role, name)
        try:
            resource = _resource(entry)
            there = exists(resource)
        except (Exception, SystemExit) as error:  # importing a third-party package may raise anything
            raise PluginError(f"{entry.owner}, {role} {name!r} does not load: {reason(error)}") from error
        if not there:
            raise PluginError(f"{entry.owner}, {role} {name!r}: {entry.target} is not a {expected}")
        return resource


def load_target(target: str) -> Any:
    """Import and return the target ``"module:Name"``; errors of the import pass through."""
    module, _, attribute = target.partition(":")
    with redirect_stdout(sys.stderr):  # standard output is for results, not for output of imports
        return getattr(import_module(module), attribute)


def _is_stage(target: Any) -> TypeGuard[type[Stage]]:
    """Return whether an imported object is a class of stages."""
    from limner.stages.base import Stage  # imported late because it imports NumPy and pydantic

    return isinstance(target, type) and issubclass(target, Stage)


def _resource(entry: Entry) -> Traversable:
    """Return the file or folder of a package that an entry names."""
    package, _, path = entry.target.partition(":")
    return resources.files(package).joinpath(*path.split("/"))
