"""A recipe that nobody chose: stages drawn from all that are registered, third parties' too, until it looks alive.

Each stage says how it likes to vary (``Stage.surprise``); this module only composes, and throws away what is flat,
blurred, noisy or nearly one colour when it is painted small.
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

TRIES = 40
SIDE = 48


def random_recipe(seed: int, registry: Registry) -> dict[str, Any]:
    """A recipe's table for a seed; the same for the same seed and the same stages installed.

    Raises:
        LimnerError: nothing presentable came of many tries.
    """
    for attempt in range(TRIES):
        rng = child_rng(seed, "surprise", attempt)
        table = {**_draft(registry, rng), "title": "Surprise", "seed": seed, "size": [1024, 1024]}
        if _alive(table, registry):
            return table
    raise LimnerError(f"no surprise for the seed {seed}: {TRIES} recipes were flat or noisy; try another `seed`")


def _draft(registry: Registry, rng: np.random.Generator) -> dict[str, Any]:
    warps = [_any("warp", registry, rng) for _ in range(rng.choice(3, p=[0.35, 0.5, 0.15]))]
    encoders: list[dict[str, Any] | None] = [{"kind": "xy", "scale": float(np.round(rng.uniform(0.8, 2.0), 2))}]
    encoders += [_any("encoder", registry, rng) for _ in range(rng.choice([1, 2, 3]))]
    return {
        "warp": [warp for warp in warps if warp],
        "encoder": [encoder for encoder in encoders if encoder],
        "network": _any("network", registry, rng) or {"kind": "mlp"},
        "color": _any("color", registry, rng) or {"kind": "rgb"},
    }


def _any(role: str, registry: Registry, rng: np.random.Generator) -> dict[str, Any] | None:
    """A stage of a role as it likes to vary; None where the one that was drawn would rather not."""
    name = str(rng.choice([name for name in registry.names(role) if _of_points(role, name, registry)]))
    try:
        cls = registry.load(role, name)
        stage = cls.random_settings(rng)
    except LimnerError:  # a broken plugin surprises nobody
        return None
    return None if stage is None else StageSpec(role, name, returned_stage(cls, "random_settings", stage)).table()


def _of_points(role: str, name: str, registry: Registry) -> bool:
    """May it stand in a picture that is made point by point? Of a broken one nobody knows."""
    try:
        return "point" in getattr(registry.load(role, name), "domains", ("point",))
    except LimnerError:
        return True


def _alive(table: dict[str, Any], registry: Registry) -> bool:
    """Is it neither flat, nor blurred, nor noise, nor nearly black or white?"""
    try:
        model, theta = init_params(parse(table, registry))
        backend, canvas = choose_backend("numpy", registry), Canvas((SIDE, SIDE))
        check_memory(model, canvas, backend)
        pixels = np.concatenate(list(bands(model, theta, canvas, backend)))[..., :3].astype(np.float32) / 255
    except PluginError:
        raise
    except LimnerError:
        return False
    light = pixels.mean(axis=-1)
    across = np.abs(np.diff(pixels, axis=1)).max(axis=-1)
    steps = (np.abs(np.diff(light, axis=0)).mean() + np.abs(np.diff(light, axis=1)).mean()) / 2
    edges = float(np.quantile(across, 0.97))
    spread = float(light.std())
    colour = float(np.ptp(pixels, axis=-1).mean())
    return bool(
        spread > 0.09
        and edges > 0.18
        and steps < 0.45 * spread
        and 0.15 < light.mean() < 0.88
        and (colour > 0.06 or spread > 0.2)
    )
