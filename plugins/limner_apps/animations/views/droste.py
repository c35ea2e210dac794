"""The warp ``droste`` of an artwork, which lets the picture contain itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.app.artworks import with_settings, with_stage
from limner_apps.animations.views.frames import LayerFrame, Vector, layer_frames

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


@dataclass(frozen=True)
class Period:
    """The period of a picture that contains itself.

    Attributes:
        ratio: the size of the picture, relative to the one that it contains.
        centre: the point that all of them contain.
    """

    ratio: float
    centre: Vector


def droste_of(artwork: Artwork) -> Period | None:
    """Return the period of an artwork; None if it does not contain itself.

    All layers of a blend need the warp, with the same period, in front of all other warps.
    """
    periods = [_period(frame) for frame in layer_frames(artwork)]
    first = periods[0]
    if first is None:
        return None
    same = all(one and np.allclose((one.ratio, *one.centre), (first.ratio, *first.centre)) for one in periods)
    return first if same else None


def _period(frame: LayerFrame) -> Period | None:
    warps = frame.recipe.warps
    if not warps or warps[0].kind != "droste":
        return None
    settings: dict[str, Any] = dict(warps[0].stage)
    return Period(float(settings["ratio"]), frame.place(settings["centre"]))


def with_droste(artwork: Artwork, ratio: float, centre: Vector, *, radius: float) -> Artwork:
    """Return an artwork that contains itself.

    Args:
        artwork: the artwork, which is painted point by point.
        ratio: the size of the picture, relative to the one that it contains.
        centre: the point that all of them contain.
        radius: the radius of the outer circle of the unchanged picture, in halves of the short side.
    """
    warped = with_stage(artwork, "warp", "droste", {"ratio": ratio})
    values: dict[str, Any] = {}
    for frame in layer_frames(artwork):
        values[f"{frame.path}warp.0.radius"] = radius * frame.unit
        values[f"{frame.path}warp.0.centre"] = frame.point(centre)
    return with_settings(warped, values)
