"""The samples of a PNG's rows as RGB or RGBA: gray, palette, 1 to 16 bits, and transparent levels or colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limner.plugin import ArtworkError

GRAY, RGB, PALETTE, GRAY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
SAMPLES = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGB_ALPHA: 4}
"""The number of samples of a pixel by the colour type."""


@dataclass(frozen=True)
class SampleFormat:
    """The meaning of the samples in a PNG.

    Attributes:
        colour: the colour type of the PNG specification.
        bits: bits per sample: 1, 2, 4, 8 or 16.
        palette: the data of the chunk PLTE; empty if there is none.
        transparency: the data of the chunk tRNS; empty if there is none.
    """

    colour: int
    bits: int
    palette: bytes = b""
    transparency: bytes = b""

    @property
    def pixel_bits(self) -> int:
        """The number of bits of a pixel."""
        return SAMPLES[self.colour] * self.bits

    @property
    def alpha(self) -> bool:
        """Whether pixels can be transparent."""
        return self.colour in (GRAY_ALPHA, RGB_ALPHA) or bool(self.transparency)

    def check(self) -> None:
        """Raise an error if palette or transparency do not suit the colour type.

        Raises:
            ArtworkError: they do not.
        """
        if self.colour == PALETTE and (len(self.palette) % 3 or not 3 <= len(self.palette) <= 3 << 8):
            raise ArtworkError("the file is damaged: its palette is missing or has a wrong length")
        expected = {GRAY: 2, RGB: 6}.get(self.colour)
        if self.transparency and expected and len(self.transparency) != expected:
            raise ArtworkError("the file is damaged: its transparent colour has a wrong length")
        if self.transparency and self.colour in (GRAY_ALPHA, RGB_ALPHA):
            raise ArtworkError("the file is damaged: it has an alpha channel and a transparent colour too")

    def pixels(self, rows: np.ndarray, width: int) -> np.ndarray:
        """Return rows of bytes ``(n, stride)`` as pixels ``(n, width, 3 or 4)``, uint8, or uint16 for 16 bits."""
        samples = self._samples(rows, width)
        if self.colour == PALETTE:
            return np.take(self._colours(), samples[..., 0], axis=0)
        levels = samples * np.uint8(255 // (2**self.bits - 1)) if self.bits < 8 else samples
        colour = levels[..., : 3 if self.colour in (RGB, RGB_ALPHA) else 1]
        if colour.shape[-1] == 1:
            colour = np.repeat(colour, 3, axis=-1)
        if not self.alpha:
            return colour
        alpha = self._keyed_alpha(samples) if self.transparency else levels[..., -1:]
        return np.concatenate([colour, alpha], axis=-1)

    def _samples(self, rows: np.ndarray, width: int) -> np.ndarray:
        """Return the samples in rows of bytes, ``(n, width, samples)``."""
        shape = len(rows), width, SAMPLES[self.colour]
        if self.bits == 16:
            return np.ascontiguousarray(rows).view(">u2").astype(np.uint16).reshape(shape)
        if self.bits == 8:
            return rows.reshape(shape)
        digits = np.unpackbits(rows, axis=1)[:, : width * self.bits].reshape(*shape, self.bits)
        packed = np.packbits(digits, axis=-1)[..., 0] >> (8 - self.bits)
        return np.asarray(packed, np.uint8)

    def _keyed_alpha(self, samples: np.ndarray) -> np.ndarray:
        """Return the opacity ``(n, width, 1)``: 0 for the transparent level or colour, the maximum for others."""
        key = np.frombuffer(self.transparency, ">u2") & (2**self.bits - 1)
        opaque = (samples != key.astype(samples.dtype)).any(axis=-1, keepdims=True)
        return np.where(opaque, np.iinfo(samples.dtype).max, 0).astype(samples.dtype)

    def _colours(self) -> np.ndarray:
        """Return the colours of all 256 indices, ``(256, 3 or 4)``; those beyond the palette are black and opaque."""
        table = np.zeros((256, 4), np.uint8)
        table[:, 3] = 255
        entries = np.frombuffer(self.palette, np.uint8).reshape(-1, 3)
        table[: len(entries), :3] = entries
        opacities = np.frombuffer(self.transparency[:256], np.uint8)
        table[: len(opacities), 3] = opacities
        return table if self.alpha else table[:, :3]
