"""The PNG format against Pillow, and against a slow decoder written from the specification."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from limner.plugin import ArtworkError, EmbeddedData, ImageInfo, LimnerError
from limner.registry.registry import registry
from limner_plugins.image_formats import _prefetch
from limner_plugins.image_formats.png import Png

SIZES = [(1, 1), (257, 3), (3, 257), (64, 400)]
KEPT = EmbeddedData('{"title": "Night bloom, n\u00e4chtlich"}', bytes(range(16)), "")


def picture(width: int, height: int, channels: int, bits: int) -> np.ndarray:
    """Smooth above and noise below, so that every filter has its turn."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    waves = [np.sin(5 * x + k * y + k) * 0.5 + 0.5 for k in range(channels)]
    noise = np.random.default_rng(7).random((height, width, channels))
    values = np.where((y < 0.5 * height / max(width, height))[..., None], np.stack(waves, -1), noise)
    return (values * (2**bits - 1)).astype(np.uint8 if bits == 8 else np.uint16)


def bands(pixels: np.ndarray, step: int) -> Iterator[np.ndarray]:
    return (pixels[i : i + step] for i in range(0, len(pixels), step))


def written(pixels: np.ndarray, *, dpi: float = 0.0, kept: EmbeddedData = KEPT, step: int = 5) -> bytes:
    height, width, channels = pixels.shape
    file = io.BytesIO()
    page = ImageInfo(width, height, channels, pixels.itemsize * 8, dpi)
    Png().write(file, page, bands(pixels, step), kept, lambda: "sha256:00ff")
    return file.getvalue()


def read(data: bytes) -> np.ndarray:
    page, parts = Png().read_pixels(io.BytesIO(data))
    pixels = np.concatenate(list(parts))
    assert pixels.shape == (page.height, page.width, page.channels)
    assert pixels.itemsize * 8 == page.bits
    return pixels


