"""Conditioning weights: the buttons of a recipe whose network has learned several pictures."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from limner.composition.recipe import Recipe, SingleRecipe
from limner.errors import LimnerError
from limner.stages.conditioning import MAX_WEIGHT, NUMBER_PREFIX, ConditioningEncoder, label_of
from limner.utils.shell import quote
from limner.utils.text import canonical

MAX_LISTED = 12
OLD_PLACEHOLDERS = re.compile(r"[,=]|[^\x20-\x7e\w]")
"""The characters that early versions of limner replaced by ``_`` in labels, among them vowel signs and emoji."""


def is_conditional(recipe: Recipe) -> bool:
    """Return whether a recipe has buttons."""
    return isinstance(recipe, SingleRecipe) and bool(conditioning_encoders(recipe))


def conditioning_encoders(recipe: SingleRecipe) -> dict[int, ConditioningEncoder]:
    """Return the encoders that condition the network on a picture, by index."""
    stages = {i: part.stage for i, part in enumerate(recipe.encoders) if isinstance(part.stage, ConditioningEncoder)}
    return {i: stage for i, stage in stages.items() if stage.is_conditional()}


def labels_of(recipe: Recipe) -> tuple[str, ...]:
    """Return the labels of the buttons; their numbers, counted from 1, if they have no labels.

    Raises:
        LimnerError: the recipe has no buttons.
    """
    stage = _first(recipe)
    return stage.labels or tuple(str(i + 1) for i in range(stage.num_buttons()))


def weights_of(recipe: Recipe) -> tuple[float, ...]:
    """Return the weights of the buttons.

    Raises:
        LimnerError: the recipe has no buttons.
    """
    return _first(recipe).current_weights()


def training_codes_of(recipe: Recipe) -> list[tuple[float, ...]]:
    """Return the codes that the pictures were trained with.

    Raises:
        LimnerError: the recipe has no buttons.
    """
    return _first(recipe).training_codes()


def with_weights(recipe: Recipe, press: str | Sequence[float]) -> SingleRecipe:
    """Return a recipe with other conditioning weights; θ is unchanged.

    Args:
        recipe: a recipe with buttons.
        press: a weight for each button, ``1,0,0.5`` or a sequence, or weights by name, ``fox=1,star=0.5``, others 0.

    Raises:
        LimnerError: the recipe has no buttons, or the weights do not fit them.
    """
    single = _single(recipe)
    stage = _first(single)
    labels = labels_of(single)
    weights = _parse(press, labels) if isinstance(press, str) else _numbers(press)
    if len(weights) != len(labels):
        raise LimnerError(
            f"`press`: expected {len(labels)} weights, one for each button ({_shorten(labels)}), got {len(weights)}: "
            + _shorten([f"{weight:g}" for weight in weights])
        )
    for weight in weights:
        if not abs(weight) <= MAX_WEIGHT:  # written so that NaN fails
            raise LimnerError(
                f"`press`: a weight must be a number from -{MAX_WEIGHT:g} to {MAX_WEIGHT:g}, got {weight}"
            )
    encoders = list(single.encoders)
    for i, encoder in conditioning_encoders(single).items():
        if encoder.num_buttons() == stage.num_buttons():
            encoders[i] = replace(encoders[i], stage=encoder.model_copy(update={"weights": weights}))
    return replace(single, encoders=tuple(encoders))


def _single(recipe: Recipe) -> SingleRecipe:
    if not isinstance(recipe, SingleRecipe):
        raise LimnerError(f"{recipe.title}: a blend has no buttons; press those of its layers before blending")
    return recipe


def _first(recipe: Recipe) -> ConditioningEncoder:
    holders = conditioning_encoders(_single(recipe))
    if not holders:
        raise LimnerError(
            f"{recipe.title}: has no buttons; fit several pictures with a recipe such as button-field or button-board"
        )
    return next(iter(holders.values()))


def _parse(text: str, labels: Sequence[str]) -> tuple[float, ...]:
    """Return the weights in a text as on the command line."""
    parts = [part.strip() for part in text.split(",")]
    if not any("=" in part for part in parts):
        if name := next((part for part in parts if part in labels and not math.isfinite(_float(part))), ""):
            raise LimnerError(f"`press`: {name!r} is a button without a weight; write {quote(f'{name}=1')}")
        return tuple(_number(part) for part in parts)
    weights = [0.0] * len(labels)
    named = set()
    for part in parts:
        name, equals, weight = part.partition("=")
        if not equals:
            raise LimnerError(f"`press`: {part!r} has no name; name all weights or none: fox=1,star=0.5")
        index = _index_of(name.strip(), labels)
        if index in named:
            raise LimnerError(f"`press`: {labels[index]!r} is named twice")
        named.add(index)
        weights[index] = _number(weight.strip())
    return tuple(weights)


def _index_of(name: str, labels: Sequence[str]) -> int:
    """Return the index of a button, by its label or by the name of the file that it was made from.

    The form of Unicode, case and a leading order number are ignored if the result is unambiguous.
    """
    old = OLD_PLACEHOLDERS.sub("_", name).strip()
    candidates = (name, label_of(name), label_of(NUMBER_PREFIX.sub("", name)), old)
    if found := next((candidate for candidate in candidates if candidate in labels), ""):
        return labels.index(found)
    plain = [_comparable(label) for label in labels]
    for wanted in map(_comparable, candidates):
        if plain.count(wanted) == 1:
            return plain.index(wanted)
    near = get_close_matches(name, labels, 1)  # only the closest label: there may be thousands
    fix = f"did you mean {near[0]!r}?" if near else f"use {_shorten(labels)}"
    raise LimnerError(f"`press`: unknown button {name[:80]!r}; {fix}")


def _comparable(label: str) -> str:
    return canonical(NUMBER_PREFIX.sub("", canonical(label)).casefold())


def _float(text: str) -> float:
    """Return the number in a text; NaN if it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _number(text: str) -> float:
    value = _float(text)
    if not math.isfinite(value):
        raise LimnerError(f"`press`: a weight must be a number, such as 0.5, got {text[:80]!r}")
    return value


def _numbers(press: Any) -> tuple[float, ...]:
    """Return the weights in a sequence of Python numbers."""
    try:
        if isinstance(press, (bytes, Mapping)):
            raise TypeError
        return tuple(float(weight) for weight in press)
    except (TypeError, ValueError) as error:
        raise LimnerError(
            f"`press`: must be a string or a sequence of weights, one for each button, got {press!r}"[:200]
        ) from error


def _shorten(words: Sequence[str]) -> str:
    return ", ".join(words[:MAX_LISTED]) + (", ..." if len(words) > MAX_LISTED else "")
