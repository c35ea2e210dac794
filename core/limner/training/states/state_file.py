"""The file of states: one safetensors file with room for further states, which is valid at every moment.

The rows ``step``, ``psnr``, ``loss`` and ``theta`` have the same number of entries. A row is free while its step is
-1. A state is written to the first free row, its step last, so that a process that is killed leaves no partial state.
The file is replaced by a larger one only if all rows are taken, and by one without free rows at the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from limner.errors import LimnerError
from limner.utils.atomic_files import atomic_write
from limner.utils.paths import os_problem

if TYPE_CHECKING:
    from types import TracebackType

FREE = -1
"""The step of a row without a state."""
FIELDS: Mapping[str, tuple[str, str]] = {
    "step": ("I64", "<i8"),
    "psnr": ("F64", "<f8"),
    "loss": ("F64", "<f8"),
    "codes": ("F32", "<f4"),
    "theta": ("F32", "<f4"),
}
"""The tensors in the order of the file, each with its type in safetensors and in NumPy."""
COPIED_BYTES = 2**24
"""The bytes of θ that are copied at once."""


@dataclass(frozen=True)
class KeptState:
    """A state of a fit, without its θ.

    Attributes:
        step: number of steps done.
        psnr: the PSNR at this step, in dB; infinite for an exact match.
        loss: the loss at this step.
    """

    step: int
    psnr: float
    loss: float


class StateFile:
    """An open file of states, to which states are appended.

    Attributes:
        path: the file.
        rows: the number of states that fit without a larger file.
    """

    def __init__(self, path: Path, metadata: Mapping[str, str], size: int, rows: int, codes: np.ndarray) -> None:
        self.path, self.rows = path, rows
        self._metadata, self._size, self._codes = dict(metadata), size, codes
        self._states: list[KeptState] = []
        self._file: BinaryIO | None = None

    def __len__(self) -> int:
        return len(self._states)

    def __enter__(self) -> StateFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def last(self) -> KeptState | None:
        """The last state; None if there is none."""
        return self._states[-1] if self._states else None

    def append(self, state: KeptState, theta: np.ndarray) -> None:
        """Write a state behind the others, or in place of the last one if it has the same step.

        Args:
            state: the state; its step is at least that of the last one.
            theta: θ, 1-D float32.

        Raises:
            LimnerError: it cannot be written; the other states are unchanged.
        """
        kept = [one for one in self._states if one.step < state.step]
        if len(kept) == self.rows:
            self._replace(kept, 2 * self.rows)
        try:
            file = self._opened(kept)
            row, layout = len(kept), _Layout(self._metadata, self._size, self.rows, self._codes)
            layout.write(file, "step", row, np.int64(FREE))
            layout.write(file, "theta", row, theta)
            layout.write(file, "psnr", row, np.float64(state.psnr))
            layout.write(file, "loss", row, np.float64(state.loss))
            file.flush()
            layout.write(file, "step", row, np.int64(state.step))
            file.flush()
        except OSError as error:
            raise LimnerError(f"{self.path}: cannot be written: {os_problem(error)}") from error
        self._states = [*kept, state]

    def adopt(self, states: list[KeptState]) -> None:
        """Continue an existing file: keep its first states, and drop the others.

        Raises:
            LimnerError: the file cannot be read or written.
        """
        self.close()
        self._replace(states, self.rows)

    def finish(self) -> None:
        """Close the file, and remove its free rows.

        Raises:
            LimnerError: the file cannot be written; it still has all states.
        """
        self.close()
        if self._states and len(self._states) < self.rows:
            self._replace(self._states, len(self._states))

    def close(self) -> None:
        """Close the file; what could not be written belongs to a row that is still free."""
        if self._file:
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _opened(self, kept: list[KeptState]) -> BinaryIO:
        """Return the open file; it is created if there is none yet."""
        if self._file is None:
            if not self._states:
                self._replace(kept, self.rows)
            self._file = self.path.open("r+b")
        return self._file

    def _replace(self, kept: list[KeptState], rows: int) -> None:
        """Replace the file by one with another number of rows; of its states, the first remain."""
        self.close()
        layout = _Layout(self._metadata, self._size, rows, self._codes)
        with atomic_write(self.path, force=True) as file:
            file.write(layout.head)
            file.truncate(layout.end)
            layout.write(file, "step", 0, np.array([s.step for s in kept] + [FREE] * (rows - len(kept)), np.int64))
            layout.write(file, "psnr", 0, np.array([s.psnr for s in kept]))
            layout.write(file, "loss", 0, np.array([s.loss for s in kept]))
            layout.write(file, "codes", 0, self._codes)
            if kept:
                self._copy_thetas(file, layout, len(kept))
        self.rows, self._states = rows, list(kept)

    def _copy_thetas(self, file: BinaryIO, layout: _Layout, count: int) -> None:
        """Copy the first θ of the present file to a new one, a few at a time."""
        from safetensors import safe_open

        several = max(1, COPIED_BYTES // max(1, 4 * self._size))
        with safe_open(str(self.path), framework="numpy") as tensors:
            thetas = tensors.get_slice("theta")
            for first in range(0, count, several):
                layout.write(file, "theta", first, thetas[first : min(first + several, count)])


class _Layout:
    """Where the tensors of a file of states are.

    Attributes:
        head: the first bytes of the file: the length of the header, and the header.
        end: the length of the file.
    """

    def __init__(self, metadata: Mapping[str, str], size: int, rows: int, codes: np.ndarray) -> None:
        shapes = {
            "step": (rows,),
            "psnr": (rows,),
            "loss": (rows,),
            "codes": codes.shape,
            "theta": (rows, size),
        }
        header: dict[str, object] = {"__metadata__": dict(metadata)}
        self._starts, self._strides, place = {}, {}, 0
        for name, (kind, dtype) in FIELDS.items():
            nbytes = np.dtype(dtype).itemsize * int(np.prod(shapes[name], dtype=np.int64))
            header[name] = {"dtype": kind, "shape": list(shapes[name]), "data_offsets": [place, place + nbytes]}
            self._starts[name] = place
            self._strides[name] = nbytes // max(1, shapes[name][0])
            place += nbytes
        text = json.dumps(header, separators=(",", ":")).encode("ascii")
        text += b" " * (-len(text) % 8)
        self.head = len(text).to_bytes(8, "little") + text
        self.end = len(self.head) + place

    def write(self, file: BinaryIO, name: str, row: int, values: np.ndarray | np.generic) -> None:
        """Write the entries of a tensor from a row on."""
        file.seek(len(self.head) + self._starts[name] + row * self._strides[name])
        file.write(np.ascontiguousarray(values, FIELDS[name][1]).tobytes())
