"""limner's data in XMP and EXIF: manifest and digest in XMP, θ and resolution in EXIF; TIFF has θ in XMP too.

Formats store XMP without compressing it, so that the digest can be filled in once it is known.
"""

from __future__ import annotations

import base64
import io
import json
from typing import NamedTuple

from limner.plugin import ArtworkError, EmbeddedData
from limner_plugins.common.xml import NAMESPACE, quote_attribute
from limner_plugins.common.xmp import MAX_MANIFEST, inflate_text, read_packet, xmp_packet
from limner_plugins.image_formats._tiff.layout import TagNumber, dpi_of
from limner_plugins.image_formats._tiff.tags import Tags

MANIFEST, DIGEST, CHANNELS, THETA = "manifest", "digest", "channels", "theta"
MAX_SOFTWARE = 2**16  # bytes of the name of the program
INCHES = 2  # the number of the resolution unit
EXIF = b"Exif\0\0"
EXIF_VERSION, VERSION_2_32 = 36864, b"0232"  # a list of Exif tags must have it
NOTE = b"limner\0\0"
"""The start of a maker note, the Exif tag for private data; it distinguishes limner's from those of cameras."""


class XmpRecord(NamedTuple):
    """limner's data in an XMP packet.

    Attributes:
        manifest: the manifest, as JSON.
        digest: the digest of the pixels.
        channels: the number of channels of the picture; some formats drop an alpha channel that is opaque.
        theta: θ; empty if it is stored elsewhere.
    """

    manifest: str
    digest: str
    channels: int
    theta: bytes


def write_xmp(manifest: str, digest: str, channels: int, theta: bytes = b"") -> bytes:
    """Return an XMP packet with manifest, digest, number of channels and, unless it is empty, θ as an element."""
    attributes = f' limner:channels="{channels}" limner:digest={quote_attribute(digest)}'
    element = f"<limner:theta>{encode_base64(theta)}</limner:theta>" if theta else ""
    return xmp_packet(NAMESPACE, manifest, attributes, element)


def read_xmp(packet: bytes) -> XmpRecord | None:
    """Return limner's data in an XMP packet, or None if it contains none.

    Raises:
        ArtworkError: limner's data are damaged.
    """
    found = read_packet(packet, NAMESPACE, (MANIFEST, DIGEST, CHANNELS, THETA))
    if found is None:
        return None
    if MANIFEST not in found:
        raise ArtworkError("the file is damaged: limner's data in it contain no manifest")
    channels = found.get(CHANNELS, "")
    if channels not in ("3", "4"):
        raise ArtworkError("the file is damaged: limner's data in it lack the number of channels")
    manifest = inflate_text(decode_base64(found[MANIFEST]), MAX_MANIFEST, "manifest")
    return XmpRecord(manifest, found.get(DIGEST, ""), int(channels), decode_base64(found.get(THETA, "")))


def write_exif(dpi: float, theta: bytes) -> bytes:
    """Return EXIF data with the resolution and θ, including the prefix ``Exif``."""
    from PIL import Image

    exif = Image.Exif()
    exif[TagNumber.SOFTWARE] = "limner"
    if dpi > 0:
        exif[TagNumber.X_RESOLUTION] = exif[TagNumber.Y_RESOLUTION] = dpi
        exif[TagNumber.RESOLUTION_UNIT] = INCHES
    if theta:
        exif[TagNumber.EXIF] = {EXIF_VERSION: VERSION_2_32, TagNumber.MAKER_NOTE: NOTE + theta}
    return exif.tobytes()


def read_theta(exif: bytes, limit: int) -> bytes:
    """Return θ in EXIF data; empty if there is none.

    Raises:
        ArtworkError: the EXIF data are damaged, or θ has more than ``limit`` bytes.
    """
    if not exif:
        return b""
    file = io.BytesIO(exif.removeprefix(EXIF))
    tags = Tags(file)
    if TagNumber.EXIF in tags:
        note = Tags(file, TagNumber.EXIF).data(TagNumber.MAKER_NOTE, limit + len(NOTE))
        if note.startswith(NOTE):
            return note.removeprefix(NOTE)
    software = tags.text(TagNumber.SOFTWARE, MAX_SOFTWARE, "latin-1")
    return tags.data(TagNumber.OLD_THETA, limit) if software == "limner" else b""


def read_dpi(exif: bytes) -> float:
    """Return the resolution in EXIF data, in pixels per inch; 0 if there is none or the data are damaged.

    Damage is ignored here, because the pixels can be read without EXIF data.
    """
    try:
        return dpi_of(Tags(io.BytesIO(exif.removeprefix(EXIF)))) if exif else 0.0
    except ArtworkError:
        return 0.0


def encode_base64(data: bytes) -> str:
    """Return bytes as base64 text."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Return the bytes in base64 text.

    Raises:
        ArtworkError: the text is not base64.
    """
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ArtworkError("the file is damaged: limner's data in it are not base64") from error


def title_of(embedded: EmbeddedData) -> str:
    """Return the title of the embedded recipe, or an empty string."""
    title = recipe_field(embedded, "title")
    return title if isinstance(title, str) else ""


def recipe_field(embedded: EmbeddedData, name: str) -> object:
    """Return a field of the embedded recipe, or None if it has no such field."""
    try:
        value: object = json.loads(embedded.manifest)["recipe"][name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return value
