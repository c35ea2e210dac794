"""The image format ``tiff``: compressed tiles, written with tifffile; BigTIFF if the file may exceed 4 GB."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import BinaryIO, ClassVar

import numpy as np

from limner.plugin import ArtworkError, EmbeddedData, ImageInfo, LimnerError
from limner_plugins.common.xmp import MAX_MANIFEST
from limner_plugins.image_formats._bands import dtype_of, regroup
from limner_plugins.image_formats._cmyk.format import CmykFormat
from limner_plugins.image_formats._cmyk.profile import MAX_PROFILE
from limner_plugins.image_formats._pillow import read_with_pillow
from limner_plugins.image_formats._prefetch import prefetch_map
from limner_plugins.image_formats._record import MAX_SOFTWARE, read_xmp, title_of, write_xmp
from limner_plugins.image_formats._tiff.layout import TagNumber, dpi_of, find_raster, size_of
from limner_plugins.image_formats._tiff.tags import HEADS, Tags
from limner_plugins.image_formats._tiff.tiles import TILE_SIDE, cut_tiles, encode_tile

BYTE = 1  # the TIFF data type of an XMP packet
MAX_DIGEST = 128  # bytes
MAX_PACKET = 2 * MAX_MANIFEST + 2**27  # bytes; θ grows by a third in it
NO_DIGEST = "sha256:" + "0" * 64  # a placeholder, replaced once the digest is known


class Tiff(CmykFormat):
    """TIFF: lossless, 8 or 16 bits, or CMYK with 8 bits; tiled. Manifest, θ and digest are in XMP."""

    suffixes: ClassVar[tuple[str, ...]] = (".tif", ".tiff")
    buffered_rows: ClassVar[int] = 256
    bit_depths: ClassVar[tuple[int, ...]] = (8, 16)
    max_side: ClassVar[int] = 2**19  # limits a row of tiles, which is held in memory, to 1 GiB

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """Return whether the file starts with the signature of a TIFF or BigTIFF."""
        return head.startswith(HEADS)

    def write(
        self,
        file: BinaryIO,
        info: ImageInfo,
        bands: Iterator[np.ndarray],
        embedded: EmbeddedData,
        digest: Callable[[], str],
    ) -> None:
        """Write the picture, one row of tiles at a time.

        Raises:
            LimnerError: the manifest or θ is too large to be read back.
        """
        import tifffile

        manifest_bytes, theta_bytes = len(embedded.manifest.encode("utf-8")), len(embedded.theta)
        for name, size, limit in (("the manifest", manifest_bytes, MAX_MANIFEST), ("θ", theta_bytes, self.max_theta)):
            if size > limit:
                raise LimnerError(f"{name} is larger than the {limit} bytes that a TIFF can embed")
        stored = self.stored_picture(info, bands, digest)
        info = stored.info
        packet = write_xmp(embedded.manifest, NO_DIGEST, info.channels, embedded.theta)
        with closing(prefetch_map(encode_tile, cut_tiles(regroup(stored.bands, info, TILE_SIDE), info))) as tiles:
            with tifffile.TiffWriter(
                file,
                bigtiff=_may_exceed_4gb(info, len(packet) + len(stored.profile)),
                byteorder="<",
                ome=False,
                shaped=False,
            ) as tiff:
                tiff.write(
                    tiles,
                    shape=(info.height, info.width, info.channels),
                    dtype=dtype_of(info),
                    photometric="separated" if info.cmyk else "rgb",
                    planarconfig="contig",
                    extrasamples=("unassalpha",) if info.channels == 4 and not info.cmyk else None,
                    tile=(TILE_SIDE, TILE_SIDE),
                    compression="adobe_deflate",
                    predictor=2,
                    description=_title(embedded),
                    software="limner",
                    iccprofile=stored.profile or None,
                    metadata=None,
                    resolution=(info.dpi, info.dpi) if info.dpi > 0 else None,
                    resolutionunit="inch" if info.dpi > 0 else "none",
                    extratags=[(TagNumber.XMP, BYTE, len(packet), packet, True)],
                )
            next(tiles, None)  # exhausts the bands, so that surplus rows raise an error
        _write_digest(file, packet, stored.digest())

    def embedded_profile(self, file: BinaryIO) -> bytes:
        """Return the ICC profile in the file; empty if there is none."""
        return Tags(file).data(TagNumber.ICC_PROFILE, MAX_PROFILE)

    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """Return the data in limner's XMP packet, or None if there are none.

        Of the pixels only their positions are checked.

        Raises:
            ArtworkError: the file is damaged.
        """
        tags = Tags(file)
        record = read_xmp(tags.data(TagNumber.XMP, MAX_PACKET))
        if record is None:
            return _read_old_tags(tags, self.max_theta)
        find_raster(tags)
        if len(record.theta) > self.max_theta:
            raise ArtworkError(f"the file is damaged: θ has more than {self.max_theta} bytes")
        return EmbeddedData(record.manifest, record.theta, record.digest)

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return the picture's shape and its bands.

        RGB, RGBA and CMYK files are streamed; greyscale, palette and rotated files are read with Pillow as one band.

        Raises:
            ArtworkError: the file is damaged or of an unsupported kind.
        """
        tags = Tags(file)
        raster = find_raster(tags)
        if raster is not None:
            return raster.info, raster.bands(file)
        if any(bits > 8 for bits in tags.numbers(TagNumber.BITS).tolist()):
            raise ArtworkError("a TIFF of more than 8 bits must be 16-bit RGB or RGBA; convert it")
        if tags.number(TagNumber.COMPRESSION, 1) != 1:  # Pillow would use libtiff, which prints warnings
            raise ArtworkError("a compressed TIFF must be RGB or RGBA and use deflate; convert it")
        return read_with_pillow(file, "TIFF", size_of(tags), dpi_of(tags))


