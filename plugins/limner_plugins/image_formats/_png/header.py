"""The header of a PNG: https://www.w3.org/TR/png-3/#11IHDR."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from limner.plugin import ArtworkError
from limner_plugins.image_formats._pillow import MAX_PIXELS
from limner_plugins.image_formats._png.samples import GRAY, GRAY_ALPHA, PALETTE, RGB, RGB_ALPHA

MAX_READ_WIDTH = 2**22  # pixels; limner's own limit for pictures, which bounds the memory of a row
DEPTHS = {GRAY: (1, 2, 4, 8, 16), PALETTE: (1, 2, 4, 8), RGB: (8, 16), GRAY_ALPHA: (8, 16), RGB_ALPHA: (8, 16)}
"""The valid numbers of bits per sample by the colour type."""


@dataclass(frozen=True)
class PngHeader:
    """The contents of the chunk IHDR.

    Attributes:
        width: width in pixels.
        height: height in pixels.
        bits: bits per sample.
        colour: the colour type of the PNG specification.
        interlaced: whether the rows are interlaced.
    """

    width: int
    height: int
    bits: int
    colour: int
    interlaced: bool

    @classmethod
    def parse(cls, data: bytes) -> PngHeader:
        """Return the header in the 13 bytes of IHDR.

        Raises:
            ArtworkError: the header is invalid.
        """
        if len(data) != 13:
            raise ArtworkError("the file is damaged: its header does not have 13 bytes")
        width, height, bits, colour, method, filters, interlace = struct.unpack(">IIBBBBB", data)
        if method or filters or interlace > 1 or bits not in DEPTHS.get(colour, ()):
            raise ArtworkError("the file is damaged: its header is invalid")
        if not (1 <= width < 2**31 and 1 <= height < 2**31):
            raise ArtworkError(f"the file is damaged: its header says {width}x{height} pixels")
        return cls(width, height, bits, colour, bool(interlace))

    def check_size(self) -> None:
        """Raise an error if the picture is too large to be read.

        Raises:
            ArtworkError: a row, or an interlaced picture, does not fit into memory.
        """
        if self.width > MAX_READ_WIDTH:
            raise ArtworkError(f"the picture is {self.width} pixels wide; limner reads at most {MAX_READ_WIDTH}")
        if self.interlaced and self.width * self.height > MAX_PIXELS:
            raise ArtworkError(
                f"the picture has {self.width}x{self.height} pixels; an interlaced PNG may have at most {MAX_PIXELS}; "
                "save it without interlacing"
            )
