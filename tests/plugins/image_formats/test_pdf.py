"""The PDF format, read by pypdf and shown by poppler."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import limner
from limner.errors import ArtworkError, LimnerError
from limner.plugin import EmbeddedData, ImageInfo
from limner_plugins.image_formats._pillow import srgb_profile
from limner_plugins.image_formats.pdf import Pdf

pikepdf = pytest.importorskip("pikepdf", reason="waits for pikepdf: pip install 'limner[pdf]'")


def picture(channels: int, bits: int = 8) -> np.ndarray:
    dtype = np.uint8 if bits == 8 else np.uint16
    return np.random.default_rng(5).integers(0, 2**bits, (6, 9, channels), dtype)


def written(
    pixels: np.ndarray, dpi: float = 0.0, manifest: str = '{"recipe": {"title": "N\u00e4cht (l)ich"}}'
) -> bytes:
    file = io.BytesIO()
    page = ImageInfo(pixels.shape[1], pixels.shape[0], pixels.shape[2], pixels.itemsize * 8, dpi)
    Pdf().write(file, page, iter([pixels]), EmbeddedData(manifest, b"\1\2\3\4", ""), lambda: "sha256:00")
    return file.getvalue()


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(("dpi", "size"), [(0.0, (9, 6)), (36.0, (18, 12)), (300.0, (2.16, 1.44))])
def test_another_reader_finds_page_picture_and_attachments(channels, dpi, size):
    pypdf = pytest.importorskip("pypdf", reason="waits for pypdf, an independent reader")
    pixels = picture(channels)
    reader = pypdf.PdfReader(io.BytesIO(written(pixels, dpi)), strict=True)
    (page,) = reader.pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(size)
    assert reader.metadata.title == "N\u00e4cht (l)ich"
    (image,) = page.images
    np.testing.assert_array_equal(np.asarray(image.image), pixels)
    kind, profile = page["/Resources"]["/XObject"]["/Im0"]["/ColorSpace"]
    assert (kind, profile.get_object().get_data()) == ("/ICCBased", srgb_profile())
    assert reader.attachments["limner-theta.bin"] == [b"\1\2\3\4"]
    assert reader.attachments["limner.json"][0].decode() == '{"recipe": {"title": "N\u00e4cht (l)ich"}}'


def test_a_page_longer_than_readers_take_is_counted_in_larger_units():
    pixels = np.zeros((2, 30_000, 3), np.uint8)
    with pikepdf.open(io.BytesIO(written(pixels))) as document:
        page = document.pages[0].obj
        assert int(page.UserUnit) == 3
        assert [float(x) for x in page.MediaBox] == pytest.approx([0, 0, 10_000, 0.6667])


def test_what_another_program_packed_anew():
    """The attachments are read all the same; the pixels are not, and a sentence says so."""
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(written(picture(3)))) as document:
        document.pages[0].obj.Resources.XObject.Im0.write(picture(3).tobytes())
        document.save(saved, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert Pdf().read_embedded(saved).theta == b"\1\2\3\4"
    with pytest.raises(ArtworkError, match="another program has changed how the picture is compressed"):
        Pdf().read_pixels(saved)


def test_a_document_of_somebody_elses():
    file = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(file)
    assert Pdf().read_embedded(file) is None
    with pytest.raises(ArtworkError, match="not made by limner"):
        Pdf().read_pixels(file)


def forged(**changes: object) -> io.BytesIO:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(written(picture(4)))) as document:
        image = document.pages[0].obj.Resources.XObject.Im0
        for name, value in changes.items():
            place = image.SMask if name.startswith("Mask") else image
            place["/" + name.removeprefix("Mask")] = value
        document.save(file, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return file


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Height": 178_000_000}, "pixels; limner reads at most 178000000"),
        ({"Height": 19_000_000}, "too short"),
        ({"Height": 5}, "after its last row"),
        ({"Height": 0}, "9x0"),
        ({"Width": 8}, "another program has changed how"),
        ({"Width": "nine"}, "truncated or damaged"),
        ({"BitsPerComponent": 4}, "another program has changed how"),
        ({"SMask": 3}, "truncated or damaged"),
        ({"MaskHeight": 7}, "truncated"),
    ],
)
def test_forged_pictures(changes, words):
    with pytest.raises(ArtworkError, match=words):
        Pdf().read_pixels(forged(**changes))


def test_attachments_are_bounded(monkeypatch):
    file = io.BytesIO(written(picture(3), manifest="x" * 10_000))
    packed = io.BytesIO()
    with pikepdf.open(file) as document:
        document.save(packed, compress_streams=True)
    assert len(packed.getvalue()) < 8_000
    assert Pdf().read_embedded(packed).manifest == "x" * 10_000
    monkeypatch.setattr("limner_plugins.image_formats.pdf.MAX_MANIFEST", 9_999)
    for each in (file, packed):
        with pytest.raises(ArtworkError, match="longer than 9999 bytes"):
            Pdf().read_embedded(each)


def test_a_missing_library_is_named(monkeypatch, tmp_path):
    path = limner.paint("marbling", seed=1, size=(8, 8)).save(tmp_path / "x.pdf")
    monkeypatch.setattr("limner_plugins.image_formats._pdf.document.find_spec", lambda name: None)
    art = limner.paint("marbling", seed=1, size=(8, 8))
    with pytest.raises(LimnerError, match=r"y\.pdf: .*pip install 'limner\[pdf\]'"):
        art.save(tmp_path / "y.pdf")
    with pytest.raises(ArtworkError, match=r"x\.pdf: .*pip install 'limner\[pdf\]'"):
        limner.open(path)


def test_the_library_is_loaded_when_it_is_needed():
    names = ", ".join(f"limner_plugins.image_formats.{name}" for name in ("pdf", "svg", "webp", "jpeg", "avif", "tiff"))
    code = f"import sys, {names}; print({{'PIL', 'pikepdf'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="waits for pdftoppm, of poppler")
@pytest.mark.parametrize("alpha", [False, True])
def test_it_renders(tmp_path, alpha):
    art = limner.paint("marbling", seed=3, size=(300, 200), set={"color.alpha": alpha})
    path = art.save(tmp_path / "x.pdf", dpi=72)
    subprocess.run(["pdftoppm", "-r", "72", "-singlefile", "-png", path, tmp_path / "x"], check=True, timeout=60)
    with Image.open(tmp_path / "x.png") as image:
        shown = np.asarray(image.convert("RGB"))
    pixels = art.render().astype(float)
    over = pixels[..., :3] * pixels[..., 3:] / 255 + 255 - pixels[..., 3:] if alpha else pixels  # on white paper
    assert shown.shape == over.shape
    blocks = [each.reshape(20, 10, 30, 10, 3).mean(axis=(1, 3)) for each in (shown, over)]  # poppler resamples a little
    assert np.abs(blocks[0] - blocks[1]).mean() < 2
