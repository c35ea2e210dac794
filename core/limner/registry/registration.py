"""The registrar: what a plugin is handed, with a method for each role of the core."""

from __future__ import annotations

import re
from dataclasses import dataclass

from limner._version import __version__
from limner.errors import PluginError, did_you_mean
from limner.registry.names import is_name
from limner.registry.roles import CORE, Holds, Role

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


class Registrar:
    """Takes down names, and what they stand for. Plugins call a method for each stage they bring."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], list[Entry]] = {}
        self._roles: dict[str, Role] = {role.name: role for role in CORE}
        self._owner = ("limner", __version__)
        self._lacks_role = False  # a name was registered under a role that nobody has added, or not yet

    def add_role(
        self, name: str, interface: str = "", *, checks: str = "", holds: Holds = "stage", template: str = ""
    ) -> None:
        """Add a role, under which this plugin and others can register stages; see ``Role`` for the arguments.

        Raises:
            PluginError: the name is taken, or the name or a target is not well formed.
        """
        taken = self._roles.get(name)
        if taken:
            raise PluginError(f"the role {name!r} is {taken.package}'s already; choose another name")
        if not is_name(name):
            raise PluginError(f"the role {name!r} must be lower-case words joined by hyphens")
        if bool(interface) != (holds == "stage"):
            raise PluginError(f"the role {name!r} needs an interface where it holds stages, and none where it does not")
        for target in filter(None, (interface, checks, template)):
            if not TARGET.fullmatch(target):
                raise PluginError(f"the target {target!r} of the role {name!r} must look like 'module:Name'")
        self._roles[name] = Role(name, interface, checks, holds, self._owner[0], template)

    def add(self, kind: str, name: str, target: str, *, summary: str) -> None:
        """Register ``target`` under a role and a name: ``"module:Class"``, or a file or folder of a package.

        Raises:
            PluginError: the role is unknown, or the name or the target is not well formed.
        """
        if kind not in self._roles:
            self._lacks_role = True
            raise PluginError(f"{kind!r} is no kind of stage{did_you_mean(kind, self._roles)}")
        if not is_name(name):
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

    def optimizer(self, name: str, target: str, *, summary: str) -> None:
        """Register an optimizer."""
        self.add("optimizer", name, target, summary=summary)

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

    def recipe(self, name: str, target: str, *, summary: str) -> None:
        """Register a recipe: ``target`` names a TOML file inside a package, ``"limner_spiral:recipes/spiral.toml"``."""
        self.add("recipe", name, target, summary=summary)
