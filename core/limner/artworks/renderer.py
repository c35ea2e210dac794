"""Rendering: evaluate a model over a canvas, tile by tile, and convert the result to pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.namespace import Array, device, namespace
from limner.errors import LimnerError
from limner.imaging.canvas import Block, Canvas, mirrored_at_edges
from limner.imaging.dithering import Dither, thresholds
from limner.models.nonfinite import nonfinite_owner
from limner.stages.context import Context, Samples
from limner.utils.resources import require_memory

if TYPE_CHECKING:
    from limner.models.base import Model
    from limner.stages.backend import Backend, Runner

DTYPES = {8: np.uint8, 16: np.uint16}


def _no_picture_message(model: Model) -> str:
    """Return the error message about a model that has no picture of its own."""
    title = model.recipe.title
    if model.generates_from_noise:
        return f"{title}: generates pictures from noise and has nothing to render alone; use: limner translate sample"
    return (
        f"{title}: converts pictures and has nothing to render alone; train it with `limner.train` and apply it with "
        "`limner.translate`"
    )


def check_memory(model: Model, canvas: Canvas, backend: Backend, *, rows: int = 0, bits: int = 8) -> None:
    """Raise an error if rendering would need more memory than is available.

    Args:
        model: the model to render.
        canvas: the size and region to render.
        backend: the array backend.
        rows: rows of pixels that are held in memory at a time, for example by an image format.
        bits: bits per channel.

    Raises:
        LimnerError: the estimate exceeds the available memory, or the model has no picture of its own.
    """
    if not model.is_renderable:
        raise LimnerError(_no_picture_message(model))
    width, height = canvas.output_size
    tile_bytes = backend.tile * model.inference_floats() * 4
    needed = tile_bytes * backend.parallelism() + 3 * model.layout.size * 4 + 64 * width
    needed += 3 * width * min(rows, height) * 4 * bits // 8
    require_memory(needed, "painting this would take about", "choose a smaller size or network")


def bands(
    model: Model,
    theta: np.ndarray,
    canvas: Canvas,
    backend: Backend,
    bits: int = 8,
    dither: Dither = "none",
    progress: Callable[[int, int], None] | None = None,
    runner: Runner | None = None,
) -> Iterator[np.ndarray]:
    """Yield the picture as bands of whole rows ``(rows, width, channels)``, top to bottom, uint8 or uint16.

    The pixels do not depend on how many tiles the backend runs in parallel.

    Args:
        model: the model to render.
        theta: the model's parameters, 1-D float32.
        canvas: size, region, samples and time.
        backend: the array backend.
        bits: bits per channel, 8 or 16.
        dither: the dither pattern.
        progress: called after each band with the number of finished rows and of all rows.
        runner: renders the tiles; by default a runner of the backend that is open only for this picture.

    Raises:
        LimnerError: the picture contains NaN or infinite values.
        PluginError: a third-party stage returned NaN or infinite values.
    """
    params = backend.asarray(theta)
    width, height = canvas.output_size
    row: list[np.ndarray] = []
    finished = 0
    with nullcontext(runner) if runner else backend.open_runner() as tiles:
        with np.errstate(all="ignore"):
            raster = model.raster(params, _context(model, canvas, backend))
        paint = partial(_paint_block, model, params, raster, canvas, backend, bits, dither)
        for pixels in tiles.map(paint, enumerate(canvas.blocks(backend.tile))):
            row.append(pixels)
            if sum(part.shape[1] for part in row) < width:
                continue
            band = row[0] if len(row) == 1 else np.concatenate(row, axis=1)
            row = []
            finished += band.shape[0]
            yield band
            if progress:
                progress(finished, height)


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
    indexed_block: tuple[int, Block],
) -> np.ndarray:
    """Return the pixels of one block, ``(rows, columns, channels)``, in host memory."""
    xp = namespace(theta)
    index, block = indexed_block
    pixels = canvas.samples_of(block, xp, theta.dtype, device(theta))
    samples = Samples(pixels=pixels, raster=raster)
    if canvas.mirrored:
        samples = replace(samples, pixels=mirrored_at_edges(pixels, canvas.size, xp), page=pixels)
    ctx = _context(model, canvas, backend, index)
    with np.errstate(all="ignore"):  # an overflow is visible in the result and reported below
        colours = model.forward(theta, samples, ctx)
    if not bool(xp.all(xp.isfinite(colours))):
        culprit = nonfinite_owner(model, theta, samples, ctx)
        if culprit:
            raise culprit.error("returns numbers that are not finite")
        raise LimnerError(
            "the picture is not finite: values overflow during the computation; check settings such as "
            "network.weight_scale, which may be too large or too small"
        )
    shape = (block.bottom - block.top, block.right - block.left)
    if canvas.supersample > 1:
        colours = _average(colours, shape, canvas.supersample)
    threshold: Array | float = 0.5
    if dither != "none":
        rows, columns = np.arange(block.top, block.bottom), np.arange(block.left, block.right)
        mask = thresholds(dither, rows, columns, colours.shape[0])
        threshold = backend.asarray(mask.reshape(colours.shape))
    levels = quantise(colours, bits, threshold)
    return np.ascontiguousarray(backend.to_host(levels).reshape(-1, *shape).transpose(1, 2, 0))


def quantise(colours: Array, bits: int, threshold: Array | float = 0.5) -> Array:
    """Return colours as integer levels, after clamping them to 0..1.

    Args:
        colours: colours ``(channels, n)``, nominally 0 to 1.
        bits: bits per channel, 8 or 16.
        threshold: the value added before levels are rounded down: 0.5 rounds to the nearest level, a mask of
            thresholds dithers.
    """
    xp = namespace(colours)
    max_level = float(2**bits - 1)
    levels = xp.floor(xp.clip(colours, 0.0, 1.0) * max_level + threshold)
    return xp.astype(levels, xp.uint8 if bits == 8 else xp.uint16)


def _average(colours: Array, shape: tuple[int, int], s: int) -> Array:
    """Return the mean of the s by s samples of each pixel, weighted by opacity.

    Without the weights, the colour of transparent samples would bleed into the pixel.
    """
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
