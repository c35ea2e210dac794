"""What WebP, JPEG and AVIF share: pictures that Pillow encodes at once, with limner's record in XMP and EXIF."""

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

PLACEHOLDER_DIGEST = "sha256:" + "0" * 64  # holds the place of a digest
MAX_JFIF_DPI = 65535


class PillowFormat(InMemoryFormat):
    """A format that is encoded at once. A subclass says what Pillow calls it, and how it is encoded."""

    pillow: ClassVar[str]
    max_packet: ClassVar[int] = 2 * MAX_MANIFEST
    """The most bytes of XMP, which holds the manifest, that the format takes."""

    @abstractmethod
    def save_options(self) -> dict[str, Any]:
        """What Pillow's ``save`` is told."""

    def check_data(self, file: BinaryIO) -> None:
        """Refuse what Pillow lets pass in a file that stands where its pixels' data begin. Override to do so.

        Raises:
            ArtworkError: the data are cut short.
        """

    def write(
        self,
        file: BinaryIO,
        info: ImageInfo,
        bands: Iterator[np.ndarray],
        embedded: EmbeddedData,
        digest: Callable[[], str],
    ) -> None:
        """Write the picture at once; where it is lossy, the digest is that of the pixels that are read back.

        Raises:
            LimnerError: the manifest or θ is larger than the format takes.
        """
        if len(embedded.theta) > self.max_theta:
            raise LimnerError(f"θ is larger than the {self.max_theta} bytes that this format takes")
        if (
            len(embedded.manifest) > MAX_MANIFEST
            or len(write_xmp(embedded.manifest, PLACEHOLDER_DIGEST, 4)) > self.max_packet
        ):
            raise LimnerError("the recipe is larger than this format takes; choose .png or .tiff")
        pixels = self.prepare(concatenate_bands(bands, info))
        channels = pixels.shape[-1]
        painted = digest()
        packet = write_xmp(embedded.manifest, PLACEHOLDER_DIGEST if self.lossy else painted, channels)
        data = self._encode(pixels, info.dpi, packet, embedded.theta)
        if self.lossy:
            filled = write_xmp(embedded.manifest, _digest_of(self.read_pixels(io.BytesIO(data))), channels)
            at = data.index(packet)
            data = data[:at] + filled + data[at + len(packet) :]
        file.write(data)

    def _encode(self, pixels: np.ndarray, dpi: float, packet: bytes, theta: bytes) -> bytes:
        from PIL import Image

        options = self.save_options() | ({"dpi": (dpi, dpi)} if round(dpi) <= MAX_JFIF_DPI else {})
        out = io.BytesIO()
        Image.fromarray(pixels).save(
            out, self.pillow, exif=write_exif(dpi, theta), xmp=packet, icc_profile=srgb_profile(), **options
        )
        return out.getvalue()

    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """What limner's record holds; the pixels are not decoded."""
        with open_with_pillow(file, self.pillow) as image:
            record = read_xmp(image.info.get("xmp", b""))
            exif = image.info.get("exif", b"")
        return EmbeddedData(record[0], read_theta(exif, self.max_theta), record[1]) if record else None

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """The pixels, all at once."""
        with open_with_pillow(file, self.pillow) as image:
            self.check_data(file)
            record = read_xmp(image.info.get("xmp", b""))
            pixels = decode_pixels(image, record[2] if record else 0)
            if image.size != pixels.shape[1::-1]:
                raise ArtworkError("the picture is damaged: it has not the size that its header says")
            dpi = read_dpi(image.info["exif"]) if "exif" in image.info else float(image.info.get("dpi", (0.0,))[0])
        height, width, channels = pixels.shape
        return ImageInfo(width, height, channels, dpi=dpi), iter((pixels,))


def _digest_of(picture: tuple[ImageInfo, Iterator[np.ndarray]]) -> str:
    page, bands = picture
    digest = PixelDigest(page)
    for band in bands:
        digest.update(band)
    return digest()
