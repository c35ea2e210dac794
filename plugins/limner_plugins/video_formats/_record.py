"""The manifest in movies: JSON in a comment, or packed in XMP."""

from __future__ import annotations

import base64
import json
import re

from limner.plugin import ArtworkError
from limner_plugins.common.xmp import MAX_MANIFEST, inflate_text, xmp_packet

KEYWORD = "limner-movie"
"""Of the text chunk in a PNG. A picture's record is called otherwise: a movie has no θ and is no artwork."""
NAMESPACE = "urn:limner:movie:"
PACKED = re.compile(rb'limner:manifest="([A-Za-z0-9+/=]*)"')


def as_manifest(text: str) -> str | None:
    """The text, if it is a manifest: anybody may write a comment, but hardly a JSON object."""
    try:
        found = isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return None
    return text if found else None


def write_xmp(manifest: str) -> bytes:
    """An XMP packet that holds a manifest."""
    return xmp_packet(NAMESPACE, manifest)


def read_xmp(packet: bytes) -> str | None:
    """The manifest in an XMP packet; None where it holds none.

    Raises:
        ArtworkError: what it holds is damaged.
    """
    found = PACKED.search(packet) if NAMESPACE.encode() in packet else None
    if found is None:
        return None
    try:
        packed = base64.b64decode(found[1], validate=True)
    except ValueError as error:
        raise ArtworkError("the file is damaged: the recipe in it cannot be decoded") from error
    return as_manifest(inflate_text(packed, MAX_MANIFEST, "recipe"))
