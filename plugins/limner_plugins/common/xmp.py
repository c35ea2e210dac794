"""XMP packets that hold a compressed manifest; each kind of record has its own namespace."""

from __future__ import annotations

import base64
import zlib

from limner.plugin import ArtworkError

MAX_MANIFEST = 2**24
"""Bytes of a manifest, decompressed."""


def xmp_packet(namespace: str, manifest: str, attributes: str = "") -> bytes:
    """Return a packet with the manifest as an attribute, after ``attributes``, each led by a space and quoted."""
    packed = base64.b64encode(zlib.compress(manifest.encode("utf-8"), 9)).decode("ascii")
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:limner="{namespace}"'
        f' xmp:CreatorTool="limner"{attributes}'
        f' limner:manifest="{packed}"/></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def inflate_text(data: bytes, limit: int, what: str) -> str:
    """Return text that was compressed; messages call it ``what``.

    Raises:
        ArtworkError: the data are damaged, or hold more than ``limit`` bytes.
    """
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, limit + 1)
        if not inflater.eof or len(text) > limit:
            raise ArtworkError(f"the file is damaged: the {what} in it breaks off, or is too long")
        return text.decode("utf-8")
    except (zlib.error, UnicodeDecodeError) as error:
        raise ArtworkError(f"the file is damaged: the {what} in it cannot be decoded") from error
