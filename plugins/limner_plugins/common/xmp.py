"""XMP packets that hold a compressed manifest; each kind of record has its own namespace.

In a packet, a namespace must end with / or #: programs that edit XMP, such as exiv2, append a slash to others. Earlier
versions of limner did not know this, so both forms are read.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Collection

from limner.plugin import ArtworkError
from limner_plugins.common.xml import read_xml

MAX_MANIFEST = 2**24
"""Bytes of a manifest, decompressed."""


def xmp_packet(namespace: str, manifest: str, attributes: str = "", elements: str = "") -> bytes:
    """Return a packet with the manifest as an attribute.

    Args:
        namespace: the namespace of the prefix ``limner``, without the slash at its end.
        manifest: the manifest.
        attributes: further attributes, each led by a space and quoted.
        elements: further properties as elements; expat reads long ones much faster than attributes.
    """
    packed = base64.b64encode(zlib.compress(manifest.encode("utf-8"), 9)).decode("ascii")
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:limner="{namespace}/"'
        f' xmp:CreatorTool="limner"{attributes}'
        f' limner:manifest="{packed}"{f">{elements}</rdf:Description>" if elements else "/>"}'
        '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def read_packet(packet: bytes, namespace: str, names: Collection[str]) -> dict[str, str] | None:
    """Return the values of some names in a packet, attributes or elements, or None if the namespace is not in it.

    Raises:
        ArtworkError: the packet is damaged.
    """
    if namespace.encode() not in packet:
        return None
    wanted = {f"{form} {name}": name for form in (namespace, f"{namespace}/") for name in names}
    found = read_xml(packet.rstrip(b"\0"), wanted)
    return {wanted[key]: value for key, value in found.items()}


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
