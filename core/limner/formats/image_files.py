"""The image format of a path or of an existing file."""

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

HEAD_BYTES = 64
"""The number of bytes that ``ImageFormat.matches`` gets."""


def image_formats() -> Iterator[ImageFormat]:
    """Yield every registered image format with its default settings, built-in formats first.

    Built-in formats come first so that a plugin cannot take over their files.
    """
    known = registry()
    for name in sorted(known.names("image-format"), key=lambda name: not known.entry("image-format", name).built_in):
        with suppress(PluginError):  # a broken plugin must not disable the other formats
            yield registry().load("image-format", name, ImageFormat)()


def image_format_for(path: Path, options: Mapping[str, Any] | None = None) -> StageSpec[ImageFormat]:
    """Return the image format that a path's suffix selects, with options set.

    Args:
        path: the file; it need not exist.
        options: settings of the format by name, ``{"quality": 90}``; ``kind`` selects a format by its name.

    Raises:
        LimnerError: no format has the suffix, or an option or its value is invalid.
    """
    unknown = f"unknown image format {path.suffix!r}" if path.suffix else "the file name has no ending"
    return format_for("image-format", ImageFormat, path, path.suffix, options or {}, unknown=unknown, known=[SUFFIX])


def check_image_info(path: Path, image_format: ImageFormat, info: ImageInfo) -> None:
    """Raise an error if a format cannot store a picture.

    Raises:
        LimnerError: the format cannot store it; the message starts with the path.
    """
    try:
        image_format.check(info)
    except LimnerError as error:
        raise LimnerError(f"{path}: {error}") from error


@contextmanager
def open_image(path: Path) -> Iterator[tuple[BinaryIO, ImageFormat]]:
    """Open a picture file and yield it, positioned at its start, with its image format.

    Errors that are raised inside the block, for example by the format, get the path in front of their message.

    Raises:
        ForeignError: the file is not a picture in a format that limner supports.
        ArtworkError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            with attributing():
                candidates = [image_format for image_format in image_formats() if _matches(image_format, head)]
                if not candidates:
                    raise ForeignError("not a picture in a format that limner supports")
                image_format = candidates[0] if len(candidates) == 1 else _choose_format(file, candidates)
                file.seek(0)
                yield file, image_format
    except ArtworkError as error:
        raise type(error)(f"{path}: {error}") from error
    except OSError as error:
        raise ArtworkError(f"{path}: cannot be read: {os_reason(error)}") from error


def _matches(image_format: ImageFormat, head: bytes) -> bool:
    """Return whether a format recognises a file; a third-party format that raises counts as no match."""
    try:
        return bool(image_format.matches(head))
    except Exception:  # whatever a third-party format raises, the other formats must still be tried
        if type(image_format).__module__.startswith("limner_plugins."):
            raise
        return False


def _choose_format(file: BinaryIO, candidates: Sequence[ImageFormat]) -> ImageFormat:
    """Return the first of several formats that finds an artwork in a file, or the first one if none does."""
    for image_format in candidates:
        file.seek(0)
        try:
            if image_format.read_embedded(file) is not None:
                return image_format
        except Exception:  # noqa: BLE001, S112 - a damaged file or a faulty plugin: the first format reports it
            continue
    return candidates[0]
