"""The TIFF format against tifffile and Pillow, and against damage."""

from __future__ import annotations

import base64
import io
import struct
import tracemalloc
import warnings
import zlib
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from limner.plugin import ArtworkError, EmbeddedData, ImageInfo, LimnerError
from limner.registry.registry import registry
from limner_plugins.image_formats import _prefetch, tiff
from limner_plugins.image_formats.tiff import Tiff

SIZES = [(1, 1), (257, 3), (3, 257), (300, 520)]
KEPT = EmbeddedData('{"recipe": {"title": "Night bloom"}}', bytes(range(16)), "")
DIGEST = "sha256:00ff"
HUGE = 2**32 - 1


def picture(width: int, height: int, channels: int, bits: int) -> np.ndarray:
    """Waves with noise on them."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    waves = np.stack([np.sin(5 * x + k * y + k) * 0.5 + 0.5 for k in range(channels)], -1)
    noise = np.random.default_rng(7).random(waves.shape)
    return ((0.9 * waves + 0.1 * noise) * (2**bits - 1)).astype(np.uint8 if bits == 8 else np.uint16)


def bands(pixels: np.ndarray, step: int) -> Iterator[np.ndarray]:
    return (pixels[i : i + step] for i in range(0, len(pixels), step))


def written(pixels: np.ndarray, *, dpi: float = 0.0, kept: EmbeddedData = KEPT, step: int = 5) -> bytes:
    height, width, channels = pixels.shape
    file = io.BytesIO()
    page = ImageInfo(width, height, channels, pixels.itemsize * 8, dpi)
    Tiff().write(file, page, bands(pixels, step), kept, lambda: DIGEST)
    return file.getvalue()


def read(data: bytes) -> np.ndarray:
    page, parts = Tiff().read_pixels(io.BytesIO(data))
    pixels = np.concatenate(list(parts))
    assert pixels.shape == (page.height, page.width, page.channels)
    assert pixels.itemsize * 8 == page.bits
    return pixels


def kept_in(data: bytes) -> EmbeddedData | None:
    return Tiff().read_embedded(io.BytesIO(data))


def entries(data: bytes) -> dict[int, int]:
    """Where the entry of each tag lies in a classic little-endian file."""
    (at,) = struct.unpack("<I", data[4:8])
    (count,) = struct.unpack("<H", data[at : at + 2])
    places = range(at + 2, at + 2 + 12 * count, 12)
    return {struct.unpack("<H", data[place : place + 2])[0]: place for place in places}


def forged(data: bytes, tag: int, *, kind: int = 0, count: int = -1, value: int = -1) -> bytes:
    """The file with a tag's type, count, or value or offset changed."""
    place, out = entries(data)[tag], bytearray(data)
    if kind:
        out[place + 2 : place + 4] = struct.pack("<H", kind)
    if count >= 0:
        out[place + 4 : place + 8] = struct.pack("<I", count)
    if value >= 0:
        out[place + 8 : place + 12] = struct.pack("<I", value)
    return bytes(out)


