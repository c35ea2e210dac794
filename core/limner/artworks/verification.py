"""Verifying: are a file's pixels unchanged, and does its recipe still paint them?"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks import renderer
from limner.artworks.artwork import Artwork
from limner.artworks.loader import open_artwork
from limner.composition.revisions import current_fields
from limner.errors import ArtworkError, LimnerError
from limner.formats.image_files import HEAD_BYTES, open_image
from limner.formats.image_format import EmbeddedData, ImageFormat, ImageInfo, PixelDigest
from limner.registry import backends
from limner.registry.attribution import attributing
from limner.registry.registry import registry
from limner.utils.arguments import check_path
from limner.utils.paths import StrPath
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.stages.backend import Backend

TOLERANCE = 1 / 255
MAX_OUTLIERS = 1e-4
"""The share of pixels that may lie outside the tolerance: one in 10,000."""

# An encoder that weighs size against loss is chaotic: where one level of one pixel differs, as elsewhere it may,
# it codes whole blocks otherwise, and two honest files lie up to 7/255 apart on the mean. But each lies as far from
# what was painted as the other does, to within 0.4/255 (measured over JPEG, WebP and AVIF, qualities from 20 to 92).
# So the repaint is encoded again as the file was, and the file may be farther from the repaint than that is by so much:
LOSSY_MEAN_TOLERANCE = 0.5 / 255
"""on the mean,"""
LOSSY_TOLERANCE = 16 / 255
LOSSY_MAX_OUTLIERS = 1e-2
"""and in the share of pixels that lie farther than 16/255."""
COMPARED_ROWS = 64  # that are compared at once


@dataclass(frozen=True)
class VerificationResult:
    """The result of ``limner.verify``.

    Attributes:
        unchanged: whether the stored pixels have the digest that was taken when they were written.
        repaints: whether a new rendering is within 1/255, but for at most one pixel in 10,000. A lossy file may be
            farther from it than its format makes it, by 0.5/255 on the mean and one pixel in 100 beyond 16/255.
        worst: the largest difference of the new rendering, in a lossy file encoded again, from the stored pixels, 0
            to 1.
        outside: the number of pixels that differ by more than 1/255, or in a lossy file by more than 16/255.
        lossy: whether the file's format was set to lose some of the rendering.
    """

    unchanged: bool
    reproduced: bool
    max_error: float
    outlier_pixels: int
    lossy: bool = False

    @property
    def ok(self) -> bool:
        """Whether the pixels are unchanged and the recipe reproduces them."""
        return self.unchanged and self.reproduced


@attributing()
def verify(path: StrPath, *, backend: str | Backend = "auto") -> VerificationResult:
    """Check that the pixels of a file are unmodified and that its recipe still reproduces them.

        assert limner.verify("picture.png").ok

    The pixels are compared with their digest, then with a new rendering. A digest is not a signature: it proves
    "unchanged", not "by whom".

    Args:
        path: a picture that limner wrote. An artwork in memory has no stored pixels to check.
        backend: an array backend or its name.

    Returns:
        The verdict: ``ok`` is whether both checks passed.

    Raises:
        ArtworkError: the file contains no artwork, or no pixels, or is damaged.
        LimnerError: it is no path, or the file cannot be read.
    """
    if isinstance(path, Artwork):
        raise LimnerError("`path`: an artwork in memory has no stored pixels to check; save it and give its file")
    path = check_path("path", path)
    art = open_artwork(path)
    if art.render_settings is None:
        raise ArtworkError(f"{path}: holds a recipe and θ but no pixels; there is nothing to verify")
    runner = backends.choose_backend(backend, registry())
    canvas = art.render_settings.canvas()
    with open_image(path) as (file, finder):
        image_format = _written_format(finder, art.render_settings.image_format, file.read(HEAD_BYTES))
        file.seek(0)
        rows = image_format.buffered_rows if image_format.streams else canvas.output_size[1]
        renderer.check_memory(art.model, canvas, runner, rows=rows, bits=art.render_settings.bits)
        embedded = image_format.read_embedded(file)
        file.seek(0)
        page, stored = image_format.read_pixels(file)
        if (page.width, page.height) != canvas.output_size or page.bits != art.render_settings.bits:
            return _incomparable(page, image_format)
        painted = renderer.bands(art.model, art.theta, canvas, runner, page.bits, art.render_settings.dither)
        digest = PixelDigest(page)
        stored = _updating(stored, digest)
        if image_format.lossy:
            verdict = _compare_lossy(image_format, page, stored, painted, 4 if art.model.alpha else 3)
        else:
            verdict = _compare(page, stored, painted)
    return replace(verdict, unchanged=embedded is not None and digest() == embedded.digest)


def _incomparable(info: ImageInfo, image_format: ImageFormat) -> VerificationResult:
    """Of pixels that cannot be compared: another size, opaque where the recipe has alpha, or the other way round."""
    return VerificationResult(
        False, False, max_error=1.0, outlier_pixels=info.width * info.height, lossy=image_format.lossy
    )


def _updating(bands: Iterator[np.ndarray], digest: PixelDigest) -> Iterator[np.ndarray]:
    for band in bands:
        digest.update(band)
        yield band


def _compare(info: ImageInfo, stored: Iterator[np.ndarray], painted: Iterator[np.ndarray]) -> VerificationResult:
    """A stream of bands beside another; ``unchanged`` is left to the caller."""
    worst, outside, top = 0, 0, 2**info.bits - 1
    for old, new in _aligned(stored, painted):
        if old.shape != new.shape:
            worst, outside = top, info.width * info.height
            break
        difference = np.abs(old.astype(np.int32) - new.astype(np.int32)).max(axis=-1)
        worst = max(worst, int(difference.max()))
        outside += int((difference > round(TOLERANCE * top)).sum())
    return VerificationResult(False, outside <= MAX_OUTLIERS * info.width * info.height, worst / top, outside)


def _compare_lossy(
    image_format: ImageFormat,
    info: ImageInfo,
    stored: Iterator[np.ndarray],
    painted: Iterator[np.ndarray],
    channels: int,
) -> VerificationResult:
    """The stored pixels and those of the repaint encoded again, each beside the repaint; ``unchanged`` is left open.

    Raises:
        ArtworkError: the format does not take the repaint.
    """
    try:
        image_format.check(replace(info, channels=channels))
    except LimnerError as error:
        raise ArtworkError(f"its record is wrong: {error}") from error
    old, new = np.concatenate(list(stored)), image_format.prepare(np.concatenate(list(painted)))
    again = _reencode(image_format, replace(info, channels=new.shape[-1]), new)
    if not old.shape == new.shape == again.shape:
        return _incomparable(info, image_format)
    top = 2**info.bits - 1
    far = round(LOSSY_TOLERANCE * top)
    worst, outside, excess, farther = 0, 0, 0, 0
    for row in range(0, info.height, COMPARED_ROWS):
        ours, theirs, due = (pixels[row : row + COMPARED_ROWS].astype(np.int32) for pixels in (again, old, new))
        between, off, allowed = np.abs(theirs - ours).max(-1), np.abs(theirs - due), np.abs(ours - due)
        worst, outside = max(worst, int(between.max())), outside + int((between > far).sum())
        excess += int((off - allowed).sum(dtype=np.int64))
        farther += int((off.max(-1) > far).sum()) - int((allowed.max(-1) > far).sum())
    near = excess <= LOSSY_MEAN_TOLERANCE * top * new.size and farther <= LOSSY_MAX_OUTLIERS * info.width * info.height
    return VerificationResult(False, near, worst / top, outside, lossy=True)


def _written_format(finder: ImageFormat, table: Mapping[str, Any], head: bytes) -> ImageFormat:
    """Return the writer of a file, with the options in the file's record.

    Args:
        finder: the writer that reads the file.
        table: the writer in the file's record; several may recognise one file.
        head: the bytes that the file begins with.

    Raises:
        ArtworkError: the record tells of a writer that does not recognise the file, or of options that there are not.
    """
    if not table:
        return finder
    kind = table.get("kind")
    known = isinstance(kind, str) and registry().has("image-format", kind)
    cls = registry().load("image-format", str(kind), ImageFormat) if known else None
    if cls is None or not (cls is type(finder) or cls.matches(head)):
        raise ArtworkError(f"its record tells of the writer {str(kind)[:40]!r}, and its format is another's")
    options, _ = current_fields(cls, registry().entry("image-format", str(kind)), table)
    return validate(cls, options, "image-format", source="its record is wrong", error=ArtworkError)


def _reencode(image_format: ImageFormat, info: ImageInfo, pixels: np.ndarray) -> np.ndarray:
    """The pixels as they come back from a format that changes them."""
    file = io.BytesIO()
    image_format.write(file, info, iter((pixels,)), EmbeddedData("{}", b"", ""), str)
    return np.concatenate(list(image_format.read_pixels(file)[1]))


def _aligned(first: Iterator[np.ndarray], second: Iterator[np.ndarray]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Two streams of bands, cut where either is cut."""
    a, b = next(first, None), next(second, None)
    while a is not None and b is not None:
        rows = min(len(a), len(b))
        yield a[:rows], b[:rows]
        a = a[rows:] if len(a) > rows else next(first, None)
        b = b[rows:] if len(b) > rows else next(second, None)
