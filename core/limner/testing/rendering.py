"""A picture of a recipe, for a plugin's own tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks.renderer import bands, quantise
from limner.composition.parser import parse, read_toml
from limner.imaging.canvas import Canvas
from limner.models.factory import init_params
from limner.models.image_to_image import ImageToImageModel
from limner.registry.backends import choose_backend
from limner.registry.registry import registry as default_registry
from limner.stages.context import Context, Samples

if TYPE_CHECKING:
    from limner.registry.registry import Registry
    from limner.stages.backend import Backend


def render_recipe(
    recipe: str | Mapping[str, Any],
    *,
    size: tuple[int, int] = (32, 32),
    bits: int = 8,
    backend: str | Backend = "numpy",
    registry: Registry | None = None,
) -> np.ndarray:
    """Return the pixels ``(h, w, 3 or 4)`` of a recipe: a preset's name, or a table ``{"warp": [{"kind": "swirl"}]}``.

    One that takes pictures to pictures is given one of that size that is drawn at random, 8 bits, and has learned
    nothing: its own may be of another size.

    Raises:
        LimnerError: the recipe or the backend is wrong.
    """
    registry = registry or default_registry()
    table = read_toml(registry.read_recipe(recipe), recipe) if isinstance(recipe, str) else recipe
    chosen, own = parse(table, registry), choose_backend(backend, registry)
    model, theta = init_params(chosen)
    if isinstance(model, ImageToImageModel):
        return _translated(model, theta, size, own)
    return np.concatenate(list(bands(model, theta, Canvas(size), own, bits)), axis=0)


def _translated(model: ImageToImageModel, theta: np.ndarray, size: tuple[int, int], backend: Backend) -> np.ndarray:
    """What a network that has learned nothing makes of noise."""
    images = np.random.default_rng(0).random((3, 1, size[1], size[0]), dtype=np.float32)
    ctx = Context(size=size, seed=model.recipe.seed, backend=backend)
    colours = model.forward(backend.asarray(theta), Samples(images=backend.asarray(images)), ctx)
    pixels: np.ndarray = backend.to_host(quantise(colours, 8))[:, 0].transpose(1, 2, 0)
    return pixels
