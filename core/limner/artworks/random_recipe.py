"""Random recipes: stages drawn from all registered ones, including third parties'.

Each stage draws its own settings (``Stage.random_settings``). This module composes the stages, and rejects recipes
whose preview is flat, blurred, noisy or nearly one colour.
"""

from __future__ import annotations

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
from limner.utils.seeding import child_rng

MAX_ATTEMPTS = 40
PREVIEW_SIDE = 48
"""Width and height of the preview by which a recipe is judged, in pixels."""


def random_recipe(seed: int, registry: Registry) -> dict[str, Any]:
    """Return the table of a random recipe; it depends only on the seed and on the stages installed.

    Raises:
        LimnerError: all attempts were flat or noisy.
    """
    for attempt in range(MAX_ATTEMPTS):
        rng = child_rng(seed, "surprise", attempt)
        table = {**_draft(registry, rng), "title": "Random recipe", "seed": seed, "size": [1024, 1024]}
        if _is_presentable(table, registry):
            return table
    raise LimnerError(f"seed {seed}: {MAX_ATTEMPTS} random recipes were flat or noisy; try another `seed`")


def _draft(registry: Registry, rng: np.random.Generator) -> dict[str, Any]:
    """Return the stages of a random recipe, as tables."""
    warps = [_random_stage("warp", registry, rng) for _ in range(rng.choice(3, p=[0.35, 0.5, 0.15]))]
    encoders: list[dict[str, Any] | None] = [{"kind": "xy", "scale": float(np.round(rng.uniform(0.8, 2.0), 2))}]
    encoders += [_random_stage("encoder", registry, rng) for _ in range(rng.choice([1, 2, 3]))]
    return {
        "warp": [warp for warp in warps if warp],
        "encoder": [encoder for encoder in encoders if encoder],
        "network": _random_stage("network", registry, rng) or {"kind": "mlp"},
        "color": _random_stage("color", registry, rng) or {"kind": "rgb"},
    }


def _random_stage(role: str, registry: Registry, rng: np.random.Generator) -> dict[str, Any] | None:
    """Return a random stage of a role with random settings; None if the stage drawn has none or is broken."""
    name = str(rng.choice([name for name in registry.names(role) if _supports_points(role, name, registry)]))
    try:
        cls = registry.load(role, name)
        stage = cls.random_settings(rng)
    except LimnerError:  # a broken plugin must not disable random recipes
        return None
    return None if stage is None else StageSpec(role, name, returned_stage(cls, "random_settings", stage)).table()


def _supports_points(role: str, name: str, registry: Registry) -> bool:
    """Return whether a stage can be part of a picture that is computed point by point; True for a broken one."""
    try:
        return "point" in getattr(registry.load(role, name), "domains", ("point",))
    except LimnerError:
        return True


def _is_presentable(table: dict[str, Any], registry: Registry) -> bool:
    """Return whether a recipe's preview is neither flat, blurred, noisy, nor nearly black or white."""
    try:
        model, theta = init_params(parse(table, registry))
        backend, canvas = choose_backend("numpy", registry), Canvas((PREVIEW_SIDE, PREVIEW_SIDE))
        check_memory(model, canvas, backend)
        pixels = np.concatenate(list(bands(model, theta, canvas, backend)))[..., :3].astype(np.float32) / 255
    except PluginError:
        raise
    except LimnerError:
        return False
    brightness = pixels.mean(axis=-1)
    steps_across = np.abs(np.diff(pixels, axis=1)).max(axis=-1)
    mean_step = (np.abs(np.diff(brightness, axis=0)).mean() + np.abs(np.diff(brightness, axis=1)).mean()) / 2
    edges = float(np.quantile(steps_across, 0.97))
    contrast = float(brightness.std())
    colourfulness = float(np.ptp(pixels, axis=-1).mean())
    return bool(
        contrast > 0.09
        and edges > 0.18
        and mean_step < 0.45 * contrast
        and 0.15 < brightness.mean() < 0.88
        and (colourfulness > 0.06 or contrast > 0.2)
    )
