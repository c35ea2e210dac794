"""Limner's record in formats that hold XMP and EXIF: manifest and digest in the one, θ and resolution in the other.

Both stand in the file as they are, uncompressed by the format, so that a digest can be filled in once it is known.
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
INCHES = 2
EXIF = b"Exif\0\0"


def write_xmp(manifest: str, digest: str, channels: int) -> bytes:
    """An XMP packet. It says how many channels were painted: some formats drop an alpha that is opaque."""
    return xmp_packet(NAMESPACE, manifest, f' limner:channels="{channels}" limner:digest={quote_attribute(digest)}')


def read_xmp(packet: bytes) -> tuple[str, str, int] | None:
    """Manifest, digest and channels; None where the packet, which may be empty, holds nothing of limner's.

    Raises:
        ArtworkError: what it holds is damaged.
    """
    if NAMESPACE.encode() not in packet:
        return None
    found = read_xml(packet.rstrip(b"\0"), (MANIFEST, DIGEST, CHANNELS))
    if MANIFEST not in found:
        raise ArtworkError("the file is damaged: it has a record of limner's that holds no manifest")
    channels = found.get(CHANNELS, "")
    if channels not in ("3", "4"):
        raise ArtworkError("the file is damaged: limner's record in it tells no number of channels")
    manifest = inflate_text(decode_base64(found[MANIFEST]), MAX_MANIFEST, "manifest")
    return manifest, found.get(DIGEST, ""), int(channels)


def write_exif(dpi: float, theta: bytes) -> bytes:
    """EXIF data, led by their mark."""
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
    """θ in EXIF data; empty where there is none.

    Raises:
        ArtworkError: the data are damaged, or hold more than ``limit`` bytes of θ.
    """
    return Tags(io.BytesIO(exif.removeprefix(EXIF))).data(TagNumber.THETA, limit) if exif else b""


def read_dpi(exif: bytes) -> float:
    """The resolution in EXIF data; 0 where they tell none, or are damaged: a picture is a picture without them."""
    try:
        return dpi_of(Tags(io.BytesIO(exif.removeprefix(EXIF)))) if exif else 0.0
    except ArtworkError:
        return 0.0


def encode_base64(data: bytes) -> str:
    """The bytes as text."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """The bytes in a text.

    Raises:
        ArtworkError: it is not such a text.
    """
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ArtworkError("the file is damaged: limner's record in it is not base64") from error


def title_of(embedded: EmbeddedData) -> str:
    """Return the recipe's title, or an empty string."""
    title = recipe_field(embedded, "title")
    return title if isinstance(title, str) else ""


def recipe_field(embedded: EmbeddedData, name: str) -> object:
    """Return what the manifest's recipe has under a name, or None."""
    try:
        found: object = json.loads(embedded.manifest)["recipe"][name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found
