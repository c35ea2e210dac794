"""Restyles that make no sense: nothing remains, nothing changes, or an argument has no effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks.artwork import Artwork
from limner.artworks.preflight.trained import is_trained
from limner.artworks.restyling.units import Moved
from limner.composition.recipe import RecipeHeader
from limner.errors import LimnerError
from limner.imaging.target import shrunk
from limner.models.factory import init_params

if TYPE_CHECKING:
    from limner.composition.recipe import Recipe

PREVIEW_SIDE = 64
"""The longer side of the renderings that show whether anything changes, in pixels."""
EXAMPLES = "`swap={'warp': ['kaleidoscope']}` or `swap={'color': 'duotone'}`"


def check_asked(name: str, values: Mapping[str, Any], swap: Mapping[str, Any], seed: int | None) -> None:
    """Check that a restyle changes more than title and size.

    Raises:
        LimnerError: it does not.
    """
    if not swap and seed is None and values.keys() <= RecipeHeader.model_fields.keys() - {"seed"}:
        raise LimnerError(f"{name}: no change of the look is given; use for example {EXAMPLES}")


def check_remains(name: str, source: Artwork, drawn: Artwork, moves: Sequence[Moved]) -> None:
    """Check that parameters of the artwork remain.

    Raises:
        LimnerError: none do, although it has some.
    """
    if any(one.kept for one in moves) or not source.theta.size:
        return
    reasons = [f"{one.unit.role} {one.unit.kind} ({one.reason})" for one in moves if one.unit.role != "warp"]
    why = f"; drawn again: {', '.join(reasons)}" if reasons else ""
    fix = "fit its recipe to a picture with `limner.fit`" if is_trained(source) else "use `limner.paint`"
    raise LimnerError(f"{name}: nothing of the artwork would remain{why}; {fix}")


def check_seed_used(recipe: Recipe, source: Artwork, result: Artwork, moves: Sequence[Moved]) -> None:
    """Check that another seed changes what is drawn.

    Args:
        recipe: the restyled recipe with the seed of the artwork.
        source: the artwork.
        result: the restyled artwork.
        moves: what became of the parameters.

    Raises:
        LimnerError: nothing is drawn, or what is drawn does not depend on the seed.
    """


def check_changed(name: str, source: Artwork, result: Artwork) -> None:
    """Check that a restyled artwork looks different.

    Raises:
        LimnerError: a small rendering is the same.
    """
    size = shrunk(result.size, PREVIEW_SIDE)
    before, after = (art.render(size, bits=16) for art in (source, result))
    if np.array_equal(before, after):
        raise LimnerError(
            f"{name}: the picture would stay the same: all parameters are kept, and the new settings do not change it; "
            "give others, or draw parameters again with `keep` and `seed`"
        )


def loses_picture(source: Artwork, moves: Sequence[Moved]) -> bool:
    """Return whether encoders or the network had learned a picture, and are at least partly drawn again."""
    return any(one.drawn and one.unit.part == "network" for one in moves) and is_trained(source)
