"""The mask of a model: its coordinates, and its opacity multiplied into the colours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limner.arrays.namespace import namespace
from limner.imaging.canvas import Bounds
from limner.models.output_checks import check_output

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.arrays.parameters import Params
    from limner.stages.context import Context
    from limner.stages.mask import Mask


def masked(mask: Mask, params: Params, colours: Array, pixels: Array, ctx: Context) -> Array:
    """Return colours after a mask, RGBA ``(4, n)``.

    Args:
        mask: the mask.
        params: its parameters.
        colours: RGB or RGBA, ``(3, n)`` or ``(4, n)``.
        pixels: positions on the canvas, column and row in pixels, ``(2, n)``.
        ctx: the context of the model.
    """
    (width, height), short = ctx.size, min(ctx.size)
    xy = namespace(pixels).stack([(pixels[0, :] - width / 2) / short, (pixels[1, :] - height / 2) / short])
    right, bottom = width / short / 2, height / short / 2
    rgba = mask.rgba(params, xy, colours, replace(ctx, bounds=Bounds(-right, right, -bottom, bottom)))
    check_output(mask, "rgba", rgba, (4, colours.shape[1]))
    return rgba
