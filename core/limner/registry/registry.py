"""The registry: from a kind and a name to a stage's class, over pluggy, imported when it is used.

Built-in families register in-process; installed plugins follow, found by their entry points. A broken plugin is
recorded with its reason and takes nothing else down.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar, overload

import pluggy

from limner._version import __version__
from limner.errors import LimnerError, PluginError, did_you_mean
from limner.registry import hookspecs
from limner.registry.commands import owner_of, reason
from limner.registry.registration import Entry, Registrar
from limner.registry.roles import Role

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from limner.registry.events import Event
    from limner.stages.base import Stage

FAMILIES = (
    *("frames", "warps", "encoders", "filters", "networks", "colors", "blends"),
    *("losses", "augments", "trainers", "image_formats", "video_formats", "backends", "recipes"),
)
APPLICATIONS = ("sweeps", "faces", "galleries")
BUILT_IN = (
    *(f"limner_plugins.{family}" for family in FAMILIES),
    *(f"limner_apps.{application}.plugin" for application in APPLICATIONS),
)
GROUP = "limner"

StageT = TypeVar("StageT", bound="Stage")


@dataclass(frozen=True)
class Plugin:
    """An installed plugin; ``problem`` says why it is broken, and is empty where it is not."""

    name: str
    package: str
    version: str
    problem: str = ""


class Registry(Registrar):
    """Names and what they stand for: found, loaded, and the plugins that brought them."""

    def __init__(self) -> None:
        super().__init__()
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self.plugins: list[Plugin] = []
        self._waiting: list[tuple[Plugin, Any]] = []

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
            raise PluginError(f"{kind} {name!r} of {entry.package} does not load: {reason(error)}") from error
        if not (_is_stage(cls) and issubclass(cls, interface)):
            raise PluginError(f"{kind} {name!r} of {entry.package}: {entry.target} is no {interface.__name__}")
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
            raise PluginError(f"recipe {name!r} of {entry.package} does not load: {reason(error)}") from error

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
            raise PluginError(f"{role} {name!r} of {entry.package} does not load: {reason(error)}") from error
        if not there:
            raise PluginError(f"{role} {name!r} of {entry.package}: {entry.target} is no folder")
        return folder

    def install(self, module: Any, name: str, package: str, version: str) -> Plugin:
        """Take a plugin in; all of it, or nothing of it where it is broken.

        A hook that is misspelt or not marked is an error here: pluggy alone would pass over it in silence.
        """
        before = {key: list(entries) for key, entries in self._entries.items()}, dict(self._roles)
        self._owner = (package, version)
        problem, key, given = "", f"{package}:{name}", module
        self._lacks_role = False
        try:
            if isinstance(module, EntryPoint):
                module = module.load()
            _check_marked(module)
            self._manager.register(module, name=key)
            self._manager.check_pending()
            for hook in self._manager.hook.limner_register.get_hookimpls():
                if hook.plugin is module:
                    hook.function(*[self] * len(hook.argnames))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code: whatever it raises is its reason
            problem = reason(error)
            self._entries, self._roles = before
            if self._manager.get_plugin(key) is module:
                self._manager.unregister(name=key)
        plugin = Plugin(name, package, version, problem)
        self.plugins.append(plugin)
        if self._lacks_role:
            self._waiting.append((plugin, given))
        return plugin

    def install_waiting(self) -> None:
        """Install again, once, the plugins that asked for a role which another plugin may have added after them."""
        waiting, self._waiting = self._waiting, []
        for plugin, module in waiting:
            self.plugins.remove(plugin)
            self.install(module, plugin.name, plugin.package, plugin.version)

    def emit(self, event: Event) -> None:
        """Tell every plugin what happened. One that raises is told of, once, and not asked again."""
        for hook in reversed(self._manager.hook.limner_event.get_hookimpls()):
            try:
                hook.function(*[event] * len(hook.argnames))
            except Exception as error:  # noqa: BLE001 - a listener must not take a painting down
                self._manager.unregister(hook.plugin)
                warnings.warn(f"the plugin {hook.plugin_name} hears no more events: {reason(error)}", stacklevel=2)

    def listen(self, listener: Any) -> None:
        """Let an object with a ``limner_event`` hook hear events."""
        self._manager.register(listener)

    def unlisten(self, listener: Any) -> None:
        """Take a listener away again; one that raised is gone already."""
        if self._manager.is_registered(listener):
            self._manager.unregister(listener)


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


def _check_marked(module: Any) -> None:
    """A function that is named as a hook but not marked as one would never be called."""
    for name in ("limner_register", "limner_event"):
        hook = getattr(module, name, None)
        if callable(hook) and not hasattr(hook, f"{hookspecs.PROJECT}_impl"):
            raise PluginError(f"{name} lacks @hookimpl; from limner.plugin import hookimpl")


def build(*, third_party: bool | None = None) -> Registry:
    """A new registry: the built-ins, then the installed plugins unless ``LIMNER_PLUGINS=off``."""
    registry = Registry()
    for name in BUILT_IN:
        registry.install(import_module(name), name, "limner", __version__)
    if third_party is None:
        third_party = os.environ.get("LIMNER_PLUGINS", "").lower() != "off"
    if third_party:
        for point in entry_points(group=GROUP):
            registry.install(point, point.name, *owner_of(point))
        registry.install_waiting()
    return registry


@cache
def registry() -> Registry:
    """The registry of this process, built when it is first asked for."""
    return build()
