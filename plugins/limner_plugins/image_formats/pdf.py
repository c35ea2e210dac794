"""The image format ``pdf``: one page at the picture's print size, or the sheets of a poster."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import BinaryIO, ClassVar

import numpy as np
from pydantic import Field, field_validator

from limner.plugin import ArtworkError, EmbeddedData, ImageInfo, LimnerError, parse_length, parse_paper
from limner_plugins.common.xmp import MAX_MANIFEST
from limner_plugins.image_formats._cmyk.format import CmykFormat
from limner_plugins.image_formats._cmyk.profile import MAX_PROFILE
from limner_plugins.image_formats._in_memory import InMemoryFormat, concatenate_bands
from limner_plugins.image_formats._pdf.attachments import add_attachment, read_attachment
from limner_plugins.image_formats._pdf.document import check_library, open_pdf
from limner_plugins.image_formats._pdf.geometry import POINTS_PER_MM, Sheets, fewest_sheets
from limner_plugins.image_formats._pdf.images import decode_image, image_profile, make_image
from limner_plugins.image_formats._pdf.pages import add_page, add_sheets
from limner_plugins.image_formats._record import title_of

POINTS_PER_INCH = 72  # also the resolution of a picture that has none
MAX_PAPER = 5000.0  # the longest side of a sheet, in millimetres; readers accept pages up to 5080
MANIFEST, THETA = "limner.json", "limner-theta.bin"
TITLE, CREATOR, DIGEST, DPI = "/Title", "/Creator", "/LimnerDigest", "/LimnerDpi"


class Pdf(InMemoryFormat, CmykFormat):
    """PDF: lossless, sRGB or CMYK. Manifest and θ are attached files, alpha is a soft mask.

    Bleed and trim are recorded as page boxes. Needs ``pip install 'limner[pdf]'``.
    """

    conditional_fields: ClassVar[tuple[tuple[str, ...], ...]] = (
        *CmykFormat.conditional_fields,
        ("crop_marks", "poster", ""),
        ("overlap", "poster"),
        ("margin", "poster"),
    )

    crop_marks: bool = Field(default=False, description="draw crop marks around the picture, on a larger page")
    poster: str = Field(
        default="",
        max_length=40,
        description="paper on whose sheets the picture is spread, such as A4; empty for one page of the picture's size",
    )
    overlap: str = Field(
        default="10mm", max_length=40, description="what neighbouring sheets of a poster both show, to glue them"
    )
    margin: str = Field(
        default="8mm", max_length=40, description="unprinted edge of the sheets of a poster, with marks and a label"
    )

    @field_validator("poster")
    @classmethod
    def _paper(cls, text: str) -> str:
        try:
            if text and max(parse_paper(text)) > MAX_PAPER:
                raise ValueError(f"paper {text!r}: each side must be at most {MAX_PAPER:g} mm")
        except LimnerError as error:
            raise ValueError(str(error)) from error
        return text

    @field_validator("overlap", "margin")
    @classmethod
    def _length(cls, text: str) -> str:
        try:
            parse_length(text, "length", pixels=False)
        except LimnerError as error:
            raise ValueError(str(error)) from error
        return text

    @classmethod
    def examples(cls) -> tuple[Pdf, ...]:
        """Return a page, and a page with crop marks; a poster needs a resolution, which most checks do not give."""
        return cls(), cls(crop_marks=True)

    suffixes: ClassVar[tuple[str, ...]] = (".pdf",)
    bit_depths: ClassVar[tuple[int, ...]] = (8, 16)

    def check(self, info: ImageInfo) -> None:
        """Raise an error also if pikepdf is not installed, or if the picture cannot be a poster but is to be one."""
        check_library(LimnerError)
        super().check(info)
        if self.poster:
            if info.bleed:
                raise LimnerError("`bleed`: the sheets of a poster have margins instead; omit `bleed` or `poster`")
            if not info.dpi:
                raise LimnerError("`poster`: needs the picture's size on paper; set `size` to 100x70cm, for example")
            self._sheets(info)

    def describe(self, info: ImageInfo) -> str:
        """Return the number of sheets of a poster, and the printing condition of CMYK."""
        notes = [super().describe(info)]
        if self.poster:
            columns, rows = self._sheets(info).grid
            count = columns * rows
            sheets = f"{count} sheet{'s' * (count != 1)}"
            notes.append(f"{sheets} of {self.poster}: {rows} row{'s' * (rows != 1)} of {columns}")
        return "; ".join(filter(None, notes))

    def _sheets(self, info: ImageInfo) -> Sheets:
        """Return the sheets of a poster.

        Raises:
            LimnerError: the poster cannot be printed on such paper.
        """
        width, height = parse_paper(self.poster)
        margin, overlap = (
            parse_length(text, "length", pixels=False).mm * POINTS_PER_MM for text in (self.margin, self.overlap)
        )
        paper = width * POINTS_PER_MM, height * POINTS_PER_MM
        return fewest_sheets(_points(info), paper, margin, overlap, turn="-" not in self.poster)

    def embedded_profile(self, file: BinaryIO) -> bytes:
        """Return the ICC profile of the picture; empty if it has none."""
        with open_pdf(file) as document:
            return image_profile(document.pages[0].obj.Resources.XObject.Im0, MAX_PROFILE)

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
        stored = self.stored_picture(info, bands, digest)
        pixels = concatenate_bands(stored.bands, stored.info)
        picture = make_image(document, pixels, stored.profile, cmyk=stored.info.cmyk)
        if self.poster:
            add_sheets(document, picture, self._sheets(info))
        else:
            bleed = info.bleed / (info.dpi or POINTS_PER_INCH) * POINTS_PER_INCH
            add_page(document, picture, _points(info), bleed, crop_marks=self.crop_marks)
        document.docinfo[TITLE] = title_of(embedded)
        document.docinfo[CREATOR] = "limner"
        document.docinfo[DIGEST], document.docinfo[DPI] = stored.digest(), repr(info.dpi)
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
            pixels, is_cmyk = decode_image(document.pages[0].obj.Resources.XObject.Im0)
            dpi = float(str(document.docinfo.get(DPI, "0")))
        if not (math.isfinite(dpi) and 0 <= dpi <= 1_000_000):
            raise ArtworkError("the file is damaged: its resolution is invalid")
        height, width, channels = pixels.shape
        return ImageInfo(width, height, channels, pixels.itemsize * 8, dpi, cmyk=is_cmyk), iter((pixels,))


def _points(info: ImageInfo) -> tuple[float, float]:
    """Return width and height of a picture on paper, in points."""
    scale = POINTS_PER_INCH / (info.dpi or POINTS_PER_INCH)
    return info.width * scale, info.height * scale
