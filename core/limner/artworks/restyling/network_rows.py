"""The parameters of a network that still fit: all of them, or the rows and columns of the channels that remain."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod
from typing import TypeAlias

import numpy as np

from limner.artworks.restyling.recolored import source_mode
from limner.artworks.restyling.units import Moved, Unit
from limner.models.field import FieldModel

Indices: TypeAlias = "tuple[np.ndarray, np.ndarray]"
"""Indices along an axis of the new array, and of the old array."""


class NetworkFit:
    """Which parameters of a network a new model keeps.

    A parameter of the same name and shape is kept. If only the channels or the features have changed, the rows and
    columns of those that remain are kept: the first axis of the last layer has the channels, the second axis of the
    first layer the features.
    """

    def __init__(self, old: FieldModel, new: FieldModel, encoders: Sequence[tuple[Unit, Unit | None]]) -> None:
        self.same_settings = old.recipe.network.stage == new.recipe.network.stage
        self.channels = _remaining_channels(old, new)
        self.counts = old.color.channels(), new.color.channels()
        self.fans = old.fan_in, new.fan_in
        self.features = _remaining_features(old, new, encoders)

    def copy(self, unit: Unit, former: Unit, old_theta: np.ndarray, theta: np.ndarray) -> Moved:
        """Copy the parameters that fit into ``theta``, in place; return what became of the network."""
        arrays, known = _arrays(unit, theta), _arrays(former, old_theta)
        found = {name: self._indices(array, known[name]) for name, array in arrays.items() if name in known}
        fits = {name: indices for name, indices in found.items() if indices is not None}
        if not any(arrays[name].ndim > 1 for name in fits) and any(array.ndim > 1 for array in arrays.values()):
            return Moved(unit, 0, unit.size, self._reason())
        copied = dict.fromkeys(arrays, 0)
        for name, indices in fits.items():
            arrays[name][np.ix_(*(one for one, _ in indices))] = known[name][np.ix_(*(two for _, two in indices))]
            copied[name] = prod(len(one) for one, _ in indices)
        changed = [name for name, array in arrays.items() if copied[name] < array.size]
        if not changed:
            return Moved(unit, unit.size, 0)
        part = "part of the " if any(copied[name] for name in changed) else ""
        kept = sum(copied.values())
        return Moved(unit, kept, unit.size - kept, self._reason(), where=part + _where(unit, changed))

    def _reason(self) -> str:
        """Return why parameters are drawn again."""
        if not self.same_settings:
            return "other layers"
        if self.counts[0] != self.counts[1]:
            return f"{self.counts[1]} channels instead of {self.counts[0]}"
        return "other features" if self.fans[0] != self.fans[1] else "another number of outputs"

    def _indices(self, array: np.ndarray, before: np.ndarray) -> list[Indices] | None:
        """Return the indices that remain along each axis; None if the array does not fit."""
        if array.ndim != before.ndim:
            return None
        out = []
        for axis, (size, former) in enumerate(zip(array.shape, before.shape, strict=True)):
            found = self._along(axis, size, former)
            if found is None:
                return None
            out.append(found)
        return out

    def _along(self, axis: int, size: int, former: int) -> Indices | None:
        if size == former:
            return np.arange(size), np.arange(size)
        if not self.same_settings:
            return None
        each, rest = divmod(size, self.counts[1])
        if axis == 0 and not rest and former == each * self.counts[0]:
            one, two = (np.asarray(side)[:, None] * each + np.arange(each) for side in zip(*self.channels, strict=True))
            return one.ravel(), two.ravel()
        return self.features if axis == 1 and (former, size) == self.fans else None


def _remaining_channels(old: FieldModel, new: FieldModel) -> list[tuple[int, int]]:
    """Return the channels that remain, as new and old indices: the first components, and the opacity."""
    before, after = (source_mode(model.recipe).stage.num_components() for model in (old, new))
    out = [(i, i) for i in range(min(before, after))]
    return [*out, (after, before)] if old.color.alpha and new.color.alpha else out


def _remaining_features(
    old: FieldModel, new: FieldModel, encoders: Sequence[tuple[Unit, Unit | None]]
) -> Indices | None:
    """Return the features of the encoders that remain, as new and old indices; None if there are none."""
    ends = [dict[int, tuple[int, int]](), dict[int, tuple[int, int]]()]
    for model, places in zip((old, new), ends, strict=True):
        start = 0
        for spec, encoder in zip(model.recipe.encoders, model.encoders, strict=True):
            places[id(spec)] = (start, encoder.num_features())
            start += places[id(spec)][1]
    one, two = list[int](), list[int]()
    for unit, former in encoders:
        if former is not None and ends[1][id(unit.spec)][1] == ends[0][id(former.spec)][1]:
            (after, count), (before, _) = ends[1][id(unit.spec)], ends[0][id(former.spec)]
            one += range(after, after + count)
            two += range(before, before + count)
    return (np.asarray(one), np.asarray(two)) if one else None


def _where(unit: Unit, changed: Sequence[str]) -> str:
    """Return which layers have changed: ``last layer``, ``first 2 layers`` or ``some layers``.

    A layer begins with a matrix; the vectors that follow belong to it.
    """
    layers = list(accumulate(int(len(entry.shape) > 1) for entry in unit.parameters))
    names = [entry.name for entry in unit.parameters]
    found = sorted({layer for name, layer in zip(names, layers, strict=True) if name in changed})
    number = f" {len(found)} layers" if len(found) > 1 else " layer"
    if found[-1] - found[0] != len(found) - 1:
        return "some layers"
    return f"last{number}" if found[-1] == layers[-1] else f"first{number}" if found[0] <= 1 else "some layers"


def _arrays(unit: Unit, theta: np.ndarray) -> dict[str, np.ndarray]:
    """Return views of the parameters of a network by name."""
    out, start = {}, unit.start
    for entry in unit.parameters:
        out[entry.name] = theta[start : start + entry.size].reshape(entry.shape)
        start += entry.size
    return out
