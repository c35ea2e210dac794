"""The roles of registered names, each with its interface as a string, so that nothing is imported here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

GeneralChecks: TypeAlias = Literal["arrays", "gradients", "parameters"]
RoleContents: TypeAlias = Literal["stage", "file", "folder"]
"""What is registered under a role: a stage class, a file of a package (a recipe) or a folder of a package (a theme)."""


@dataclass(frozen=True)
class Role:
    """A role, with its interface and its conformance checks.

    Attributes:
        name: the name of the role: ``encoder``.
        interface: ``"module:Class"``, the base class of all stages of the role; empty if the role contains no stages.
        checks: ``"module:CHECKS"``, a tuple of functions. Each takes a ``Subject`` if the role contains stages, else
            the registry and a name, and raises AssertionError with a message. A function with a second parameter, an
            ``ArrayCase``, is called for each kind of array. Empty if the role has no checks of its own.
        contents: what is registered: a stage, a file or a folder.
        package: the distribution that added the role.
        template: ``"package:folder"``, the template that ``limner plugins new`` fills in; empty for none.
        general_checks: general checks to run besides the role's own: of the computed arrays (``arrays``), of ``vjp``
            (``gradients``), and of the stage's own parameters in θ (``parameters``).
        maps: ``"module:function"``, which returns a list of ``limner.testing.Map`` for a stage: the ways to call it in
            the checks ``arrays`` and ``gradients``. Empty for a role whose interface is derived from one of limner's.
    """

    name: str
    interface: str = ""
    checks: str = ""
    contents: RoleContents = "stage"
    package: str = "limner"
    template: str = ""
    general_checks: tuple[GeneralChecks, ...] = ()
    maps: str = ""


def _stage(name: str, interface: str, checks: str = "", like: tuple[GeneralChecks, ...] = (), maps: str = "") -> Role:
    checks = f"limner.testing.checks.{checks}" if checks else ""
    return Role(name, f"limner.{interface}", checks, template=_template(name), general_checks=like, maps=maps)


def _template(name: str) -> str:
    return f"limner.scaffold:files/{name}"


COMPUTES: tuple[GeneralChecks, ...] = ("arrays",)
DIFFERENTIABLE: tuple[GeneralChecks, ...] = ("arrays", "gradients")
TRAINABLE: tuple[GeneralChecks, ...] = ("arrays", "gradients", "parameters")


CORE = (
    _stage("frame", "stages.frame:Frame", "frame:OF_EXAMPLE", COMPUTES),
    _stage("warp", "stages.warp:Warp", "shared.parametric:OF_WARP", ("arrays", "parameters")),
    _stage("encoder", "stages.encoder:Encoder", "filters:OF_EXAMPLE", TRAINABLE),
    _stage("network", "stages.network:Network", "network:OF_EXAMPLE", TRAINABLE),
    _stage("color", "stages.color:ColorMode", "color:OF_EXAMPLE", TRAINABLE),
    _stage(
        "mask", "stages.mask:Mask", "mask:OF_EXAMPLE", ("arrays", "parameters"), maps="limner.testing.checks.mask:maps"
    ),
    _stage("blend", "stages.blend:Blend", "blend:OF_EXAMPLE", DIFFERENTIABLE),
    _stage("loss", "stages.loss:Loss", like=DIFFERENTIABLE),
    _stage("augment", "stages.augment:Augment", "augment:OF_EXAMPLE", DIFFERENTIABLE),
    _stage("optimizer", "stages.optimization.optimizer:Optimizer", "optimizer:CHECKS"),
    _stage("trainer", "stages.optimization.trainer:Trainer", "trainer:CHECKS"),
    _stage("image-format", "formats.image_format:ImageFormat", "declarations:OF_IMAGE_FORMAT"),
    _stage("video-format", "formats.video_format:VideoFormat", "declarations:OF_VIDEO_FORMAT"),
    _stage("backend", "stages.backend:Backend", "backend:OF_EXAMPLE"),
    Role("playback", "limner.artworks.movies.playback:Playback"),
    Role("recipe", checks="limner.testing.checks.recipe:OF_RECIPE", contents="file", template=_template("recipe")),
)
"""The roles of the core; applications and other plugins add theirs with ``Registrar.add_role``."""
