"""The manifest in movies: JSON in a comment, or compressed in XMP."""

from __future__ import annotations

import base64
import json

from limner.plugin import ArtworkError
from limner_plugins.common.xmp import MAX_MANIFEST, inflate_text, read_packet, xmp_packet

KEYWORD = "limner-movie"
"""The keyword of the text chunk in a PNG. It differs from a picture's: a movie has no θ and is not an artwork."""
NAMESPACE = "urn:limner:movie:"


def as_manifest(text: str) -> str | None:
    """Return a comment if it is a manifest, that is, a JSON object; otherwise None."""
    try:
        is_manifest = isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return None
    return text if is_manifest else None


def write_xmp(manifest: str) -> bytes:
    """Return an XMP packet that contains a manifest."""
    return xmp_packet(NAMESPACE, manifest)


def read_xmp(packet: bytes) -> str | None:
    """Return the manifest in an XMP packet, or None if there is none.

    Raises:
        ArtworkError: the manifest is damaged.
    """
    packed = (read_packet(packet, NAMESPACE, ("manifest",)) or {}).get("manifest")
    if packed is None:
        return None
    try:
        compressed = base64.b64decode(packed, validate=True)
    except ValueError as error:
        raise ArtworkError("the file is damaged: the recipe in it cannot be decoded") from error
    return as_manifest(inflate_text(compressed, MAX_MANIFEST, "recipe"))
