"""The catalogue: what is registered, looked up by role and name, and imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module, resources
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar, overload

from limner.errors import LimnerError, PluginError, did_you_mean, reason
from limner.registry.names import LOCAL, is_name, kebab_case, qualified, split_name
from limner.registry.registration import Entry, Registrar, ambiguity_message, resolve_claim, shortest_names
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
        note: what of it is left out although it is not broken; empty for nothing.
        registered: how many names and roles it registered.
    """

    name: str
    package: str
    version: str
    problem: str = ""
    note: str = ""
    registered: int = 0


class Catalogue(Registrar):
    """Names and what they stand for, and the plugins that brought them."""

    def __init__(self) -> None:
        super().__init__()
        self.plugins: list[Plugin] = []

    def roles(self) -> list[Role]:
        """Return all roles: the core's, then those that plugins added."""
        return list(self._roles.values())

    def listed_roles(self) -> list[str]:
        """Return the names of the roles that ``limner plugins`` lists: all but recipes, which have a command."""
        return [role.name for role in self.roles() if role.name != "recipe"]

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
        if found.contents != "stage":
            raise LimnerError(f"a {role} is a {found.contents} of a package, and no stage")
        try:
            interface = load_target(found.interface)
        except (Exception, SystemExit) as error:
            raise PluginError(f"the role {role!r} of {found.package} does not load: {reason(error)}") from error
        if not _is_stage(interface):
            raise PluginError(f"the role {role!r} of {found.package}: {found.interface} is not a subclass of Stage")
        return interface

    def names(self, role: str) -> list[str]:
        """Return the names of a role in the order of registration, each as short as it may be used.

        A name of a third party is qualified if a built-in or another package has it too.
        """
        return [name for (k, _), claims in self._entries.items() if k == role for name in shortest_names(claims)]

    def has(self, role: str, name: str) -> bool:
        """Whether a role has a name, qualified or not; also if several packages claim it."""
        return bool(self.claims(role, name))

    def entries(self, role: str | None = None) -> Iterator[Entry]:
        """Yield every registered entry, also those that claim one name together."""
        for (k, _), entries in self._entries.items():
            if role in (None, k):
                yield from entries

    def entry(self, role: str, name: str, home: str = "") -> Entry:
        """Return the entry of a name.

        Args:
            kind: the role.
            name: the name, ``xy``, or a qualified one, ``limner-foo/xy``. An unqualified name means the built-in, if
                there is one.
            home: the package whose preset or stage uses the name; its own stages come next.

        Raises:
            LimnerError: the name is unknown; the message suggests the nearest, and lists plugins that are broken.
            PluginError: two packages claim the name, and it is unqualified.
        """
        claims = self.claims(role, name)
        if not claims:
            raise LimnerError(f"unknown {role} {name!r}{did_you_mean(name, self.names(role))}{self.broken_note()}")
        found = resolve_claim(claims, home)
        if found is None:
            raise PluginError(ambiguity_message(role, name, claims))
        return found

    def broken_note(self) -> str:
        """Return the end of a message about an unknown name, with the plugins that are broken; empty if none is."""
        broken = [f"{one.package} ({one.problem})" for one in self.plugins if one.problem]
        return f"; broken plugins that might have brought it: {', '.join(broken)}" if broken else ""

    def shortest_name(self, entry: Entry) -> str:
        """Return the shortest name that means an entry."""
        claims = self._entries[entry.role, entry.name]
        return shortest_names(claims)[claims.index(entry)]

    def add_local(self, cls: type[Stage], role: str) -> str:
        """Register a class that belongs to no installed package, for this process, and return its qualified name.

        The name is the class's in kebab case, ``local/rings``. A class that a package registers keeps its name. A new
        definition of a class, of the same module and qualified name, replaces the earlier one.

        Raises:
            LimnerError: it is no stage of the role, another class has the name, or the name is not in ASCII.
        """
        target, name = f"{cls.__module__}:{cls.__qualname__}", kebab_case(cls.__name__)
        interface = self.interface(role)
        if not (_is_stage(cls) and issubclass(cls, interface)):
            raise LimnerError(f"{cls.__qualname__}: is not a subclass of {interface.__name__}; derive it from that")
        for entry in self.entries(role):
            if entry.target.endswith(f":{cls.__qualname__}") and entry.local is None and self._loads_as(entry, cls):
                return entry.canonical_name
        if not is_name(name):
            raise LimnerError(f"{cls.__qualname__}: the name of the class must be ASCII letters and digits; rename it")
        claims = self._entries.setdefault((role, name), [])
        earlier = next((claim for claim in claims if claim.package == LOCAL), None)
        if earlier and earlier.target != target:
            raise LimnerError(f"{qualified(LOCAL, name)}: is {earlier.target} already; rename the class {target}")
        if earlier:
            claims.remove(earlier)
        summary = (cls.__doc__ or "").strip().partition("\n")[0]
        claims.append(Entry(role, name, target, summary, LOCAL, "", cls))
        return qualified(LOCAL, name)

    def claims(self, role: str, name: str) -> list[Entry]:
        """Return the entries that a name may mean: those of one package if it is qualified."""
        package, short = split_name(name)
        claims = self._entries.get((role, short), [])
        return [claim for claim in claims if (claim.package == package if package else claim.package != LOCAL)]

    def _loads_as(self, entry: Entry, cls: type[Stage]) -> bool:
        try:
            return load_target(entry.target) is cls
        except (Exception, SystemExit):  # noqa: BLE001 - a broken plugin does not bring this class
            return False

    def show_command(self, name: str) -> str:
        """The command that tells of a registered name; empty where nobody has it."""
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
            name: the name that it is registered by.
            interface: the class that it must be a subclass of, for callers that know it; by default that of the role.

        Raises:
            LimnerError: the name is unknown.
            PluginError: its module does not import, or what it names is no such stage.
        """
        entry, interface = self.entry(role, name), interface or self.interface(role)
        try:
            cls = entry.local or load_target(entry.target)
        except (Exception, SystemExit) as error:
            raise PluginError(f"{entry.owner}, {role} {name!r} does not load: {reason(error)}") from error
        if not (_is_stage(cls) and issubclass(cls, interface)):
            raise PluginError(f"{entry.owner}, {role} {name!r}: {entry.target} is no {interface.__name__}")
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
        """Return the folder that is registered under a role and a name: a theme's, say.

        Raises:
            LimnerError: the name is unknown.
            PluginError: the folder is not there.
        """
        return self._resource(role, name, "folder", lambda found: found.is_dir())

    def file(self, role: str, name: str) -> Traversable:
        """Return the file that is registered under a role and a name.

        Raises:
            LimnerError: the name is unknown.
            PluginError: the file is not there.
        """
        return self._resource(role, name, "file", lambda found: found.is_file())

    def _resource(self, role: str, name: str, what: str, is_there: Callable[[Traversable], bool]) -> Traversable:
        entry = self.entry(role, name)
        try:
            found = _resource(entry)
            there = is_there(found)
        except (Exception, SystemExit) as error:  # a package is imported, and may raise anything
            raise PluginError(f"{entry.owner}, {role} {name!r} does not load: {reason(error)}") from error
        if not there:
            raise PluginError(f"{entry.owner}, {role} {name!r}: {entry.target} is no {what}")
        return found


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
