"""The comparison of stored pixels with a new rendering of them, for lossless and for lossy formats."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from limner.errors import ArtworkError, LimnerError
from limner.formats.image_format import EmbeddedData, ImageFormat, ImageInfo

TOLERANCE = 1 / 255
"""The maximum difference between a stored pixel and a new rendering of it, for lossless formats."""
INK_TOLERANCE = 4 / 255
"""The maximum difference for amounts of ink: one level of RGB can change several of them by a few levels."""
MAX_OUTLIERS = 1e-4
"""The fraction of pixels that may exceed the tolerance: one in 10,000."""

# Lossy encoders are chaotic: if one pixel differs by one level, as it may on another machine, an encoder may encode
# whole blocks differently, and two valid files differ by up to 7/255 on average. But their errors against the original
# rendering differ by at most 0.4/255 (measured with JPEG, WebP and AVIF at qualities from 20 to 92). So the new
# rendering is encoded in the same way, and the error of the file may exceed the error of that encoding by:
LOSSY_MEAN_TOLERANCE = 0.5 / 255
"""on average,"""
LOSSY_TOLERANCE = 16 / 255
LOSSY_MAX_OUTLIERS = 1e-2
"""and in the fraction of pixels whose error exceeds ``LOSSY_TOLERANCE``."""
COMPARED_ROWS = 64
"""The number of rows that are compared at a time."""


@dataclass(frozen=True)
class VerificationResult:
    """The result of ``limner.verify``.

    Attributes:
        unchanged: whether the stored pixels match the digest that was recorded when they were written.
        reproduced: whether a new rendering matches the stored pixels to within 1/255, or to within 4/255 for CMYK,
            except for at most one pixel in 10,000. In a lossy file, the error may exceed that of a new encoding by
            0.5/255 on average, and one pixel in 100 more may be off by more than 16/255.
        max_error: the largest difference between the stored pixels and the new rendering, 0 to 1. For a lossy file,
            the new rendering is encoded in the same way first.
        outlier_pixels: the number of pixels that differ by more than 1/255, or by more than 16/255 in a lossy file.
        lossy: whether the file's format, with its settings, is lossy.
        tolerance: the largest difference that counts as equal, for a file that is not lossy.
        frames: the number of frames of a movie; 0 for a picture.
        wrong_frames: the number of frames that are not reproduced.
        reason: how the form of the pixels differs from the one that limner wrote, such as "8 bits per channel
            instead of 16"; empty if it does not.
    """

    unchanged: bool
    reproduced: bool
    max_error: float
    outlier_pixels: int
    lossy: bool = False
    reason: str = ""
    tolerance: float = TOLERANCE
    frames: int = 0
    wrong_frames: int = 0

    @property
    def ok(self) -> bool:
        """Whether both checks passed: the pixels are unchanged, and the recipe reproduces them."""
        return self.unchanged and self.reproduced


def incomparable(info: ImageInfo, *, lossy: bool, reason: str = "") -> VerificationResult:
    """Return the result for pixels of another size, bit depth or number of channels than the recipe's rendering."""
    return VerificationResult(False, False, 1.0, info.width * info.height, lossy, reason)


def compare(info: ImageInfo, stored: Iterator[np.ndarray], rendered: Iterator[np.ndarray]) -> VerificationResult:
    """Return the result of comparing stored with rendered bands; the caller sets ``unchanged``."""
    max_error, outliers, max_level = 0, 0, 2**info.bits - 1
    tolerance = INK_TOLERANCE if info.cmyk else TOLERANCE
    for old, new in aligned(stored, rendered):
        if old.shape != new.shape:
            max_error, outliers = max_level, info.width * info.height
            break
        difference = np.abs(old.astype(np.int32) - new.astype(np.int32)).max(axis=-1)
        max_error = max(max_error, int(difference.max()))
        outliers += int((difference > round(tolerance * max_level)).sum())
    reproduced = outliers <= MAX_OUTLIERS * info.width * info.height
    return VerificationResult(False, reproduced, max_error / max_level, outliers, tolerance=tolerance)


def compare_lossy(
    image_format: ImageFormat,
    info: ImageInfo,
    stored: Iterator[np.ndarray],
    rendered: Iterator[np.ndarray],
    channels: int,
) -> VerificationResult:
    """Return the result of comparing the pixels of a lossy file with a new rendering; the caller sets ``unchanged``.

    The new rendering is also encoded in the file's format. The error of the stored pixels is compared with the error
    of that encoding, both measured against the new rendering.

    Raises:
        ArtworkError: the format in the manifest cannot store the rendering.
    """
    try:
        image_format.check(replace(info, channels=channels))
    except LimnerError as error:
        raise ArtworkError(f"the manifest is invalid: {error}") from error
    old, new = np.concatenate(list(stored)), image_format.prepare(np.concatenate(list(rendered)))
    reencoded = reencode(image_format, replace(info, channels=new.shape[-1]), new)
    if not old.shape == new.shape == reencoded.shape:
        return incomparable(info, lossy=image_format.lossy)
    max_level = 2**info.bits - 1
    limit = round(LOSSY_TOLERANCE * max_level)
    max_error, outliers, excess_error, excess_outliers = 0, 0, 0, 0
    for row in range(0, info.height, COMPARED_ROWS):
        again, file, original = (pixels[row : row + COMPARED_ROWS].astype(np.int32) for pixels in (reencoded, old, new))
        difference = np.abs(file - again).max(-1)
        file_error, allowed_error = np.abs(file - original), np.abs(again - original)
        max_error, outliers = max(max_error, int(difference.max())), outliers + int((difference > limit).sum())
        excess_error += int((file_error - allowed_error).sum(dtype=np.int64))
        excess_outliers += int((file_error.max(-1) > limit).sum()) - int((allowed_error.max(-1) > limit).sum())
    reproduced = (
        excess_error <= LOSSY_MEAN_TOLERANCE * max_level * new.size
        and excess_outliers <= LOSSY_MAX_OUTLIERS * info.width * info.height
    )
    return VerificationResult(False, reproduced, max_error / max_level, outliers, lossy=True)


def reencode(image_format: ImageFormat, info: ImageInfo, pixels: np.ndarray) -> np.ndarray:
    """Return pixels after writing them in a lossy format and reading them back."""
    file = io.BytesIO()
    image_format.write(file, info, iter((pixels,)), EmbeddedData("{}", b"", ""), str)
    return np.concatenate(list(image_format.read_pixels(file)[1]))


def aligned(first: Iterator[np.ndarray], second: Iterator[np.ndarray]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the bands of two streams in pairs of equal height."""
    a, b = next(first, None), next(second, None)
    while a is not None and b is not None:
        rows = min(len(a), len(b))
        yield a[:rows], b[:rows]
        a = a[rows:] if len(a) > rows else next(first, None)
        b = b[rows:] if len(b) > rows else next(second, None)
