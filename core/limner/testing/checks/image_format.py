"""Checks of an image format: files preserve what was written, and damaged files are refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product

import numpy as np

from limner.errors import ArtworkError, LimnerError
from limner.formats.image_format import EmbeddedData, ImageFormat, ImageInfo
from limner.formats.pixel_digest import PixelDigest
from limner.testing.dependencies import needs
from limner.testing.subject import Subject, calling, require

SIZES = ((1, 1), (5, 3), (300, 7))
MANIFEST = '{"title": "Née \\"Größe\\" 画", "lines": "one\\ntwo", "recipe": {"seed": 7}}'
BAND_ROWS = 3
MAX_LOSSY_ERROR = 4 / 255  # mean error of a smooth picture, as a fraction of the full range


def image_infos(image_format: ImageFormat) -> Iterator[ImageInfo]:
    """Yield every accepted combination of small and oblong sizes, RGB and RGBA, and the declared bit depths."""
    for (width, height), channels, bits in product(SIZES, (3, 4), image_format.bit_depths):
        info = ImageInfo(width, height, channels, bits)
        if accepts(image_format, info):
            yield info


def accepts(image_format: ImageFormat, info: ImageInfo) -> bool:
    """Return whether ``check`` accepts a picture; a format may lack alpha, for example."""
    try:
        image_format.check(info)
    except LimnerError:
        return False
    return True


def pixels_of(info: ImageInfo, *, smooth: bool = False) -> np.ndarray:
    """Return random pixels, including black and white, or smooth colours that a lossy format can reproduce."""
    top = 2**info.bits - 1
    shape = (info.height, info.width, info.channels)
    dtype = np.uint8 if info.bits == 8 else np.uint16
    if smooth:
        y, x, channel = np.indices(shape)
        pixels: np.ndarray = np.rint(top * (0.5 + 0.35 * np.cos(x / 29.0 + y / 17.0 + 0.7 * channel))).astype(dtype)
        return pixels
    pixels = np.random.default_rng(info.nbytes).integers(0, top + 1, shape).astype(dtype)
    pixels[0, 0], pixels[-1, -1] = 0, top
    return pixels


def embedded_of(count: int) -> EmbeddedData:
    """Return a manifest with non-ASCII text and a θ of ``count`` numbers."""
    theta = np.random.default_rng(count).normal(size=count).astype("<f4")
    return EmbeddedData(manifest=MANIFEST, theta=theta.tobytes(), digest="")


def write_file(subject: Subject[ImageFormat], info: ImageInfo, embedded: EmbeddedData) -> tuple[BytesIO, str]:
    """Return a complete file, and the digest that the format receives after it has consumed all bands."""
    pixels, file = pixels_of(info, smooth=subject.stage.lossy), BytesIO()
    consumed = hashlib.sha256()

    def bands() -> Iterator[np.ndarray]:
        for row in range(0, info.height, BAND_ROWS):
            band = pixels[row : row + BAND_ROWS].copy()
            band.flags.writeable = False
            consumed.update(band.tobytes())
            yield band

    def digest() -> str:
        complete = consumed.copy().digest() == hashlib.sha256(pixels.tobytes()).digest()
        require(complete, f"{subject}: write calls digest() before it has consumed the last band; call it later")
        return consumed.hexdigest()

    with calling(subject, f"write of {_describe(info)}"):
        subject.stage.write(file, info, bands(), embedded, digest)
    return file, consumed.hexdigest()


def _describe(info: ImageInfo) -> str:
    return f"{info.width}x{info.height}, {info.channels} channels, {info.bits} bits"


def check_format_attributes(subject: Subject[ImageFormat]) -> None:
    """Require lower-case suffixes with a dot, depths of 8 or 16 bits, valid limits, and an accepted picture."""
    image_format = subject.stage
    require(
        any(image_infos(image_format)),
        f"{subject}: check() refuses every test picture, RGB and RGBA; accept what the format can store",
    )
    valid = image_format.suffixes and all(s.startswith(".") and s == s.lower() for s in image_format.suffixes)
    require(valid, f"{subject}: suffixes are {image_format.suffixes}; write them like ('.png',)")
    known = image_format.bit_depths and set(image_format.bit_depths) <= {8, 16}
    require(known, f"{subject}: bit_depths are {image_format.bit_depths}; use 8, 16 or both")
    require(image_format.max_side >= 1, f"{subject}: max_side is {image_format.max_side}; it must be at least 1")
    require(image_format.max_theta >= 0, f"{subject}: max_theta is {image_format.max_theta}; it must be at least 0")


def read(subject: Subject[ImageFormat], file: BytesIO, what: str = "read_pixels") -> tuple[ImageInfo, np.ndarray]:
    """Return the ``ImageInfo`` and the pixels of a file."""
    with calling(subject, what):
        file.seek(0)
        info, bands = subject.stage.read_pixels(file)
        return info, np.concatenate(list(bands), axis=0)


@needs("format_attributes", "declared_alpha", "declared_depths")
def check_pixels(subject: Subject[ImageFormat]) -> None:
    """Require that pixels come back unchanged, or close to the original from a lossy format."""
    image_format = subject.stage
    for info in image_infos(image_format):
        file, _ = write_file(subject, info, embedded_of(5))
        got_info, got = read(subject, file, f"read_pixels of {_describe(info)}")
        read_shape = (got_info.width, got_info.height, got_info.channels, got_info.bits)
        written_shape = (info.width, info.height, info.channels, info.bits)
        require(
            read_shape == written_shape, f"{subject}: a picture of {_describe(info)} is read as {_describe(got_info)}"
        )
        expected = pixels_of(info, smooth=image_format.lossy)
        same = got.dtype == expected.dtype and got.shape == expected.shape
        require(same, f"{subject}: a picture of {_describe(info)} is read as {got.dtype} of shape {got.shape}")
        if image_format.lossy:
            error = float(np.abs(got.astype(float) - expected).mean()) / (2**info.bits - 1)
            problem = f"has a mean error of {error:.3g} of the full range; keep it within {MAX_LOSSY_ERROR:.3g}"
            require(
                error <= MAX_LOSSY_ERROR,
                f"{subject}: a smooth picture of {_describe(info)} {problem}",
            )
            continue
        same = np.array_equal(got, expected)
        require(
            same, f"{subject}: the pixels of {_describe(info)} come back changed; store them exactly, or declare lossy"
        )


@needs("pixels", "declared_dpi")
def check_dpi(subject: Subject[ImageFormat]) -> None:
    """Require that the resolution comes back to within 0.5 dpi if the format supports one; 0 means none."""
    image_format = subject.stage
    for dpi in (0.0, 72.0, 300.0) if image_format.supports_dpi else (0.0,):
        file, _ = write_file(subject, _info(image_format, 5, 3, dpi), embedded_of(5))
        got = read(subject, file)[0].dpi
        fix = "; declare supports_dpi = False if the format cannot store it" if dpi and not got else ""
        require(abs(got - dpi) <= 0.5, f"{subject}: a resolution of {dpi:g} dpi comes back as {got:g}{fix}")


@needs("pixels", "declared_loss", "declared_theta")
def check_embedded(subject: Subject[ImageFormat]) -> None:
    """Require that manifest, θ and digest come back unchanged for any size of θ.

    The digest of a lossy format is that of its decoded pixels.
    """
    image_format = subject.stage
    for count in dict.fromkeys(min(n, image_format.max_theta // 4) for n in (0, 5, 70_000)):
        embedded = embedded_of(count)
        file, digest = write_file(subject, _info(image_format, 5, 3, bits=image_format.bit_depths[-1]), embedded)
        with calling(subject, "read_embedded"):
            file.seek(0)
            got = image_format.read_embedded(file)
        require(
            got is not None,
            f"{subject}: read_embedded finds nothing in a file of the format; return what write embedded",
        )
        if image_format.lossy:
            info, pixels = read(subject, file)
            pixel_digest = PixelDigest(info)
            pixel_digest.update(pixels)
            digest = pixel_digest()
        expected = EmbeddedData(embedded.manifest, embedded.theta, digest)
        for name in ("manifest", "theta", "digest"):
            same = getattr(got, name) == getattr(expected, name)
            of_read = image_format.lossy and name == "digest"
            problem = "is not that of the decoded pixels" if of_read else "comes back changed"
            require(same, f"{subject}: the {name} {problem}, with {count} numbers in θ")


def _info(image_format: ImageFormat, width: int, height: int, dpi: float = 0.0, bits: int = 0) -> ImageInfo:
    """Return an accepted ``ImageInfo`` of this size, with alpha if the format supports it."""
    rgba, rgb = (ImageInfo(width, height, channels, bits or image_format.bit_depths[0], dpi) for channels in (4, 3))
    return rgba if accepts(image_format, rgba) else rgb


@needs("pixels")
def check_matches(subject: Subject[ImageFormat]) -> None:
    """Require that the format recognises its own files, and no others."""
    image_format = subject.stage
    file, _ = write_file(subject, _info(image_format, 5, 3), embedded_of(5))
    others = {"64 zeros": b"\x00" * 64, "nothing": b"", "one letter": b"P", "plain text": b"no picture at all"}
    with calling(subject, "matches"):
        own = image_format.matches(file.getvalue()[:64])
        foreign = [name for name, head in others.items() if image_format.matches(head)]
    require(own, f"{subject}: matches() returns False for a file of this format; compare the format's magic bytes")
    require(
        not foreign, f"{subject}: matches() returns True for {', '.join(foreign)}; compare the format's magic bytes"
    )


@needs("pixels")
def check_truncated(subject: Subject[ImageFormat]) -> None:
    """Require that a truncated file raises ArtworkError, never another exception, and is never read as a picture."""
    image_format = subject.stage
    file, _ = write_file(subject, _info(image_format, 300, 7), embedded_of(500))
    whole = file.getvalue()
    for share in (0.02, 0.25, 0.5, 0.75, 0.95):
        cut = whole[: int(len(whole) * share)]
        _is_refused(subject, lambda file: image_format.read_embedded(file), cut, "read_embedded")
        refused = _is_refused(subject, lambda file: list(image_format.read_pixels(file)[1]), cut, "read_pixels")
        require(
            refused, f"{subject}: read_pixels accepts the first {share:.0%} of a file as a picture; raise ArtworkError"
        )


def _is_refused(subject: Subject[ImageFormat], read: Callable[[BytesIO], object], data: bytes, what: str) -> bool:
    """Return whether reading the data raises ArtworkError."""
    with calling(subject, f"{what} of a truncated file (it must raise ArtworkError)"):
        try:
            read(BytesIO(data))
        except ArtworkError:
            return True
    return False


OF_EXAMPLE = (check_format_attributes, check_pixels, check_dpi, check_embedded, check_matches, check_truncated)
