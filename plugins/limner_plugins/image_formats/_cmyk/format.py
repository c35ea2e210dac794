"""The base of image formats that can store CMYK."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, ClassVar, NamedTuple

import numpy as np
from pydantic import Field, field_serializer

from limner.plugin import ArtworkError, ImageFormat, ImageInfo, LimnerError, PixelDigest
from limner_plugins.image_formats._cmyk.profile import Intent, description_of, ink_transform, read_profile, to_ink
from limner_plugins.image_formats._pillow import srgb_profile


class StoredPicture(NamedTuple):
    """A picture in the colours that a file stores.

    Attributes:
        info: its shape.
        bands: its pixels, RGB, RGBA or CMYK.
        digest: returns the digest of the pixels, after the last band.
        profile: the ICC profile of the colours; may be empty for sRGB.
    """

    info: ImageInfo
    bands: Iterator[np.ndarray]
    digest: Callable[[], str]
    profile: bytes


class CmykFormat(ImageFormat):
    """An image format that stores sRGB, or CMYK converted with the ICC profile of a printing condition."""

    conditional_fields: ClassVar[tuple[tuple[str, ...], ...]] = (("intent", "profile"), ("black_point", "profile"))

    profile: str = Field(
        default="",
        max_length=4096,
        description="ICC profile of the printing condition, an .icc file, for CMYK; empty for sRGB",
    )
    intent: Intent = Field(
        default="relative",
        description="conversion of colours that ink cannot print: the nearest (relative), or all muted (perceptual)",
    )
    black_point: bool = Field(
        default=True, description="black point compensation: the darkest colour becomes the darkest ink"
    )

    @field_serializer("profile")
    def _without_folder(self, profile: str) -> str:
        """Return the name of the file, for records: the profile itself is embedded, and its folder is private."""
        return Path(profile).name

    @abstractmethod
    def embedded_profile(self, file: BinaryIO) -> bytes:
        """Return the ICC profile in a file of this format; empty if there is none.

        Raises:
            ArtworkError: the file is damaged.
        """

    def check(self, info: ImageInfo) -> None:
        """Raise an error also if the picture cannot be converted to CMYK, if it is to be."""
        super().check(info)
        if not self.profile:
            return
        if info.bits != 8:
            raise LimnerError(f"CMYK has 8 bits per channel, not {info.bits}; omit `bits` or `profile`")
        if info.channels == 4:
            raise LimnerError("CMYK has no transparency; set a background colour: `background=white`")
        read_profile(self.profile)

    def describe(self, info: ImageInfo) -> str:  # noqa: ARG002
        """Return the name of the printing condition, or an empty string for sRGB."""
        return f"CMYK, {description_of(read_profile(self.profile)) or Path(self.profile).name}" if self.profile else ""

    def stored_picture(self, info: ImageInfo, bands: Iterator[np.ndarray], digest: Callable[[], str]) -> StoredPicture:
        """Return a picture as ``write`` stores it: unchanged, or converted to CMYK.

        Raises:
            LimnerError: the profile cannot be used.
        """
        if not self.profile:
            return StoredPicture(info, bands, digest, srgb_profile())
        profile = read_profile(self.profile)
        inks = replace(info, channels=4, cmyk=True)
        ink_digest = PixelDigest(inks)
        transform = ink_transform(profile, self.intent, black_point=self.black_point)

        def converted() -> Iterator[np.ndarray]:
            for band in to_ink(transform, bands):
                ink_digest.update(band)
                yield band

        return StoredPicture(inks, converted(), ink_digest, profile)

    def as_stored(
        self, file: BinaryIO, info: ImageInfo, bands: Iterator[np.ndarray]
    ) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return a picture in the colours that the file stores, converted with the profile in it.

        Raises:
            ArtworkError: the profile in the file is missing or damaged.
        """
        if not self.profile:
            return info, bands
        try:
            transform = ink_transform(self.embedded_profile(file), self.intent, black_point=self.black_point)
        except LimnerError as error:
            raise ArtworkError(f"the ICC profile in the file {error}; use the original file") from error
        return replace(info, channels=4, cmyk=True), to_ink(transform, bands)
