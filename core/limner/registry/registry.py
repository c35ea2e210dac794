"""The registry of a process: the catalogue, filled by plugins through pluggy, and the events that they receive.

The built-in families are registered first, then installed plugins, found by their entry points. A broken plugin is
recorded with the reason and does not affect others.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sized
from contextlib import redirect_stdout
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from threading import RLock
from typing import TYPE_CHECKING, Any

import pluggy

from limner._version import __version__
from limner.errors import PluginError, PluginWarning, did_you_mean, reason
from limner.registry import hookspecs
from limner.registry.catalogue import Catalogue, Plugin
from limner.registry.commands import GROUP as COMMANDS
from limner.registry.commands import owner_of
from limner.registry.names import LOCAL, normalized
from limner.registry.selection import VARIABLE, Selection, selection

if TYPE_CHECKING:
    from limner.registry.events import Event

FAMILIES = (
    *("frames", "warps", "encoders", "filters", "networks", "colors", "masks", "blends"),
    *("losses", "augments", "optimizers", "trainers", "image_formats", "video_formats", "backends", "recipes"),
)
APPLICATIONS = ("animations", "sweeps", "faces", "galleries")
BUILT_IN = (
    *(f"limner_plugins.{family}" for family in FAMILIES),
    *(f"limner_apps.{application}.plugin" for application in APPLICATIONS),
)
GROUP = "limner"


class Registry(Catalogue):
    """The registered names, the plugins that registered them, and the listeners that receive events."""

    def __init__(self) -> None:
        super().__init__()
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._waiting: list[tuple[Plugin, Any]] = []

    def install(self, module: Any, name: str, package: str, version: str) -> Plugin:
        """Install a plugin, given as a module, its name or its entry point; a broken plugin registers nothing.

        A misspelt or unmarked hook is an error here; pluggy alone would ignore it silently.
        """
        package = normalized(package)
        before = {key: list(entries) for key, entries in self._entries.items()}, dict(self._roles)
        self._owner = (package, version)
        problem, key, source = "", f"{package}:{name}", module
        self._lacks_role, self._refused_roles = False, {}
        try:
            if package == LOCAL:
                raise PluginError(f"the package name {LOCAL!r} is reserved; rename the distribution")
            with redirect_stdout(sys.stderr):  # standard output is for results, not for output of imports
                if isinstance(module, EntryPoint):
                    module = module.load()
                elif isinstance(module, str):
                    module = import_module(module)
            _check_marked(module)
            self._manager.register(module, name=key)
            self._manager.check_pending()
            for hook in self._manager.hook.limner_register.get_hookimpls():
                if hook.plugin is module:
                    hook.function(*[self] * len(hook.argnames))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - third-party code may raise anything
            problem = reason(error)
            self._entries, self._roles = before
            if self._manager.get_plugin(key) is module:
                self._manager.unregister(name=key)
        registered = _count(self._entries, self._roles) - _count(*before)
        plugin = Plugin(name, package, version, problem, "" if problem else self._note(package), registered)
        self.plugins.append(plugin)
        if self._lacks_role:
            self._waiting.append((plugin, source))
        return plugin

    def _note(self, package: str) -> str:
        """Return the note about ignored registrations of the plugin that was just installed; empty for none."""
        refused = self._refused_roles.items()
        return "; ".join(
            f"role {role!r}: already added by {other}; the role of {package} and its registrations are ignored"
            for role, other in refused
        )

    def install_waiting(self) -> None:
        """Retry plugins that used a role which another plugin added after them, until no more succeed."""
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            for plugin, module in waiting:
                self.plugins.remove(plugin)
                self.install(module, plugin.name, plugin.package, plugin.version)
            if len(self._waiting) == len(waiting):
                return

    def modules(self) -> Iterator[tuple[str, Plugin]]:
        """Yield the name of the module that implements each plugin's hooks, and the plugin."""
        for plugin in self.plugins:
            module = self._manager.get_plugin(f"{plugin.package}:{plugin.name}")
            if module is not None:
                yield getattr(module, "__name__", type(module).__module__), plugin

    def emit(self, event: Event) -> None:
        """Send an event to all listeners. One that raises is reported once and receives no more events."""
        for hook in reversed(self._manager.hook.limner_event.get_hookimpls()):
            try:
                _call(hook, event)
            except Exception as error:  # noqa: BLE001 - an error of a listener must not end the run
                self._manager.unregister(hook.plugin)
                warning = PluginWarning(
                    f"{self._listener(hook.plugin_name)}: {reason(error)}; it receives no more events"
                )
                warning.__cause__ = error
                warnings.warn(warning, stacklevel=2)

    def _listener(self, key: str) -> str:
        """Return the owner and the hook of the listener that pluggy knows by a key."""
        owners = [f"{one.package} {one.version}" for one in self.plugins if f"{one.package}:{one.name}" == key]
        return f"{owners[0] if owners else 'a listener'}, hook 'limner_event'"

    def listeners(self, plugin: Plugin) -> list[Callable[[Event], Any]]:
        """Return the functions of a plugin that receive events."""
        module = self._manager.get_plugin(f"{plugin.package}:{plugin.name}")
        hooks = self._manager.hook.limner_event.get_hookimpls() if module is not None else []
        return [partial(_call, hook) for hook in hooks if hook.plugin is module]

    def listen(self, listener: Any) -> None:
        """Add a listener: an object with a ``limner_event`` hook."""
        self._manager.register(listener)

    def unlisten(self, listener: Any) -> None:
        """Remove a listener, unless it was already removed because it raised."""
        if self._manager.is_registered(listener):
            self._manager.unregister(listener)


