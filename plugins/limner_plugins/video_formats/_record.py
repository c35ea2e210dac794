"""The manifest in movies: JSON in a comment, or packed in XMP."""

from __future__ import annotations

import base64
import json
import re
import zlib

from limner.plugin import ArtworkError

MAX_MANIFEST = 2**24
KEYWORD = "limner-movie"
"""Of the text chunk in a PNG. A picture's record is called otherwise: a movie has no θ and is no artwork."""
NAMESPACE = "urn:limner:movie:"
PACKED = re.compile(rb'limner:manifest="([A-Za-z0-9+/=]*)"')


def ours(text: str) -> str | None:
    """The text, if it is a manifest: anybody may write a comment, but hardly a JSON object."""
    try:
        found = isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return None
    return text if found else None


def xmp_of(manifest: str) -> bytes:
    """An XMP packet that holds a manifest."""
    packed = base64.b64encode(zlib.compress(manifest.encode("utf-8"), 9)).decode("ascii")
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:limner="{NAMESPACE}"'
        f' xmp:CreatorTool="limner" limner:manifest="{packed}"/></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def read_xmp(packet: bytes) -> str | None:
    """The manifest in an XMP packet; None where it holds none.

    Raises:
        ArtworkError: what it holds is damaged.
    """
    found = PACKED.search(packet) if NAMESPACE.encode() in packet else None
    if found is None:
        return None
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(base64.b64decode(found[1], validate=True), MAX_MANIFEST + 1)
        if not inflater.eof or len(data) > MAX_MANIFEST:
            raise ArtworkError("the file is damaged: the recipe in it breaks off, or is too long")
        return ours(data.decode("utf-8"))
    except (ValueError, zlib.error) as error:
        raise ArtworkError("the file is damaged: the recipe in it cannot be decoded") from error
