"""Fingerprints by which relatives are found: digests of θ, and of ever fewer parts of the recipe."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.app.artworks import LayeredModel, theta_bytes
from limner.app.recipes import LayeredRecipe, Recipe

if TYPE_CHECKING:
    from limner.app.artworks import Artwork, Model

LENGTH = 16
"""Number of hexadecimal digits: 64 bits, enough for millions of pieces."""
HEADER = ("title", "summary", "seed", "size")


def fingerprints_of(recipe: Recipe, art: Artwork | None) -> dict[str, str]:
    """Return the fingerprints of a piece by name.

    - ``picture``: stages, seed and θ; shared by renderings of one picture in different sizes.
    - ``theta``: θ alone, if there is any.
    - ``run``: stages and seed; shared by the movie of a fit and its pictures at all steps.
    - ``stages``: stages alone; shared by other seeds.
    - ``unweighted``: stages without conditioning weights.
    - ``kinds``: kinds of stages, without their settings.
    - ``fit``: stages of a recipe with a trainer; shared by fits of different pictures.

    A movie contains no θ, and so lacks the first two. A fit has the title of its picture, which its other fingerprints,
    except ``fit``, include.
    """
    body = _without_headers(recipe.body())
    title = [recipe.title] if "trainer" in body else []
    out = {
        "run": _digest([recipe.seed, recipe.body(), *title]),
        "stages": _digest([body, *title]),
        "unweighted": _digest([_without_weights(body), *title]),
        "kinds": _digest([_kinds(body), *title]),
    }
    if title:
        out["fit"] = _digest(body)
    if art is not None:
        out["picture"] = _picture(recipe, art.theta)
        if art.theta.size:
            out["theta"] = hashlib.sha256(theta_bytes(art.theta)).hexdigest()[:LENGTH]
    return out


def layer_fingerprints(recipe: Recipe, art: Artwork | None) -> list[str]:
    """Return the fingerprint ``picture`` of each layer of a blend, without duplicates."""
    if art is None or not isinstance(recipe, LayeredRecipe) or not isinstance(art.model, LayeredModel):
        return []
    return list(dict.fromkeys(_layers(recipe, art.model, art.theta)))


def _layers(recipe: LayeredRecipe, model: LayeredModel, theta: np.ndarray) -> list[str]:
    out, start = [], 0
    for layer, layer_model in zip(recipe.layers, model.layers, strict=True):
        part = theta[start : start + _size(layer_model)]
        start += _size(layer_model)
        out.append(_picture(layer, part))
    return out


def _size(model: Model) -> int:
    return model.layout.size


def _picture(recipe: Recipe, theta: np.ndarray) -> str:
    return _digest([recipe.seed, recipe.body(), hashlib.sha256(theta_bytes(theta)).hexdigest()])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:LENGTH]


def _without_headers(body: dict[str, Any]) -> dict[str, Any]:
    """Return the table of stages without the headers of layers, except the titles of layers that were fitted."""
    if "layer" not in body:
        return body
    layers = [
        {n: v for n, v in layer.items() if n not in HEADER or (n == "title" and "trainer" in layer)}
        for layer in body["layer"]
    ]
    return {**body, "layer": [_without_headers(layer) for layer in layers]}


def _without_weights(value: Any) -> Any:
    """Return a table without the weights of conditioning encoders."""
    if isinstance(value, dict):
        return {name: _without_weights(inner) for name, inner in value.items() if name != "weights"}
    return [_without_weights(item) for item in value] if isinstance(value, list) else value


def _kinds(value: Any) -> Any:
    """Return the nested tables with nothing but their kinds."""
    if isinstance(value, dict):
        inner = {name: _kinds(item) for name, item in value.items() if isinstance(item, (dict, list))}
        return {"kind": value.get("kind"), **{name: item for name, item in inner.items() if item}}
    return [_kinds(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else None
