"""limner's data in XMP and EXIF: manifest and digest in XMP, θ and resolution in EXIF.

Formats store XMP without compressing it, so that the digest can be filled in once it is known.
"""

from __future__ import annotations

import base64
import io
import json

from limner.plugin import ArtworkError, EmbeddedData
from limner_plugins.common.xmp import MAX_MANIFEST, inflate_text, xmp_packet
from limner_plugins.image_formats._tiff.layout import TagNumber, dpi_of
from limner_plugins.image_formats._tiff.tags import Tags
from limner_plugins.image_formats._xml import NAMESPACE, quote_attribute, read_xml

MANIFEST, DIGEST, CHANNELS = (f"{NAMESPACE} {name}" for name in ("manifest", "digest", "channels"))
INCHES = 2  # the number of the resolution unit
EXIF = b"Exif\0\0"


def write_xmp(manifest: str, digest: str, channels: int) -> bytes:
    """Return an XMP packet with manifest, digest and number of channels.

    The number of channels is recorded because some formats drop an alpha channel that is opaque.
    """
    return xmp_packet(NAMESPACE, manifest, f' limner:channels="{channels}" limner:digest={quote_attribute(digest)}')


def read_xmp(packet: bytes) -> tuple[str, str, int] | None:
    """Return manifest, digest and number of channels in an XMP packet, or None if it contains no data of limner's.

    Raises:
        ArtworkError: limner's data are damaged.
    """
    if NAMESPACE.encode() not in packet:
        return None
    found = read_xml(packet.rstrip(b"\0"), (MANIFEST, DIGEST, CHANNELS))
    if MANIFEST not in found:
        raise ArtworkError("the file is damaged: limner's data in it contain no manifest")
    channels = found.get(CHANNELS, "")
    if channels not in ("3", "4"):
        raise ArtworkError("the file is damaged: limner's data in it lack the number of channels")
    manifest = inflate_text(decode_base64(found[MANIFEST]), MAX_MANIFEST, "manifest")
    return manifest, found.get(DIGEST, ""), int(channels)


def write_exif(dpi: float, theta: bytes) -> bytes:
    """Return EXIF data with the resolution and θ, including the prefix ``Exif``."""
    from PIL import Image

    exif = Image.Exif()
    exif[TagNumber.SOFTWARE] = "limner"
    if dpi > 0:
        exif[TagNumber.X_RESOLUTION] = exif[TagNumber.Y_RESOLUTION] = dpi
        exif[TagNumber.RESOLUTION_UNIT] = INCHES
    if theta:
        exif[TagNumber.THETA] = theta
    return exif.tobytes()


def read_theta(exif: bytes, limit: int) -> bytes:
    """Return θ in EXIF data; empty if there is none.

    Raises:
        ArtworkError: the EXIF data are damaged, or θ has more than ``limit`` bytes.
    """
    return Tags(io.BytesIO(exif.removeprefix(EXIF))).data(TagNumber.THETA, limit) if exif else b""


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
