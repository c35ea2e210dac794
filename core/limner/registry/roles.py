"""The roles that a registered name can play, each with its interface as a string: nothing is imported here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Holds: TypeAlias = Literal["stage", "file", "folder"]
"""What is registered under a role: a class, a file of a package (a recipe), or a folder of one (a theme)."""


@dataclass(frozen=True)
class Role:
    """A role, and where its interface and its conformance checks are.

    Attributes:
        name: what stands before a name of this role: ``encoder``.
        interface: ``"module:Class"``, which every stage of the role is a subclass of; empty where no class is held.
        checks: ``"module:CHECKS"``, a tuple of functions. Each takes a ``Subject`` where the role holds stages, else
            the registry and a name, and raises AssertionError with a sentence. Empty for no checks of its own.
        holds: what is registered: a stage, a file or a folder.
        package: the distribution that brought the role.
    """

    name: str
    interface: str = ""
    checks: str = ""
    holds: Holds = "stage"
    package: str = "limner"


def _stage(name: str, interface: str, checks: str = "") -> Role:
    return Role(name, f"limner.{interface}", f"limner.testing.checks.{checks}" if checks else "")


CORE = (
    _stage("frame", "stages.frame:Frame", "frame:OF_EXAMPLE"),
    _stage("warp", "stages.warp:Warp", "shared.parametric:OF_WARP"),
    _stage("encoder", "stages.encoder:Encoder", "filters:OF_EXAMPLE"),
    _stage("network", "stages.network:Network", "network:OF_EXAMPLE"),
    _stage("color", "stages.color:ColorMode", "color:OF_EXAMPLE"),
    _stage("blend", "stages.blend:Blend", "blend:OF_EXAMPLE"),
    _stage("loss", "stages.loss:Loss"),
    _stage("augment", "stages.augment:Augment", "augment:OF_EXAMPLE"),
    _stage("optimizer", "stages.optimization.optimizer:Optimizer", "optimizer:OF_EXAMPLE"),
    _stage("trainer", "stages.optimization.trainer:Trainer", "trainer:OF_EXAMPLE"),
    _stage("writer", "formats.image_format:Writer", "declarations:OF_WRITER"),
    _stage("movie", "formats.video_format:Movie", "declarations:OF_MOVIE"),
    _stage("backend", "stages.backend:Backend", "backend:OF_EXAMPLE"),
    Role("recipe", checks="limner.testing.checks.recipe:OF_RECIPE", holds="file"),
)
"""The roles that the core knows; applications and other plugins add theirs with ``Registrar.add_role``."""
