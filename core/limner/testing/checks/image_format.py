"""Checks of a writer: what goes into a file comes out of it, and a damaged file is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product

import numpy as np

from limner.errors import ArtworkError, LimnerError
from limner.formats.image_format import EmbeddedData, ImageFormat, ImageInfo, PixelDigest
from limner.testing.dependencies import needs
from limner.testing.subject import Subject, calling, require

SIZES = ((1, 1), (5, 3), (300, 7))
MANIFEST = '{"title": "Née \\"Größe\\" 画", "lines": "one\\ntwo", "recipe": {"seed": 7}}'
BAND_ROWS = 3  # rows
MAX_LOSSY_ERROR = 4 / 255  # how far a lossy format may be from a smooth picture, on the mean, of the whole range


def image_infos(image_format: ImageFormat) -> Iterator[ImageInfo]:
    """Every depth that the writer has, RGB and RGBA where it takes both, small and oblong."""
    for (width, height), channels, bits in product(SIZES, (3, 4), image_format.bit_depths):
        info = ImageInfo(width, height, channels, bits)
        if accepts(image_format, info):
            yield info


def accepts(image_format: ImageFormat, info: ImageInfo) -> bool:
    """A format may hold no alpha, say; it refuses such a page before it is asked to write it."""
    try:
        image_format.check(info)
    except LimnerError:
        return False
    return True


def pixels_of(info: ImageInfo, *, smooth: bool = False) -> np.ndarray:
    """Random pixels, black and white among them; or colours that change slowly, which a lossy format can follow."""
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
    """A manifest beyond ASCII, and a θ of so many numbers."""
    theta = np.random.default_rng(count).normal(size=count).astype("<f4")
    return EmbeddedData(manifest=MANIFEST, theta=theta.tobytes(), digest="")


def write_file(subject: Subject[ImageFormat], info: ImageInfo, embedded: EmbeddedData) -> tuple[BytesIO, str]:
    """A whole file, and the digest that the writer was told once it had taken all bands."""
    pixels, file = pixels_of(info, smooth=subject.stage.lossy), BytesIO()
    taken = hashlib.sha256()

    def bands() -> Iterator[np.ndarray]:
        for row in range(0, info.height, BAND_ROWS):
            band = pixels[row : row + BAND_ROWS].copy()
            band.flags.writeable = False
            taken.update(band.tobytes())
            yield band

    def digest() -> str:
        whole = taken.copy().digest() == hashlib.sha256(pixels.tobytes()).digest()
        require(whole, f"{subject}: write asks for the digest before it has taken the last band; ask later")
        return taken.hexdigest()

    with calling(subject, f"write of {_describe(info)}"):
        subject.stage.write(file, info, bands(), embedded, digest)
    return file, taken.hexdigest()


def _describe(info: ImageInfo) -> str:
    return f"{info.width}x{info.height}, {info.channels} channels, {info.bits} bits"


def check_format_attributes(subject: Subject[ImageFormat]) -> None:
    """Suffixes begin with a dot and are lower case; depths are 8 or 16 bits; limits are sizes; some page is taken."""
    image_format = subject.stage
    require(
        any(image_infos(image_format)),
        f"{subject} takes no page at all, neither RGB nor RGBA; let check() pass what it holds",
    )
    good = image_format.suffixes and all(s.startswith(".") and s == s.lower() for s in image_format.suffixes)
    require(good, f"{subject}: suffixes are {image_format.suffixes}; write them as ('.png',)")
    known = image_format.bit_depths and set(image_format.bit_depths) <= {8, 16}
    require(known, f"{subject}: depths are {image_format.bit_depths}; bands come with 8 or 16 bits")
    require(image_format.max_side >= 1, f"{subject}: max_side is {image_format.max_side}; it must be 1 at least")
    require(image_format.max_theta >= 0, f"{subject}: max_theta is {image_format.max_theta}; it must be 0 at least")


def read(subject: Subject[ImageFormat], file: BytesIO, what: str = "read_pixels") -> tuple[ImageInfo, np.ndarray]:
    """The page and the pixels of a file."""
    with calling(subject, what):
        file.seek(0)
        info, bands = subject.stage.read_pixels(file)
        return info, np.concatenate(list(bands), axis=0)


@needs("format_attributes", "declared_alpha", "declared_depths")
def check_pixels(subject: Subject[ImageFormat]) -> None:
    """Pixels come back as they went in, every one; from a lossy format, close to what they were."""
    image_format = subject.stage
    for info in image_infos(image_format):
        file, _ = write_file(subject, info, embedded_of(5))
        got_info, got = read(subject, file, f"read_pixels of {_describe(info)}")
        told = (got_info.width, got_info.height, got_info.channels, got_info.bits)
        due = (info.width, info.height, info.channels, info.bits)
        require(told == due, f"{subject}: a picture of {_describe(info)} is read as {_describe(got_info)}")
        expected = pixels_of(info, smooth=image_format.lossy)
        kind = got.dtype == expected.dtype and got.shape == expected.shape
        require(kind, f"{subject}: {_describe(info)} are read as {got.dtype} of shape {got.shape}")
        if image_format.lossy:
            off = float(np.abs(got.astype(float) - expected).mean()) / (2**info.bits - 1)
            far = f"{off:.3g} of the range off on the mean; {MAX_LOSSY_ERROR:.3g} may be lost"
            require(
                off <= MAX_LOSSY_ERROR,
                f"{subject}: the pixels of a smooth picture of {_describe(info)} come back {far}",
            )
            continue
        same = np.array_equal(got, expected)
        require(same, f"{subject}: the pixels of {_describe(info)} are not those that were written")


@needs("pixels", "declared_dpi")
def check_dpi(subject: Subject[ImageFormat]) -> None:
    """The resolution comes back, to a dot, unless the writer declares that it keeps none; none is 0."""
    image_format = subject.stage
    for dpi in (0.0, 72.0, 300.0) if image_format.supports_dpi else (0.0,):
        file, _ = write_file(subject, _info(image_format, 5, 3, dpi), embedded_of(5))
        got = read(subject, file)[0].dpi
        fix = "; declare keeps_dpi = False if the format has no place for it" if dpi and not got else ""
        require(abs(got - dpi) <= 0.5, f"{subject}: {dpi:g} dpi come back as {got:g}{fix}")


@needs("pixels", "declared_loss", "declared_theta")
def check_embedded(subject: Subject[ImageFormat]) -> None:
    """Manifest, θ and digest come back as they went in, whatever the size of θ; a lossy format's digest is its own."""
    image_format = subject.stage
    for count in dict.fromkeys(min(n, image_format.max_theta // 4) for n in (0, 5, 70_000)):
        given = embedded_of(count)
        file, digest = write_file(subject, _info(image_format, 5, 3, bits=image_format.bit_depths[-1]), given)
        with calling(subject, "read_embedded"):
            file.seek(0)
            got = image_format.read_embedded(file)
        require(got is not None, f"{subject}: a file that it wrote holds nothing of limner's")
        if image_format.lossy:
            info, pixels = read(subject, file)
            of_pixels = PixelDigest(info)
            of_pixels.update(pixels)
            digest = of_pixels()
        expected = EmbeddedData(given.manifest, given.theta, digest)
        for name in ("manifest", "theta", "digest"):
            same = getattr(got, name) == getattr(expected, name)
            of_read = image_format.lossy and name == "digest"
            due = "is not that of the pixels read back" if of_read else "does not come back as it went in"
            require(same, f"{subject}: the {name} {due}, with {count} numbers in θ")


def _info(image_format: ImageFormat, width: int, height: int, dpi: float = 0.0, bits: int = 0) -> ImageInfo:
    """A page of these sides that the writer takes, with alpha where it can be."""
    rgba, rgb = (ImageInfo(width, height, channels, bits or image_format.bit_depths[0], dpi) for channels in (4, 3))
    return rgba if accepts(image_format, rgba) else rgb


@needs("pixels")
def check_matches(subject: Subject[ImageFormat]) -> None:
    """The writer knows its own files, and no others."""
    image_format = subject.stage
    file, _ = write_file(subject, _info(image_format, 5, 3), embedded_of(5))
    others = {"64 zeros": b"\x00" * 64, "nothing": b"", "one letter": b"P", "plain text": b"no picture at all"}
    with calling(subject, "matches"):
        ours = image_format.matches(file.getvalue()[:64])
        foreign = [name for name, head in others.items() if image_format.matches(head)]
    require(ours, f"{subject} does not recognise the head of its own file")
    require(
        not foreign, f"{subject} takes {', '.join(foreign)} for a file of its own; compare the format's magic bytes"
    )


@needs("pixels")
def check_truncated(subject: Subject[ImageFormat]) -> None:
    """A file cut short is an ArtworkError, never another exception, and never half a picture."""
    image_format = subject.stage
    file, _ = write_file(subject, _info(image_format, 300, 7), embedded_of(500))
    whole = file.getvalue()
    for share in (0.02, 0.25, 0.5, 0.75, 0.95):
        cut = whole[: int(len(whole) * share)]
        _is_refused(subject, lambda file: image_format.read_embedded(file), cut, "read_embedded")
        refused = _is_refused(subject, lambda file: list(image_format.read_pixels(file)[1]), cut, "read_pixels")
        require(refused, f"{subject}: read_pixels takes the first {share:.0%} of a file for a picture; refuse it")


def _is_refused(subject: Subject[ImageFormat], read: Callable[[BytesIO], object], data: bytes, what: str) -> bool:
    """Is the file refused as it should be?"""
    with calling(subject, f"{what} of a truncated file (it must raise ArtworkError)"):
        try:
            read(BytesIO(data))
        except ArtworkError:
            return True
    return False


OF_EXAMPLE = (check_format_attributes, check_pixels, check_dpi, check_embedded, check_matches, check_truncated)
