"""The image format ``svg``: the picture as an embedded PNG, at its print size."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from typing import BinaryIO, ClassVar

import numpy as np

from limner.plugin import ArtworkError, EmbeddedData, ImageInfo, LimnerError
from limner_plugins.common.xml import NAMESPACE, escape_text, read_xml
from limner_plugins.common.xmp import MAX_MANIFEST
from limner_plugins.image_formats._in_memory import InMemoryFormat, check_writable
from limner_plugins.image_formats._record import decode_base64, encode_base64, recipe_field, title_of
from limner_plugins.image_formats.png import Png

XLINK = "http://www.w3.org/1999/xlink"
PICTURE = f"{XLINK} href"
MANIFEST, THETA, DIGEST, DPI = (f"{NAMESPACE} {name}" for name in ("manifest", "theta", "digest", "dpi"))
DATA = "data:image/png;base64,"
MM_PER_INCH = 25.4
MAX_FILE = 2**31 - 2**16  # bytes; expat counts them in 31 bits
SVG_STARTS = (b"<svg", b"<!DOCTYPE svg", b"<!--")


class Svg(InMemoryFormat):
    """SVG: lossless. Title, manifest, θ and digest are elements; the size is in millimetres if a resolution is set."""

    suffixes: ClassVar[tuple[str, ...]] = (".svg",)
    bit_depths: ClassVar[tuple[int, ...]] = (8, 16)

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """Return whether the first element is ``svg``, as far as the given bytes show it after an XML declaration."""
        head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if head.startswith(b"<?xml"):
            head = head.partition(b"?>")[2].lstrip()
            return any(head.startswith(start[: len(head)]) for start in SVG_STARTS)
        return head.startswith(SVG_STARTS[:2])

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
            LimnerError: the manifest, θ or the whole file is too large to be read back.
        """
        if len(embedded.manifest) > MAX_MANIFEST or len(embedded.theta) > self.max_theta:
            raise LimnerError("the recipe or θ is too large for an SVG; choose .png or .tiff")
        png = io.BytesIO()
        Png().write(png, info, bands, EmbeddedData("", b"", ""), digest)
        if png.tell() > MAX_FILE // 2:
            raise LimnerError("the picture is too large for an SVG; choose a smaller `size`, or .png or .tiff")
        width, height = (_length(side, info.dpi) for side in (info.width, info.height))
        title, record = escape_text(title_of(embedded)), escape_text(embedded.manifest)
        file.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="{XLINK}" version="1.1"'
            f' width="{width}" height="{height}" viewBox="0 0 {info.width} {info.height}">\n'
            f"<title>{title}</title>\n<desc>{escape_text(_description(embedded))}</desc>\n"
            f'<metadata xmlns:limner="{NAMESPACE}">\n<limner:manifest>{record}</limner:manifest>\n'
            f"<limner:theta>{encode_base64(embedded.theta)}</limner:theta>\n"
            f"<limner:digest>{escape_text(digest())}</limner:digest>\n<limner:dpi>{info.dpi!r}</limner:dpi>\n</metadata>\n"
            f'<image width="{info.width}" height="{info.height}" preserveAspectRatio="none" xlink:href="{DATA}'.encode()
        )
        file.write(encode_base64(png.getvalue()).encode("ascii"))
        file.write(b'"/>\n</svg>\n')

    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """Return the data in limner's elements, or None if there are none.

        Raises:
            ArtworkError: the file is damaged.
        """
        found = read_xml(_read_all(file), (MANIFEST, THETA, DIGEST))
        if not found:
            return None
        if MANIFEST not in found:
            raise ArtworkError("the file is damaged: limner's data in it contain no manifest")
        theta = decode_base64(found.get(THETA, ""))
        if len(theta) > self.max_theta or len(found[MANIFEST]) > MAX_MANIFEST:
            raise ArtworkError("the file is damaged: limner's data in it exceed their maximum size")
        return EmbeddedData(found[MANIFEST], theta, found.get(DIGEST, ""))

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return the shape and pixels of the picture in an SVG that limner wrote.

        Raises:
            ArtworkError: limner did not write the SVG, or the SVG is damaged.
        """
        found = read_xml(_read_all(file), (MANIFEST, DPI, PICTURE))
        picture = found.get(PICTURE, "")
        if MANIFEST not in found or not picture.startswith(DATA):
            raise ArtworkError("is an SVG not made by limner; save its picture as .png")
        png = io.BytesIO(decode_base64(picture[len(DATA) :]))
        if not Png.matches(png.getvalue()):
            raise ArtworkError("the file is damaged: the picture in it is not a PNG")
        info, bands = Png().read_pixels(png)
        try:
            check_writable(info)
        except LimnerError as error:
            raise ArtworkError(f"the picture has {info.width}x{info.height} pixels, too many for an SVG") from error
        return ImageInfo(info.width, info.height, info.channels, info.bits, _dpi(found.get(DPI, ""))), bands


def _length(pixels: int, dpi: float) -> str:
    """Return a length in millimetres, or in pixels if there is no resolution."""
    return f"{pixels / dpi * MM_PER_INCH:.6g}mm" if dpi > 0 else f"{pixels}px"


def _description(embedded: EmbeddedData) -> str:
    """Return the text of the element ``desc``."""
    seed = recipe_field(embedded, "seed")
    return "Painted by limner." if seed is None else f"Painted by limner from the seed {seed}."


def _read_all(file: BinaryIO) -> bytes:
    """Return the contents of a file.

    Raises:
        ArtworkError: the file is too large.
    """
    if file.seek(0, 2) > MAX_FILE:
        raise ArtworkError(f"the file is larger than the {MAX_FILE} bytes that an SVG may have")
    file.seek(0)
    return file.read()


def _dpi(text: str) -> float:
    """Return a resolution in an untrusted text, or 0 if it is invalid."""
    try:
        dpi = float(text)
    except ValueError:
        return 0.0
    return dpi if math.isfinite(dpi) and 0 < dpi <= 1_000_000 else 0.0
