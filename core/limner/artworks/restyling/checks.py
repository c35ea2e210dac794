"""Restyles that make no sense: nothing remains, nothing changes, or an argument has no effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from limner.arrays.parameters import Params
from limner.artworks.artwork import Artwork
from limner.artworks.restyling.recolored import is_recolored, shown_mode
from limner.artworks.restyling.transfer import same_start
from limner.artworks.restyling.units import Moved
from limner.composition.palette_choice import PALETTE_MODE
from limner.composition.recipe import LayeredRecipe, RecipeHeader
from limner.errors import LimnerError
from limner.imaging.single_color import single_color
from limner.imaging.target import shrunk
from limner.models.single_models import single_models
from limner.stages.base import Parametric

PREVIEW_SIDE = 64
"""The longer side of the renderings that show whether anything changes, in pixels."""
OTHER_TIME = 0.37
"""Another time at which the renderings are compared."""
EXAMPLES = "`swap={'warp': ['kaleidoscope']}`, `swap={'color': 'duotone'}` or `palette=glacier`"


def check_has_change(name: str, values: Mapping[str, Any], *, has_others: bool) -> None:
    """Check that a restyle changes more than title and size.

    Args:
        name: the name of the artwork.
        values: settings by path.
        has_others: whether anything else than settings is given.

    Raises:
        LimnerError: it does not.
    """
    if not has_others and values.keys() <= RecipeHeader.model_fields.keys() - {"seed"}:
        raise LimnerError(f"{name}: no change of the look is given; use for example {EXAMPLES}")


def check_renderable(name: str, source: Artwork) -> None:
    """Check that an artwork has a picture of its own.

    Raises:
        LimnerError: its network converts pictures, or makes them from noise.
    """
    if not source.model.is_renderable:
        does = "makes pictures from noise" if source.model.generates_from_noise else "converts pictures"
        raise LimnerError(f"{name}: {does} and has none of its own to restyle")


def check_raster(name: str, source: Artwork, drawn: Artwork) -> None:
    """Check that a network that outputs all pixels of a picture at once still does, and no other network begins to.

    Raises:
        LimnerError: a frame is swapped that the network does not support.
    """
    for (_, old, _), (_, new, _) in zip(single_models(source.model), single_models(drawn.model), strict=True):
        if old.is_raster != new.is_raster:
            what = "all pixels at once" if old.is_raster else "one point at a time"
            frame = new.recipe.frame.kind
            raise LimnerError(f"{name}: its network paints {what}, so it cannot have the frame {frame!r}; omit it")


def check_remains(name: str, source: Artwork, drawn: Artwork, moves: Sequence[Moved], *, learned: bool) -> None:
    """Check that parameters of the artwork remain.

    The colours of a recoloured picture do not count if its network is drawn again: only their lightness is seen, in a
    picture that they were not made for.

    Raises:
        LimnerError: none do, although it has some.
    """
    redrawn = {one.unit.at for one in moves if one.unit.role == "network" and one.drawn and not one.kept}
    remaining = [one for one in moves if one.kept and not (one.unit.slot == "source" and one.unit.at in redrawn)]
    if not source.theta.size or any(map(_is_informative, remaining)) or _keeps_colours(source, drawn):
        return
    lost = [f"{one.unit.role} {one.unit.kind}" for one in moves if one.drawn and one.unit.role not in ("warp", "mask")]
    command = "fit" if learned and not isinstance(source.recipe, LayeredRecipe) else "paint"
    raise LimnerError(
        f"{name}: nothing of the picture would remain, since {' and '.join(lost)} would be drawn again; "
        f"make another picture with `limner.{command}`"
    )


def _is_informative(one: Moved) -> bool:
    """Return whether kept parameters are specific to the artwork: not random constants of warps and encoders."""
    stage = one.unit.spec.stage
    if one.unit.role not in ("warp", "encoder", "mask") or any(entry.trainable for entry in one.unit.parameters):
        return True
    assert isinstance(stage, Parametric)
    try:
        return same_start(stage, stage, seeds=(0, 1))
    except LimnerError:  # a file that the stage read is missing; its data remain
        return True


def _keeps_colours(source: Artwork, drawn: Artwork) -> bool:
    """Return whether a colour mode with colours of its own, such as a duotone without parameters, is unchanged."""
    pairs = zip(single_models(source.model), single_models(drawn.model), strict=True)
    for (_, old, span), (_, new, _) in pairs:
        params = Params(old.color.param_layout(), source.theta[span][old.layout.size - old.color.param_layout().size :])
        if old.recipe.color == new.recipe.color and not params and len(old.color.swatches(params)):
            return True
    return False


def check_seed_used(keep: Sequence[str], *, differs: bool) -> None:
    """Check that another seed changes what is drawn.

    Args:
        keep: the names of locked parts.
        differs: whether the parameters differ from those that the artwork's own seed would give.

    Raises:
        LimnerError: nothing is drawn, or what is drawn does not depend on the seed.
    """
    if differs:
        return
    if keep:
        raise LimnerError(
            f"`seed`: has no effect, because besides the {' and the '.join(keep)} nothing is random; omit it"
        )
    raise LimnerError(
        "`seed`: has no effect, because nothing random is drawn; lock a part with `keep` to draw the others again, or "
        "make another picture with `limner.paint`"
    )


def _single_color_fix(result: Artwork) -> str:
    """Return what to do about a restyle of a single colour: use another colour mode, if this one needs channels."""
    for _, model, _ in single_models(result.model):
        if is_recolored(model.recipe) and shown_mode(model.recipe).stage.num_components() > 1:
            needs = f"the colour mode {shown_mode(model.recipe).kind} needs several channels, and lightness is one"
            return f"{needs}; use `swap={{'color': '{PALETTE_MODE}'}}`"
    return "choose other colours or warps"


def check_changed(name: str, source: Artwork, result: Artwork) -> None:
    """Check that a restyled artwork looks different, and that its new colours show anything.

    Raises:
        LimnerError: a small rendering is the same, or has a single colour.
    """
    size = shrunk(result.size, PREVIEW_SIDE)
    before, after = source.render(size, bits=16), result.render(size, bits=16)
    if single_color((after >> 8).astype(np.uint8)) and not single_color(before):
        raise LimnerError(f"{name}: the picture would have a single colour; {_single_color_fix(result)}")
    if np.array_equal(before, after) and np.array_equal(  # an animation may begin alike
        source.render(size, bits=16, time=OTHER_TIME), result.render(size, bits=16, time=OTHER_TIME)
    ):
        raise LimnerError(
            f"{name}: the picture would stay the same: all parameters are kept, and the new settings do not change it; "
            "give others, or draw parameters again with `keep` and `seed`"
        )
