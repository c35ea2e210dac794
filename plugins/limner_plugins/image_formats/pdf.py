"""The image format ``pdf``: one page at the picture's print size."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, ClassVar

import numpy as np

from limner.plugin import ArtworkError, EmbeddedData, ImageInfo, LimnerError
from limner_plugins.common.xmp import MAX_MANIFEST
from limner_plugins.image_formats._in_memory import InMemoryFormat, concatenate_bands
from limner_plugins.image_formats._pdf.attachments import add_attachment, read_attachment
from limner_plugins.image_formats._pdf.document import check_library, open_pdf
from limner_plugins.image_formats._pdf.images import decode_image, make_image
from limner_plugins.image_formats._pillow import srgb_profile
from limner_plugins.image_formats._record import title_of

if TYPE_CHECKING:
    from pikepdf import Pdf as Document

POINTS_PER_INCH = 72  # also the resolution of a picture that has none
MAX_POINTS = 14_400  # the maximum side of a page; longer pages use a larger unit
MANIFEST, THETA = "limner.json", "limner-theta.bin"
TITLE, CREATOR, DIGEST, DPI = "/Title", "/Creator", "/LimnerDigest", "/LimnerDpi"


class Pdf(InMemoryFormat):
    """PDF: lossless. Manifest and θ are attached files, alpha is a soft mask. Needs ``pip install 'limner[pdf]'``."""

    suffixes: ClassVar[tuple[str, ...]] = (".pdf",)
    bit_depths: ClassVar[tuple[int, ...]] = (8, 16)

    def check(self, info: ImageInfo) -> None:
        """Raise an error also if pikepdf is not installed."""
        check_library(LimnerError)
        super().check(info)

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """Return whether the file starts with ``%PDF-``."""
        return head.startswith(b"%PDF-")

    def write(
        self,
        file: BinaryIO,
        info: ImageInfo,
        bands: Iterator[np.ndarray],
        embedded: EmbeddedData,
        digest: Callable[[], str],
    ) -> None:
        """Write the picture.

        Raises:
            LimnerError: the manifest or θ is too large to be read back.
        """
        import pikepdf

        manifest = embedded.manifest.encode("utf-8")
        if len(manifest) > MAX_MANIFEST or len(embedded.theta) > self.max_theta:
            raise LimnerError("the recipe or θ is too large for a PDF; choose .png or .tiff")
        document = pikepdf.new()
        picture = make_image(document, concatenate_bands(bands, info), srgb_profile())
        _add_page(document, info, picture)
        document.docinfo[TITLE] = title_of(embedded)
        document.docinfo[CREATOR] = "limner"
        document.docinfo[DIGEST], document.docinfo[DPI] = digest(), repr(info.dpi)
        add_attachment(document, MANIFEST, manifest, "application/json", "how limner paints this picture")
        if embedded.theta:
            add_attachment(document, THETA, embedded.theta, "application/octet-stream", "its numbers, float32")
        document.save(
            file,
            min_version="1.6",
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            deterministic_id=True,
        )

    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """Return the data in the attached files, or None if the PDF has none of limner's."""
        with open_pdf(file) as document:
            if MANIFEST not in document.attachments:
                return None
            manifest = read_attachment(document, MANIFEST, MAX_MANIFEST)
            theta = read_attachment(document, THETA, self.max_theta) if THETA in document.attachments else b""
            digest = str(document.docinfo.get(DIGEST, ""))
            return EmbeddedData(manifest.decode("utf-8"), theta, digest)

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return the shape and pixels of the picture in a PDF that limner wrote.

        Raises:
            ArtworkError: limner did not write the PDF, or the PDF is damaged.
        """
        with open_pdf(file) as document:
            if MANIFEST not in document.attachments:
                raise ArtworkError("is a PDF not made by limner; save its picture as .png")
            pixels = decode_image(document.pages[0].obj.Resources.XObject.Im0)
            dpi = float(str(document.docinfo.get(DPI, "0")))
        if not (math.isfinite(dpi) and 0 <= dpi <= 1_000_000):
            raise ArtworkError("the file is damaged: its resolution is invalid")
        height, width, channels = pixels.shape
        return ImageInfo(width, height, channels, pixels.itemsize * 8, dpi), iter((pixels,))


def _add_page(document: Document, info: ImageInfo, picture: object) -> None:
    """Add a page that the picture fills."""
    import pikepdf

    width, height = (side / (info.dpi or POINTS_PER_INCH) * POINTS_PER_INCH for side in (info.width, info.height))
    unit = max(1, math.ceil(max(width, height) / MAX_POINTS))
    width, height = round(width / unit, 4), round(height / unit, 4)
    page = document.add_blank_page()
    page.obj.MediaBox = pikepdf.Array([0, 0, width, height])
    if unit > 1:
        page.obj.UserUnit = unit
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
    page.obj.Contents = document.make_stream(f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Im0 Do Q\n".encode("ascii"))
