"""Words of the commands that limner prints, quoted for a POSIX shell."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable

from limner.utils.text import printable


def quote(word: str | os.PathLike[str]) -> str:
    r"""Return a word as the shell needs it: ``it's`` becomes ``'it'"'"'s'``.

    A word with control characters, or with bytes that are not UTF-8, becomes ``$'caf\xe9'``, which bash, zsh and ksh
    read: a message shows neither.
    """
    text = os.fspath(word)
    if printable(text) == text:
        return shlex.quote(text)
    return "$'" + printable(text.replace("\\", "\\\\").replace("'", "\\'")) + "'"


def quote_path(path: str | os.PathLike[str]) -> str:
    """Return a path as the shell needs it; one that begins with a hyphen gets ``./``, so that it is no option."""
    text = os.fspath(path)
    return quote(f"./{text}" if text.startswith("-") else text)


def join(words: Iterable[str]) -> str:
    """Return the words of a command, quoted and separated by spaces."""
    return " ".join(map(quote, words))
