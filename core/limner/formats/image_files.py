"""File formats: which writer a path asks for, and which one recognises a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from limner.composition.stage_spec import StageSpec
from limner.errors import ArtworkError, ForeignError, LimnerError, PluginError
from limner.formats.container import SUFFIX
from limner.formats.image_format import ImageFormat, ImageInfo
from limner.formats.lookup import format_for
from limner.registry.attribution import attributing
from limner.registry.registry import registry
from limner.utils.paths import os_reason

HEAD = 64


def image_formats() -> Iterator[ImageFormat]:
    """Yield every registered writer with its defaults, built-in ones first: they recognise their own files."""
    known = registry()
    for name in sorted(known.names("image-format"), key=lambda name: not known.entry("image-format", name).built_in):
        with suppress(PluginError):  # a broken plugin's writer must not spoil the others
            yield registry().load("image-format", name, ImageFormat)()


def image_format_for(path: Path, options: Mapping[str, Any] | None = None) -> StageSpec[ImageFormat]:
    """The writer whose format a file's ending names, with options set.

    Raises:
        LimnerError: no writer has the ending, or it knows no such option or value.
    """
    unknown = f"the ending {path.suffix!r} names no format" if path.suffix else "the name has no ending"
    return format_for("image-format", ImageFormat, path, path.suffix, options or {}, unknown=unknown, known=[SUFFIX])


def check_image_info(path: Path, image_format: ImageFormat, info: ImageInfo) -> None:
    """Refuse a page that a format does not hold.

    Raises:
        LimnerError: the message is led by the path.
    """
    try:
        image_format.check(info)
    except LimnerError as error:
        raise LimnerError(f"{path}: {error}") from error


@contextmanager
def open_image(path: Path) -> Iterator[tuple[BinaryIO, ImageFormat]]:
    """A picture's file, open at its start, and the writer that recognises it; their errors are led by the path.

    Raises:
        ForeignError: it is no picture of a format that limner writes.
        ArtworkError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            with attributing():
                found = [writer for writer in image_formats() if _matches(writer, head)]
                if not found:
                    raise ForeignError("is no picture of a format that limner writes")
                image_format = found[0] if len(found) == 1 else _reader_of(file, found)
                file.seek(0)
                yield file, image_format
    except ArtworkError as error:
        raise type(error)(f"{path}: {error}") from error
    except OSError as error:
        raise ArtworkError(f"{path}: cannot be read: {os_reason(error)}") from error


def _matches(image_format: ImageFormat, head: bytes) -> bool:
    """Whether a writer recognises a file; one of a third party that raises does not."""
    try:
        return bool(image_format.matches(head))
    except Exception:  # whatever a third party's format raises, it must not keep others from reading the file
        if type(image_format).__module__.startswith("limner_plugins."):
            raise
        return False


def _reader_of(file: BinaryIO, found: Sequence[ImageFormat]) -> ImageFormat:
    """Return the first of several writers that finds an artwork in a file; the first of all if none does."""
    for image_format in found:
        file.seek(0)
        try:
            if image_format.read_embedded(file) is not None:
                return image_format
        except Exception:  # noqa: BLE001, S112 - a damaged file, or a format of a third party: the first reports it
            continue
    return found[0]
