"""Paths that a command gets, as arguments or on standard input.

There they are a path per line, or paths that end with NUL, as ``find -print0`` writes them.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from limner.errors import LimnerError

MAX_BYTES = 64 * 1024**2
MAX_PATH = 4096 if os.name == "posix" else 32_767  # PATH_MAX of Linux; the limit of Windows
MAX_NAME = 255
"""The longest name of a file or a folder: bytes on Linux and macOS, characters on Windows."""
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
"""Bytes that are in nearly every binary file, but hardly in a name; a path with one has to end with NUL."""
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NOT_PATHS = "-: standard input is not a list of paths; pipe in one path per line, or name the files as arguments"


def artworks(names: Sequence[str]) -> list[Path]:
    """Return paths of artworks, with ``-`` replaced by the paths on standard input.

    Raises:
        LimnerError: a path is empty, or there is none.
    """
    return [Path(name) for name in _required_names(names, "no artworks: give files written by limner")]


def pictures(names: Sequence[str]) -> list[str]:
    """Return names of pictures, files, folders or ``skimage:NAME``, with ``-`` replaced by the paths on standard input.

    Raises:
        LimnerError: a name is empty, or there is none.
    """
    return _required_names(names, "no pictures: give files or folders")


def _required_names(names: Sequence[str], nothing: str) -> list[str]:
    """Return names with ``-`` replaced by the paths on standard input.

    Args:
        names: the names on the command line.
        nothing: the message for no names.

    Raises:
        LimnerError: a name is empty, there is none, or standard input is no list of paths.
    """
    out = [path for name in names for path in (read_paths() if name == "-" else [name])]
    if not all(map(str.strip, names)):
        raise LimnerError("a path is empty; give a file or a folder, or . for the current folder")
    if not out and "-" in names:
        raise LimnerError("-: standard input is empty; pipe in one path per line, or name the files as arguments")
    if not out:
        raise LimnerError(f"{nothing}, or pipe in their paths with -")
    return out


def read_paths() -> list[str]:
    """Return the paths on standard input.

    Bytes that are not UTF-8 are kept. The marks that Windows adds, a byte order mark and carriage returns, are not part
    of a path, nor are empty lines; paths that end with NUL are taken as they are.

    Raises:
        LimnerError: standard input is closed, is no list of paths, or is larger than ``MAX_BYTES``.
    """
    if sys.stdin is None:
        raise LimnerError("-: standard input is closed; name the files as arguments")
    data = _read()
    if len(data) > MAX_BYTES:
        raise LimnerError(f"-: standard input has more than {MAX_BYTES // 1024**2} MB; pipe in one path per line")
    paths = split_paths(data)
    if any(map(_is_too_long, paths)):
        raise LimnerError(NOT_PATHS)
    return [os.fsdecode(path) for path in paths]


def split_paths(data: bytes) -> list[bytes]:
    """Return the paths in a list.

    Raises:
        LimnerError: it is a binary file: a line has control characters, two NULs follow each other, or a path with
            control characters is not UTF-8.
    """
    if data.startswith(UTF16):
        try:
            data = data.decode("utf-16").encode("utf-8")
        except UnicodeError as error:
            raise LimnerError(NOT_PATHS) from error
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" not in data:
        lines = [line.removesuffix(b"\r") for line in data.split(b"\n")]
        if any(map(CONTROL.search, lines)):
            raise LimnerError(NOT_PATHS)
        return [line for line in lines if line.strip()]
    paths = data.removesuffix(b"\0").split(b"\0")
    if not all(paths) or any(CONTROL.search(path) and not _is_utf8(path) for path in paths):
        raise LimnerError(NOT_PATHS)
    return paths


def _is_too_long(path: bytes) -> bool:
    """Return whether no file can have a path: it, or a name in it, is too long."""
    names = [path] if len(path) > MAX_PATH else path.split(b"/")
    return any(len(name if os.name == "posix" else name.decode("utf-8", "replace")) > MAX_NAME for name in names)


def _is_utf8(path: bytes) -> bool:
    try:
        path.decode("utf-8")
    except UnicodeError:
        return False
    return True


def _read() -> bytes:
    """Return the bytes of standard input, up to one more than ``MAX_BYTES``.

    Raises:
        LimnerError: standard input cannot be read.
    """
    try:
        buffer = getattr(sys.stdin, "buffer", None)
        if buffer is None:  # a stream of text
            return sys.stdin.read(MAX_BYTES + 1).encode("utf-8", "surrogateescape")
        data: bytes = buffer.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or error
        raise LimnerError(f"-: standard input cannot be read: {problem}; name the files as arguments") from error
    return data
