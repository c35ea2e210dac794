"""Rendering a recipe, for a plugin's own tests."""

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
    """Return the pixels ``(h, w, 3 or 4)`` of a recipe.

    A recipe that converts pictures gets a random picture of ``size`` as its input and untrained parameters. Its output
    has 8 bits, and may have another size.

    Args:
        recipe: the name of a preset, or a table such as ``{"warp": [{"kind": "swirl"}]}``.
        size: width and height, in pixels.
        bits: bit depth, 8 or 16.
        backend: the backend to render with, or its name.
        registry: the registry of presets and stages; by default that of this environment.

    Raises:
        LimnerError: the recipe or the backend is invalid.
    """
    registry = registry or default_registry()
    table = read_toml(registry.read_recipe(recipe), recipe) if isinstance(recipe, str) else recipe
    parsed, chosen = parse(table, registry), choose_backend(backend, registry)
    model, theta = init_params(parsed)
    if isinstance(model, ImageToImageModel):
        return _translated_noise(model, theta, size, chosen)
    return np.concatenate(list(bands(model, theta, Canvas(size), chosen, bits)), axis=0)


def _translated_noise(
    model: ImageToImageModel, theta: np.ndarray, size: tuple[int, int], backend: Backend
) -> np.ndarray:
    """Return the output of an untrained image-to-image model for a random picture."""
    images = np.random.default_rng(0).random((3, 1, size[1], size[0]), dtype=np.float32)
    ctx = Context(size=size, seed=model.recipe.seed, backend=backend)
    colours = model.forward(backend.asarray(theta), Samples(images=backend.asarray(images)), ctx)
    pixels: np.ndarray = backend.to_host(quantise(colours, 8))[:, 0].transpose(1, 2, 0)
    return pixels
