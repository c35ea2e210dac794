"""The picture in a PDF, filtered and compressed as in a PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from limner.plugin import ArtworkError, ImageInfo
from limner_plugins.image_formats._in_memory import check_readable
from limner_plugins.image_formats._pdf.attachments import read_stream
from limner_plugins.image_formats._png.rows import pack_rows, unpack_rows

if TYPE_CHECKING:
    from pikepdf import Pdf


def make_image(document: Pdf, pixels: np.ndarray, profile: bytes, *, cmyk: bool = False) -> Any:
    """Return an image object with pixels ``(h, w, 3 or 4)``, RGB, RGBA or CMYK, and an ICC profile, maybe empty."""
    import pikepdf

    colours = 4 if cmyk else 3
    device = pikepdf.Name.DeviceCMYK if cmyk else pikepdf.Name.DeviceRGB
    image = _make_plane(document, pixels[..., :colours])
    image.ColorSpace = device
    if profile:
        stream = document.make_stream(profile, N=colours, Alternate=device)
        image.ColorSpace = pikepdf.Array([pikepdf.Name.ICCBased, stream])
    if pixels.shape[-1] > colours:
        image.SMask = _make_plane(document, pixels[..., 3:])
        image.SMask.ColorSpace = pikepdf.Name.DeviceGray
    return image


def _make_plane(document: Pdf, pixels: np.ndarray) -> Any:
    """Return an image object without a colour space, with pixels ``(h, w, channels)``."""
    import pikepdf

    height, width, channels = pixels.shape
    bits = pixels.itemsize * 8
    data = b"".join(pack_rows(iter((pixels,)), ImageInfo(width, height, channels, bits)))
    rows = pikepdf.Dictionary(Predictor=15, Colors=channels, BitsPerComponent=bits, Columns=width)
    image = document.make_stream(
        data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Filter=pikepdf.Name.FlateDecode, DecodeParms=rows
    )
    image.Width, image.Height, image.BitsPerComponent = width, height, bits
    return image


def image_profile(image: Any, limit: int) -> bytes:
    """Return the ICC profile of an image object; empty if it has none.

    Raises:
        ArtworkError: the profile exceeds ``limit`` bytes, or is compressed in an unsupported way.
    """
    space = image.ColorSpace
    if not _is_icc_based(space):
        return b""
    return read_stream(space[1], limit, "the profile")


def _is_icc_based(space: Any) -> bool:
    import pikepdf

    return isinstance(space, pikepdf.Array) and len(space) == 2 and space[0] == "/ICCBased"


def _is_cmyk(image: Any) -> bool:
    """Return whether the colours of an image object are amounts of ink."""
    space = image.ColorSpace
    return int(space[1].N) == 4 if _is_icc_based(space) else space == "/DeviceCMYK"


def decode_image(image: Any) -> tuple[np.ndarray, bool]:
    """Return the pixels ``(h, w, 3 or 4)`` of an image object from ``make_image``, and whether they are CMYK.

    Raises:
        ArtworkError: the image is damaged, or another program has compressed it differently.
    """
    is_cmyk = _is_cmyk(image)
    colours = _decode_plane(image, 4 if is_cmyk else 3)
    if "/SMask" not in image or is_cmyk:
        return colours, is_cmyk
    alpha = _decode_plane(image.SMask, 1)
    if alpha.shape[:2] != colours.shape[:2] or alpha.dtype != colours.dtype:
        raise ArtworkError("the file is damaged: the picture's alpha and colours differ in size")
    return np.concatenate([colours, alpha], axis=-1), False


def _decode_plane(image: Any, channels: int) -> np.ndarray:
    """Return the pixels ``(h, w, channels)`` of an image object.

    Raises:
        ArtworkError: the image is damaged, or another program has compressed it differently.
    """
    rows = image.get("/DecodeParms", {})
    width, height, bits = int(image.Width), int(image.Height), int(image.BitsPerComponent)
    layout = [rows.get(name) for name in ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns")]
    if bits not in (8, 16) or image.get("/Filter") != "/FlateDecode" or layout != [15, channels, bits, width]:
        raise ArtworkError("another program has changed how the picture is compressed; use the original file")
    check_readable(width, height)
    data = bytes(image.get_raw_stream_buffer())
    bands = unpack_rows(iter((data,)), ImageInfo(width, height, channels, bits), len(data))
    return np.concatenate(list(bands))
