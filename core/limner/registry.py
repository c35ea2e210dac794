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
from typing import TYPE_CHECKING, Any

import pluggy

from limner import hookspecs
from limner._version import __version__
from limner.errors import LimnerError, PluginError, did_you_mean
from limner.kinds import KINDS
from limner.registrar import Entry, Registrar

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from limner.events import Event

FAMILIES = (
    *("frames", "warps", "encoders", "filters", "networks", "colors", "blends"),
    *("losses", "augments", "trainers", "writers", "movies", "backends", "executors", "detectors", "recipes"),
    "themes",
)
BUILT_IN = tuple(f"limner_plugins.{family}" for family in FAMILIES)
GROUP = "limner"


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
        return f"limner plugins show {name}" if any(name in self.names(kind) for kind in (*KINDS, "theme")) else ""

    def load(self, kind: str, name: str) -> type[Any]:
        """The class of a stage.

        Raises:
            LimnerError: the name is unknown.
            PluginError: its module does not import, or what it names is no such stage.
        """
        entry = self.entry(kind, name)
        module, _, attribute = entry.target.partition(":")
        try:
            cls = getattr(import_module(module), attribute)
        except (Exception, SystemExit) as error:
            raise PluginError(f"{kind} {name!r} of {entry.package} does not load: {_reason(error)}") from error
        if not (isinstance(cls, type) and issubclass(cls, KINDS[kind])):
            raise PluginError(f"{kind} {name!r} of {entry.package}: {entry.target} is no {KINDS[kind].__name__}")
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
            raise PluginError(f"recipe {name!r} of {entry.package} does not load: {_reason(error)}") from error

    def theme_folder(self, name: str) -> Traversable:
        """The folder of a registered theme.

        Raises:
            LimnerError: the name is unknown.
            PluginError: the folder is not there.
        """
        entry = self.entry("theme", name)
        try:
            folder = _resource(entry)
            there = folder.is_dir()
        except (Exception, SystemExit) as error:  # a package is imported, and may raise anything
            raise PluginError(f"theme {name!r} of {entry.package} does not load: {_reason(error)}") from error
        if not there:
            raise PluginError(f"theme {name!r} of {entry.package}: {entry.target} is no folder")
        return folder

    def install(self, module: Any, name: str, package: str, version: str) -> Plugin:
        """Take a plugin in; all of it, or nothing of it where it is broken.

        A hook that is misspelt or not marked is an error here: pluggy alone would pass over it in silence.
        """
        before = {key: list(entries) for key, entries in self._entries.items()}
        self._owner = (package, version)
        problem, key = "", f"{package}:{name}"
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
            problem = _reason(error)
            self._entries = before
            if self._manager.get_plugin(key) is module:
                self._manager.unregister(name=key)
        plugin = Plugin(name, package, version, problem)
        self.plugins.append(plugin)
        return plugin

    def emit(self, event: Event) -> None:
        """Tell every plugin what happened. One that raises is told of, once, and not asked again."""
        for hook in reversed(self._manager.hook.limner_event.get_hookimpls()):
            try:
                hook.function(*[event] * len(hook.argnames))
            except Exception as error:  # noqa: BLE001 - a listener must not take a painting down
                self._manager.unregister(hook.plugin)
                warnings.warn(f"the plugin {hook.plugin_name} hears no more events: {_reason(error)}", stacklevel=2)

    def listen(self, listener: Any) -> None:
        """Let an object with a ``limner_event`` hook hear events."""
        self._manager.register(listener)

    def unlisten(self, listener: Any) -> None:
        """Take a listener away again; one that raised is gone already."""
        if self._manager.is_registered(listener):
            self._manager.unregister(listener)


def _resource(entry: Entry) -> Traversable:
    """What an entry names inside a package."""
    package, _, path = entry.target.partition(":")
    return resources.files(package).joinpath(*path.split("/"))


def _reason(error: BaseException) -> str:
    """An exception as one line, not too long a one."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= 300 else text[:297] + "..."


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
            package, version = (point.dist.name, point.dist.version) if point.dist else (point.name, "?")
            registry.install(point, point.name, package, version)
    return registry


@cache
def registry() -> Registry:
    """The registry of this process, built when it is first asked for."""
    return build()
