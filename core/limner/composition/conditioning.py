"""Pressing buttons: any weights for the pictures that a network knows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from limner.composition.recipe import Recipe, SingleRecipe
from limner.errors import LimnerError
from limner.stages.conditioning import MAX_WEIGHT, NUMBER_PREFIX, ConditioningEncoder

MAX_LISTED = 12


def is_conditional(recipe: Recipe) -> bool:
    """Has it buttons?"""
    return isinstance(recipe, SingleRecipe) and bool(conditioning_encoders(recipe))


def conditioning_encoders(recipe: SingleRecipe) -> dict[int, ConditioningEncoder]:
    """The encoders that tell pictures apart, by their places."""
    stages = {i: part.stage for i, part in enumerate(recipe.encoders) if isinstance(part.stage, ConditioningEncoder)}
    return {i: stage for i, stage in stages.items() if stage.is_conditional()}


def labels_of(recipe: Recipe) -> tuple[str, ...]:
    """The buttons' names; their numbers, counted from 1, where they have none.

    Raises:
        LimnerError: the recipe has no buttons.
    """
    stage = _first(recipe)
    return stage.labels or tuple(str(i + 1) for i in range(stage.num_buttons()))


def weights_of(recipe: Recipe) -> tuple[float, ...]:
    """What is pressed.

    Raises:
        LimnerError: the recipe has no buttons.
    """
    return _first(recipe).current_weights()


def training_codes_of(recipe: Recipe) -> list[tuple[float, ...]]:
    """The codes that pictures were learned with.

    Raises:
        LimnerError: the recipe has no buttons.
    """
    return _first(recipe).training_codes()


def with_weights(recipe: Recipe, press: str | Sequence[float]) -> SingleRecipe:
    """The recipe with other weights; θ stays what it is.

    Args:
        recipe: one that has buttons.
        press: a weight for each button, ``1,0,0.5`` or a sequence, or some by name, ``fox=1,star=0.5``, the others 0.

    Raises:
        LimnerError: there are no buttons, or not these.
    """
    single = _single(recipe)
    stage = _first(single)
    labels = labels_of(single)
    weights = _parse(press, labels) if isinstance(press, str) else _numbers(press)
    if len(weights) != len(labels):
        raise LimnerError(
            f"press: there are {len(labels)} buttons ({_shorten(labels)}), and {len(weights)} weights were given: "
            + _shorten([f"{weight:g}" for weight in weights])
        )
    for weight in weights:
        if not abs(weight) <= MAX_WEIGHT:  # NaN is no less than anything
            raise LimnerError(f"press: a weight is a number from -{MAX_WEIGHT:g} to {MAX_WEIGHT:g}, not {weight}")
    encoders = list(single.encoders)
    for i, own in conditioning_encoders(single).items():
        if own.num_buttons() == stage.num_buttons():
            encoders[i] = replace(encoders[i], stage=own.model_copy(update={"weights": weights}))
    return replace(single, encoders=tuple(encoders))


def _single(recipe: Recipe) -> SingleRecipe:
    if not isinstance(recipe, SingleRecipe):
        raise LimnerError(f"{recipe.title}: is a blend and has no buttons of its own; press those of its layers before")
    return recipe


def _first(recipe: Recipe) -> ConditioningEncoder:
    holders = conditioning_encoders(_single(recipe))
    if not holders:
        raise LimnerError(
            f"{recipe.title}: has no buttons; fit several pictures with a recipe that has: button-field, button-board"
        )
    return next(iter(holders.values()))


def _parse(text: str, labels: Sequence[str]) -> tuple[float, ...]:
    """Weights as they are written on a command line."""
    parts = [part.strip() for part in text.split(",")]
    if not any("=" in part for part in parts):
        return tuple(_number(part) for part in parts)
    weights = [0.0] * len(labels)
    named = set()
    for part in parts:
        name, equals, weight = part.partition("=")
        if not equals:
            raise LimnerError(f"press: {part!r}: either all weights have a name or none has: fox=1,star=0.5")
        index = _index_of(name.strip(), labels)
        if index in named:
            raise LimnerError(f"press: {labels[index]!r} is named twice")
        named.add(index)
        weights[index] = _number(weight.strip())
    return tuple(weights)


def _index_of(name: str, labels: Sequence[str]) -> int:
    """Which button has a name; case, and a number that puts files in order, do not matter where they tell nothing."""
    if name in labels:
        return labels.index(name)
    plain = [NUMBER_PREFIX.sub("", label).casefold() for label in labels]
    wanted = NUMBER_PREFIX.sub("", name).casefold()
    if plain.count(wanted) == 1:
        return plain.index(wanted)
    near = get_close_matches(name, labels, 1)  # not all that are known: there may be thousands
    fix = f"did you mean {near[0]!r}?" if near else f"there are {_shorten(labels)}"
    raise LimnerError(f"press: there is no button {name[:80]!r}; {fix}")


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise LimnerError(f"press: a weight is a number, 0.5 say, not {text[:80]!r}")
    return value


def _numbers(press: Any) -> tuple[float, ...]:
    """Weights as they are handed over in Python."""
    try:
        if isinstance(press, (bytes, Mapping)):
            raise TypeError
        return tuple(float(weight) for weight in press)
    except (TypeError, ValueError) as error:
        raise LimnerError(f"press: is a text or a weight for each button, not {press!r}"[:200]) from error


def _shorten(words: Sequence[str]) -> str:
    return ", ".join(words[:MAX_LISTED]) + (", ..." if len(words) > MAX_LISTED else "")
