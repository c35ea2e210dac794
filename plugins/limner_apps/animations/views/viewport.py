"""The viewport: the part of the plane that a picture shows. An artwork is a function that goes on beyond its edges."""

from __future__ import annotations

from math import degrees
from typing import TYPE_CHECKING, Any

from limner.app.artworks import Resetting, with_stage
from limner.plugin import ConditioningEncoder, LimnerError
from limner_apps.animations.views.frames import Vector, layer_frames, single_recipes

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner.app.recipes import SingleRecipe

ZERO = (0.0, 0.0)


class Viewport:
    """A warp ``affine`` in front of all others, in every layer of a blend, whose settings change.

    Positions on the picture do not depend on the frames of the recipe; see ``Vector``.

    Args:
        artwork: the artwork.

    Raises:
        LimnerError: the artwork consists of pixels instead of points, or is plain.
    """

    def __init__(self, artwork: Artwork) -> None:
        self.check(artwork)
        self._frames = layer_frames(artwork)
        names = ("scale", "rotation", "shift", "centre")
        paths = [f"{frame.path}warp.0.{name}" for frame in self._frames for name in names]
        self._resetting = Resetting(with_stage(artwork, "warp", "affine"), paths)

    def at(self, *, scale: float = 1.0, angle: float = 0.0, shift: Vector = ZERO, fixed: Vector = ZERO) -> Artwork:
        """Return the artwork, scaled and turned around a point, and then shifted.

        Args:
            scale: the factor; above 1 the picture becomes larger.
            angle: the rotation in radians, clockwise.
            shift: the translation of the picture.
            fixed: the fixed point of scaling and rotation.
        """
        values: dict[str, Any] = {}
        for frame in self._frames:
            lead = f"{frame.path}warp.0"
            values[f"{lead}.scale"] = float(scale)
            values[f"{lead}.rotation"] = frame.handedness * degrees(angle)
            values[f"{lead}.shift"] = frame.vector(shift)
            values[f"{lead}.centre"] = frame.point(fixed)
        return self._resetting.at(values)

    @staticmethod
    def check(artwork: Artwork) -> None:
        """Check that an artwork is painted point by point.

        Raises:
            LimnerError: the artwork consists of pixels instead of points, or is plain.
        """
        title, layers = artwork.recipe.title, list(single_recipes(artwork.recipe))
        for path, recipe in layers:
            if recipe.domain == "code":
                layer = f"{path.rstrip('.')}: " if path else ""
                raise LimnerError(
                    f"{title}: {layer}the network {recipe.network.kind} outputs a raster of pixels, which has no detail"
                    " to zoom into and ends at its edges; use the motion latent, buttons or parameters"
                )
        if all(_is_plain(recipe) for _, recipe in layers):
            raise LimnerError(f"{title}: all points have one colour, so that all views are equal; use another motion")


def _is_plain(recipe: SingleRecipe) -> bool:
    """Return whether no encoder depends on the point."""
    return all(isinstance(spec.stage, ConditioningEncoder) or spec.kind == "time" for spec in recipe.encoders)
