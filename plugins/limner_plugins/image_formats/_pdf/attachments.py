"""Files attached to a PDF."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from limner.plugin import ArtworkError

if TYPE_CHECKING:
    from pikepdf import Pdf

DATE = "D:20000101000000Z"  # fixed, so that files are reproducible


def add_attachment(document: Pdf, name: str, data: bytes, mime: str, description: str) -> None:
    """Attach a file to a PDF."""
    import pikepdf

    document.attachments[name] = pikepdf.AttachedFileSpec(
        document,
        data,
        filename=name,
        mime_type=mime,
        description=description,
        creation_date=DATE,
        mod_date=DATE,
    )


def read_attachment(document: Pdf, name: str, limit: int) -> bytes:
    """Return the contents of an attached file.

    Raises:
        ArtworkError: the contents exceed ``limit`` bytes, or are compressed in an unsupported way.
    """
    return read_stream(document.attachments[name].get_file().obj, limit, f"the attachment {name}")


def read_stream(stream: Any, limit: int, what: str) -> bytes:
    """Return the contents of a stream; messages call it ``what``.

    Raises:
        ArtworkError: the contents exceed ``limit`` bytes, or are compressed in an unsupported way.
    """
    data = bytes(stream.get_raw_stream_buffer())
    packing = stream.get("/Filter")
    if packing == "/FlateDecode" and "/DecodeParms" not in stream:  # compressed by another program
        inflater = zlib.decompressobj()
        data = inflater.decompress(data, limit + 1)
    elif packing is not None:
        raise ArtworkError(f"{what} is compressed in an unsupported way")
    if len(data) > limit:
        raise ArtworkError(f"the file is damaged: {what} is longer than {limit} bytes")
    return data