def _may_exceed_4gb(info: ImageInfo, metadata_bytes: int) -> bool:
    """Return whether a file with so much metadata may be too large for 32-bit offsets."""
    columns, rows = -(-info.width // TILE_SIDE), -(-info.height // TILE_SIDE)
    tile = TILE_SIDE * TILE_SIDE * info.channels * info.bits // 8
    # Incompressible data grow by less than a thousandth; each tile also needs an offset and a size.
    return columns * rows * (tile + tile // 1000 + 64) + metadata_bytes > 2**32 - 2**20


def _title(embedded: EmbeddedData) -> str | None:
    """Return the title of the recipe for the description, which must be ASCII, or None."""
    title = title_of(embedded)
    return title if title.isascii() and title.isprintable() and title else None


def _write_digest(file: BinaryIO, packet: bytes, digest: str) -> None:
    """Replace the placeholder in the XMP packet by the digest."""
    final = packet.replace(NO_DIGEST.encode("ascii"), digest.encode("ascii"), 1).ljust(len(packet))
    if len(final) > len(packet):
        raise ValueError(f"the digest has {len(digest)} bytes; a TIFF reserves {len(NO_DIGEST)}")
    file.seek(Tags(file)[TagNumber.XMP].start)
    file.write(final)
    file.seek(0, 2)


def _read_old_tags(tags: Tags, max_theta: int) -> EmbeddedData | None:
    """Return the data in the private tags that limner used before its first release, or None if there are none.

    Raises:
        ArtworkError: the file is damaged.
    """
    if tags.text(TagNumber.SOFTWARE, MAX_SOFTWARE, "latin-1") != "limner":
        return None
    find_raster(tags)
    manifest = tags.text(TagNumber.OLD_MANIFEST, MAX_MANIFEST, "utf-8") or tags.text(
        TagNumber.DESCRIPTION, MAX_MANIFEST + 1
    )
    if not manifest.startswith("{"):  # newer files have their title in the description
        raise ArtworkError("the file is damaged: limner wrote it, but the manifest is missing")
    return EmbeddedData(
        manifest, tags.data(TagNumber.OLD_THETA, max_theta), tags.text(TagNumber.OLD_DIGEST, MAX_DIGEST)
    )
