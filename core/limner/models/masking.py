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
    from limner.stages.context import Context, Samples
    from limner.stages.mask import Mask


def masked(mask: Mask, params: Params, colours: Array, samples: Samples, ctx: Context) -> Array:
    """Return colours after a mask, RGBA ``(4, n)``.

    Args:
        mask: the mask.
        params: its parameters.
        colours: RGB or RGBA, ``(3, n)`` or ``(4, n)``.
        samples: the points of the colours. Where bleed mirrors the picture, the mask is not mirrored.
        ctx: the context of the model.
    """
    pixels = samples.pixels if samples.page is None else samples.page
    assert pixels is not None, "a mask needs pixel positions"
    (width, height), short = ctx.size, min(ctx.size)
    xy = namespace(pixels).stack([(pixels[0, :] - width / 2) / short, (pixels[1, :] - height / 2) / short])
    right, bottom = width / short / 2, height / short / 2
    rgba = mask.rgba(params, xy, colours, replace(ctx, bounds=Bounds(-right, right, -bottom, bottom)))
    check_output(mask, "rgba", rgba, (4, colours.shape[1]))
    return rgba
