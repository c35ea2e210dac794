"""Files attached to a PDF."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from limner.plugin import ArtworkError

if TYPE_CHECKING:
    from pikepdf import Pdf

DATED = "D:20000101000000Z"  # the same picture is the same file


def add_attachment(document: Pdf, name: str, data: bytes, mime: str, description: str) -> None:
    """Attach a file."""
    import pikepdf

    document.attachments[name] = pikepdf.AttachedFileSpec(
        document,
        data,
        filename=name,
        mime_type=mime,
        description=description,
        creation_date=DATED,
        mod_date=DATED,
    )


def read_attachment(document: Pdf, name: str, limit: int) -> bytes:
    """An attached file's bytes.

    Raises:
        ArtworkError: they are more than ``limit``, or packed in a way that limner does not know.
    """
    stream = document.attachments[name].get_file().obj
    data = bytes(stream.get_raw_stream_buffer())
    packing = stream.get("/Filter")
    if packing == "/FlateDecode" and "/DecodeParms" not in stream:  # another program has packed it
        inflater = zlib.decompressobj()
        data = inflater.decompress(data, limit + 1)
    elif packing is not None:
        raise ArtworkError(f"what is attached to the file as {name} is packed in a way that limner does not read")
    if len(data) > limit:
        raise ArtworkError(f"the file is damaged: what is attached to it as {name} is longer than {limit} bytes")
    return data
