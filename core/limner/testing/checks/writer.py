"""Checks of a writer: what goes into a file comes out of it, and a damaged file is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product

import numpy as np

from limner.errors import ArtworkError, LimnerError
from limner.formats.image_format import Embedded, Page, PixelDigest, Writer
from limner.testing.subject import Subject, calling, require

SIZES = ((1, 1), (5, 3), (300, 7))
MANIFEST = '{"title": "Née \\"Größe\\" 画", "lines": "one\\ntwo", "recipe": {"seed": 7}}'
BAND = 3  # rows
CLOSE = 4 / 255  # how far a lossy format may be from a smooth picture, on the mean, of the whole range


def pages(writer: Writer) -> Iterator[Page]:
    """Every depth that the writer has, RGB and RGBA where it takes both, small and oblong."""
    for (width, height), channels, bits in product(SIZES, (3, 4), writer.depths):
        page = Page(width, height, channels, bits)
        if takes(writer, page):
            yield page


def takes(writer: Writer, page: Page) -> bool:
    """A format may hold no alpha, say; it refuses such a page before it is asked to write it."""
    try:
        writer.check(page)
    except LimnerError:
        return False
    return True


def pixels_of(page: Page, *, smooth: bool = False) -> np.ndarray:
    """Random pixels, black and white among them; or colours that change slowly, which a lossy format can follow."""
    top = 2**page.bits - 1
    shape = (page.height, page.width, page.channels)
    dtype = np.uint8 if page.bits == 8 else np.uint16
    if smooth:
        y, x, channel = np.indices(shape)
        pixels: np.ndarray = np.rint(top * (0.5 + 0.35 * np.cos(x / 29.0 + y / 17.0 + 0.7 * channel))).astype(dtype)
        return pixels
    pixels = np.random.default_rng(page.nbytes).integers(0, top + 1, shape).astype(dtype)
    pixels[0, 0], pixels[-1, -1] = 0, top
    return pixels


def embedded_of(count: int) -> Embedded:
    """A manifest beyond ASCII, and a θ of so many numbers."""
    theta = np.random.default_rng(count).normal(size=count).astype("<f4")
    return Embedded(manifest=MANIFEST, theta=theta.tobytes(), digest="")


def written(subject: Subject[Writer], page: Page, embedded: Embedded) -> tuple[BytesIO, str]:
    """A whole file, and the digest that the writer was told once it had taken all bands."""
    pixels, file = pixels_of(page, smooth=subject.stage.lossy), BytesIO()
    taken = hashlib.sha256()

    def bands() -> Iterator[np.ndarray]:
        for row in range(0, page.height, BAND):
            band = pixels[row : row + BAND].copy()
            band.flags.writeable = False
            taken.update(band.tobytes())
            yield band

    def digest() -> str:
        whole = taken.copy().digest() == hashlib.sha256(pixels.tobytes()).digest()
        require(whole, f"{subject}: write asks for the digest before it has taken the last band; ask later")
        return taken.hexdigest()

    with calling(subject, f"write of {_words(page)}"):
        subject.stage.write(file, page, bands(), embedded, digest)
    return file, taken.hexdigest()


def _words(page: Page) -> str:
    return f"{page.width}x{page.height}, {page.channels} channels, {page.bits} bits"


def check_writer_names(subject: Subject[Writer]) -> None:
    """Suffixes begin with a dot and are lower case; depths are 8 or 16 bits; limits are sizes; some page is taken."""
    writer = subject.stage
    require(any(pages(writer)), f"{subject} takes no page at all, neither RGB nor RGBA; let check() pass what it holds")
    good = writer.suffixes and all(s.startswith(".") and s == s.lower() for s in writer.suffixes)
    require(good, f"{subject}: suffixes are {writer.suffixes}; write them as ('.png',)")
    known = writer.depths and set(writer.depths) <= {8, 16}
    require(known, f"{subject}: depths are {writer.depths}; bands come with 8 or 16 bits")
    require(writer.max_side >= 1, f"{subject}: max_side is {writer.max_side}; it must be 1 at least")
    require(writer.max_theta >= 0, f"{subject}: max_theta is {writer.max_theta}; it must be 0 at least")


def read(subject: Subject[Writer], file: BytesIO, what: str = "read_pixels") -> tuple[Page, np.ndarray]:
    """The page and the pixels of a file."""
    with calling(subject, what):
        file.seek(0)
        page, bands = subject.stage.read_pixels(file)
        return page, np.concatenate(list(bands), axis=0)


def check_pixels(subject: Subject[Writer]) -> None:
    """Pixels come back as they went in, every one; from a lossy format, close to what they were."""
    writer = subject.stage
    for page in pages(writer):
        file, _ = written(subject, page, embedded_of(5))
        got_page, got = read(subject, file, f"read_pixels of {_words(page)}")
        told = (got_page.width, got_page.height, got_page.channels, got_page.bits)
        due = (page.width, page.height, page.channels, page.bits)
        require(told == due, f"{subject}: a picture of {_words(page)} is read as {_words(got_page)}")
        wanted = pixels_of(page, smooth=writer.lossy)
        kind = got.dtype == wanted.dtype and got.shape == wanted.shape
        require(kind, f"{subject}: {_words(page)} are read as {got.dtype} of shape {got.shape}")
        if writer.lossy:
            off = float(np.abs(got.astype(float) - wanted).mean()) / (2**page.bits - 1)
            far = f"{off:.3g} of the range off on the mean; {CLOSE:.3g} may be lost"
            require(off <= CLOSE, f"{subject}: the pixels of a smooth picture of {_words(page)} come back {far}")
            continue
        same = np.array_equal(got, wanted)
        require(same, f"{subject}: the pixels of {_words(page)} are not those that were written")


def check_dpi(subject: Subject[Writer]) -> None:
    """The resolution comes back, to a dot, unless the writer declares that it keeps none; none is 0."""
    writer = subject.stage
    for dpi in (0.0, 72.0, 300.0) if writer.keeps_dpi else (0.0,):
        file, _ = written(subject, _page(writer, 5, 3, dpi), embedded_of(5))
        got = read(subject, file)[0].dpi
        fix = "; declare keeps_dpi = False if the format has no place for it" if dpi and not got else ""
        require(abs(got - dpi) <= 0.5, f"{subject}: {dpi:g} dpi come back as {got:g}{fix}")


def check_embedded(subject: Subject[Writer]) -> None:
    """Manifest, θ and digest come back as they went in, whatever the size of θ; a lossy format's digest is its own."""
    writer = subject.stage
    for count in dict.fromkeys(min(n, writer.max_theta // 4) for n in (0, 5, 70_000)):
        given = embedded_of(count)
        file, digest = written(subject, _page(writer, 5, 3, bits=writer.depths[-1]), given)
        with calling(subject, "read_embedded"):
            file.seek(0)
            got = writer.read_embedded(file)
        require(got is not None, f"{subject}: a file that it wrote holds nothing of limner's")
        if writer.lossy:
            page, pixels = read(subject, file)
            of_pixels = PixelDigest(page)
            of_pixels.update(pixels)
            digest = of_pixels()
        wanted = Embedded(given.manifest, given.theta, digest)
        for name in ("manifest", "theta", "digest"):
            same = getattr(got, name) == getattr(wanted, name)
            of_read = writer.lossy and name == "digest"
            due = "is not that of the pixels read back" if of_read else "does not come back as it went in"
            require(same, f"{subject}: the {name} {due}, with {count} numbers in θ")


def _page(writer: Writer, width: int, height: int, dpi: float = 0.0, bits: int = 0) -> Page:
    """A page of these sides that the writer takes, with alpha where it can be."""
    rgba, rgb = (Page(width, height, channels, bits or writer.depths[0], dpi) for channels in (4, 3))
    return rgba if takes(writer, rgba) else rgb


def check_recognises(subject: Subject[Writer]) -> None:
    """The writer knows its own files, and no others."""
    writer = subject.stage
    file, _ = written(subject, _page(writer, 5, 3), embedded_of(5))
    others = {"64 zeros": b"\x00" * 64, "nothing": b"", "one letter": b"P", "plain text": b"no picture at all"}
    with calling(subject, "recognises"):
        ours = writer.recognises(file.getvalue()[:64])
        foreign = [name for name, head in others.items() if writer.recognises(head)]
    require(ours, f"{subject} does not recognise the head of its own file")
    require(
        not foreign, f"{subject} takes {', '.join(foreign)} for a file of its own; compare the format's magic bytes"
    )


def check_truncated(subject: Subject[Writer]) -> None:
    """A file cut short is an ArtworkError, never another exception, and never half a picture."""
    writer = subject.stage
    file, _ = written(subject, _page(writer, 300, 7), embedded_of(500))
    whole = file.getvalue()
    for share in (0.02, 0.25, 0.5, 0.75, 0.95):
        cut = whole[: int(len(whole) * share)]
        _told(subject, lambda file: writer.read_embedded(file), cut, "read_embedded")
        refused = _told(subject, lambda file: list(writer.read_pixels(file)[1]), cut, "read_pixels")
        require(refused, f"{subject}: read_pixels takes the first {share:.0%} of a file for a picture; refuse it")


def _told(subject: Subject[Writer], read: Callable[[BytesIO], object], data: bytes, what: str) -> bool:
    """Is the file refused as it should be?"""
    with calling(subject, f"{what} of a truncated file (it must raise ArtworkError)"):
        try:
            read(BytesIO(data))
        except ArtworkError:
            return True
    return False


OF_EXAMPLE = (check_writer_names, check_pixels, check_dpi, check_embedded, check_recognises, check_truncated)
