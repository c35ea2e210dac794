"""What a path of a drive means in an artwork, and how far a signal moves it unless a range is given."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

import numpy as np

from limner.app.artworks import Resetting, paths_in_layers, with_settings
from limner.plugin import ConditioningEncoder, LimnerError, Stage
from limner_apps.animations.audio.requests import DriveRequest
from limner_apps.animations.moves.planned import planned_move
from limner_apps.animations.moves.requests import MoveRequest
from limner_apps.animations.setting_errors import naming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limner.app.artworks import Artwork

PACE = "motion"
PACE_RANGE = (2.5, 10.0)
"""Passes of the motion per minute while the signal is 0 and 1: at most one in six seconds, the default length."""
LATENT_RANGE = (0.0, 1.0)
"""How far a latent vector goes to another random one: at 1, it reaches it."""
SHARE = 0.5
"""How far a setting moves, as a fraction of its value; also how far it moves from 0."""


class Target(NamedTuple):
    """A stage that a path starts with.

    Attributes:
        where: the path of the stage: ``encoder.1``.
        stage: the stage.
        table: its settings.
        rest: the rest of the path; empty if it names the stage itself.
    """

    where: str
    stage: Stage
    table: dict[str, Any]
    rest: str


class Ends(NamedTuple):
    """The values at signals of 0 and 1, and how they are mixed; see ``Drive.between``."""

    low: Any
    high: Any
    between: Literal["linear", "logarithmic", "whole", "colour", "hue"] = "linear"


def range_of(request: DriveRequest, art: Artwork) -> Ends:
    """Return the values at signals of 0 and 1.

    Raises:
        LimnerError: the path does not exist, or is neither a value that can be mixed nor a latent vector, or a value is
            invalid.
    """
    path, given = request.path, request.range
    first, *_ = paths = paths_in_layers(art.recipe, path)
    if path == PACE or latent_at(art, first):
        return Ends(*_amounts(request))
    if path.startswith(f"{PACE}."):
        raise LimnerError(f"`drive` {path}: is a setting of the motion, which does not change; drive {PACE}, its pace")
    with naming("drive"):
        if given and (request.between or isinstance(given[0], str)):
            ends = _mixed_ends(request, art, first)
        else:
            ends = Ends(*(given or _default_range(*_number_at(art, first))))
        for end in ends[:2]:
            with_settings(art, {one: as_type(art, one, end) for one in paths})
    return ends


def _mixed_ends(request: DriveRequest, art: Artwork, path: str) -> Ends:
    """Return the values of a setting that is not a number, such as a colour, as a move would take them.

    Raises:
        LimnerError: the setting or a value cannot be mixed.
    """
    assert request.range is not None, "the caller has checked it"
    low, high = request.range
    if request.between:
        return Ends(low, high, cast("Any", request.between))
    try:
        move = planned_move(MoveRequest(path, (low, high)), Resetting(art, [path]))
    except LimnerError as error:
        raise LimnerError(str(error).replace("`move`", "`drive`")) from error
    return Ends(move.values[0], move.values[1], move.between)


def _amounts(request: DriveRequest) -> tuple[float, float]:
    """Return the numbers at signals of 0 and 1 for the pace, or for a latent vector.

    Raises:
        LimnerError: they are not numbers, or out of range.
    """
    path, given = request.path, request.range
    if given and isinstance(given[0], str):
        raise LimnerError(f"`drive` {path}: the range must have two numbers, for example 0..1")
    if path == PACE:
        if given and (min(given) < 0 or max(given) > 600):
            raise LimnerError(f"`drive` {path}: the range counts passes per minute; use 0 to 600")
        return given or PACE_RANGE
    return given or LATENT_RANGE


def as_type(art: Artwork, path: str, value: Any) -> Any:
    """Return a value for the setting at a path, rounded if the setting is a whole number.

    Raises:
        LimnerError: the value is a number, and the setting does not exist or is not one.
    """
    return round(value) if isinstance(value, float) and isinstance(_number_at(art, path)[0], int) else value


def latent_at(art: Artwork, path: str) -> tuple[str, ConditioningEncoder] | None:
    """Return the encoder with a latent vector at a path, and its place in the recipe; None if a path names no stage.

    Raises:
        LimnerError: the path names a stage without a latent vector, or several stages.
    """
    found = [one for one in _targets(art, path) if not one.rest]
    if not found:
        return None
    if len(found) > 1:
        raise LimnerError(f"`drive` {path}: is ambiguous; use {' or '.join(one.where for one in found)}")
    where, stage, _, _ = found[0]
    if isinstance(stage, ConditioningEncoder):
        params = art.model.layout.views(art.theta).part(where, stage.param_layout())
        if stage.draw_latent(params, np.random.default_rng(0)):
            return where, stage
    fields = [name for name, value in found[0].table.items() if _is_number(value)]
    hint = f"; name a setting, such as {path}.{fields[0]}" if fields else ""
    raise LimnerError(f"`drive` {path}: this stage has no latent vector{hint}")


def _number_at(art: Artwork, path: str) -> tuple[float, float, float]:
    """Return the number at a path, and the smallest and the largest value that it may have.

    Raises:
        LimnerError: it does not exist, or is not a number.
    """
    found = list(_targets(art, path))
    value: Any = None
    if len(found) == 1:
        value = found[0].table
        for key in found[0].rest.split("."):
            value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        with naming("drive"):
            with_settings(art, {path: 0.0})
    if not _is_number(value):
        raise LimnerError(
            f"`drive` {path}: is not a number; give a range of its values, A..B, or drive another setting"
        )
    return (value, *_bounds(found[0].stage, found[0].rest))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _targets(art: Artwork, path: str) -> Iterator[Target]:
    """Yield the stages that a path of an artwork's recipe starts with, by number or by name."""
    for where, spec in art.recipe.parts():
        head, _, number = where.rpartition(".")
        names = [where, f"{head}.{spec.kind.rpartition('/')[2]}"] if number.isdecimal() else [where]
        for name in names:
            if path == name or path.startswith(f"{name}."):
                yield Target(where, spec.stage, spec.table(), path[len(name) + 1 :])
                break


def _bounds(stage: Stage, field: str) -> tuple[float, float]:
    """Return the smallest and the largest value of a field, exclusive ones included."""
    low, high = -inf, inf
    for mark in type(stage).model_fields[field].metadata if field in type(stage).model_fields else ():
        low = max([low, *(float(getattr(mark, name)) for name in ("ge", "gt") if hasattr(mark, name))])
        high = min([high, *(float(getattr(mark, name)) for name in ("le", "lt") if hasattr(mark, name))])
    return low, high


def _default_range(value: float, low: float, high: float) -> tuple[float, float]:
    """Return a range that starts at a value and goes half its size up, or down if the bounds leave no room."""
    step: float = SHARE * abs(value) or SHARE
    if isinstance(value, int):
        step = max(1, round(step))
    return (value, value + step) if value + step < high or value - step <= low else (value, value - step)
