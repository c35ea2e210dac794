"""The transfer of parameters: from those of an artwork to those of its restyled recipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from limner.arrays.parameters import Parameter
from limner.artworks.restyling.network_rows import NetworkFit
from limner.artworks.restyling.units import Moved, Unit, matched_units
from limner.errors import LimnerError
from limner.models.base import Model
from limner.models.field import FieldModel
from limner.models.single_models import single_models
from limner.stages.base import Parametric


@dataclass(frozen=True)
class Redraw:
    """Which parameters are drawn again although they fit: those of all stages that ``kept`` does not name.

    Attributes:
        kept: the names of locked parts, ``network`` or ``color``.
        active: whether anything is drawn again.
    """

    kept: tuple[str, ...] = ()
    active: bool = False

    def of(self, unit: Unit) -> bool:
        """Return whether the parameters of a stage are drawn again."""
        return self.active and unit.part not in self.kept


def transfer(
    old: Model, new: Model, old_theta: np.ndarray, drawn: np.ndarray, redraw: Redraw
) -> tuple[np.ndarray, list[Moved]]:
    """Return the parameters of a new model: those of the old one that fit, the others as drawn.

    Args:
        old: the model of the artwork.
        new: the model of the restyled recipe.
        old_theta: the parameters of the artwork.
        drawn: the initial parameters of the new model.
        redraw: the parameters to draw again although they fit.

    Returns:
        θ of the new model, and what became of each stage with parameters.
    """
    theta, moves = drawn.copy(), list[Moved]()
    for (path, former, old_span), (_, single, span) in zip(single_models(old), single_models(new), strict=True):
        own = theta[span]  # a view
        moves += _transfer_single(path, former, single, old_theta[old_span], own, redraw)
    return theta, moves


def _transfer_single(
    at: str, old: FieldModel, new: FieldModel, old_theta: np.ndarray, theta: np.ndarray, redraw: Redraw
) -> Iterator[Moved]:
    """Copy the parameters that fit into ``theta``, in place; yield what became of each stage with parameters."""
    pairs = matched_units(old, new, at)
    fit = NetworkFit(old, new, [(two, one) for two, one in pairs if two.role == "encoder"])
    for unit, former in pairs:
        entries = unit.parameters
        size = sum(entry.size for entry in entries)
        if not size:
            continue
        if former is None:
            yield Moved(unit, 0, size, "new", is_new=True)
        elif redraw.of(unit):
            yield Moved(unit, 0, size, "another seed")
        elif unit.role == "network":
            yield fit.copy(unit, former, old_theta, theta)
        elif reason := _misfit(unit, former):
            yield Moved(unit, 0, size, reason)
        else:
            theta[unit.span] = old_theta[former.span]
            yield Moved(unit, size, 0)


def _misfit(unit: Unit, former: Unit) -> str:
    """Return why the parameters of a stage other than the network do not fit; empty if they do."""
    if _shapes(unit.parameters) != _shapes(former.parameters):
        return f"{unit.kind} of another size"
    if unit.spec.stage == former.spec.stage or (unit.role != "color" and any(p.trainable for p in unit.parameters)):
        return ""
    one, two = unit.spec.stage, former.spec.stage
    assert isinstance(one, Parametric), "networks are not compared as a whole"
    assert isinstance(two, Parametric), "stages of one name have the same interface"
    try:
        return "" if same_start(one, two) else "other settings"
    except LimnerError:  # a file that the former stage read is missing
        return "other settings"


def _shapes(parameters: Sequence[Parameter]) -> list[tuple[int, ...]]:
    return [parameter.shape for parameter in parameters]


def same_start(one: Parametric, two: Parametric, seeds: tuple[int, int] = (0, 0)) -> bool:
    """Return whether two stages draw the same parameters from generators with two seeds.

    Raises:
        LimnerError: a file that a stage reads is missing.
    """
    first, second = (
        stage.init_params(np.random.default_rng(seed)) for stage, seed in zip((one, two), seeds, strict=True)
    )
    return all(
        np.array_equal(getattr(a, "value", a), getattr(b, "value", b))
        for a, b in zip(first.values(), second.values(), strict=True)
    )
