"""The base of WebP, JPEG and AVIF: encoded by Pillow in memory, with limner's data in XMP and EXIF."""

from __future__ import annotations

import io
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, ClassVar

import numpy as np

from limner.plugin import ArtworkError, EmbeddedData, ImageInfo, LimnerError, PixelDigest
from limner_plugins.common.xmp import MAX_MANIFEST
from limner_plugins.image_formats._in_memory import InMemoryFormat, concatenate_bands
from limner_plugins.image_formats._pillow import decode_pixels, open_with_pillow, srgb_profile
from limner_plugins.image_formats._record import read_dpi, read_theta, read_xmp, write_exif, write_xmp

PLACEHOLDER_DIGEST = "sha256:" + "0" * 64  # replaced once the digest is known
MAX_JFIF_DPI = 65535


class PillowFormat(InMemoryFormat):
    """An image format that Pillow encodes in memory. A subclass sets the format's name in Pillow and its options.

    Attributes:
        pillow: the name of the format in Pillow.
        max_packet: the largest XMP packet, which contains the manifest, that the format can store, in bytes.
    """

    pillow: ClassVar[str]
    max_packet: ClassVar[int] = 2 * MAX_MANIFEST

    @abstractmethod
    def save_options(self) -> dict[str, Any]:
        """Return the options of Pillow's ``save``."""

    def check_data(self, file: BinaryIO) -> None:
        """Raise an error for damage that Pillow does not detect; override it if there is such damage.

        Args:
            file: the file, positioned where the data of the pixels begin.

        Raises:
            ArtworkError: the data are truncated.
        """

    def write(
        self,
        file: BinaryIO,
        info: ImageInfo,
        bands: Iterator[np.ndarray],
        embedded: EmbeddedData,
        digest: Callable[[], str],
    ) -> None:
        """Write the picture; if the format is lossy, store the digest of the pixels as they are read back.

        Raises:
            LimnerError: the manifest or θ is too large for the format.
        """
        if len(embedded.theta) > self.max_theta:
            raise LimnerError(f"θ is larger than the {self.max_theta} bytes that this format can embed")
        if (
            len(embedded.manifest) > MAX_MANIFEST
            or len(write_xmp(embedded.manifest, PLACEHOLDER_DIGEST, 4)) > self.max_packet
        ):
            raise LimnerError("the recipe is too large for this format; choose .png or .tiff")
        pixels = self.prepare(concatenate_bands(bands, info))
        channels = pixels.shape[-1]
        written_digest = digest()
        packet = write_xmp(embedded.manifest, PLACEHOLDER_DIGEST if self.lossy else written_digest, channels)
        data = self._encode(pixels, info.dpi, packet, embedded.theta)
        if self.lossy:
            final_packet = write_xmp(embedded.manifest, _digest_of(self.read_pixels(io.BytesIO(data))), channels)
            start = data.index(packet)
            data = data[:start] + final_packet + data[start + len(packet) :]
        file.write(data)

    def _encode(self, pixels: np.ndarray, dpi: float, packet: bytes, theta: bytes) -> bytes:
        """Return the file of a picture with an XMP packet and θ."""
        from PIL import Image

        options = self.save_options() | ({"dpi": (dpi, dpi)} if round(dpi) <= MAX_JFIF_DPI else {})
        out = io.BytesIO()
        Image.fromarray(pixels).save(
            out, self.pillow, exif=write_exif(dpi, theta), xmp=packet, icc_profile=srgb_profile(), **options
        )
        return out.getvalue()

    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """Return the data that limner embedded, or None; the pixels are not decoded."""
        with open_with_pillow(file, self.pillow) as image:
            record = read_xmp(image.info.get("xmp", b""))
            exif = image.info.get("exif", b"")
        return EmbeddedData(record.manifest, read_theta(exif, self.max_theta), record.digest) if record else None

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return the picture's shape and all of its pixels as one band.

        Raises:
            ArtworkError: the picture is damaged or too large.
        """
        with open_with_pillow(file, self.pillow) as image:
            self.check_data(file)
            record = read_xmp(image.info.get("xmp", b""))
            pixels = decode_pixels(image, record.channels if record else 0)
            if image.size != pixels.shape[1::-1]:
                raise ArtworkError("the picture is damaged: its size differs from the one in its header")
            dpi = read_dpi(image.info["exif"]) if "exif" in image.info else float(image.info.get("dpi", (0.0,))[0])
        height, width, channels = pixels.shape
        return ImageInfo(width, height, channels, dpi=dpi), iter((pixels,))


def _digest_of(picture: tuple[ImageInfo, Iterator[np.ndarray]]) -> str:
    """Return the digest of a picture, given its shape and its bands."""
    info, bands = picture
    digest = PixelDigest(info)
    for band in bands:
        digest.update(band)
    return digest()
