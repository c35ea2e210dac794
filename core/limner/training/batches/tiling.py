"""The sizes of tiles: they depend on the model and the number of points, never on the machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from limner.arrays.namespace import Array

NARROW = 2**21
"""Numbers of one channel's Jacobian in a tile, about as many as fit in a cache."""
IMAGE_TILE_PIXELS = 2**20
"""Pixels in a tile of whole images."""
WORTH = 2**23
"""Points of a tile times numbers of θ, at least, or as many points as a tile takes. Threads hand over the interpreter's
lock at each operation: with 3 x 15 units one tile of 2^14 points is 1.4 times as fast as four on two cores."""
CHUNKS = 4
"""Chunks of a population for each thread: one future for each member costs more than it distributes."""


@dataclass(frozen=True)
class Tiling:
    """The tile sizes of a problem.

    Attributes:
        pixels: the pixels of one sample: 1 for points, all for whole images.
        trainable: the number of parameters.
        points: the points of a tile that the backend prefers.
    """

    pixels: int
    trainable: int
    points: int

    @property
    def largest(self) -> int:
        """The most pixels of a tile: whole images are one matrix product, the more the better."""
        return self.points if self.pixels == 1 else IMAGE_TILE_PIXELS

    def size(self, count: int) -> int:
        """Return the pixels of a tile of so many: a quarter of them, within bounds."""
        worth: int = 2 ** (WORTH // max(1, self.trainable)).bit_length()
        return min(self.largest, max(self.largest // 4, -(-count // 4), worth))

    @property
    def jacobian(self) -> int:
        """The pixels of a tile whose Jacobian is asked for."""
        return max(256, NARROW // max(1, self.trainable))

    @staticmethod
    def chunk(members: int, threads: int) -> int:
        """Return how many members of a population one task evaluates."""
        return max(1, members // (CHUNKS * threads))


def tile_indices(index: Array, size: int) -> Iterator[Array]:
    """Yield the places of a batch's samples in tiles; each tile looks its samples up itself, in parallel."""
    for start in range(0, index.shape[0], size):
        yield index[start : min(start + size, index.shape[0])]
