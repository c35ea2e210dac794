"""Names and texts from users as they are shown, stored and compared."""

from __future__ import annotations

import os
import re
import unicodedata

SPACES = frozenset("\u00a0\u1680\u202f\u205f\u3000") | frozenset(map(chr, range(0x2000, 0x200B)))
"""The spaces of Unicode other than the ASCII space; macOS puts one of them into the names of screenshots."""
JOINERS = frozenset("\u200c\u200d")
"""Invisible characters that words of Hindi or Persian and many emoji contain."""
TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))
"""Invisible characters that emoji flags such as that of Wales contain."""
SURROGATES = re.compile("[\ud800-\udfff]")
SHORT_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def is_showable(character: str) -> bool:
    """Return whether a character can be shown as it is: it neither controls a terminal nor changes the direction."""
    return character.isprintable() or character in SPACES or character in JOINERS or character in TAGS


def printable(text: str) -> str:
    r"""Return an untrusted text, such as a title or a file name, as one line without control characters.

    Spaces are unchanged. Line breaks, other control characters and bytes that are not UTF-8 become escapes: ``\n``,
    ``\x1b``, ``\xe9``.
    """
    return text if text.isprintable() else "".join(c if is_showable(c) else _escape(c) for c in text)


def decodable(name: str) -> str:
    """Return a file name as text that can be stored: bytes that are not UTF-8 become the character U+FFFD.

    Python represents such bytes as lone surrogates, which no encoding of Unicode accepts.
    """
    if name.isprintable() or not SURROGATES.search(name):
        return name
    try:
        return os.fsencode(name).decode("utf-8", "replace")
    except UnicodeError:  # half of a pair, which Windows allows
        return SURROGATES.sub("\ufffd", name)


def canonical(name: str) -> str:
    """Return a name in the form NFC, in which names that look equal are equal.

    macOS and some archive programs write an accented letter as two characters (NFD), other programs as one.
    """
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def _escape(character: str) -> str:
    r"""Return a character as an escape: ``\x`` for ASCII and for bytes that are not UTF-8, otherwise ``\u``."""
    code = ord(character)
    if character in SHORT_ESCAPES:
        return SHORT_ESCAPES[character]
    if code < 0x80 or 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code & 0xFF:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
