"""Rendering: a model over a canvas, in tiles, to pixels that a writer takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.namespace import Array, device, namespace
from limner.errors import LimnerError
from limner.imaging.canvas import Block, Canvas
from limner.imaging.dithering import Dither, thresholds
from limner.models.nonfinite import nonfinite_stage
from limner.stages.context import Context, Samples
from limner.utils.resources import require_memory

if TYPE_CHECKING:
    from limner.models.base import Model
    from limner.stages.backend import Backend

DTYPES = {8: np.uint8, 16: np.uint16}


def _no_picture_message(model: Model) -> str:
    """What is said of a model that has no picture of its own."""
    does, use = ("takes pictures to pictures", "give it some with `limner.translate`")
    if model.generates_from_noise:
        does, use = ("makes pictures of noise", "on the command line, limner translate sample shows some")
    return f"{model.recipe.title}: {does} and has none of its own; train it with `limner.train`, and {use}"


def check_memory(model: Model, canvas: Canvas, backend: Backend, *, rows: int = 0, bits: int = 8) -> None:
    """Estimate what painting takes before it begins; ``rows`` are those that are held at once, by a writer, say.

    Raises:
        LimnerError: it is more than the machine has free; the message tells the figure. Or the model has no picture.
    """
    if not model.is_renderable:
        raise LimnerError(_no_picture_message(model))
    width, height = canvas.output_size
    tile = backend.tile * model.inference_floats() * 4
    need = tile * backend.parallelism() + 3 * model.layout.size * 4 + 64 * width
    need += 3 * width * min(rows, height) * 4 * bits // 8
    require_memory(need, "painting this would take about", "choose a smaller size or network")


def bands(
    model: Model,
    theta: np.ndarray,
    canvas: Canvas,
    backend: Backend,
    bits: int = 8,
    dither: Dither = "none",
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[np.ndarray]:
    """The picture as bands of whole rows ``(rows, width, channels)``, top to bottom, uint8 or uint16.

    The pixels do not depend on how many tiles the backend runs at once.
    """
    own = backend.asarray(theta)
    with np.errstate(all="ignore"):
        raster = model.raster(own, _context(model, canvas, backend))
    paint = partial(_paint_block, model, own, raster, canvas, backend, bits, dither)
    blocks = canvas.blocks(backend.tile)
    width, height = canvas.output_size
    row: list[np.ndarray] = []
    done = 0
    for pixels in backend.map(paint, enumerate(blocks)):
        row.append(pixels)
        if sum(part.shape[1] for part in row) < width:
            continue
        band = row[0] if len(row) == 1 else np.concatenate(row, axis=1)
        row = []
        done += band.shape[0]
        yield band
        if progress:
            progress(done, height)


def _context(model: Model, canvas: Canvas, backend: Backend, tile: int = 0) -> Context:
    return Context(size=canvas.size, seed=model.recipe.seed, backend=backend, time=canvas.time, tile=tile)


def _paint_block(
    model: Model,
    theta: Array,
    raster: Array | None,
    canvas: Canvas,
    backend: Backend,
    bits: int,
    dither: Dither,
    numbered: tuple[int, Block],
) -> np.ndarray:
    """One block's pixels, ``(rows, columns, channels)``, on the host."""
    xp = namespace(theta)
    number, block = numbered
    pixels = canvas.samples_of(block, xp, theta.dtype, device(theta))
    ctx = _context(model, canvas, backend, number)
    with np.errstate(all="ignore"):  # an overflow shows in what comes out, and is told below
        colours = model.forward(theta, Samples(pixels=pixels, raster=raster), ctx)
    if not bool(xp.all(xp.isfinite(colours))):
        culprit = nonfinite_stage(model, theta, Samples(pixels=pixels, raster=raster), ctx)
        if culprit:
            raise culprit.error("returns numbers that are not finite")
        raise LimnerError(
            "the picture is not finite: its numbers overflow on the way; a scale is too large or too small, "
            "network.weight_scale perhaps"
        )
    shape = (block.bottom - block.top, block.right - block.left)
    if canvas.supersample > 1:
        colours = _average(colours, shape, canvas.supersample)
    grain: Array | float = 0.5
    if dither != "none":
        rows, columns = np.arange(block.top, block.bottom), np.arange(block.left, block.right)
        mask = thresholds(dither, rows, columns, colours.shape[0])
        grain = backend.asarray(mask.reshape(colours.shape))
    levels = quantise(colours, bits, grain)
    return np.ascontiguousarray(backend.to_host(levels).reshape(-1, *shape).transpose(1, 2, 0))


def quantise(colours: Array, bits: int, grain: Array | float = 0.5) -> Array:
    """Colours as whole levels; this is where they are clamped to 0..1.

    ``grain`` is added before levels are rounded down: a half rounds to the nearest, a mask of thresholds dithers.
    """
    xp = namespace(colours)
    top = float(2**bits - 1)
    levels = xp.floor(xp.clip(colours, 0.0, 1.0) * top + grain)
    return xp.astype(levels, xp.uint8 if bits == 8 else xp.uint16)


def _average(colours: Array, shape: tuple[int, int], s: int) -> Array:
    """The mean of s by s samples of each pixel, weighted by their opacity, so that clear samples bleed no colour."""
    xp = namespace(colours)
    colours = xp.clip(colours, 0.0, 1.0)
    alpha = colours[3:, :]
    if alpha.shape[0]:
        colours = xp.concat([colours[:3, :] * alpha, alpha], axis=0)
    grid = xp.reshape(colours, (colours.shape[0], shape[0], s, shape[1], s))
    mean = xp.reshape(xp.mean(grid, axis=(2, 4)), (colours.shape[0], -1))
    if alpha.shape[0]:
        mean = xp.concat([mean[:3, :] / (mean[3:, :] + 1e-12), mean[3:, :]], axis=0)
    return mean