def _count(entries: Mapping[Any, Sized], roles: Sized) -> int:
    """Return the number of names and roles."""
    return sum(map(len, entries.values())) + len(roles)


def _call(hook: pluggy.HookImpl, event: Event) -> None:
    hook.function(*[event] * len(hook.argnames))


def _check_marked(module: Any) -> None:
    """Raise an error for a function that is named like a hook but not marked as one: it would never be called."""
    for name in ("limner_register", "limner_event"):
        hook = getattr(module, name, None)
        if callable(hook) and not hasattr(hook, f"{hookspecs.PROJECT}_impl"):
            raise PluginError(f"{name}: is not marked with @hookimpl; import it from limner.plugin")


def build(*, third_party: bool | None = None) -> Registry:
    """Return a new registry with the built-ins and the installed plugins that ``LIMNER_PLUGINS`` does not disable.

    Args:
        third_party: True for all plugins, False for the built-ins alone, None to follow ``LIMNER_PLUGINS``.

    Raises:
        LimnerError: ``LIMNER_PLUGINS`` is not valid.
    """
    registry = Registry()
    for name in BUILT_IN:
        registry.install(name, name, "limner", __version__)
    chosen = selection() if third_party is None else Selection(off=not third_party)
    if not chosen.off:
        installed = [(point, *owner_of(point)) for point in entry_points(group=GROUP)]
        installed.sort(key=lambda item: (item[1], item[0].name))  # so that roles have the same owner on every machine
        for point, package, version in installed:
            if chosen.uses(package):
                registry.install(point, point.name, package, version)
        registry.install_waiting()
        _warn_of_unknown(chosen, {package for _, package, _ in installed})
    return registry


def _warn_of_unknown(chosen: Selection, packages: set[str]) -> None:
    """Warn about disabled packages that are not installed: their names may be misspelt."""
    known = packages | {owner_of(point)[0] for point in entry_points(group=COMMANDS)} if chosen.disabled else packages
    for package in sorted(chosen.disabled - known):
        hint = did_you_mean(package, known)
        warnings.warn(f"{VARIABLE}: package {package!r} is not installed or has no plugins{hint}", stacklevel=4)


class _Shared:
    """The registry of this process, built on the first call, once even if several threads call at the same time."""

    def __init__(self) -> None:
        self._registry: Registry | None = None
        self._lock = RLock()  # a plugin may ask for the registry while it is imported

    def __call__(self) -> Registry:
        """Return the registry.

        Raises:
            LimnerError: ``LIMNER_PLUGINS`` is not valid.
        """
        current = self._registry
        if current is not None:
            return current
        with self._lock:
            if self._registry is None:
                self._registry = build()
            return self._registry

    def cache_clear(self) -> None:
        """Discard the registry; the next call builds a new one."""
        with self._lock:
            self._registry = None


registry = _Shared()
"""Return the registry of this process."""
