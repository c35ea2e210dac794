"""The registrar: what a plugin is handed, with a method for each role of the core."""

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
    """One registered name: what it stands for, where that is, and whose it is.

    Attributes:
        kind: the role.
        name: the name alone, without a package.
        target: ``"module:Class"``, or a file or folder of a package.
        summary: a line about it.
        package: the distribution that brings it.
        version: the distribution's version.
        local: the class itself where it belongs to no installed package; see ``Catalogue.add_local``.
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
        """Whether it comes with limner."""
        return self.package == BUILT_IN

    @property
    def owner(self) -> str:
        """The distribution and its version."""
        return f"{self.package} {self.version}".strip()

    @property
    def qualified_name(self) -> str:
        """The name led by its package, ``limner-foo/xy``: it means this entry whatever else is installed."""
        return qualified(self.package, self.name)

    @property
    def canonical_name(self) -> str:
        """The name that recipes and files record: a built-in's alone, any other qualified."""
        return self.name if self.built_in else self.qualified_name


class Registrar:
    """Takes down names, and what they stand for. Plugins call a method for each stage they bring."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], list[Entry]] = {}
        self._roles: dict[str, Role] = {role.name: role for role in CORE}
        self._owner = ("limner", __version__)
        self._refused_roles: dict[str, str] = {}  # the owner's roles that another package has, and that package
        self._lacks_role = False  # a name was registered under a role that nobody has added, or not yet

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

        If another third party has added a role of that name, the role is left out, and with it what this plugin
        registers under it: an interface of one package says nothing of the stages of another.

        Raises:
            PluginError: the role is limner's or this package's already, or the name or a target is not well formed.
        """
        taken = self._roles.get(name)
        if taken and taken.package not in (BUILT_IN, self._owner[0]):
            self._refused_roles[name] = taken.package
            return
        if taken:
            raise PluginError(f"the role {name!r} is {taken.package}'s already; choose another name")
        if not is_name(name):
            raise PluginError(f"the role {name!r} must be lower-case words joined by hyphens")
        if bool(interface) != (contents == "stage"):
            raise PluginError(f"the role {name!r} needs an interface where it holds stages, and none where it does not")
        for target in filter(None, (interface, checks, maps, template)):
            if not TARGET.fullmatch(target):
                raise PluginError(f"the target {target!r} of the role {name!r} must look like 'module:Name'")
        unknown = [each for each in general_checks if each not in get_args(GeneralChecks)]
        if unknown:
            known = ", ".join(get_args(GeneralChecks))
            raise PluginError(f"the role {name!r}: checks_like has {unknown[0]!r}; use some of {known}")
        self._roles[name] = Role(
            name, interface, checks, contents, self._owner[0], template, general_checks=tuple(general_checks), maps=maps
        )

    def add(self, role: str, name: str, target: str, *, summary: str) -> None:
        """Register ``target`` under a role and a name: ``"module:Class"``, or a file or folder of a package.

        Raises:
            PluginError: the role is unknown, or the name or the target is not well formed.
        """
        if role not in self._roles:
            self._lacks_role = True
            raise PluginError(f"{role!r} is no kind of stage{did_you_mean(role, self._roles)}")
        if not is_name(name):
            raise PluginError(f"the {role} name {name!r} must be lower-case words joined by hyphens")
        if not TARGET.fullmatch(target):
            raise PluginError(f"the target {target!r} of {role} {name!r} must look like 'module:Class'")
        if role in self._refused_roles:
            return
        package, version = self._owner
        claims = self._entries.setdefault((role, name), [])
        if any(claim.package == package for claim in claims):
            raise PluginError(f"{role} {name!r}: {package} registers this name twice; rename one of them")
        claims.append(Entry(role, name, target, summary, package, version))

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

    def image_format(self, name: str, target: str, *, summary: str) -> None:
        """Register a writer."""
        self.add("image-format", name, target, summary=summary)

    def video_format(self, name: str, target: str, *, summary: str) -> None:
        """Register a movie."""
        self.add("video-format", name, target, summary=summary)

    def backend(self, name: str, target: str, *, summary: str) -> None:
        """Register a backend."""
        self.add("backend", name, target, summary=summary)

    def recipe(self, name: str, target: str, *, summary: str) -> None:
        """Register a recipe: ``target`` names a TOML file inside a package, ``"limner_spiral:recipes/spiral.toml"``."""
        self.add("recipe", name, target, summary=summary)


def resolve_claim(claims: Sequence[Entry], home: str = "") -> Entry | None:
    """Return the entry that a name means; None if it is ambiguous.

    Args:
        claims: the entries of the name, one at least.
        home: the package whose preset or stage uses the name; it means its own stage, unless a built-in has the name.
    """
    built_in = [claim for claim in claims if claim.built_in]
    own = [claim for claim in claims if claim.package == home]
    found = built_in or own or claims
    return found[0] if len(found) == 1 else None


def shortest_names(claims: Sequence[Entry]) -> list[str]:
    """Return for each entry of one name the shortest that means it: the name alone, or the qualified name."""
    others = [claim for claim in claims if claim.package != LOCAL]
    plain = resolve_claim(others) if others else None
    return [claim.name if claim is plain else claim.qualified_name for claim in claims]


def ambiguity_message(role: str, name: str, claims: Sequence[Entry]) -> str:
    """Return the message about an unqualified name that several packages claim."""
    choices = " or ".join(sorted(claim.qualified_name for claim in claims))
    return f"{role} {name!r}: {len(claims)} packages have this name; write {choices}"
