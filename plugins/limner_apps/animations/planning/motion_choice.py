"""The choice of a motion by name, or by what artworks have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from limner.app import LimnerError, did_you_mean
from limner.app.registry import build_stage, registry
from limner.app.values import arguments
from limner.plugin import StageSpec
from limner_apps.animations.motion import Motion
from limner_apps.animations.parameters.buttons import has_buttons
from limner_apps.animations.views.droste import droste_of

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


def get_motion(name: str, settings: Mapping[str, Any]) -> StageSpec[Motion]:
    """Return the motion with a name, configured with settings.

    Raises:
        LimnerError: the name, a setting or a value is unknown.
    """
    return StageSpec("motion", name, build_stage("motion", name, settings, Motion))


def choose_motion(
    artworks: Sequence[Artwork],
    name: str | None,
    settings: Mapping[str, Any],
    strength: float | None = None,
    caption: bool | None = None,
) -> StageSpec[Motion]:
    """Return the motion of a movie, by default the one that suits the artworks.

    Args:
        artworks: the artworks.
        name: the name of the motion; None for the default.
        settings: settings of the motion, by name.
        strength: its setting ``strength``; None if it is not given.
        caption: its setting ``caption``; None if it is not given.

    Raises:
        LimnerError: the name, a setting or a value is unknown; or ``strength`` or ``caption`` has no effect
            or is given twice.
    """
    known = registry()
    chosen = default_motion(artworks) if name is None else arguments.check_str("motion", name)
    if not known.has("motion", chosen):
        raise LimnerError(f"`motion`: unknown motion {chosen!r}{did_you_mean(chosen, known.names('motion'))}")
    fields = known.load("motion", chosen, Motion).model_fields
    given = {name: value for name, value in (("strength", strength), ("caption", caption)) if value is not None}
    for setting in given:
        if setting in settings:
            raise LimnerError(f"`{setting}`: motion.{setting} is set too; omit one of them")
        if setting not in fields:
            raise LimnerError(f"`{setting}`: the motion {chosen} has no {setting}; omit it")
    return get_motion(chosen, {**settings, **given})


def default_motion(artworks: Sequence[Artwork]) -> str:
    """Return the name of the motion that suits artworks: morph for several, otherwise by the stages of the one."""
    if len(artworks) > 1:
        return "morph"
    if has_buttons(artworks[0]):
        return "buttons"
    if droste_of(artworks[0]):
        return "zoom"
    kinds = {spec.kind for path, spec in artworks[0].recipe.parts() if spec.role == "encoder"}
    return "time" if "time" in kinds else "latent" if "latent" in kinds else "parameters"
