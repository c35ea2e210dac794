"""The writer ``tiff``: deflated tiles, laid out by tifffile, and BigTIFF where the file could pass 4 GB."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import BinaryIO, ClassVar

import numpy as np

from limner.plugin import ArtworkError, EmbeddedData, ImageFormat, ImageInfo, LimnerError
from limner_plugins.common.xmp import MAX_MANIFEST
from limner_plugins.image_formats._bands import dtype_of, regroup
from limner_plugins.image_formats._pillow import read_with_pillow, srgb_profile
from limner_plugins.image_formats._prefetch import prefetch_map
from limner_plugins.image_formats._tiff.layout import TagNumber, dpi_of, find_raster, size_of
from limner_plugins.image_formats._tiff.tags import HEADS, Tags
from limner_plugins.image_formats._tiff.tiles import TILE_SIDE, cut_tiles, encode_tile

UNDEFINED = 7  # the type of plain bytes
MAX_DIGEST = 128


class Tiff(ImageFormat):
    """TIFF: lossless; manifest in the description, θ and digest in tags of our own."""

    suffixes: ClassVar[tuple[str, ...]] = (".tif", ".tiff")
    buffered_rows: ClassVar[int] = 256
    bit_depths: ClassVar[tuple[int, ...]] = (8, 16)
    max_side: ClassVar[int] = 2**19  # a row of tiles, which is held at once, then has 1 GiB at most

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """By the byte order and the number after it."""
        return head.startswith(HEADS)

    def write(
        self,
        file: BinaryIO,
        info: ImageInfo,
        bands: Iterator[np.ndarray],
        embedded: EmbeddedData,
        digest: Callable[[], str],
    ) -> None:
        """Write the picture a row of tiles at a time.

        Raises:
            LimnerError: the manifest or θ is larger than can be read back.
        """
        import tifffile

        manifest = embedded.manifest.encode("utf-8")
        for name, data, limit in (("the manifest", manifest, MAX_MANIFEST), ("θ", embedded.theta, self.max_theta)):
            if len(data) > limit:
                raise LimnerError(f"{name} is larger than the {limit} bytes that a TIFF takes")
        private = {TagNumber.DIGEST: bytes(MAX_DIGEST)}  # the digest's place, filled at the end
        if embedded.theta:
            private[TagNumber.THETA] = embedded.theta
        if not manifest.isascii():
            private[TagNumber.MANIFEST] = manifest
        with closing(prefetch_map(encode_tile, cut_tiles(regroup(bands, info, TILE_SIDE), info))) as tiles:
            with tifffile.TiffWriter(
                file,
                bigtiff=_may_pass_4gb(info, len(manifest) + len(srgb_profile()) + sum(map(len, private.values()))),
                byteorder="<",
                ome=False,
                shaped=False,
            ) as tiff:
                tiff.write(
                    tiles,
                    shape=(info.height, info.width, info.channels),
                    dtype=dtype_of(info),
                    photometric="rgb",
                    planarconfig="contig",
                    extrasamples=("unassalpha",) if info.channels == 4 else None,
                    tile=(TILE_SIDE, TILE_SIDE),
                    compression="adobe_deflate",
                    predictor=2,
                    description=None if TagNumber.MANIFEST in private else manifest,
                    software="limner",
                    iccprofile=srgb_profile() or None,
                    metadata=None,
                    resolution=(info.dpi, info.dpi) if info.dpi > 0 else None,
                    resolutionunit="inch" if info.dpi > 0 else "none",
                    extratags=[(number, UNDEFINED, len(data), data, True) for number, data in private.items()],
                )
            next(tiles, None)  # runs the bands to their end, where one too many is told
        _write_digest(file, digest().encode("ascii"))

    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """What limner's tags hold; of the pixels it is only made sure that they lie in the file."""
        tags = Tags(file)
        if tags.text(TagNumber.SOFTWARE, 2**16, "latin-1") != "limner":
            return None
        find_raster(tags)
        manifest = tags.text(TagNumber.MANIFEST, MAX_MANIFEST, "utf-8") or tags.text(
            TagNumber.DESCRIPTION, MAX_MANIFEST + 1
        )
        if not manifest:
            raise ArtworkError("the file is damaged: limner wrote it, and it holds no manifest")
        return EmbeddedData(
            manifest, tags.data(TagNumber.THETA, self.max_theta), tags.text(TagNumber.DIGEST, MAX_DIGEST)
        )

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """The pixels; of a greyscale, palette or turned TIFF through Pillow, all at once."""
        tags = Tags(file)
        raster = find_raster(tags)
        if raster is not None:
            return raster.info, raster.bands(file)
        if any(bits > 8 for bits in tags.numbers(TagNumber.BITS).tolist()):
            raise ArtworkError("a TIFF of more than 8 bits must be RGB or RGBA of 16; save it anew as such")
        if tags.number(TagNumber.COMPRESSION, 1) != 1:  # through libtiff, which prints what it finds wrong
            raise ArtworkError("a TIFF that is compressed must be RGB or RGBA and deflated; save it anew as such")
        return read_with_pillow(file, "TIFF", size_of(tags), dpi_of(tags))


def _may_pass_4gb(info: ImageInfo, beside: int) -> bool:
    """Could the file, with so many bytes beside its pixels, be too large for offsets of 32 bits?"""
    columns, rows = -(-info.width // TILE_SIDE), -(-info.height // TILE_SIDE)
    tile = TILE_SIDE * TILE_SIDE * info.channels * info.bits // 8
    # What cannot be deflated grows by less than a thousandth; each tile has an offset and a size.
    return columns * rows * (tile + tile // 1000 + 64) + beside > 2**32 - 2**20


def _write_digest(file: BinaryIO, digest: bytes) -> None:
    """Put the digest into the place that was kept for it."""
    if len(digest) > MAX_DIGEST:
        raise ValueError(f"a digest of {len(digest)} bytes; a TIFF keeps {MAX_DIGEST} for it")
    file.seek(Tags(file)[TagNumber.DIGEST].start)
    file.write(digest)
    file.seek(0, 2)
