"""The sizes of tiles, which depend on the model and the number of points, never on the machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from limner.arrays.namespace import Array

MAX_JACOBIAN_NUMBERS = 2**21
"""The most numbers of one channel's Jacobian in a tile: about as many as fit in a CPU cache."""
IMAGE_TILE_PIXELS = 2**20
"""The most pixels in a tile of whole images."""
MIN_TILE_WORK = 2**23
"""The least product of a tile's points and the length of θ, unless the tile has its largest size. Threads hand over the
interpreter's lock at each operation: with 3 x 15 units, one tile of 2^14 points is 1.4 times as fast as four tiles on
two cores."""
CHUNKS_PER_THREAD = 4
"""Chunks of a population for each thread: one future for each member costs more time than it saves."""


@dataclass(frozen=True)
class Tiling:
    """The tile sizes of a problem.

    Attributes:
        pixels: pixels of one sample: 1 for points, all for whole images.
        trainable: the number of parameters, frozen ones included.
        points: points of a tile that the backend prefers.
    """

    pixels: int
    trainable: int
    points: int

    @property
    def largest(self) -> int:
        """The most pixels of a tile; whole images are one matrix product, which is faster the larger it is."""
        return self.points if self.pixels == 1 else IMAGE_TILE_PIXELS

    def size(self, count: int) -> int:
        """Return the pixels of a tile for ``count`` pixels: a quarter of them, within bounds."""
        min_points: int = 2 ** (MIN_TILE_WORK // max(1, self.trainable)).bit_length()
        return min(self.largest, max(self.largest // 4, -(-count // 4), min_points))

    @property
    def jacobian(self) -> int:
        """The pixels of a tile for a Jacobian."""
        return max(256, MAX_JACOBIAN_NUMBERS // max(1, self.trainable))

    @staticmethod
    def chunk(members: int, threads: int) -> int:
        """Return the number of members of a population that one task evaluates."""
        return max(1, members // (CHUNKS_PER_THREAD * threads))


def tile_indices(index: Array, size: int) -> Iterator[Array]:
    """Yield the indices of a batch's samples in tiles; the thread that runs a tile looks its samples up."""
    for start in range(0, index.shape[0], size):
        yield index[start : min(start + size, index.shape[0])]
