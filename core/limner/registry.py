"""The registry: from a kind and a name to a stage's class, over pluggy, imported when it is used.

Built-in families register in-process; installed plugins follow, found by their entry points. A broken plugin is
recorded with its reason and takes nothing else down.
"""

from __future__ import annotations

import os
import re
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
from limner.augment import Augment
from limner.backend import Backend
from limner.blend import Blend
from limner.color import ColorMode
from limner.detector import Detector
from limner.encoder import Encoder
from limner.errors import LimnerError, PluginError, did_you_mean
from limner.executor import Executor
from limner.frame import Frame
from limner.loss import Loss
from limner.movie import Movie
from limner.network import Network
from limner.trainer import Trainer
from limner.warp import Warp
from limner.writer import Writer

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from limner.events import Event
    from limner.stage import Stage

KINDS: dict[str, type[Stage]] = {
    "frame": Frame,
    "warp": Warp,
    "encoder": Encoder,
    "network": Network,
    "color": ColorMode,
    "blend": Blend,
    "loss": Loss,
    "augment": Augment,
    "trainer": Trainer,
    "writer": Writer,
    "movie": Movie,
    "backend": Backend,
    "executor": Executor,
    "detector": Detector,
}
"""The kinds of stage, each with its interface."""
FILES = ("recipe", "theme")
"""What is registered beside them and is no class: a TOML file, and a folder of templates."""

FAMILIES = (
    *("frames", "warps", "encoders", "filters", "networks", "colors", "blends"),
    *("losses", "augments", "trainers", "writers", "movies", "backends", "executors", "detectors", "recipes"),
    "themes",
)
BUILT_IN = tuple(f"limner_plugins.{family}" for family in FAMILIES)
GROUP = "limner"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TARGET = re.compile(r"[A-Za-z_][\w.]*:[\w./-]+")


@dataclass(frozen=True)
class Entry:
    """One registered name: what it stands for, where that is, and whose it is."""

    kind: str
    name: str
    target: str
    summary: str
    package: str
    version: str


@dataclass(frozen=True)
class Plugin:
    """An installed plugin; ``problem`` says why it is broken, and is empty where it is not."""

    name: str
    package: str
    version: str
    problem: str = ""


class Registry:
    """Names and what they stand for. Plugins are handed one, and call a method for each stage they bring."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], list[Entry]] = {}
        self._owner = ("limner", __version__)
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self.plugins: list[Plugin] = []

    # What a plugin calls.

    def add(self, kind: str, name: str, target: str, *, summary: str) -> None:
        """Register ``target`` under a kind and a name: ``"module:Class"``, or a file or folder of a package.

        Raises:
            PluginError: the kind is unknown, or the name or the target is not well formed.
        """
        if kind not in (*KINDS, *FILES):
            raise PluginError(f"{kind!r} is no kind of stage{did_you_mean(kind, [*KINDS, *FILES])}")
        if not NAME.fullmatch(name) or len(name) > 64:
            raise PluginError(f"the {kind} name {name!r} must be lower-case words joined by hyphens")
        if not TARGET.fullmatch(target):
            raise PluginError(f"the target {target!r} of {kind} {name!r} must look like 'module:Class'")
        package, version = self._owner
        entry = Entry(kind, name, target, summary, package, version)
        self._entries.setdefault((kind, name), []).append(entry)

    def frame(self, name: str, target: str, *, summary: str) -> None:
        """Register a frame."""
        self.add("frame", name, target, summary=summary)

    def warp(self, name: str, target: str, *, summary: str) -> None:
        """Register a warp."""
        self.add("warp", name, target, summary=summary)

    def encoder(self, name: str, target: str, *, summary: str) -> None:
        """Register an encoder."""
        self.add("encoder", name, target, summary=summary)

    def network(self, name: str, target: str, *, summary: str) -> None:
        """Register a network."""
        self.add("network", name, target, summary=summary)

    def color(self, name: str, target: str, *, summary: str) -> None:
        """Register a colour mode."""
        self.add("color", name, target, summary=summary)

    def blend(self, name: str, target: str, *, summary: str) -> None:
        """Register a blend."""
        self.add("blend", name, target, summary=summary)

    def loss(self, name: str, target: str, *, summary: str) -> None:
        """Register a loss."""
        self.add("loss", name, target, summary=summary)

    def augment(self, name: str, target: str, *, summary: str) -> None:
        """Register an augmentation."""
        self.add("augment", name, target, summary=summary)

    def trainer(self, name: str, target: str, *, summary: str) -> None:
        """Register a trainer."""
        self.add("trainer", name, target, summary=summary)

    def writer(self, name: str, target: str, *, summary: str) -> None:
        """Register a writer."""
        self.add("writer", name, target, summary=summary)

    def movie(self, name: str, target: str, *, summary: str) -> None:
        """Register a movie."""
        self.add("movie", name, target, summary=summary)

    def backend(self, name: str, target: str, *, summary: str) -> None:
        """Register a backend."""
        self.add("backend", name, target, summary=summary)

    def executor(self, name: str, target: str, *, summary: str) -> None:
        """Register an executor."""
        self.add("executor", name, target, summary=summary)

    def detector(self, name: str, target: str, *, summary: str) -> None:
        """Register a detector."""
        self.add("detector", name, target, summary=summary)

    def recipe(self, name: str, target: str, *, summary: str) -> None:
        """Register a recipe: ``target`` names a TOML file inside a package, ``"limner_spiral:recipes/spiral.toml"``."""
        self.add("recipe", name, target, summary=summary)

    def theme(self, name: str, target: str, *, summary: str) -> None:
        """Register a gallery's theme: ``target`` names a folder inside a package, ``"limner_salon:theme"``."""
        self.add("theme", name, target, summary=summary)

    # What limner calls.

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
