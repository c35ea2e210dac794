"""A collection: pictures of files, RGB, at one size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from limner.targets import read_target


@dataclass(frozen=True, eq=False)
class Collection:
    planes: np.ndarray
    names: tuple[str, ...]
    told: str = ""

    @property
    def size(self) -> tuple[int, int]:
        return self.planes.shape[3], self.planes.shape[2]


def read_collection(names: Sequence[str], size: tuple[int, int] | None, background: str | None = None) -> Collection:
    out = []
    for name in names:
        t = read_target(name, size=size, cover=size is not None, background=background or "white")
        size = size or t.size
        out.append(t.pixels().transpose(2, 0, 1))
    return Collection(np.stack(out), tuple(names))
