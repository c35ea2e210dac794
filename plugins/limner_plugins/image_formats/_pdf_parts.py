"""The pieces of a PDF that holds a picture, through pikepdf; what is read is inflated here, and only so far."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from limner.plugin import ArtworkError, LimnerError, Page
from limner_plugins.image_formats._in_memory import check_readable
from limner_plugins.image_formats._png.rows import packed, unpacked

if TYPE_CHECKING:
    from pikepdf import Pdf

DATED = "D:20000101000000Z"  # the same picture is the same file


def check_library(kind: type[LimnerError]) -> None:
    """Tell in one sentence where pikepdf is missing.

    Raises:
        LimnerError: it is, told as an error of this kind.
    """
    if find_spec("pikepdf") is None:
        raise kind("PDF takes the package pikepdf, which is not installed: pip install 'limner[pdf]'")


@contextmanager
def opened(file: BinaryIO) -> Iterator[Pdf]:
    """A PDF to be read; whatever fails in it is told as damage.

    Raises:
        ArtworkError: it is damaged.
    """
    check_library(ArtworkError)
    import pikepdf

    file.seek(0)
    try:
        with _silence(), pikepdf.open(file, suppress_warnings=True, attempt_recovery=False) as document:
            yield document
    except ArtworkError:
        raise
    except Exception as error:  # whatever an object of another kind than it should be leads to
        raise ArtworkError("the file is truncated or damaged: it is no PDF as limner writes them") from error


@contextmanager
def _silence() -> Iterator[None]:
    """Keep pikepdf from logging what it finds wrong, which would be printed where nobody has set logging up."""
    logger = logging.getLogger("pikepdf._core")
    logger.addFilter(_nothing)
    try:
        yield
    finally:
        logger.removeFilter(_nothing)


def _nothing(_: logging.LogRecord) -> bool:
    return False


def image_of(document: Pdf, pixels: np.ndarray, profile: bytes) -> Any:
    """An image of the pixels ``(h, w, 3 or 4)``, packed as in a PNG, its colours those of a profile."""
    import pikepdf

    image = _plane(document, pixels[..., :3])
    image.ColorSpace = pikepdf.Name.DeviceRGB
    if profile:
        stream = document.make_stream(profile, N=3, Alternate=pikepdf.Name.DeviceRGB)
        image.ColorSpace = pikepdf.Array([pikepdf.Name.ICCBased, stream])
    if pixels.shape[-1] == 4:
        image.SMask = _plane(document, pixels[..., 3:])
        image.SMask.ColorSpace = pikepdf.Name.DeviceGray
    return image


def _plane(document: Pdf, pixels: np.ndarray) -> Any:
    import pikepdf

    height, width, channels = pixels.shape
    bits = pixels.itemsize * 8
    data = b"".join(packed(iter((pixels,)), Page(width, height, channels, bits)))
    rows = pikepdf.Dictionary(Predictor=15, Colors=channels, BitsPerComponent=bits, Columns=width)
    image = document.make_stream(
        data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Filter=pikepdf.Name.FlateDecode, DecodeParms=rows
    )
    image.Width, image.Height, image.BitsPerComponent = width, height, bits
    return image


def pixels_of(image: Any) -> np.ndarray:
    """The pixels ``(h, w, 3 or 4)`` of an image that ``image_of`` made.

    Raises:
        ArtworkError: it is damaged, or another program has packed it anew.
    """
    colours = _unplane(image, 3)
    if "/SMask" not in image:
        return colours
    alpha = _unplane(image.SMask, 1)
    if alpha.shape[:2] != colours.shape[:2] or alpha.dtype != colours.dtype:
        raise ArtworkError("the file is damaged: its picture's alpha has another size than its colours")
    return np.concatenate([colours, alpha], axis=-1)


def _unplane(image: Any, channels: int) -> np.ndarray:
    rows = image.get("/DecodeParms", {})
    width, height, bits = int(image.Width), int(image.Height), int(image.BitsPerComponent)
    told = [rows.get(name) for name in ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns")]
    if bits not in (8, 16) or image.get("/Filter") != "/FlateDecode" or told != [15, channels, bits, width]:
        raise ArtworkError("the picture in the file is not packed as limner packs it; another program has changed it")
    check_readable(width, height)
    data = bytes(image.get_raw_stream_buffer())
    bands = unpacked(iter((data,)), Page(width, height, channels, bits), len(data))
    return np.concatenate(list(bands))


def attach(document: Pdf, name: str, data: bytes, mime: str, description: str) -> None:
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


def attached(document: Pdf, name: str, limit: int) -> bytes:
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
