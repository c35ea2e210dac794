"""Safe parsing of untrusted XML: no DTD, hence no entities, and nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Collection
from xml.parsers import expat
from xml.sax.saxutils import escape

from limner.plugin import ArtworkError

NAMESPACE = "urn:limner:record:"
"""The XML namespace of limner's elements and attributes."""
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape_text(text: str) -> str:
    """Return text escaped for an XML element; characters that XML forbids are dropped."""
    return escape(_FORBIDDEN.sub("", text), {"\r": "&#13;"})


def quote_attribute(text: str) -> str:
    """Return text as a quoted XML attribute value; characters that XML forbids are dropped."""
    escaped = escape(_FORBIDDEN.sub("", text), {'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})
    return f'"{escaped}"'


def read_xml(data: bytes, wanted: Collection[str]) -> dict[str, str]:
    """Return the text of the wanted elements and the values of the wanted attributes, by name.

    Args:
        data: the XML document, in UTF-8.
        wanted: names of elements and attributes, each as ``NAMESPACE NAME``.

    Raises:
        ArtworkError: the data are not well-formed XML in UTF-8, declare a document type, or contain a wanted name more
            than once.
    """
    found: dict[str, str] = {}
    path: list[str] = []
    texts: list[str] = []

    def keep(name: str, value: str) -> None:
        if name in found:
            raise ArtworkError(f"the file is damaged: it has more than one {name.rpartition(' ')[2]!r}")
        found[name] = value

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name)
        texts.clear()
        for key, value in attributes.items():
            if key in wanted:
                keep(key, value)

    def end(name: str) -> None:
        path.pop()
        if name in wanted:
            keep(name, "".join(texts))
        texts.clear()

    def text(part: str) -> None:
        if path and path[-1] in wanted:
            texts.append(part)

    def refuse(*_: object) -> None:
        raise ArtworkError("the XML declares a document type or entities, which is not supported; remove <!DOCTYPE")

    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:  # ValueError: an encoding that is unknown to Python
        raise ArtworkError("the file is truncated or damaged: its XML is not well-formed") from error
    return found
