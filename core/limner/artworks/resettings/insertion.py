"""A further stage for an artwork that keeps its parameters: a warp before the others, or an encoder after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from limner.artworks.artwork import Artwork
from limner.artworks.painting import packages_of
from limner.artworks.resettings.widening import with_features
from limner.composition.parser import parse
from limner.composition.recipe import LayeredRecipe, Recipe, SingleRecipe
from limner.errors import LimnerError
from limner.models.factory import model_of
from limner.models.field import FieldModel
from limner.models.single_models import single_models
from limner.registry.registry import registry
from limner.utils.limits import MAX_SEED
from limner.utils.validation import with_article


def with_stage(
    artwork: Artwork,
    role: Literal["warp", "encoder"],
    kind: str,
    settings: Mapping[str, Any] | None = None,
    *,
    seed: int | None = None,
) -> Artwork:
    """Return an artwork with a further warp or encoder, and the parameters θ that it had.

        with_stage(art, "warp", "affine", {"rotation": 30.0})
        with_stage(art, "encoder", "time", {"start": "origin"})

    A warp is put before all others, so that it moves the whole picture. An encoder is put after all others; the first
    layer of the network gets weights for its features, which are drawn. Every layer of a blend gets the stage.

    Args:
        artwork: the artwork.
        role: ``warp`` or ``encoder``.
        kind: the name of the stage.
        settings: its settings by name.
        seed: the random seed of the new parameters; each further layer of a blend takes the next. Default: the seeds of
            the artwork.

    Raises:
        LimnerError: the stage or a setting is unknown, or the network does not support it.
    """
    if not artwork.model.is_renderable:
        raise LimnerError(f"{artwork.recipe.title}: has no picture of its own, so it cannot get {with_article(role)}")
    for at, model, _ in single_models(artwork.model):
        if role == "warp" and model.is_raster:
            raise LimnerError(
                f"{_place(artwork.recipe, at)}: the network {model.recipe.network.kind!r} outputs all pixels at once, "
                f"so that warps such as {kind!r} cannot move its points; use an artwork that is painted point by point"
            )
    table = {"kind": kind, **(settings or {})}
    recipe = model_of(_with_table(artwork.recipe, role, table)).resolved()
    theta, number = list[np.ndarray](), 0
    new_models = [model for _, model, _ in single_models(model_of(recipe))]
    for number, (at, old, span) in enumerate(single_models(artwork.model)):
        new = new_models[number]
        drawn = _drawn(new, seed, number)
        own = artwork.theta[span]
        if role == "warp":
            theta.append(np.concatenate([drawn[: new.layout.size - own.size], own], dtype=np.float32))
        else:
            theta.append(with_features(old, new, own, drawn, _place(artwork.recipe, at)))
    joined = np.concatenate([np.empty(0, np.float32), *theta], dtype=np.float32)
    joined.flags.writeable = False
    return Artwork(recipe, joined, packages_of(recipe))


def _with_table(recipe: Recipe, role: str, stage: Mapping[str, Any]) -> Recipe:
    """Return a recipe with a further stage in every layer.

    Raises:
        LimnerError: the stage is invalid, or does not go with the others.
    """
    if isinstance(recipe, LayeredRecipe):
        return replace(recipe, layers=tuple(_with_table(layer, role, stage) for layer in recipe.layers))
    assert isinstance(recipe, SingleRecipe), "recipes have stages or layers"
    table = recipe.table()
    table[role] = [stage, *table[role]] if role == "warp" else [*table[role], stage]
    return parse(table, registry(), recipe.title)


def _drawn(model: FieldModel, seed: int | None, number: int) -> np.ndarray:
    """Return the initial parameters of a layer."""
    recipe = model.recipe if seed is None else model.recipe.with_seed((seed + number) % (MAX_SEED + 1))
    return model_of(recipe).init_params()


def _place(recipe: Recipe, at: str) -> str:
    return f"{recipe.title}, {at.rstrip('.')}" if at else recipe.title