def peak(work: Callable[[], object]) -> int:
    """The most bytes that a call held at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


SMALL = written(picture(7, 6, 3, 8), dpi=300)
TILE_OFFSETS, TILE_SIZES, XMP, WIDTH, LENGTH, TILE_WIDTH = 324, 325, 700, 256, 257, 322
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("size", SIZES)
def test_round_trip(size, channels, bits):
    pixels = picture(*size, channels, bits)
    data = written(pixels)
    np.testing.assert_array_equal(read(data), pixels)
    np.testing.assert_array_equal(tifffile.imread(io.BytesIO(data)), pixels)


@pytest.mark.parametrize("channels", [3, 4])
def test_pillow_reads_what_we_write(channels):
    pixels = picture(257, 100, channels, 8)
    with Image.open(io.BytesIO(written(pixels, dpi=300))) as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)
        assert image.info["dpi"] == (300, 300)
        assert image.tag_v2[270] == "Night bloom"


def test_the_tags_that_tifffile_finds():
    with tifffile.TiffFile(io.BytesIO(written(picture(300, 20, 4, 16)))) as file:
        page = file.pages[0]
        assert len(file.pages) == 1
        assert page.software == "limner"
        assert (page.tilelength, page.tilewidth) == (256, 256)
        assert page.compression == tifffile.COMPRESSION.ADOBE_DEFLATE
        assert page.extrasamples == (tifffile.EXTRASAMPLE.UNASSALPHA,)
        assert not [tag.code for tag in page.tags if tag.code not in tifffile.TIFF.TAGS]  # no unregistered ones
        assert not [tag.code for tag in page.tags if tag.code >= 65000]  # Adobe uses 65000 to 65112
        description = next(ElementTree.fromstring(page.tags[XMP].value.decode()).iter(f"{{{RDF}}}Description"))
        assert description.get("{urn:limner:record:/}digest") == DIGEST
        assert base64.b64decode(description.findtext("{urn:limner:record:/}theta", "")) == KEPT.theta


def test_the_file_depends_neither_on_the_bands_nor_on_the_cores(monkeypatch):
    pixels = picture(300, 900, 3, 8)
    files = set()
    for cores, step in ((1, 1), (2, 250), (5, 900)):
        monkeypatch.setattr(_prefetch, "threads", lambda n=cores: n)
        files.add(written(pixels, step=step))
    assert len(files) == 1


@pytest.mark.parametrize("dpi", [0.0, 72.0, 299.5])
def test_metadata(dpi):
    data = written(picture(5, 4, 4, 16), dpi=dpi)
    assert kept_in(data) == EmbeddedData(KEPT.manifest, KEPT.theta, DIGEST)
    assert Tiff().read_pixels(io.BytesIO(data))[0] == ImageInfo(5, 4, 4, 16, dpi)


@pytest.mark.parametrize("theta", [b"", b"abcd", b"abcdefgh", bytes(10_001)])
def test_theta_of_any_length(theta):
    data = written(picture(5, 4, 3, 8), kept=EmbeddedData("{}", theta, ""))
    assert kept_in(data) == EmbeddedData("{}", theta, DIGEST)


def test_a_manifest_beyond_ascii():
    kept = EmbeddedData('{"title": "n\u00e4chtlich \u2603"}', b"", "")
    assert kept_in(written(picture(5, 4, 3, 8), kept=kept)) == EmbeddedData(kept.manifest, b"", DIGEST)


def test_a_picture_of_somebody_elses_holds_nothing():
    file = io.BytesIO()
    tifffile.imwrite(file, picture(5, 4, 3, 8), photometric="rgb", description="{}")
    assert kept_in(file.getvalue()) is None


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(
    "layout",
    [
        {},
        {"rowsperstrip": 7},
        {"rowsperstrip": 7, "compression": "zlib"},
        {"rowsperstrip": 7, "compression": "zlib", "predictor": 2},
        {"tile": (16, 32)},
        {"tile": (32, 16), "compression": "zlib", "predictor": 2},
        {"planarconfig": "separate", "rowsperstrip": 9, "compression": "zlib"},
        {"planarconfig": "separate", "tile": (16, 16)},
    ],
)
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_reads_the_layouts_of_other_programs(layout, bits, order, big):
    pixels = picture(50, 40, 4, bits)
    planar = layout.get("planarconfig") == "separate"
    file = io.BytesIO()
    tifffile.imwrite(
        file,
        np.moveaxis(pixels, -1, 0) if planar else pixels,
        **{"planarconfig": "contig"} | layout,
        photometric="rgb",
        extrasamples=("unassalpha",),
        byteorder=order,
        bigtiff=big,
    )
    np.testing.assert_array_equal(read(file.getvalue()), pixels)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_reads_other_kinds_through_pillow(mode):
    image = Image.fromarray(picture(20, 10, 4, 8)).convert(mode)
    file = io.BytesIO()
    image.save(file, "tiff", dpi=(72, 72))
    expected = np.asarray(image.convert("RGBA" if mode == "LA" else "RGB"))
    np.testing.assert_array_equal(read(file.getvalue()), expected)
    assert Tiff().read_pixels(file)[0].dpi == 72


def test_a_picture_turned_by_its_orientation_is_turned():
    pixels = picture(5, 4, 3, 8)
    file = io.BytesIO()
    tifffile.imwrite(file, pixels, photometric="rgb", extratags=[(274, 3, 1, 6, True)])
    np.testing.assert_array_equal(read(file.getvalue()), np.rot90(pixels, -1))


@pytest.mark.parametrize(
    ("shape", "dtype", "photometric", "words"),
    [
        ((8, 8), np.uint16, "minisblack", "more than 8 bits"),
        ((8, 8, 3), np.float32, "rgb", "more than 8 bits"),
    ],
)
def test_refuses_other_kinds_by_name(shape, dtype, photometric, words):
    file = io.BytesIO()
    tifffile.imwrite(file, np.ones(shape, dtype), photometric=photometric)
    with pytest.raises(ArtworkError, match=words):
        read(file.getvalue())


def test_refuses_other_compressions_by_name():
    for compression in ("tiff_lzw", "packbits", "jpeg"):
        with pytest.raises(ArtworkError, match="use deflate"):
            read(by_pillow("RGB", compression))


def test_bigtiff_where_the_file_could_pass_4_gb(monkeypatch):
    assert not tiff._may_exceed_4gb(ImageInfo(16384, 16384, 3), 0)
    assert tiff._may_exceed_4gb(ImageInfo(37888, 37888, 3), 0)  # 4.3e9 bytes of pixels
    assert tiff._may_exceed_4gb(ImageInfo(1, 1, 3), 2**32)
    assert SMALL.startswith(b"II*\0")
    monkeypatch.setattr(tiff, "_may_exceed_4gb", lambda page, beside: True)
    pixels = picture(300, 20, 4, 16)
    data = written(pixels)
    assert data.startswith(b"II+\0")
    np.testing.assert_array_equal(read(data), pixels)
    assert kept_in(data) == EmbeddedData(KEPT.manifest, KEPT.theta, DIGEST)


def test_the_digest_is_asked_for_after_the_last_band():
    pixels, taken = picture(30, 20, 3, 8), []

    def counted() -> Iterator[np.ndarray]:
        for band in bands(pixels, 3):
            taken.append(len(band))
            yield band
        taken.append(0)

    file = io.BytesIO()
    Tiff().write(file, ImageInfo(30, 20, 3), counted(), KEPT, lambda: f"after {sum(taken)} rows, {taken[-1]}")
    found = Tiff().read_embedded(file)
    assert found is not None
    assert found.digest == "after 20 rows, 0"


def test_refuses_to_write_what_it_could_not_read():
    for kept in (EmbeddedData("x" * (2**24 + 1), b"", ""), EmbeddedData("{}", bytes(Tiff.max_theta + 1), "")):
        with pytest.raises(LimnerError, match="larger than"):
            written(picture(2, 2, 3, 8), kept=kept)


@pytest.mark.parametrize("shape", [(3, 4, 3), (5, 4, 3), (4, 5, 3), (4, 4, 4)])
def test_bands_that_do_not_make_up_the_page(shape):
    with pytest.raises(ValueError, match="band"):
        Tiff().write(io.BytesIO(), ImageInfo(4, 4, 3), iter([np.zeros(shape, np.uint8)]), KEPT, str)


def test_memory_does_not_grow_with_the_height(monkeypatch, tmp_path):
    monkeypatch.setattr(_prefetch, "threads", lambda: 2)
    tall = picture(512, 250, 3, 8)

    def both(times: int) -> tuple[int, int]:
        path = tmp_path / f"{times}.tif"

        def write() -> None:
            with path.open("w+b") as file:
                page = ImageInfo(512, 250 * times, 3)
                Tiff().write(file, page, (tall for _ in range(times)), EmbeddedData("{}", b"", ""), str)

        def read() -> None:
            with path.open("rb") as file:
                assert sum(len(band) for band in Tiff().read_pixels(file)[1]) == 250 * times

        return peak(write), peak(read)

    both(2)  # what is imported on the way, tifffile above all
    short, long = both(8), both(48)
    assert long[0] < short[0] + 3_000_000  # the pictures differ by 15 MB; how far the threads are varies
    assert long[1] < short[1] + 3_000_000


def test_every_truncation_is_reported_and_nothing_is_printed(capfd):
    for end in range(len(SMALL)):
        for take in (kept_in, read):
            with pytest.raises(ArtworkError, match=r"truncated|no TIFF"):
                take(SMALL[:end])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "change",
    [
        {"value": HUGE},
        {"value": len(SMALL) - 8},
        {"count": HUGE},
        {"count": len(SMALL)},
        {"kind": 12},
        {"kind": 99, "count": HUGE},
    ],
)
def test_a_forged_record_is_reported(change):
    with pytest.raises(ArtworkError, match="tag 700"):
        kept_in(forged(SMALL, XMP, **change))


@pytest.mark.parametrize(
    ("tag", "change", "words"),
    [
        (TILE_OFFSETS, {"value": HUGE}, "outside"),
        (TILE_SIZES, {"value": HUGE}, "outside"),
        (TILE_SIZES, {"value": 2}, "too short"),
        (TILE_OFFSETS, {"count": 0}, "number of tiles does not match"),
        (WIDTH, {"value": 1000}, "number of tiles does not match"),
        (WIDTH, {"value": 0}, "0x6"),
        (LENGTH, {"value": HUGE}, "7x4294967295"),
        (TILE_WIDTH, {"value": 0}, "size of its tiles is 0"),
        (TILE_WIDTH, {"value": 2**31 - 1}, "in parts"),
        (TILE_WIDTH, {"value": 4096}, "too short"),
        (TILE_WIDTH, {"kind": 5, "value": 8}, "must contain integers"),
        (TILE_WIDTH, {"count": 2, "value": 8}, "one number"),
    ],
)
def test_forged_tiles_are_reported_by_both(tag, change, words):
    data = forged(SMALL, tag, **change)

    def attempt() -> None:
        for take in (kept_in, read):
            with pytest.raises(ArtworkError, match=words):
                take(data)

    assert peak(attempt) < 2**20


def test_a_forged_list_of_tags_is_reported():
    (at,) = struct.unpack("<I", SMALL[4:8])
    first, second = sorted(entries(SMALL).values())[:2]
    for data, words in (
        (SMALL[:4] + struct.pack("<I", HUGE) + SMALL[8:], "list of tags"),
        (SMALL[:at] + struct.pack("<H", 0xFFFF) + SMALL[at + 2 :], "65535 tags"),
        (SMALL[:at] + struct.pack("<H", 0) + SMALL[at + 2 :], "0 tags"),
        (SMALL[:at] + struct.pack("<H", 4096) + SMALL[at + 2 :], "tag"),
        (SMALL[:second] + SMALL[first : first + 12] + SMALL[second + 12 :], "more than once"),
        (b"II+\0" + struct.pack("<HHQ", 4, 0, 16) + SMALL[16:], "8 bytes"),
        (b"II+\0" + struct.pack("<HHQ", 8, 0, 2**63) + SMALL[16:], "list of tags"),
    ):
        for take in (kept_in, read):
            with pytest.raises(ArtworkError, match=words):
                take(data)


def test_a_missing_manifest_is_reported():
    data = bytearray(SMALL)
    place = entries(SMALL)[XMP]
    data[place : place + 2] = struct.pack("<H", 701)
    with pytest.raises(ArtworkError, match="the manifest is missing"):
        kept_in(bytes(data))


@pytest.mark.parametrize("stored", [zlib.compress(bytes(2**24)), zlib.compress(bytes(700)), b"\1" * 100, bytes(100)])
def test_a_tile_of_another_size_is_reported_and_stays_small(stored):
    file = io.BytesIO()
    tifffile.imwrite(
        file, iter([stored]), shape=(16, 16, 3), dtype=np.uint8, tile=(16, 16), photometric="rgb", compression="zlib"
    )

    def attempt() -> None:
        with pytest.raises(ArtworkError, match="damaged"):
            read(file.getvalue())

    assert peak(attempt) < 2**20


@pytest.mark.parametrize("original", ["ours", "palette"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damage_is_an_artwork_error_or_no_matter(original, data):
    """Whatever bytes are changed: it reads, or ArtworkError says why not; nothing warns."""
    spoilt = bytearray(FUZZED[original])
    for _ in range(data.draw(st.integers(1, 3))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            pixels = read(bytes(spoilt))
        except ArtworkError as error:
            assert str(error)
        else:
            assert pixels.ndim == 3
        try:
            kept = kept_in(bytes(spoilt))
        except ArtworkError as error:
            assert str(error)
        else:
            assert kept is None or isinstance(kept, EmbeddedData)


def by_pillow(mode: str, compression: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture(9, 7, 3, 8)).convert(mode).save(file, "tiff", compression=compression)
    return file.getvalue()


FUZZED = {"ours": SMALL, "palette": by_pillow("P", "raw")}


def test_is_registered_and_recognised():
    assert registry().load("image-format", "tiff") is Tiff
    assert all(Tiff.matches(head) for head in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"))
    assert not Tiff.matches(b"\x89PNG\r\n\x1a\n")
