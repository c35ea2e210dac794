"""The registrar: the object with which a plugin registers stages, roles and recipes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from limner._version import __version__
from limner.errors import PluginError, did_you_mean
from limner.registry.names import BUILT_IN, LOCAL, is_name, qualified
from limner.registry.roles import CORE, GeneralChecks, Role, RoleContents

if TYPE_CHECKING:
    from limner.stages.base import Stage

TARGET = re.compile(r"[A-Za-z_][\w.]*:[\w./-]+")


@dataclass(frozen=True)
class Entry:
    """One registered name, its target and the package that registered it.

    Attributes:
        role: the role.
        name: the name without its package.
        target: ``"module:Class"``, or a file or folder of a package.
        summary: one line about it.
        package: the distribution that registered it.
        version: the distribution's version.
        local: the class itself if it belongs to no installed package; see ``Catalogue.add_local``.
    """

    role: str
    name: str
    target: str
    summary: str
    package: str
    version: str
    local: type[Stage] | None = None

    @property
    def built_in(self) -> bool:
        """Whether the entry comes with limner."""
        return self.package == BUILT_IN

    @property
    def owner(self) -> str:
        """The distribution and its version."""
        return f"{self.package} {self.version}".strip()

    @property
    def qualified_name(self) -> str:
        """The name with its package, ``limner-foo/xy``, which is unique among the installed entries."""
        return qualified(self.package, self.name)

    @property
    def canonical_name(self) -> str:
        """The name that recipes and files store: unqualified for a built-in, else qualified."""
        return self.name if self.built_in else self.qualified_name


class Registrar:
    """The registrations of all plugins. A plugin calls a method for each stage that it provides."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], list[Entry]] = {}
        self._roles: dict[str, Role] = {role.name: role for role in CORE}
        self._owner = ("limner", __version__)
        self._refused_roles: dict[
            str, str
        ] = {}  # roles that the current plugin tried to add, and the packages that already have them
        self._lacks_role = False  # the current plugin used a role that has not been added (yet)

    def add_role(
        self,
        name: str,
        interface: str = "",
        *,
        checks: str = "",
        contents: RoleContents = "stage",
        general_checks: tuple[GeneralChecks, ...] = (),
        maps: str = "",
        template: str = "",
    ) -> None:
        """Add a role, under which this plugin and others can register stages; see ``Role`` for the arguments.

        If another third party has already added a role of that name, this one and the plugin's registrations under it
        are ignored: its stages do not implement the interface of the other package.

        Raises:
            PluginError: limner or this package already has the role, or the name or a target is invalid.
        """
        existing = self._roles.get(name)
        if existing and existing.package not in (BUILT_IN, self._owner[0]):
            self._refused_roles[name] = existing.package
            return
        if existing:
            raise PluginError(f"role {name!r}: already added by {existing.package}; choose another name")
        if not is_name(name):
            raise PluginError(f"role {name!r}: must be lower-case words joined by hyphens")
        if bool(interface) != (contents == "stage"):
            raise PluginError(f"role {name!r}: must have an interface if it contains stages, and none otherwise")
        for target in filter(None, (interface, checks, maps, template)):
            if not TARGET.fullmatch(target):
                raise PluginError(f"role {name!r}: the target {target!r} must look like 'module:Name'")
        unknown = [check for check in general_checks if check not in get_args(GeneralChecks)]
        if unknown:
            known = ", ".join(get_args(GeneralChecks))
            raise PluginError(f"role {name!r}: unknown general check {unknown[0]!r}; use {known}")
        self._roles[name] = Role(
            name, interface, checks, contents, self._owner[0], template, general_checks=tuple(general_checks), maps=maps
        )

    def add(self, role: str, name: str, target: str, *, summary: str) -> None:
        """Register a target under a role and a name: ``"module:Class"``, or a file or folder of a package.

        Raises:
            PluginError: the role is unknown, or the name or the target is invalid.
        """
        if role not in self._roles:
            self._lacks_role = True
            raise PluginError(f"unknown role {role!r}{did_you_mean(role, self._roles)}")
        if not is_name(name):
            raise PluginError(f"{role} {name!r}: the name must be lower-case words joined by hyphens")
        if not TARGET.fullmatch(target):
            raise PluginError(f"{role} {name!r}: the target {target!r} must look like 'module:Class'")
        if role in self._refused_roles:
            return
        package, version = self._owner
        entries = self._entries.setdefault((role, name), [])
        if any(entry.package == package for entry in entries):
            raise PluginError(f"{role} {name!r}: {package} registers this name twice; rename one of them")
        entries.append(Entry(role, name, target, summary, package, version))

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

    def mask(self, name: str, target: str, *, summary: str) -> None:
        """Register a mask."""
        self.add("mask", name, target, summary=summary)

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

    def image_format(self, name: str, target: str, *, summary: str) -> None:
        """Register an image format."""
        self.add("image-format", name, target, summary=summary)

    def video_format(self, name: str, target: str, *, summary: str) -> None:
        """Register a video format."""
        self.add("video-format", name, target, summary=summary)

    def playback(self, name: str, target: str, *, summary: str) -> None:
        """Register a playback of movies."""
        self.add("playback", name, target, summary=summary)

    def backend(self, name: str, target: str, *, summary: str) -> None:
        """Register a backend."""
        self.add("backend", name, target, summary=summary)

    def recipe(self, name: str, target: str, *, summary: str) -> None:
        """Register a recipe: ``target`` names a TOML file inside a package, ``"limner_spiral:recipes/spiral.toml"``."""
        self.add("recipe", name, target, summary=summary)


def resolve_entry(entries: Sequence[Entry], home: str = "") -> Entry | None:
    """Return the entry that an unqualified name means; None if the name is ambiguous.

    Args:
        entries: the entries of the name, at least one.
        home: the package whose preset or stage uses the name; its own entry takes precedence over other third parties.
    """
    built_in = [entry for entry in entries if entry.built_in]
    own = [entry for entry in entries if entry.package == home]
    found = built_in or own or entries
    return found[0] if len(found) == 1 else None


def shortest_names(entries: Sequence[Entry]) -> list[str]:
    """Return the shortest unambiguous name of each entry: the name alone, or the qualified name."""
    others = [entry for entry in entries if entry.package != LOCAL]
    plain = resolve_entry(others) if others else None
    return [entry.name if entry is plain else entry.qualified_name for entry in entries]


def ambiguity_message(role: str, name: str, entries: Sequence[Entry]) -> str:
    """Return the message about an unqualified name that several packages have registered."""
    choices = " or ".join(sorted(entry.qualified_name for entry in entries))
    return f"{role} {name!r}: {len(entries)} packages have this name; use {choices}"
