"""Verification: whether a file's pixels are unchanged, and whether its recipe still reproduces them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks import renderer
from limner.artworks.artwork import Artwork
from limner.artworks.loader import open_artwork
from limner.artworks.movies.movie import open_movie
from limner.artworks.movies.verification import verify_movie
from limner.artworks.pixels.comparison import VerificationResult, compare, compare_lossy, incomparable
from limner.artworks.pixels.rendering import flattened_bands
from limner.artworks.pixels.resaved import RestoredPixels, describe_difference, written_info
from limner.composition.revisions import current_fields
from limner.errors import ArtworkError, LimnerError
from limner.formats.image_files import HEAD_BYTES, open_image
from limner.formats.image_format import ImageFormat
from limner.formats.pixel_digest import PixelDigest
from limner.registry import backends
from limner.registry.attribution import attributing
from limner.registry.registry import registry
from limner.utils.arguments import check_path
from limner.utils.paths import StrPath
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.stages.backend import Backend


@attributing()
def verify(path: StrPath, *, backend: str | Backend = "auto") -> VerificationResult:
    """Check that the pixels of a file are unmodified and that its recipe still reproduces them.

        assert limner.verify("picture.png").ok

    The stored pixels are compared with the digest in the file, then with a new rendering. A digest is not a signature:
    it shows that the pixels are unchanged, not who wrote them. Of a movie, all frames are rendered again; they have no
    digest.

    Args:
        path: a picture or a movie that limner wrote.
        backend: an array backend or its name; ``auto`` uses CuPy if it runs on this machine, otherwise NumPy.

    Returns:
        The result of both checks. Its ``ok`` is True if both passed.

    Raises:
        ArtworkError: the file contains no artwork or no pixels, or is damaged.
        LimnerError: ``path`` is not a path, or the file cannot be read.
    """
    if isinstance(path, Artwork):
        raise LimnerError("`path`: an artwork in memory has no stored pixels to check; save it and give its file")
    path = check_path("path", path)
    runner = backends.choose_backend(backend, registry())
    if movie := open_movie(path):
        return verify_movie(movie, runner)
    art = open_artwork(path)
    if art.render_settings is None:
        raise ArtworkError(f"{path}: contains recipe and θ but no pixels; there is nothing to verify")
    canvas = art.render_settings.canvas()
    with open_image(path) as (file, detected):
        image_format = _written_format(detected, art.render_settings.image_format, file.read(HEAD_BYTES))
        file.seek(0)
        rows = image_format.buffered_rows if image_format.streams else canvas.output_size[1]
        renderer.check_memory(art.model, canvas, runner, rows=rows, bits=art.render_settings.bits)
        embedded = image_format.read_embedded(file)
        file.seek(0)
        info, stored = image_format.read_pixels(file)
        written = written_info(info, art.render_settings, alpha=art.model.alpha)
        if (info.width, info.height) != canvas.output_size or (image_format.lossy and info.bits != written.bits):
            return incomparable(info, lossy=image_format.lossy, reason=describe_difference(info, written))
        bands = renderer.bands(art.model, art.theta, canvas, runner, written.bits, art.render_settings.dither)
        rendered = flattened_bands(bands, art.render_settings.background)
        if image_format.lossy:
            digest = PixelDigest(info)
            result = compare_lossy(image_format, info, _updating(stored, digest), rendered, written.channels)
            return replace(result, unchanged=embedded is not None and digest() == embedded.digest)
        written, rendered = image_format.as_stored(file, written, rendered)
        if info.cmyk != written.cmyk:
            return incomparable(info, lossy=False, reason=describe_difference(info, written))
        restored = RestoredPixels(info, written)
        digest = PixelDigest(written)
        result = compare(written, _updating(restored.bands(stored), digest), rendered)
    unchanged = restored.exact and embedded is not None and digest() == embedded.digest
    reason = "" if unchanged else describe_difference(info, written)
    return replace(result, unchanged=unchanged, reason=reason)


def _updating(bands: Iterator[np.ndarray], digest: PixelDigest) -> Iterator[np.ndarray]:
    """Yield bands unchanged, and add them to a digest."""
    for band in bands:
        digest.update(band)
        yield band


def _written_format(detected: ImageFormat, table: Mapping[str, Any], head: bytes) -> ImageFormat:
    """Return the image format that a file was written with, with its settings.

    Args:
        detected: the format that recognised the file.
        table: the format in the file's manifest; several formats may recognise one file.
        head: the first bytes of the file.

    Raises:
        ArtworkError: the manifest names a format that does not recognise the file, or invalid settings.
    """
    if not table:
        return detected
    kind = table.get("kind")
    known = isinstance(kind, str) and registry().has("image-format", kind)
    cls = registry().load("image-format", str(kind), ImageFormat) if known else None
    if cls is None or not (cls is type(detected) or cls.matches(head)):
        raise ArtworkError(f"the manifest names the image format {str(kind)[:40]!r}, but the file has another format")
    options, _ = current_fields(cls, registry().entry("image-format", str(kind)), table)
    return validate(cls, options, "image-format", source="the manifest is invalid", error=ArtworkError)
