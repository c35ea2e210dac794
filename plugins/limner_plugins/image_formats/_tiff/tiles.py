"""The tiles and strips of a TIFF."""

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

TILE_SIDE = 256  # pixels
LEVEL = 5  # of compression
MAX_RATIO = 1032  # the maximum compression ratio of deflate
MAX_BAND = 2**30  # bytes; the maximum size of a row of tiles, or of a strip, when it is read


def encode_tile(tile: np.ndarray) -> bytes:
    """Return a tile ``(TILE_SIDE, TILE_SIDE, channels)`` encoded for a little-endian TIFF.

    The tile is stored as differences along the rows, compressed with deflate.
    """
    data = tile.astype(tile.dtype.newbyteorder("<"))
    data[:, 1:] -= tile[:, :-1]
    return zlib.compress(data.tobytes(), LEVEL)


def cut_tiles(bands: Iterator[np.ndarray], info: ImageInfo) -> Iterator[np.ndarray]:
    """Yield the tiles of bands of ``TILE_SIDE`` rows in the order of a TIFF, padded with zeros beyond the edges."""
    for band in bands:
        for left in range(0, info.width, TILE_SIDE):
            tile = np.zeros((TILE_SIDE, TILE_SIDE, info.channels), band.dtype)
            part = band[:, left : left + TILE_SIDE]
            tile[: part.shape[0], : part.shape[1]] = part
            yield tile


@dataclass(frozen=True)
class TiledRaster:
    """The positions and the encoding of a picture's tiles. A strip is a tile as wide as the picture.

    Attributes:
        info: the picture's shape.
        tile: rows and columns of a tile.
        padded: whether tiles at the lower edge have all rows, as tiles do and strips do not.
        planes: 1, or the number of channels if each has its own tiles.
        deflated: whether tiles are compressed.
        differenced: whether tiles contain differences along the rows.
        order: the byte order, ``<`` or ``>``.
        offsets: the positions of the tiles in the file, int64, plane by plane.
        sizes: the sizes of the tiles in bytes, int64, plane by plane.
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
        """The number of tiles along the height and along the width."""
        return -(-self.info.height // self.tile[0]), -(-self.info.width // self.tile[1])

    def check(self, end: int) -> None:
        """Raise an error if the tiles cannot be in a file of ``end`` bytes, or would need too much memory.

        Raises:
            ArtworkError: the file is truncated or damaged, or a row of tiles exceeds ``MAX_BAND``.
        """
        (rows, columns), (down, across) = self.tile, self.grid
        if len(self.offsets) != down * across * self.planes or len(self.sizes) != len(self.offsets):
            raise ArtworkError("the file is damaged: the number of tiles does not match the size of the picture")
        if np.any(self.offsets > end - self.sizes):
            raise ArtworkError("the file is truncated or damaged: part of the picture is outside it")
        pixel = self.info.channels * self.info.bits // 8
        if rows * columns * across * pixel > MAX_BAND:
            raise ArtworkError(f"the picture cannot be read in parts of at most {MAX_BAND} bytes")
        last_rows = rows if self.padded else self.info.height - (down - 1) * rows
        min_bytes = last_rows * columns * pixel // self.planes
        if np.any(self.sizes * (MAX_RATIO if self.deflated else 1) < min_bytes):
            raise ArtworkError("the file is damaged: the data of a tile are too short")

    def read(self, file: BinaryIO) -> Iterator[tuple[bytes, int]]:
        """Yield each encoded tile with its number of rows; row by row, and within a row plane by plane."""
        down, across = self.grid
        for row in range(down):
            rows = self.tile[0] if self.padded else min(self.tile[0], self.info.height - row * self.tile[0])
            for plane in range(self.planes):
                first = (plane * down + row) * across
                for i in range(first, first + across):
                    file.seek(int(self.offsets[i]))
                    yield file.read(int(self.sizes[i])), rows

    def decode(self, encoded: tuple[bytes, int]) -> np.ndarray:
        """Return the pixels ``(rows, columns, channels / planes)`` of an encoded tile and its number of rows.

        Raises:
            ArtworkError: the tile is damaged.
        """
        data, rows = encoded
        native = dtype_of(self.info)
        shape = (rows, self.tile[1], self.info.channels // self.planes)
        size = shape[0] * shape[1] * shape[2] * native.itemsize
        if self.deflated:
            try:
                data = zlib.decompressobj().decompress(data, size + 1)
            except zlib.error as error:
                raise ArtworkError("the picture's data are damaged: they cannot be decompressed") from error
        if len(data) != size:
            raise ArtworkError("the picture's data are damaged: a tile has the wrong size")
        pixels = np.frombuffer(data, native.newbyteorder(self.order)).reshape(shape).astype(native)  # type: ignore[arg-type]
        return np.cumsum(pixels, axis=1, dtype=native) if self.differenced else pixels

    def bands(self, file: BinaryIO) -> Iterator[np.ndarray]:
        """Yield the picture in bands of the height of a tile.

        Raises:
            ArtworkError: a tile is damaged.
        """
        (rows, columns), (down, across) = self.tile, self.grid
        width, channels = self.info.width, self.info.channels // self.planes
        with closing(prefetch_map(self.decode, self.read(file))) as tiles:
            for row in range(down):
                height = min(rows, self.info.height - row * rows)
                band = np.empty((height, width, self.info.channels), dtype_of(self.info))
                for plane in range(self.planes):
                    part = band[:, :, plane * channels : (plane + 1) * channels]
                    for left in range(0, across * columns, columns):
                        part[:, left : left + columns] = next(tiles)[:height, : width - left]
                yield band
