"""The picture in a PDF, filtered and compressed as in a PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from limner.plugin import ArtworkError, ImageInfo
from limner_plugins.image_formats._in_memory import check_readable
from limner_plugins.image_formats._png.rows import pack_rows, unpack_rows

if TYPE_CHECKING:
    from pikepdf import Pdf


def make_image(document: Pdf, pixels: np.ndarray, profile: bytes) -> Any:
    """Return an image object with pixels ``(h, w, 3 or 4)`` and an ICC profile, which may be empty."""
    import pikepdf

    image = _make_plane(document, pixels[..., :3])
    image.ColorSpace = pikepdf.Name.DeviceRGB
    if profile:
        stream = document.make_stream(profile, N=3, Alternate=pikepdf.Name.DeviceRGB)
        image.ColorSpace = pikepdf.Array([pikepdf.Name.ICCBased, stream])
    if pixels.shape[-1] == 4:
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


def decode_image(image: Any) -> np.ndarray:
    """Return the pixels ``(h, w, 3 or 4)`` of an image object from ``make_image``.

    Raises:
        ArtworkError: the image is damaged, or another program has compressed it differently.
    """
    colours = _decode_plane(image, 3)
    if "/SMask" not in image:
        return colours
    alpha = _decode_plane(image.SMask, 1)
    if alpha.shape[:2] != colours.shape[:2] or alpha.dtype != colours.dtype:
        raise ArtworkError("the file is damaged: the picture's alpha and colours differ in size")
    return np.concatenate([colours, alpha], axis=-1)


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
