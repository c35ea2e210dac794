"""Digests by which relatives are found: of the recipe with less and less of it, and of θ."""

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
"""Hexadecimal digits: 64 bits, enough among millions."""
HEADER = ("title", "summary", "seed", "size")


def keys_of(recipe: Recipe, art: Artwork | None) -> dict[str, str]:
    """A piece's keys, by name.

    - ``paints``: stages, seed and θ: the same picture, whatever the size.
    - ``theta``: θ alone, where there is any.
    - ``run``: stages and seed: a movie of a fit, and its picture after any number of steps.
    - ``body``: stages alone: other seeds.
    - ``board``: stages without what is pressed.
    - ``kinds``: the kinds of stages alone: other parameters.
    - ``learner``: stages of a recipe that learns, whatever it has learned.

    A movie holds no θ: it has neither of the first two. What is learned names a fit, and stands in its other keys.
    """
    body = _unseeded(recipe.body())
    learned = [recipe.title] if "trainer" in body else []
    out = {
        "run": _digest([recipe.seed, recipe.body(), *learned]),
        "body": _digest([body, *learned]),
        "board": _digest([_unpressed(body), *learned]),
        "kinds": _digest([_kinds(body), *learned]),
    }
    if learned:
        out["learner"] = _digest(body)
    if art is not None:
        out["paints"] = _paints(recipe, art.theta)
        if art.theta.size:
            out["theta"] = hashlib.sha256(theta_bytes(art.theta)).hexdigest()[:LENGTH]
    return out


def layers_of(recipe: Recipe, art: Artwork | None) -> list[str]:
    """What each layer of a blend paints."""
    if art is None or not isinstance(recipe, LayeredRecipe) or not isinstance(art.model, LayeredModel):
        return []
    return list(dict.fromkeys(_layers(recipe, art.model, art.theta)))


def _layers(recipe: LayeredRecipe, model: LayeredModel, theta: np.ndarray) -> list[str]:
    out, start = [], 0
    for layer, own in zip(recipe.layers, model.layers, strict=True):
        part = theta[start : start + _size(own)]
        start += _size(own)
        out.append(_paints(layer, part))
    return out


def _size(model: Model) -> int:
    return model.layout.size


def _paints(recipe: Recipe, theta: np.ndarray) -> str:
    return _digest([recipe.seed, recipe.body(), hashlib.sha256(theta_bytes(theta)).hexdigest()])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:LENGTH]


def _unseeded(body: dict[str, Any]) -> dict[str, Any]:
    """The body without the headers of its layers, where it has any; but for what they have learned."""
    if "layer" not in body:
        return body
    kept = [
        {n: v for n, v in one.items() if n not in HEADER or (n == "title" and "trainer" in one)}
        for one in body["layer"]
    ]
    return {**body, "layer": [_unseeded(one) for one in kept]}


def _unpressed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unpressed(inside) for name, inside in value.items() if name != "weights"}
    return [_unpressed(one) for one in value] if isinstance(value, list) else value


def _kinds(value: Any) -> Any:
    """The tables alone, and of each nothing but its kind."""
    if isinstance(value, dict):
        inside = {name: _kinds(one) for name, one in value.items() if isinstance(one, (dict, list))}
        return {"kind": value.get("kind"), **{name: one for name, one in inside.items() if one}}
    return [_kinds(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else None
