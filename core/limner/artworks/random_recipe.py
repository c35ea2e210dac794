"""Random recipes: stages drawn from all registered ones, including third parties'.

Each stage draws its own settings (``Stage.random_settings``). This module composes the stages, and rejects recipes
whose preview is flat, empty, blurred, noisy, dull or glaring.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from limner.artworks.renderer import bands, check_memory
from limner.composition.parser import parse
from limner.composition.stage_spec import StageSpec, returned_stage
from limner.errors import LimnerError, PluginError
from limner.imaging.canvas import Canvas
from limner.models.factory import init_params
from limner.registry.backends import choose_backend
from limner.registry.registry import Registry
from limner.stages.color import ColorMode
from limner.utils.limits import MAX_SEED
from limner.utils.seeding import child_rng

MAX_ATTEMPTS = 100
PREVIEW_SIDE = 96
"""Width and height of the preview by which a recipe is judged, in pixels."""
JUDGED_SEEDS = 5
"""The number of consecutive seeds that must all look good, so that most pictures of a series do."""
PALETTE_SHARE = 0.7
"""The share of drafts whose colour mode mixes a palette; any mode can be drawn for the others."""
LUMA = (0.2126, 0.7152, 0.0722)
"""Weights of R, G and B (Rec. 709)."""


def random_recipe(seed: int, registry: Registry) -> dict[str, Any]:
    """Return the table of a random recipe; it depends only on the seed and on the stages installed.

    Raises:
        LimnerError: no attempt was presentable.
    """
    for attempt in range(MAX_ATTEMPTS):
        rng = child_rng(seed, "surprise", attempt)
        table = {**_draft(registry, rng), "title": "Random recipe", "seed": seed, "size": [1024, 1024]}
        if all(_is_presentable({**table, "seed": other}, registry) for other in _seeds(seed)):
            return table
    raise LimnerError(f"seed {seed}: {MAX_ATTEMPTS} random recipes did not look good; try another `seed`")


def _seeds(seed: int) -> list[int]:
    """Return the seeds whose previews are judged: the given one, and a few after it."""
    return [(seed + i) % (MAX_SEED + 1) for i in range(JUDGED_SEEDS)]


def _draft(registry: Registry, rng: np.random.Generator) -> dict[str, Any]:
    """Return the stages of a random recipe, as tables."""
    color_modes = _names("color", registry)
    if rng.random() < PALETTE_SHARE:
        color_modes = [name for name in color_modes if _takes_palette(name, registry)] or color_modes
    encoders = [name for name in _names("encoder", registry) if name != "xy"]
    xy = {"kind": "xy", "scale": float(np.round(rng.uniform(0.8, 2.0), 2))}
    return {
        "warp": _random_stages("warp", _names("warp", registry), rng.choice(3, p=[0.35, 0.5, 0.15]), registry, rng),
        "encoder": [xy, *_random_stages("encoder", encoders, rng.choice([1, 2, 3]), registry, rng)],
        "network": (_random_stages("network", _names("network", registry), 1, registry, rng) or [{"kind": "mlp"}])[0],
        "color": (_random_stages("color", color_modes, 1, registry, rng) or [{"kind": "rgb"}])[0],
    }


def _random_stages(
    role: str, names: Sequence[str], count: int, registry: Registry, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Return different stages of a role with random settings; fewer if not enough of them take part."""
    stages: list[dict[str, Any]] = []
    for name in rng.permutation(names).tolist():
        if len(stages) == count:
            break
        try:
            cls = registry.load(role, name)
            stage = cls.random_settings(rng)
        except LimnerError:  # a broken plugin must not disable random recipes
            continue
        if stage is not None:
            stages.append(StageSpec(role, name, returned_stage(cls, "random_settings", stage)).table())
    return stages


def _names(role: str, registry: Registry) -> list[str]:
    """Return the stages of a role that can be part of a picture computed point by point; broken ones too."""

    def supports_points(name: str) -> bool:
        try:
            return "point" in getattr(registry.load(role, name), "domains", ("point",))
        except LimnerError:
            return True

    return [name for name in registry.names(role) if supports_points(name)]


def _takes_palette(name: str, registry: Registry) -> bool:
    """Return whether a colour mode mixes the colours of a palette."""
    try:
        return registry.load("color", name, ColorMode).takes_palette
    except LimnerError:
        return False


def _is_presentable(table: dict[str, Any], registry: Registry) -> bool:
    """Return whether the preview of a recipe looks good; False if the recipe cannot be painted."""
    try:
        model, theta = init_params(parse(table, registry))
        backend, canvas = choose_backend("numpy", registry), Canvas((PREVIEW_SIDE, PREVIEW_SIDE))
        check_memory(model, canvas, backend)
        pixels = np.concatenate(list(bands(model, theta, canvas, backend)))[..., :3].astype(np.float32) / 255
    except PluginError:
        raise
    except LimnerError:
        return False
    return _looks_good(pixels)


def _looks_good(pixels: np.ndarray) -> bool:
    """Return whether a picture ``(h, w, 3)``, 0 to 1, is neither flat, empty, blurred, noisy, dull nor glaring."""
    high, low = pixels.max(axis=-1), pixels.min(axis=-1)
    luma = pixels @ np.asarray(LUMA, dtype=np.float32)
    contrast = float(luma.std())
    steps = np.maximum(np.abs(np.diff(luma, axis=0))[:, 1:], np.abs(np.diff(luma, axis=1))[1:])
    # Near full saturation in HSV, with a margin to the limit of 0.95 in tests/looks; far apart in R, G and B.
    pure, vivid = (high - low >= 0.93 * high) & (high >= 0.5), high - low >= 0.8
    colourfulness = float((high - low).mean())
    cells = (12 * pixels).astype(np.int64) @ np.asarray([169, 13, 1])  # 13 levels of each channel
    fullest = np.bincount(cells.ravel()).max() / luma.size
    return bool(  # limits chosen by eye from contact sheets; see tests/looks for the measure
        contrast > 0.11  # not flat
        and fullest < 0.4  # not empty: a single colour
        and float(np.quantile(steps, 0.97)) > 0.16  # not blurred
        and float(steps.mean()) < 0.9 * contrast  # not noisy
        and 0.15 < luma.mean() < 0.88  # neither black nor white
        and (colourfulness > 0.06 or contrast > 0.2)  # not dull
        and pure.mean() < 0.015  # not glaring
        and vivid.mean() < 0.25
    )
