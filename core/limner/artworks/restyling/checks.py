"""Restyles that make no sense: nothing remains, nothing changes, or an argument has no effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from limner.arrays.parameters import Params
from limner.artworks.artwork import Artwork
from limner.artworks.preflight.trained import is_trained
from limner.artworks.restyling.transfer import single_parts
from limner.artworks.restyling.units import Moved
from limner.composition.recipe import RecipeHeader
from limner.errors import LimnerError
from limner.imaging.target import shrunk

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
    if any(one.kept for one in moves) or not source.theta.size or _keeps_colours(source, drawn):
        return
    reasons = [f"{one.unit.role} {one.unit.kind} ({one.reason})" for one in moves if one.unit.role != "warp"]
    why = f"; drawn again: {', '.join(reasons)}" if reasons else ""
    fix = "fit its recipe to a picture with `limner.fit`" if is_trained(source) else "use `limner.paint`"
    raise LimnerError(f"{name}: nothing of the artwork would remain{why}; {fix}")


def _keeps_colours(source: Artwork, drawn: Artwork) -> bool:
    """Return whether a colour mode with colours of its own, such as a duotone without parameters, is unchanged."""
    pairs = zip(single_parts(source.model), single_parts(drawn.model), strict=True)
    for (_, old, span), (_, new, _) in pairs:
        params = Params(old.color.param_layout(), source.theta[span][old.layout.size - old.color.param_layout().size :])
        if old.recipe.color == new.recipe.color and not params and len(old.color.swatches(params)):
            return True
    return False


def check_seed_used(*, drawn: bool, differs: bool) -> None:
    """Check that another seed changes what is drawn.

    Args:
        drawn: whether any parameters are drawn.
        differs: whether they differ from those that the artwork's own seed would give.

    Raises:
        LimnerError: nothing is drawn, or what is drawn does not depend on the seed.
    """
    if not drawn:
        raise LimnerError(
            "`seed`: has no effect, because all parameters are kept; lock a part with `keep` to draw the others again, "
            "or make another picture with `limner.paint`"
        )
    if not differs:
        raise LimnerError("`seed`: has no effect, because nothing random is drawn; omit it, or keep another part")


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
