"""The tone of a recoloured picture, measured so that light stays light and dark stays dark."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from limner.arrays.parameters import Params
from limner.artworks.artwork import Artwork
from limner.artworks.restyling.recolored import recolored_table, shown_mode, source_mode
from limner.composition.parser import parse
from limner.composition.recipe import SingleRecipe
from limner.imaging.target import shrunk
from limner.models.factory import model_of
from limner.registry.registry import registry
from limner.stages.color import OPACITY_FIELDS
from limner.stages.context import Context

SIDE = 96
"""The longer side of the rendering that is measured, in pixels."""
CUT = 0.01
"""The fraction of the pixels beyond each level."""
NARROWEST = 0.1
"""The smallest distance of the levels; a nearly flat picture is not stretched further."""
MIDTONES = (0.3, 0.7)
"""The smallest and the largest midtone; beyond them, a dark or a light picture would lose its mood."""
STEPS = 241
"""The number of positions at which a gradient is measured."""
SAME = 1e-6
"""The largest difference of equal lightness."""


def measured_tone(recipe: SingleRecipe, theta: np.ndarray, fields: Collection[str]) -> dict[str, Any]:
    """Return some of the fields ``levels``, ``midtone`` and ``span`` for a recoloured recipe.

    Args:
        recipe: a recipe whose colour mode recolours.
        theta: its parameters.
        fields: the fields to measure.
    """
    out: dict[str, Any] = {}
    if "levels" in fields or "midtone" in fields:
        out |= measured_levels(recipe, theta)
    if "span" in fields:
        out["span"] = measured_span(recipe, theta)
    return {name: value for name, value in out.items() if name in fields}


def measured_levels(recipe: SingleRecipe, theta: np.ndarray) -> dict[str, Any]:
    """Return ``levels`` and ``midtone`` for a recoloured recipe, from the lightness of its picture.

    The levels are the quantiles of 1 % and 99 % of the opaque pixels, at least ``NARROWEST`` apart; the midtone is half
    way from 0.5 to the median.

    Args:
        recipe: a recipe whose colour mode recolours.
        theta: its parameters.
    """
    light = _lightness(recipe, theta)
    low, median, high = np.quantile(light, [CUT, 0.5, 1 - CUT]) if light.size else (0.0, 0.5, 1.0)
    if high - low < NARROWEST:
        low = np.clip(0.5 * (low + high - NARROWEST), 0.0, 1.0 - NARROWEST)
        high = low + NARROWEST
    midtone = np.clip(0.5 + 0.5 * ((median - low) / (high - low) - 0.5), *MIDTONES)
    return {"levels": [round(float(low), 3), round(float(high), 3)], "midtone": round(float(midtone), 3)}


def measured_span(recipe: SingleRecipe, theta: np.ndarray) -> list[float]:
    """Return the positions of the darkest and the lightest colour of the gradient that recolours a picture.

    Where the gradient has a flat end, all of it belongs to the span.
    """
    gradient = _gradient(recipe, theta)
    dark = int(gradient.argmin())
    lightest = np.flatnonzero(gradient >= gradient.max() - SAME)
    light = int(lightest[np.abs(lightest - dark).argmin()])
    if light == dark:
        return [0.0, 1.0]
    way = 1 if light > dark else -1
    ends = _run_end(gradient, dark, -way), _run_end(gradient, light, way)
    return [round(end / (STEPS - 1), 3) for end in ends]


def _run_end(values: np.ndarray, start: int, way: int) -> int:
    """Return the last index of the equal values that begin at an index."""
    end = start
    while 0 <= end + way < len(values) and abs(values[end + way] - values[start]) <= SAME:
        end += way
    return end


def _gradient(recipe: SingleRecipe, theta: np.ndarray) -> np.ndarray:
    """Return the lightness of the colours that recolour a picture, at equal distances along the gradient."""
    gray = recolored_table(shown_mode(recipe).table(), {"kind": "gray"})
    measured = parse({**recipe.table(), "color": gray}, registry())
    assert isinstance(measured, SingleRecipe)
    mode, layout = measured.color.stage, measured.color.stage.param_layout()
    params = Params(layout, theta[theta.size - layout.size :].astype(np.float64))
    positions = np.tile(np.linspace(0.0, 1.0, STEPS), (mode.num_components(), 1))
    light: np.ndarray = np.asarray(mode.forward(params, positions, Context(size=recipe.size)))[0]
    return light


def with_tones(table: dict[str, Any], tones: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return a recipe's table with measured tones, by the path of each recipe: ``layer.0.`` or empty."""
    out = dict(table)
    if own := tones.get(""):
        out["color"] = {**table["color"], **own}
    if "layer" in out:
        out["layer"] = [
            with_tones(layer, {path.split(".", 2)[2]: t for path, t in tones.items() if path.startswith(f"layer.{i}.")})
            for i, layer in enumerate(out["layer"])
        ]
    return out


def _lightness(recipe: SingleRecipe, theta: np.ndarray) -> np.ndarray:
    """Return the lightness of the opaque pixels of a small rendering: recoloured in gray, it is the level itself."""
    opacity = {name: recipe.table()["color"][name] for name in OPACITY_FIELDS}
    gray = recolored_table(source_mode(recipe).table(), {"kind": "gray", **opacity})
    measured = parse({**recipe.table(), "color": gray}, registry())
    size = model_of(measured).layout.size  # the parameters of the new colours are the last ones
    pixels = Artwork(measured, theta[:size]).render(shrunk(recipe.size, SIDE), bits=16).astype(np.float64) / 65535
    light = pixels[..., 0]
    return light[pixels[..., 3] > 0.5] if pixels.shape[-1] == 4 else light.ravel()
