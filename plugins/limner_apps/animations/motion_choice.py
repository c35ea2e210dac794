"""The choice of a motion by name, or by what artworks have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from limner.app.registry import build_stage
from limner.plugin import StageSpec
from limner_apps.animations.motion import Motion

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


def get_motion(name: str, settings: Mapping[str, Any]) -> StageSpec[Motion]:
    """Return the motion with a name, configured with settings.

    Raises:
        LimnerError: the name, a setting or a value is unknown.
    """
    return StageSpec("motion", name, build_stage("motion", name, settings, Motion))


def default_motion(artworks: Sequence[Artwork]) -> str:
    """Return the name of the motion that suits artworks: morph for several, otherwise by the encoders of the one."""
    if len(artworks) > 1:
        return "morph"
    kinds = {spec.kind for path, spec in artworks[0].recipe.parts() if spec.role == "encoder"}
    return "time" if "time" in kinds else "latent" if "latent" in kinds else "parameters"
