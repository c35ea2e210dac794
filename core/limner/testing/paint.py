"""A picture of a recipe, for a plugin's own tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.backends import choose
from limner.canvas import Canvas
from limner.models import draw
from limner.parsing import parse, read_toml
from limner.registry import registry as default_registry
from limner.render import bands

if TYPE_CHECKING:
    from limner.backend import Backend
    from limner.registry import Registry


def paints(
    recipe: str | Mapping[str, Any],
    *,
    size: tuple[int, int] = (32, 32),
    bits: int = 8,
    backend: str | Backend = "numpy",
    registry: Registry | None = None,
) -> np.ndarray:
    """The pixels ``(h, w, 3 or 4)`` of a recipe: a preset's name, or a table such as ``{"warp": [{"kind": "swirl"}]}``.

    Raises:
        LimnerError: the recipe or the backend is wrong.
    """
    registry = registry or default_registry()
    table = read_toml(registry.read_recipe(recipe), recipe) if isinstance(recipe, str) else recipe
    model, theta = draw(parse(table, registry))
    return np.concatenate(list(bands(model, theta, Canvas(size), choose(backend, registry), bits)), axis=0)
