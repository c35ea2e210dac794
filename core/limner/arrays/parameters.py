"""The names and shapes inside θ, the one flat vector that holds everything a recipe's stages own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from limner.arrays.namespace import device, namespace

if TYPE_CHECKING:
    from limner.arrays.namespace import Array


@dataclass(frozen=True)
class Entry:
    """One named array inside θ, laid out row by row.

    ``learned`` is False for what is drawn once or measured: trainers, mutation and weight decay leave it alone.
    """

    name: str
    shape: tuple[int, ...]
    learned: bool = True

    @property
    def size(self) -> int:
        """How many numbers the entry takes."""
        return prod(self.shape)


@dataclass(frozen=True)
class Layout:
    """Entries in their order inside θ."""

    entries: tuple[Entry, ...] = ()

    @staticmethod
    def join(parts: Iterable[tuple[str, Layout]]) -> Layout:
        """One layout of several, each entry's name led by its part's: ``network`` + ``W0`` = ``network.W0``."""
        return Layout(tuple(Entry(f"{p}.{e.name}", e.shape, e.learned) for p, lay in parts for e in lay.entries))

    @cached_property
    def size(self) -> int:
        """The length of θ."""
        return sum(e.size for e in self.entries)

    @cached_property
    def slices(self) -> dict[str, slice]:
        """Where each entry lies in θ."""
        out, start = {}, 0
        for entry in self.entries:
            out[entry.name] = slice(start, start + entry.size)
            start += entry.size
        return out

    @cached_property
    def learned(self) -> np.ndarray:
        """A boolean for each number of θ: may a trainer change it?"""
        return np.repeat([e.learned for e in self.entries], [e.size for e in self.entries]).astype(bool)

    @cached_property
    def units(self) -> np.ndarray:
        """For each number of θ, the unit that it belongs to, counted from 0.

        Each row of a matrix is one, and with it its number in a vector that follows as long as the matrix has rows:
        W, then b. Other entries are one unit a row, or one for all where they have no rows.
        """
        out, count, rows = [], 0, 0
        for entry in self.entries:
            if len(entry.shape) == 1 and entry.size == rows:
                out.append(np.arange(count - rows, count))
                rows = 0
                continue
            rows = entry.shape[0] if len(entry.shape) > 1 else 0
            out.append(count + np.repeat(np.arange(max(rows, 1)), entry.size // max(rows, 1)))
            count += max(rows, 1)
        return np.concatenate(out).astype(np.int64) if out else np.empty(0, np.int64)

    def views(self, theta: Array) -> dict[str, Array]:
        """The entries of ``theta`` by name, in their shapes (views where the array library makes them)."""
        xp = namespace(theta)
        return {e.name: xp.reshape(theta[self.slices[e.name]], e.shape) for e in self.entries}

    def pack(self, arrays: dict[str, np.ndarray]) -> np.ndarray:
        """The host arrays by name as one θ, float32.

        Raises:
            ValueError: a name or a shape is not that of the layout.
        """
        if arrays.keys() != self.slices.keys():
            raise ValueError(f"the layout names {sorted(self.slices)}, not {sorted(arrays)}")
        theta = np.empty(self.size, dtype=np.float32)
        for entry in self.entries:
            array = np.asarray(arrays[entry.name])
            if array.shape != entry.shape:
                raise ValueError(f"{entry.name} has the shape {entry.shape}, not {array.shape}")
            with np.errstate(over="ignore"):  # what overflows float32 is told when it is painted
                theta[self.slices[entry.name]] = array.ravel()
        return theta


def pack_gradient(parts: list[Array], like: Array) -> Array:
    """Gradients of consecutive entries, in their order, as one flat vector beside ``like``; one alone as it is.

    Written into slices of one vector: concatenating many small arrays costs several times as much.
    """
    xp = namespace(like)
    full = [p for p in parts if prod(p.shape)]
    if len(full) == 1 and len(full[0].shape) == 1:
        return full[0]
    total = sum(prod(p.shape) for p in full)
    out = xp.empty((total,), dtype=like.dtype, device=device(like))
    start = 0
    for part in full:
        stop = start + prod(part.shape)
        out[start:stop] = xp.reshape(part, (-1,))
        start = stop
    return out
