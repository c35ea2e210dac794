"""Checks of a writer: what goes into a file comes out of it, and a damaged file is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product
from typing import cast

import numpy as np

from limner.errors import ArtworkError
from limner.testing.subject import Subject, calling, require
from limner.writer import Embedded, Page, Writer

SIZES = ((1, 1), (5, 3), (300, 7))
MANIFEST = '{"title": "Née \\"Größe\\" 画", "lines": "one\\ntwo", "recipe": {"seed": 7}}'
BAND = 3  # rows


def pages(writer: Writer) -> Iterator[Page]:
    """Every depth that the writer has, RGB and RGBA, small and oblong."""
    for (width, height), channels, bits in product(SIZES, (3, 4), writer.depths):
        yield Page(width, height, channels, bits)


def pixels_of(page: Page) -> np.ndarray:
    """Random pixels, black and white among them."""
    top = 2**page.bits
    shape = (page.height, page.width, page.channels)
    dtype = np.uint8 if page.bits == 8 else np.uint16
    pixels = np.random.default_rng(page.nbytes).integers(0, top, shape).astype(dtype)
    pixels[0, 0], pixels[-1, -1] = 0, top - 1
    return pixels


def embedded_of(count: int) -> Embedded:
    """A manifest beyond ASCII, and a θ of so many numbers."""
    theta = np.random.default_rng(count).normal(size=count).astype("<f4")
    return Embedded(manifest=MANIFEST, theta=theta.tobytes(), digest="")


def written(subject: Subject, page: Page, embedded: Embedded) -> tuple[BytesIO, str]:
    """A whole file, and the digest that the writer was told once it had taken all bands."""
    pixels, file = pixels_of(page), BytesIO()
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
        cast("Writer", subject.stage).write(file, page, bands(), embedded, digest)
    return file, taken.hexdigest()


def _words(page: Page) -> str:
    return f"{page.width}x{page.height}, {page.channels} channels, {page.bits} bits"


def check_writer_names(subject: Subject) -> None:
    """Suffixes begin with a dot and are lower case; depths are 8 or 16 bits; limits are sizes."""
    writer = cast("Writer", subject.stage)
    good = writer.suffixes and all(s.startswith(".") and s == s.lower() for s in writer.suffixes)
    require(good, f"{subject}: suffixes are {writer.suffixes}; write them as ('.png',)")
    known = writer.depths and set(writer.depths) <= {8, 16}
    require(known, f"{subject}: depths are {writer.depths}; bands come with 8 or 16 bits")
    require(writer.max_side >= 1, f"{subject}: max_side is {writer.max_side}; it must be 1 at least")
    require(writer.max_theta >= 0, f"{subject}: max_theta is {writer.max_theta}; it must be 0 at least")


def check_pixels(subject: Subject) -> None:
    """Pixels come back as they went in, every one."""
    writer = cast("Writer", subject.stage)
    for page in pages(writer):
        file, _ = written(subject, page, embedded_of(5))
        with calling(subject, f"read_pixels of {_words(page)}"):
            file.seek(0)
            got_page, bands = writer.read_pixels(file)
            got = np.concatenate(list(bands), axis=0)
        told = (got_page.width, got_page.height, got_page.channels, got_page.bits)
        due = (page.width, page.height, page.channels, page.bits)
        require(told == due, f"{subject}: a picture of {_words(page)} is read as {_words(got_page)}")
        wanted = pixels_of(page)
        require(
            got.dtype == wanted.dtype and np.array_equal(got, wanted),
            f"{subject}: the pixels of {_words(page)} are not those that were written",
        )


def check_dpi(subject: Subject) -> None:
    """The resolution comes back, to a dot; none is 0."""
    writer = cast("Writer", subject.stage)
    for dpi in (0.0, 72.0, 300.0):
        file, _ = written(subject, Page(5, 3, 3, writer.depths[0], dpi), embedded_of(5))
        with calling(subject, "read_pixels"):
            file.seek(0)
            got = writer.read_pixels(file)[0].dpi
        require(abs(got - dpi) <= 0.5, f"{subject}: {dpi:g} dpi come back as {got:g}")


def check_embedded(subject: Subject) -> None:
    """Manifest, θ and digest come back as they went in, whatever the size of θ."""
    writer = cast("Writer", subject.stage)
    for count in (n for n in (0, 5, 70_000) if 4 * n <= writer.max_theta):
        given = embedded_of(count)
        file, digest = written(subject, Page(5, 3, 4, writer.depths[-1]), given)
        with calling(subject, "read_embedded"):
            file.seek(0)
            got = writer.read_embedded(file)
        require(got is not None, f"{subject}: a file that it wrote holds nothing of limner's")
        wanted = Embedded(given.manifest, given.theta, digest)
        for name in ("manifest", "theta", "digest"):
            same = getattr(got, name) == getattr(wanted, name)
            require(same, f"{subject}: the {name} does not come back as it went in, with {count} numbers in θ")


def check_recognises(subject: Subject) -> None:
    """The writer knows its own files, and no others."""
    writer = cast("Writer", subject.stage)
    file, _ = written(subject, Page(5, 3, 3, writer.depths[0]), embedded_of(5))
    others = {"64 zeros": b"\x00" * 64, "nothing": b"", "one letter": b"P", "plain text": b"no picture at all"}
    with calling(subject, "recognises"):
        ours = writer.recognises(file.getvalue()[:64])
        foreign = [name for name, head in others.items() if writer.recognises(head)]
    require(ours, f"{subject} does not recognise the head of its own file")
    require(
        not foreign, f"{subject} takes {', '.join(foreign)} for a file of its own; compare the format's magic bytes"
    )


def check_truncated(subject: Subject) -> None:
    """A file cut short is an ArtworkError, never another exception, and never half a picture."""
    writer = cast("Writer", subject.stage)
    file, _ = written(subject, Page(300, 7, 3, writer.depths[0]), embedded_of(500))
    whole = file.getvalue()
    for share in (0.02, 0.25, 0.5, 0.75, 0.95):
        cut = whole[: int(len(whole) * share)]
        _told(subject, lambda file: writer.read_embedded(file), cut, "read_embedded")
        refused = _told(subject, lambda file: list(writer.read_pixels(file)[1]), cut, "read_pixels")
        require(refused, f"{subject}: read_pixels takes the first {share:.0%} of a file for a picture; refuse it")


def _told(subject: Subject, read: Callable[[BytesIO], object], data: bytes, what: str) -> bool:
    """Is the file refused as it should be?"""
    with calling(subject, f"{what} of a truncated file (it must raise ArtworkError)"):
        try:
            read(BytesIO(data))
        except ArtworkError:
            return True
    return False


OF_EXAMPLE = (check_writer_names, check_pixels, check_dpi, check_embedded, check_recognises, check_truncated)
