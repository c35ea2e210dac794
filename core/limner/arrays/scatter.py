"""Scatter-add in the Python array API standard, which lacks it: sort, sum up, and take differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limner.arrays.namespace import device, namespace

if TYPE_CHECKING:
    from limner.arrays.namespace import Array


def scatter_add(index: Array, values: Array, size: int) -> Array:
    """The sums, ``(f, size)``, of the values ``(f, m)`` that share an index, integers ``(m,)`` from 0 to size - 1.

    Sums run over all values in the order of their indices, so they carry the rounding of the whole: backends that
    have an instruction for it override this.
    """
    xp = namespace(values)
    order = xp.argsort(index, stable=True)
    running = xp.cumulative_sum(xp.take(values, order, axis=1), axis=1, include_initial=True)
    places = xp.arange(size + 1, dtype=index.dtype, device=device(index))
    ends = xp.searchsorted(xp.take(index, order), places)
    sums = xp.take(running, ends, axis=1)
    return sums[:, 1:] - sums[:, :-1]