def split(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks as type and data."""
    found, at = [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def join(chunks: list[tuple[bytes, bytes]]) -> bytes:
    parts = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def paeth(a: int, b: int, c: int) -> int:
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def predicted(kind: int, a: int, b: int, c: int) -> int:
    return (0, a, b, (a + b) // 2, paeth(a, b, c))[kind]


def slow_decode(data: bytes) -> tuple[np.ndarray, set[int]]:
    """The pixels and the filters that were met, a byte at a time."""
    chunks = split(data)
    width, height, bits, colour = struct.unpack(">IIBB", chunks[0][1][:10])
    channels = {2: 3, 6: 4}[colour]
    pixel = channels * bits // 8
    raw = zlib.decompress(b"".join(d for k, d in chunks if k == b"IDAT"))
    stride = width * pixel
    assert len(raw) == height * (stride + 1)
    rows = [bytearray(stride)]
    for y in range(height):
        kind, *line = raw[y * (stride + 1) : (y + 1) * (stride + 1)]
        row, above = bytearray(stride), rows[-1]
        for i, value in enumerate(line):
            a, c = (row[i - pixel], above[i - pixel]) if i >= pixel else (0, 0)
            row[i] = (value + predicted(kind, a, above[i], c)) % 256
        rows.append(row)
    numbers = np.frombuffer(b"".join(rows[1:]), ">u2" if bits == 16 else "u1")
    return numbers.reshape(height, width, channels), set(raw[:: stride + 1])


def slow_encode(pixels: np.ndarray) -> bytes:
    """A PNG whose rows take the five filters in turn."""
    height, width, channels = pixels.shape
    bits, pixel = pixels.itemsize * 8, channels * pixels.itemsize
    rows = pixels.astype(pixels.dtype.newbyteorder(">")).view(np.uint8).reshape(height, -1).tolist()
    raw, above = bytearray(), [0] * (width * pixel)
    for y, row in enumerate(rows):
        raw.append(y % 5)
        for i, value in enumerate(row):
            a, c = (row[i - pixel], above[i - pixel]) if i >= pixel else (0, 0)
            raw.append((value - predicted(y % 5, a, above[i], c)) % 256)
        above = row
    head = struct.pack(">IIBBBBB", width, height, bits, {3: 2, 4: 6}[channels], 0, 0, 0)
    return join([(b"IHDR", head), (b"IDAT", zlib.compress(bytes(raw))), (b"IEND", b"")])


def peak(work: object) -> int:
    """The most bytes that a call held at once."""
    tracemalloc.start()
    try:
        work()  # type: ignore[operator]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


SMALL = written(picture(7, 6, 3, 8), dpi=300)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("size", SIZES)
def test_round_trip(size, channels, bits):
    pixels = picture(*size, channels, bits)
    data = written(pixels)
    np.testing.assert_array_equal(read(data), pixels)
    np.testing.assert_array_equal(slow_decode(data)[0], pixels)


@pytest.mark.parametrize("channels", [3, 4])
def test_pillow_reads_what_we_write(channels):
    pixels = picture(257, 100, channels, 8)
    with Image.open(io.BytesIO(written(pixels, dpi=300))) as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.0254)
        assert image.text["limner"] == KEPT.manifest
        assert image.text["limner-digest"].rstrip() == "sha256:00ff"


def test_the_bands_may_have_any_height():
    pixels = picture(200, 900, 3, 8)
    files = {written(pixels, step=step) for step in (1, 16, 250, 900)}
    assert len(files) == 1
    np.testing.assert_array_equal(read(files.pop()), pixels)


def test_the_file_does_not_depend_on_the_cores(monkeypatch):
    pixels = picture(400, 900, 3, 8)
    files = set()
    for cores in (1, 2, 5):
        monkeypatch.setattr(_prefetch, "threads", lambda n=cores: n)
        files.add(written(pixels))
    assert len(files) == 1
    assert len([kind for kind, _ in split(files.pop()) if kind == b"IDAT"]) > 4


def test_no_data_chunk_is_long_even_of_a_very_wide_picture():
    pixels = np.random.default_rng(0).integers(0, 2**16, (2, 200_000, 4), np.uint16)
    data = written(pixels)
    assert max(len(d) for k, d in split(data) if k == b"IDAT") <= 2**20
    np.testing.assert_array_equal(read(data), pixels)


def test_a_smooth_picture_is_no_larger_than_pillows():
    y, x = np.mgrid[0:256, 0:256] / 256
    waves = [np.sin(5 * x * y + 1), np.cos(3 * x + 4 * y), np.sin(9 * np.hypot(x - 0.5, y - 0.5))]
    pixels = np.uint8(np.stack(waves, -1) * 127 + 128)
    theirs = io.BytesIO()
    Image.fromarray(pixels).save(theirs, "png")
    assert len(written(pixels)) < 1.1 * len(theirs.getvalue())


@pytest.mark.parametrize("channels", [3, 4])
def test_reads_what_pillow_writes(channels):
    pixels = picture(200, 120, channels, 8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png", optimize=True)
    assert {3, 4} & slow_decode(file.getvalue())[1], "the test means to meet Average and Paeth"
    np.testing.assert_array_equal(read(file.getvalue()), pixels)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("size", [(1, 12), (33, 14)])
def test_reads_every_filter(size, bits):
    pixels = picture(*size, 4, bits)
    data = slow_encode(pixels)
    assert slow_decode(data)[1] == {0, 1, 2, 3, 4}
    np.testing.assert_array_equal(read(data), pixels)


def encoded(samples: np.ndarray, bits: int, colour: int, *, interlace: bool = False, extra: bytes = b"") -> bytes:
    """A PNG of samples ``(h, w, n)`` as another program may write it, with further chunks before the pixels."""
    height, width = samples.shape[:2]

    def rows(part: np.ndarray) -> bytes:
        lines = []
        for row in part:
            digits = "".join(f"{int(sample):0{bits}b}" for sample in row.ravel())
            digits += "0" * (-len(digits) % 8)
            lines.append(b"\0" + int(digits, 2).to_bytes(len(digits) // 8, "big"))
        return b"".join(lines)

    grid = ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"]
    numbers = np.array([[int(digit) for digit in line] for line in grid])  # the figure in the specification
    tiled = np.tile(numbers, (height // 8 + 1, width // 8 + 1))[:height, :width]
    data = b""
    for number in range(1, 8) if interlace else ():
        lines = [line for y in range(height) if len(line := samples[y][tiled[y] == number])]
        data += rows(np.array(lines))
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlace))
    chunks = [(b"IHDR", header)]
    chunks += [(extra[:4], extra[4:])] if extra else []
    return join([*chunks, (b"IDAT", zlib.compress(data if interlace else rows(samples))), (b"IEND", b"")])


@pytest.mark.parametrize("interlace", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (5, 3), (19, 13)])
@pytest.mark.parametrize(
    ("bits", "colour", "count"),
    [(1, 0, 1), (2, 0, 1), (4, 0, 1), (8, 0, 1), (16, 0, 1), (8, 2, 3), (16, 2, 3), (8, 4, 2), (16, 4, 2), (16, 6, 4)],
)
def test_reads_gray_and_colour_of_every_depth(bits, colour, count, size, interlace):
    samples = np.random.default_rng(3).integers(0, 2**bits, (size[1], size[0], count))
    levels = samples * (255 // (2**bits - 1)) if bits < 8 else samples
    expected = levels if count > 2 else np.dstack([levels[..., :1]] * 3 + [levels[..., 1:]])
    pixels = read(encoded(samples, bits, colour, interlace=interlace))
    np.testing.assert_array_equal(pixels, expected)
    assert pixels.dtype == (np.uint16 if bits == 16 else np.uint8)


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_reads_a_transparent_level_of_gray(bits):
    samples = np.random.default_rng(3).integers(0, 2**bits, (9, 7, 1))
    alpha = read(encoded(samples, bits, 0, extra=b"tRNS" + struct.pack(">H", samples[0, 0, 0])))[..., 3]
    np.testing.assert_array_equal(alpha, np.where(samples[..., 0] == samples[0, 0, 0], 0, 65535 if bits == 16 else 255))


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_reads_a_palette_of_any_depth_as_pillow_does(bits):
    samples = np.random.default_rng(3).integers(0, 2**bits, (9, 7, 1))
    palette = np.random.default_rng(4).integers(0, 256, (2**bits, 3)).astype(np.uint8).tobytes()
    data = encoded(samples, bits, 3, extra=b"PLTE" + palette)
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(read(data), np.asarray(image.convert("RGB")))
    chunks = split(data)
    chunks.insert(2, (b"tRNS", b"\0\x80"))
    with Image.open(io.BytesIO(join(chunks))) as image:
        np.testing.assert_array_equal(read(join(chunks)), np.asarray(image.convert("RGBA")))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_reads_other_kinds_that_pillow_writes(mode):
    image = Image.fromarray(picture(20, 10, 3, 8)).convert(mode)
    file = io.BytesIO()
    image.save(file, "png")
    expected = np.asarray(image.convert("RGBA" if mode == "LA" else "RGB"))
    np.testing.assert_array_equal(read(file.getvalue()), expected)


def test_all_texts_come_before_the_pixels():
    kinds = [kind for kind, _ in split(SMALL)]
    assert {*kinds[kinds.index(b"IDAT") : -1]} == {b"IDAT"}  # some readers skip what follows the pixels
    assert kinds[-1] == b"IEND"


def test_a_digest_after_the_pixels_is_read():
    chunks = split(SMALL)
    digest = next(chunk for chunk in chunks if chunk[1].startswith(b"limner-digest"))
    moved = [chunk for chunk in chunks if chunk != digest]
    moved.insert(-1, digest)  # as earlier versions wrote it
    assert Png().read_embedded(io.BytesIO(join(moved))) == Png().read_embedded(io.BytesIO(SMALL))


def test_reads_transparency_by_colour():
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[0, 0] = 255
    chunks = split(written(pixels))
    chunks.insert(1, (b"tRNS", struct.pack(">HHH", 255, 255, 255)))
    alpha = read(join(chunks))[..., 3]
    np.testing.assert_array_equal(alpha, [[0, 255], [255, 255]])


def test_reads_an_interlaced_picture():
    pixels = np.array([[[1, 2, 3]]], np.uint8)  # one pixel lies in one pass alone: the data are the plain ones
    chunks = split(written(pixels))
    chunks[0] = (b"IHDR", chunks[0][1][:-1] + b"\1")
    np.testing.assert_array_equal(read(join(chunks)), pixels)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": 3}, "its palette is missing"),
        ({"interlace": 1, "width": 2**14, "height": 2**13}, "an interlaced PNG may have at most"),
        ({"width": 2**23}, "wide"),
        ({"width": 2**31 - 1, "height": 2**31 - 1, "colour": 0}, "pixels"),
        ({"height": 2**31 - 1}, "too short"),
        ({"width": 0}, "0x6"),
        ({"colour": 5}, "its header is invalid"),
        ({"colour": 3, "bits": 16}, "its header is invalid"),
        ({"colour": 2, "bits": 4}, "its header is invalid"),
        ({"method": 1}, "its header is invalid"),
    ],
)
def test_refuses_headers_by_name(change, words):
    fields = {"width": 7, "height": 6, "bits": 8, "colour": 2, "method": 0, "filters": 0, "interlace": 0} | change
    chunks = split(SMALL)
    chunks[0] = (b"IHDR", struct.pack(">IIBBBBB", *fields.values()))
    data = join(chunks)
    with pytest.raises(ArtworkError, match=words):
        read(data)


@pytest.mark.parametrize("dpi", [0.0, 72.0, 300.0, 1200.0])
def test_metadata(dpi):
    data = written(picture(5, 4, 4, 16), dpi=dpi)
    assert Png().read_embedded(io.BytesIO(data)) == EmbeddedData(KEPT.manifest, KEPT.theta, "sha256:00ff")
    assert Png().read_pixels(io.BytesIO(data))[0] == ImageInfo(5, 4, 4, 16, dpi)


def test_metadata_that_other_programs_changed():
    chunks = [(kind, data) for kind, data in split(SMALL) if kind != b"liMN"]
    for kind, data in ((b"tEXt", b"limner\0{}"), (b"zTXt", b"limner\0\0" + zlib.compress(b"{}"))):
        other = [(kind, data) if d.startswith(b"limner\0") else (k, d) for k, d in chunks]
        assert Png().read_embedded(io.BytesIO(join(other))) == EmbeddedData("{}", b"", "sha256:00ff")


def test_a_picture_of_somebody_elses_holds_nothing():
    file = io.BytesIO()
    Image.new("RGB", (3, 3)).save(file, "png")
    assert Png().read_embedded(file) is None


def test_theta_alone_is_damage():
    chunks = [(k, d) for k, d in split(SMALL) if not d.startswith(b"limner\0")]
    with pytest.raises(ArtworkError, match="no manifest"):
        Png().read_embedded(io.BytesIO(join(chunks)))


def test_the_chunk_of_theta_is_unsafe_to_copy():
    theta = dict(split(SMALL))[b"liMN"]
    assert theta == KEPT.theta
    assert [bool(byte & 32) for byte in b"liMN"] == [True, True, False, False]  # ancillary, private, valid, unsafe


def test_the_digest_is_asked_for_after_the_last_band():
    pixels, taken = picture(30, 20, 3, 8), []

    def counted() -> Iterator[np.ndarray]:
        for band in bands(pixels, 3):
            taken.append(len(band))
            yield band
        taken.append(0)

    file = io.BytesIO()
    Png().write(file, ImageInfo(30, 20, 3), counted(), KEPT, lambda: f"after {sum(taken)} rows, {taken[-1]}")
    found = Png().read_embedded(file)
    assert found is not None
    assert found.digest == "after 20 rows, 0"


def test_refuses_to_write_what_it_could_not_read():
    pixels = picture(2, 2, 3, 8)
    for kept in (EmbeddedData("x" * (2**20 + 1), b"", ""), EmbeddedData("{}", bytes(Png.max_theta + 1), "")):
        with pytest.raises(LimnerError, match="larger than"):
            written(pixels, kept=kept)
    longest = EmbeddedData("x" * 2**20, b"", "")
    data = written(pixels, kept=longest)
    assert Png().read_embedded(io.BytesIO(data)) == EmbeddedData(longest.manifest, b"", "sha256:00ff")
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.text["limner"] == longest.manifest


@pytest.mark.parametrize("shape", [(3, 4, 3), (5, 4, 3), (4, 5, 3), (4, 4, 4)])
def test_bands_that_do_not_make_up_the_page(shape):
    with pytest.raises(ValueError, match="band"):
        Png().write(io.BytesIO(), ImageInfo(4, 4, 3), iter([np.zeros(shape, np.uint8)]), KEPT, str)


def test_memory_does_not_grow_with_the_height(monkeypatch, tmp_path):
    monkeypatch.setattr(_prefetch, "threads", lambda: 2)
    tall = picture(512, 250, 3, 8)

    def both(times: int) -> tuple[int, int]:
        path = tmp_path / f"{times}.png"

        def write() -> None:
            with path.open("w+b") as file:
                page = ImageInfo(512, 250 * times, 3)
                Png().write(file, page, (tall for _ in range(times)), EmbeddedData("{}", b"", ""), str)

        def read() -> None:
            with path.open("rb") as file:
                assert sum(len(band) for band in Png().read_pixels(file)[1]) == 250 * times

        return peak(write), peak(read)

    both(2)  # what is imported on the way
    short, long = both(8), both(48)
    assert long[0] < short[0] + 3_000_000  # the pictures differ by 15 MB; how far the threads are varies
    assert long[1] < short[1] + 3_000_000


def test_every_truncation_is_reported():
    for end in range(len(SMALL)):
        for take in (Png().read_embedded, lambda file: list(Png().read_pixels(file)[1])):
            with pytest.raises(ArtworkError, match=r"truncated|not a PNG"):
                take(io.BytesIO(SMALL[:end]))


def test_every_wrong_checksum_is_reported():
    at = 8
    for kind, data in split(SMALL):
        crc = at + 8 + len(data)
        broken = bytearray(SMALL)
        broken[crc] ^= 1
        with pytest.raises(ArtworkError, match="checksum"):
            read(bytes(broken))
        if kind != b"IDAT":
            with pytest.raises(ArtworkError, match="checksum"):
                Png().read_embedded(io.BytesIO(broken))
        at = crc + 4


@pytest.mark.parametrize("length", [2**27, 2**31 - 1, 2**32 - 1])
def test_forged_lengths_are_refused_before_memory_is_taken(length):
    at = 8
    for _, data in split(SMALL):
        broken = SMALL[:at] + struct.pack(">I", length) + SMALL[at + 4 :]

        def attempt(data: bytes = broken) -> None:
            with pytest.raises(ArtworkError, match="truncated"):
                Png().read_embedded(io.BytesIO(data))
            with pytest.raises(ArtworkError, match="truncated"):
                read(data)

        assert peak(attempt) < 2**20
        at += 12 + len(data)


def test_chunks_of_ours_stand_once():
    chunks = split(SMALL)
    for i, (kind, data) in enumerate(chunks):
        if kind == b"liMN" or data.startswith(b"limner"):
            twice = join([*chunks[:-1], chunks[i], chunks[-1]])
            with pytest.raises(ArtworkError, match="more than one"):
                Png().read_embedded(io.BytesIO(twice))
    with pytest.raises(ArtworkError, match="only header"):
        read(join([chunks[0], *chunks]))


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_a_bomb_in_a_text_stays_small(kind):
    head = b"limner\0\0" if kind == b"zTXt" else b"limner\0\1\0\0\0"
    data = join([(b"IHDR", split(SMALL)[0][1]), (kind, head + zlib.compress(bytes(2**24))), (b"IEND", b"")])

    def attempt() -> None:
        with pytest.raises(ArtworkError, match="more than"):
            Png().read_embedded(io.BytesIO(data))

    assert peak(attempt) < 2**22


def test_a_bomb_in_the_pixels_stays_small():
    chunks = [(k, zlib.compress(bytes(2**24)) if k == b"IDAT" else d) for k, d in split(SMALL) if k != b"liMN"]
    first = next(i for i, (k, _) in enumerate(chunks) if k == b"IDAT")
    data = join([c for i, c in enumerate(chunks) if c[0] != b"IDAT" or i == first])

    def attempt() -> None:
        with pytest.raises(ArtworkError, match="after its last row"):
            read(data)

    assert peak(attempt) < 2**20


def test_data_too_few_too_many_or_wrong():
    raw = zlib.decompress(b"".join(d for k, d in split(SMALL) if k == b"IDAT"))
    head = split(SMALL)[0]
    packed = zlib.compress(raw)
    for data, words in (
        (zlib.compress(raw[:-1]), "before its last row"),
        (zlib.compress(raw + b"\0"), "after its last row"),
        (packed + b"\0", "after its last row"),
        (packed[:-1], "checksum"),
        (packed[:-4] + b"\0\0\0\0", "decompressed"),
        (b"x" + packed, "decompressed"),
        (zlib.compress(b"\5" + raw[1:]), "unknown filter"),
    ):
        with pytest.raises(ArtworkError, match=words):
            read(join([head, (b"IDAT", data), (b"IEND", b"")]))


@settings(max_examples=150, deadline=None)
@given(st.data(), st.booleans())
def test_damage_is_an_artwork_error_or_no_matter(data, fix):
    """Whatever bytes are changed: it reads, or ArtworkError says why not. ``fix`` puts the checksums right again."""
    spoilt = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 3))):
        spoilt[data.draw(st.integers(0, len(SMALL) - 1))] = data.draw(st.integers(0, 255))
    if fix:
        at = 8
        while at + 12 <= len(spoilt):
            (length,) = struct.unpack(">I", spoilt[at : at + 4])
            if at + 12 + length > len(spoilt):
                break
            body = bytes(spoilt[at + 4 : at + 8 + length])
            spoilt[at + 8 + length : at + 12 + length] = struct.pack(">I", zlib.crc32(body))
            at += 12 + length
    try:
        pixels = read(bytes(spoilt))
    except ArtworkError as error:
        assert str(error)
    else:
        assert pixels.ndim == 3
    try:
        kept = Png().read_embedded(io.BytesIO(spoilt))
    except ArtworkError as error:
        assert str(error)
    else:
        assert kept is None or isinstance(kept, EmbeddedData)


def test_is_registered_and_recognised():
    assert registry().load("image-format", "png") is Png
    assert Png.matches(SMALL[:64])
    assert not Png.matches(b"II*\0")
