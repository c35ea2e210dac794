"""The history of a training as a sequence of rows and as curves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from limner.training.history import Row


class HistoryRows(Sequence["Row"]):
    """The evaluations of a training, first to last.

    As a sequence it holds a dict for each evaluation: ``step``, ``seconds``, ``loss``, and if known ``psnr`` (dB),
    ``learning_rate`` and other metrics of the trainer. ``history["loss"]`` is a column as an array.

    Args:
        rows: the rows.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = tuple(dict(row) for row in rows)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> HistoryRows: ...

    @overload
    def __getitem__(self, index: str) -> NDArray[np.float64]: ...

    def __getitem__(self, index: int | slice | str) -> Row | HistoryRows | NDArray[np.float64]:
        if isinstance(index, str):
            if index not in self.columns:
                raise KeyError(f"{index!r}; known: {', '.join(self.columns)}")
            return np.array([row.get(index, np.nan) for row in self._rows], dtype=np.float64)
        return HistoryRows(self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __repr__(self) -> str:
        return f"<History of {len(self)} evaluations: {', '.join(self.columns)}>"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the order of their first appearance."""
        return tuple(dict.fromkeys(name for row in self._rows for name in row))
