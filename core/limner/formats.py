"""File formats: which writer a path asks for, and which one recognises a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from limner.container import SUFFIX
from limner.errors import ArtworkError, LimnerError, did_you_mean
from limner.files import os_reason
from limner.registry import registry
from limner.writer import Page, Writer

HEAD = 64


def check_page(path: Path, writer: Writer, page: Page) -> None:
    """Refuse a page that the format does not hold.

    Raises:
        LimnerError: a side is too long.
    """
    if max(page.width, page.height) > writer.max_side:
        raise LimnerError(
            f"{path}: this format holds {writer.max_side} pixels a side, not {page.width}x{page.height}; "
            "choose a smaller --size or another ending"
        )


def writers() -> Iterator[Writer]:
    """Every registered writer, with its defaults."""
    for name in registry().names("writer"):
        yield cast("Writer", registry().load("writer", name)())


def writer_for(path: Path, bits: int = 8) -> Writer:
    """The writer whose format a file's ending names.

    Raises:
        LimnerError: no writer has the ending, or the format does not hold so many bits.
    """
    known: list[str] = [SUFFIX]
    for writer in writers():
        if path.suffix.lower() in writer.suffixes:
            if bits not in writer.depths:
                held = " or ".join(str(d) for d in writer.depths)
                raise LimnerError(f"{path}: this format holds {held} bits a channel, not {bits}; try .png or .tiff")
            return writer
        known += writer.suffixes
    ending = f"the ending {path.suffix!r} names no format" if path.suffix else "the name has no ending"
    raise LimnerError(f"{path}: {ending}{did_you_mean(path.suffix, known)}")


@contextmanager
def reading(path: Path) -> Iterator[tuple[BinaryIO, Writer]]:
    """A picture's file, open at its start, and the writer that recognises it; their errors are led by the path.

    Raises:
        ArtworkError: the file cannot be read, or is no picture that limner writes.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            writer = next((w for w in writers() if w.recognises(head)), None)
            if writer is None:
                raise ArtworkError("is no picture of a format that limner writes")
            file.seek(0)
            yield file, writer
    except ArtworkError as error:
        raise ArtworkError(f"{path}: {error}") from error
    except OSError as error:
        raise ArtworkError(f"{path}: cannot be read: {os_reason(error)}") from error
