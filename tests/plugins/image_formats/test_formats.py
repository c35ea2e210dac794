"""WebP, JPEG, AVIF, SVG and PDF: what they have in common, and what is WebP's, JPEG's and AVIF's own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, features

import limner
from limner.plugin import ArtworkError, EmbeddedData, ImageInfo, LimnerError, PixelDigest
from limner.registry.registry import registry
from limner_plugins.image_formats import _pillow
from limner_plugins.image_formats._record import write_xmp
from limner_plugins.image_formats.avif import Avif
from limner_plugins.image_formats.jpeg import Jpeg
from limner_plugins.image_formats.pdf import Pdf
from limner_plugins.image_formats.svg import Svg
from limner_plugins.image_formats.tiff import Tiff
from limner_plugins.image_formats.webp import Webp

KEPT = EmbeddedData('{"recipe": {"title": "Night bloom, n\u00e4chtlich"}}', bytes(range(256)) * 3, "")
NEEDS = {"avif": "avif" in features.modules and features.check("avif"), "pdf": find_spec("pikepdf")}
ALL = {
    "webp": Webp(),
    "webp-lossy": Webp(lossless=False),
    "jpeg": Jpeg(),
    "jpeg-over": Jpeg(background="#336699"),
    "avif": Avif(),
    "svg": Svg(),
    "pdf": Pdf(),
}
FLAT = ("webp", "webp-lossy", "jpeg", "jpeg-over", "avif")  # what Pillow reads


def those(*names):
    here = [name for name in names if NEEDS.get(name, True)]
    return pytest.mark.parametrize("image_format", [pytest.param(ALL[name], id=name) for name in here])


def picture(width: int, height: int, channels: int = 3, bits: int = 8) -> np.ndarray:
    """Waves, which a lossy format can follow."""
    y, x, k = np.indices((height, width, channels))
    values = 0.5 + 0.45 * np.sin(x / 9 + y / 14 + 1.3 * k)
    return np.rint(values * (2**bits - 1)).astype(np.uint8 if bits == 8 else np.uint16)


def written(image_format, pixels: np.ndarray, *, dpi: float = 0.0, kept: EmbeddedData = KEPT) -> bytes:
    height, width, channels = pixels.shape
    file = io.BytesIO()
    page = ImageInfo(width, height, channels, pixels.itemsize * 8, dpi)
    image_format.check(page)
    image_format.write(file, page, (pixels[i : i + 5] for i in range(0, height, 5)), kept, lambda: digest_of(pixels))
    return file.getvalue()


def digest_of(pixels: np.ndarray) -> str:
    digest = PixelDigest(ImageInfo(pixels.shape[1], pixels.shape[0], pixels.shape[2], pixels.itemsize * 8))
    digest.update(pixels)
    return digest()


def read(image_format, data: bytes) -> np.ndarray:
    page, bands = image_format.read_pixels(io.BytesIO(data))
    pixels = np.concatenate(list(bands))
    assert pixels.shape == (page.height, page.width, page.channels)
    assert pixels.itemsize * 8 == page.bits
    return pixels


@those(*ALL)
@pytest.mark.parametrize("size", [(1, 1), (33, 7), (7, 33), (64, 48)])
@pytest.mark.parametrize("channels", [3, 4])
def test_round_trip(image_format, size, channels):
    pixels = picture(*size, channels)
    if channels == 4 and isinstance(image_format, Jpeg) and not image_format.background:
        with pytest.raises(LimnerError, match="not support transparency; set a background colour: `background=white`"):
            written(image_format, pixels)
        return
    data = written(image_format, pixels)
    got = read(image_format, data)
    wanted = image_format.prepare(pixels) if isinstance(image_format, Jpeg) else pixels
    if image_format.lossy:
        assert np.abs(got.astype(int) - wanted).mean() < 4
    else:
        np.testing.assert_array_equal(got, wanted)
    kept = image_format.read_embedded(io.BytesIO(data))
    assert kept == EmbeddedData(KEPT.manifest, KEPT.theta, digest_of(got))


@those(*ALL)
@pytest.mark.parametrize("dpi", [0.0, 72.0, 299.5, 1200.0])
def test_resolution_comes_back(image_format, dpi):
    data = written(image_format, picture(9, 5), dpi=dpi)
    assert image_format.read_pixels(io.BytesIO(data))[0] == ImageInfo(9, 5, 3, 8, dpi)


@those("svg", "pdf")
@pytest.mark.parametrize("channels", [3, 4])
def test_sixteen_bits(image_format, channels):
    pixels = picture(20, 30, channels, 16)
    np.testing.assert_array_equal(read(image_format, written(image_format, pixels)), pixels)


@those(*FLAT)
def test_pillow_reads_pixels_resolution_and_profile(image_format):
    pixels = picture(40, 30)
    data = written(image_format, pixels, dpi=300)
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(np.asarray(image), read(image_format, data))
        exif = image.getexif()
        assert (exif[282], exif[283], exif[296], exif[305]) == (300, 300, 2, "limner")
        if isinstance(image_format, Jpeg):
            assert image.info["dpi"] == (300, 300)
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileDescription(profile)


def test_a_tiff_has_the_profile_too():
    with Image.open(io.BytesIO(written(Tiff(), picture(40, 30)))) as image:
        assert image.info["icc_profile"] == _pillow.srgb_profile()


def test_the_profile_is_the_same_on_any_day(monkeypatch):
    first = _pillow.srgb_profile()
    _pillow.srgb_profile.cache_clear()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert _pillow.srgb_profile() == first
    assert first[24:36] == bytes([7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    assert len(first) > 200


@those(*ALL)
def test_the_same_picture_is_the_same_file(image_format):
    assert written(image_format, picture(200, 30)) == written(image_format, picture(200, 30))


@those(*ALL)
def test_an_opaque_alpha_stays_alpha(image_format):
    pixels = picture(12, 9, 4)
    pixels[..., 3] = 255
    if not isinstance(image_format, Jpeg):
        got = read(image_format, written(image_format, pixels))
        assert got.shape == pixels.shape
        assert (got[..., 3] == 255).all()


@those("webp", "svg", "pdf")
def test_the_colours_of_what_is_clear_are_kept(image_format):
    pixels = picture(12, 9, 4)
    pixels[..., 3] = 0
    np.testing.assert_array_equal(read(image_format, written(image_format, pixels)), pixels)


@those(*ALL)
def test_every_truncation_is_reported(image_format):
    data = written(image_format, picture(40, 20), dpi=300)
    for end in [*range(0, len(data) - 24, 61), len(data) - 24]:
        with pytest.raises(ArtworkError):
            read(image_format, data[:end])
        try:
            kept = image_format.read_embedded(io.BytesIO(data[:end]))
        except ArtworkError as error:
            assert "\n" not in str(error)
        else:
            assert kept is None or kept.manifest == KEPT.manifest


SMALL = {name: written(ALL[name], picture(7, 6, 3), dpi=300) for name in ALL if NEEDS.get(name, True)}


@pytest.mark.parametrize("name", SMALL)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_is_an_artwork_error_or_no_matter(name, capfd, data):
    """Whatever bytes are changed: it reads, or ArtworkError says why not; and nothing is printed."""
    image_format, spoilt = ALL[name], bytearray(SMALL[name])
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    for take in (image_format.read_embedded, lambda file: list(image_format.read_pixels(file)[1])):
        try:
            take(io.BytesIO(spoilt))
        except ArtworkError as error:
            assert str(error)
            assert "\n" not in str(error)
    assert capfd.readouterr() == ("", "")


@those(*ALL)
def test_what_is_too_large_is_refused_before_it_is_painted(image_format):
    for side in ((image_format.max_side + 1, 1), (1, image_format.max_side + 1)):
        with pytest.raises(LimnerError, match=f"{image_format.max_side} pixels a side"):
            image_format.check(ImageInfo(*side, 3))
    side = min(image_format.max_side, 16_383)
    with pytest.raises(LimnerError, match=r"is limited to 178000000 pixels, got .*; choose a smaller `size`"):
        image_format.check(ImageInfo(side, side, 3))
    with pytest.raises(LimnerError, match="bits"):
        image_format.check(ImageInfo(9, 9, 3, 12))


@those(*ALL)
def test_a_record_beyond_its_limit_is_refused(image_format, monkeypatch):
    with monkeypatch.context() as limits:
        limits.setattr(type(image_format), "max_theta", 100)
        with pytest.raises(LimnerError, match="θ"):
            written(image_format, picture(5, 5))
    for module in ("_pillow_format", "svg", "pdf"):
        monkeypatch.setattr(f"limner_plugins.image_formats.{module}.MAX_MANIFEST", 5)
    with pytest.raises(LimnerError, match="recipe"):
        written(image_format, picture(5, 5))


@those(*FLAT)
def test_a_picture_of_somebody_elses_holds_nothing(image_format):
    file = io.BytesIO()
    Image.fromarray(picture(40, 30)).save(
        file, image_format.pillow, dpi=(150, 150), xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    )
    assert image_format.read_embedded(file) is None
    page, bands = image_format.read_pixels(file)
    assert page == ImageInfo(40, 30, 3, 8, 150.0 if isinstance(image_format, Jpeg) else 0.0)
    assert [band.shape for band in bands] == [(30, 40, 3)]


@pytest.mark.parametrize("name", ["webp", "jpeg"])
def test_huge_sizes_are_refused_before_memory_is_taken(name):
    image_format, data = ALL[name], bytearray(SMALL[name])
    if name == "webp":
        data[24:30] = b"\xff" * 6
    else:
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = b"\xff" * 4
    for take in (image_format.read_embedded, image_format.read_pixels):
        with pytest.raises(ArtworkError, match="pixels; limner reads at most 178000000"):
            take(io.BytesIO(data))


def test_a_forged_record_is_refused():
    good = SMALL["webp"]
    packet = good[good.index(b"<?xpacket") : good.index(b'<?xpacket end="r"?>') + 19]
    for old, new, words in (
        (b'limner:channels="3"', b'limner:channels="7"', "number of channels"),
        (b"limner:manifest=", b"limner:manifast=", "no manifest"),
        (b'limner:manifest="eN', b'limner:manifest="!!', "base64"),
        (b'limner:manifest="eN', b'limner:manifest="AA', "decoded"),
        (b"<x:xmpmeta", b"<x:xmpmeto", "well-formed"),
        (b"<rdf:RDF", b"<!DOCTYP", "well-formed"),
    ):
        assert old in packet
        with pytest.raises(ArtworkError, match=words):
            Webp().read_embedded(io.BytesIO(good.replace(old, new)))


def test_a_bomb_in_the_manifest_stays_small(monkeypatch):
    monkeypatch.setattr("limner_plugins.image_formats._record.MAX_MANIFEST", 1000)
    from limner_plugins.image_formats._record import read_xmp

    with pytest.raises(ArtworkError, match="too long"):
        read_xmp(write_xmp("x" * 10**6, "", 3))


def test_lossless_is_the_default_of_webp_and_lossy_belongs_to_the_settings():
    assert (Webp().lossy, Webp(lossless=False).lossy, Jpeg().lossy, Svg().lossy) == (False, True, True, False)
    pixels = picture(64, 64)
    assert len(written(Webp(lossless=False, quality=10), pixels)) < len(written(Webp(lossless=False), pixels))


def test_a_jpeg_is_laid_over_its_background():
    pixels = np.full((16, 16, 4), (200, 100, 0, 51), np.uint8)  # a fifth of it, over white
    got = read(Jpeg(background="white"), written(Jpeg(background="white"), pixels))
    np.testing.assert_allclose(got.mean(axis=(0, 1)), (244, 224, 204), atol=1.5)
    np.testing.assert_array_equal(Jpeg(background="white").prepare(pixels)[0, 0], (244, 224, 204))


@pytest.mark.parametrize("quality", [1, 92, 94, 100])
def test_a_busy_jpeg_with_all_that_fits_beside_it(quality):
    pixels = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    theta = np.random.default_rng(1).bytes(Jpeg.max_theta)
    image_format = Jpeg(quality=quality)
    data = written(image_format, pixels, kept=EmbeddedData("{}", theta, ""))
    assert image_format.read_embedded(io.BytesIO(data)).theta == theta
    with pytest.raises(LimnerError, match=r"too large for this format; choose \.png"):
        written(image_format, pixels, kept=EmbeddedData(np.random.default_rng(2).bytes(60_000).hex(), b"", ""))


@pytest.mark.parametrize("colour", ["nocolour", "#12", "#11223344", "white; x"])
def test_a_background_must_be_a_colour(tmp_path, colour):
    art = limner.paint("marbling", seed=1, size=(8, 8))
    with pytest.raises(LimnerError, match=r"x\.jpg: background: .*(is not a colour|transparent)") as caught:
        art.save(tmp_path / "x.jpg", options={"background": colour})
    assert "\n" not in str(caught.value)


def test_a_pillow_without_avif_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(features, "check", lambda name: False)
    with pytest.raises(LimnerError, match="this Pillow does not support AVIF"):
        limner.paint("marbling", seed=1, size=(8, 8)).save(tmp_path / "x.avif")
    assert not list(tmp_path.iterdir())
    for take in (Avif().read_embedded, Avif().read_pixels):
        with pytest.raises(ArtworkError, match="this Pillow does not support AVIF"):
            take(io.BytesIO(SMALL.get("avif", b"")))


def heads() -> Iterator[tuple[bytes, str]]:
    for name, data in SMALL.items():
        yield data[:64], type(ALL[name]).__name__
    yield b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "Avif"
    yield b"\0\0\0\x1cftypisom\0\0\0\0isommp42\0\0\0\0avif", ""
    yield b"RIFF\0\0\0\0WAVE", ""
    yield b"<svg xmlns='x'>", "Svg"
    yield b"\xef\xbb\xbf\n<?xml version='1.0'?>\n<!-- made by hand --><svg>", "Svg"
    yield b"<?xml version='1.0'?><!DOCTYPE svg PUBLIC", "Svg"
    yield b"<?xml version='1.0'?><html>", ""
    yield b"<?xml version='1.0'?><!DOCTYPE html>", ""
    yield b"<!DOCTYPE html><svg>", ""
    yield b"%!PS", ""


@pytest.mark.parametrize(("head", "owner"), list(heads()))
def test_each_format_matches_its_own_files(head, owner):
    found = {cls.__name__ for cls in (Webp, Jpeg, Avif, Svg, Pdf) if cls.matches(head)}
    assert found == ({owner} if owner else set())


def test_all_are_registered():
    names = {"webp": Webp, "jpeg": Jpeg, "avif": Avif, "svg": Svg, "pdf": Pdf}
    assert {name: registry().load("image-format", name) for name in names} == names
