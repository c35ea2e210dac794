"""The tiles and strips that a TIFF's pixels lie in."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from limner.plugin import ArtworkError, ImageInfo
from limner_plugins.image_formats._bands import dtype_of
from limner_plugins.image_formats._prefetch import prefetch_map

TILE_SIDE = 256
LEVEL = 5
MAX_RATIO = 1032  # deflate makes nothing smaller than this
MAX_BAND = 2**30  # bytes that a row of tiles, or a strip, may take when it is read


def encode_tile(tile: np.ndarray) -> bytes:
    """A tile ``(SIDE, SIDE, channels)`` as a little-endian TIFF holds it: differences along the rows, deflated."""
    data = tile.astype(tile.dtype.newbyteorder("<"))
    data[:, 1:] -= tile[:, :-1]
    return zlib.compress(data.tobytes(), LEVEL)


def cut_tiles(bands: Iterator[np.ndarray], info: ImageInfo) -> Iterator[np.ndarray]:
    """The tiles of bands of ``SIDE`` rows, in the order of a TIFF; zeros stand beyond the picture's edge."""
    for band in bands:
        for left in range(0, info.width, TILE_SIDE):
            tile = np.zeros((TILE_SIDE, TILE_SIDE, info.channels), band.dtype)
            part = band[:, left : left + TILE_SIDE]
            tile[: part.shape[0], : part.shape[1]] = part
            yield tile


@dataclass(frozen=True)
class TiledRaster:
    """Where a picture's tiles lie and how they are written. A strip is a tile as wide as the picture.

    Attributes:
        page: the picture's shape.
        tile: rows and columns of a tile.
        padded: tiles are whole at the picture's lower edge too; strips are not.
        planes: 1, or the number of channels where each has tiles of its own.
        deflated: tiles are compressed.
        differenced: tiles hold differences along the rows.
        order: of the bytes in a number, NumPy's sign for it.
        offsets, sizes: of the tiles in the file, int64, plane by plane.
    """

    info: ImageInfo
    tile: tuple[int, int]
    padded: bool
    planes: int
    deflated: bool
    differenced: bool
    order: str
    offsets: np.ndarray
    sizes: np.ndarray

    @property
    def grid(self) -> tuple[int, int]:
        """How many tiles stand above and beside one another."""
        return -(-self.info.height // self.tile[0]), -(-self.info.width // self.tile[1])

    def check(self, end: int) -> None:
        """Refuse a raster that cannot be in a file of ``end`` bytes, or that memory should not hold.

        Raises:
            ArtworkError: that is so.
        """
        (rows, columns), (above, beside) = self.tile, self.grid
        if len(self.offsets) != above * beside * self.planes or len(self.sizes) != len(self.offsets):
            raise ArtworkError("the file is damaged: it has not as many tiles as its picture needs")
        if np.any(self.offsets > end - self.sizes):
            raise ArtworkError("the file is truncated or damaged: some of its picture lies outside it")
        numbers = self.info.channels * self.info.bits // 8
        if rows * columns * beside * numbers > MAX_BAND:
            raise ArtworkError(f"the picture cannot be read in parts of at most {MAX_BAND} bytes")
        least = (self.info.height - (above - 1) * rows if not self.padded else rows) * columns * numbers // self.planes
        if np.any(self.sizes * (MAX_RATIO if self.deflated else 1) < least):
            raise ArtworkError("the file is damaged: its data are too few for its size")

    def read(self, file: BinaryIO) -> Iterator[tuple[bytes, int]]:
        """The tiles as they are stored, each with how many rows it has: row by row, and in a row plane by plane."""
        above, beside = self.grid
        for row in range(above):
            rows = self.tile[0] if self.padded else min(self.tile[0], self.info.height - row * self.tile[0])
            for plane in range(self.planes):
                first = (plane * above + row) * beside
                for i in range(first, first + beside):
                    file.seek(int(self.offsets[i]))
                    yield file.read(int(self.sizes[i])), rows

    def decode(self, stored: tuple[bytes, int]) -> np.ndarray:
        """The pixels ``(rows, columns, channels / planes)`` of one tile.

        Raises:
            ArtworkError: they are damaged.
        """
        data, rows = stored
        native = dtype_of(self.info)
        shape = (rows, self.tile[1], self.info.channels // self.planes)
        size = shape[0] * shape[1] * shape[2] * native.itemsize
        if self.deflated:
            try:
                data = zlib.decompressobj().decompress(data, size + 1)
            except zlib.error as error:
                raise ArtworkError("the picture's data are damaged: they cannot be decompressed") from error
        if len(data) != size:
            raise ArtworkError("the picture's data are damaged: a tile has not the size that it should have")
        pixels = np.frombuffer(data, native.newbyteorder(self.order)).reshape(shape).astype(native)  # type: ignore[arg-type]
        return np.cumsum(pixels, axis=1, dtype=native) if self.differenced else pixels

    def bands(self, file: BinaryIO) -> Iterator[np.ndarray]:
        """The picture in bands as high as a tile.

        Raises:
            ArtworkError: a tile is damaged.
        """
        (rows, columns), (above, beside) = self.tile, self.grid
        width, channels = self.info.width, self.info.channels // self.planes
        with closing(prefetch_map(self.decode, self.read(file))) as tiles:
            for row in range(above):
                height = min(rows, self.info.height - row * rows)
                band = np.empty((height, width, self.info.channels), dtype_of(self.info))
                for plane in range(self.planes):
                    part = band[:, :, plane * channels : (plane + 1) * channels]
                    for left in range(0, beside * columns, columns):
                        part[:, left : left + columns] = next(tiles)[:height, : width - left]
                yield band
