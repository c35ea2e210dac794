"""Messages as one line that is short enough to read and safe to print."""

from __future__ import annotations

import re

from limner.utils.text import printable

MAX_NAME = 255
"""The longest name of a file, in bytes; a longer part of a path does not exist."""
MAX_SUBJECT = 1024
"""The longest beginning of a message, up to the colon, in characters; longer ones are hardly paths that exist."""
LONG_NAME = re.compile(rf"[^/\\\s]{{{MAX_NAME + 4},}}")  # quotes and a colon may surround the name
QUOTED_BYTE = re.compile(r"(?<!\\)((?:\\\\)*)\\udc([89a-f][0-9a-f])")
"""Matches a byte that is not UTF-8 in the ``repr`` of a name."""


def shown(message: str) -> str:
    r"""Return a message as one line without control characters, with long names shortened.

    Bytes that are not UTF-8 become the same escapes in quoted names as elsewhere: ``'caf\xe9'``.
    """
    subject, colon, problem = LONG_NAME.sub(lambda name: shortened(name[0], MAX_NAME // 3), message).partition(": ")
    subject = shortened(subject, MAX_SUBJECT // 2) if len(subject) > MAX_SUBJECT else subject
    return printable(QUOTED_BYTE.sub(r"\1\\x\2", subject + colon + problem))


def shortened(text: str, length: int) -> str:
    """Return the beginning and the end of a text, with dots between them; a short text is unchanged."""
    end = length // 4
    return text if len(text) <= length else f"{text[: length - end - 3]}...{text[-end:]}"
