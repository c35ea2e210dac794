"""Limner's record in formats that hold XMP and EXIF: manifest and digest in the one, θ and resolution in the other.

Both stand in the file as they are, uncompressed by the format, so that a digest can be filled in once it is known.
"""

from __future__ import annotations

import base64
import io
import json
import zlib

from limner.plugin import ArtworkError, Embedded
from limner_plugins.image_formats._tiff.layout import dpi_of
from limner_plugins.image_formats._tiff.tags import Tags
from limner_plugins.image_formats._xml import NAMESPACE, quoted, read_xml

MAX_MANIFEST = 2**24
MANIFEST, DIGEST, CHANNELS = (f"{NAMESPACE} {name}" for name in ("manifest", "digest", "channels"))
THETA = 65100  # the private tag that a TIFF of ours has too
SOFTWARE, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT, INCHES = 305, 282, 283, 296, 2
EXIF = b"Exif\0\0"


def xmp_of(manifest: str, digest: str, channels: int) -> bytes:
    """An XMP packet. It says how many channels were painted: some formats drop an alpha that is opaque."""
    packed = pack(zlib.compress(manifest.encode("utf-8"), 9))
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:limner="{NAMESPACE}"'
        f' xmp:CreatorTool="limner" limner:channels="{channels}" limner:digest={quoted(digest)}'
        f' limner:manifest="{packed}"/></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


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
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(unpack(found[MANIFEST]), MAX_MANIFEST + 1)
        if not inflater.eof or len(data) > MAX_MANIFEST:
            raise ArtworkError("the file is damaged: the manifest in it breaks off, or is too long")
        return data.decode("utf-8"), found.get(DIGEST, ""), int(channels)
    except (zlib.error, UnicodeDecodeError) as error:
        raise ArtworkError("the file is damaged: the manifest in it cannot be decoded") from error


def exif_of(dpi: float, theta: bytes) -> bytes:
    """EXIF data, led by their mark."""
    from PIL import Image

    exif = Image.Exif()
    exif[SOFTWARE] = "limner"
    if dpi > 0:
        exif[X_RESOLUTION] = exif[Y_RESOLUTION] = dpi
        exif[RESOLUTION_UNIT] = INCHES
    if theta:
        exif[THETA] = theta
    return exif.tobytes()


def theta_in(exif: bytes, limit: int) -> bytes:
    """θ in EXIF data; empty where there is none.

    Raises:
        ArtworkError: the data are damaged, or hold more than ``limit`` bytes of θ.
    """
    return Tags(io.BytesIO(exif.removeprefix(EXIF))).data(THETA, limit) if exif else b""


def dpi_in(exif: bytes) -> float:
    """The resolution in EXIF data; 0 where they tell none, or are damaged: a picture is a picture without them."""
    try:
        return dpi_of(Tags(io.BytesIO(exif.removeprefix(EXIF)))) if exif else 0.0
    except ArtworkError:
        return 0.0


def pack(data: bytes) -> str:
    """The bytes as text."""
    return base64.b64encode(data).decode("ascii")


def unpack(text: str) -> bytes:
    """The bytes in a text.

    Raises:
        ArtworkError: it is not such a text.
    """
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ArtworkError("the file is damaged: limner's record in it is not base64") from error


def title_of(embedded: Embedded) -> str:
    """The recipe's title; empty where it has none."""
    try:
        title = json.loads(embedded.manifest)["recipe"]["title"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return title if isinstance(title, str) else ""
