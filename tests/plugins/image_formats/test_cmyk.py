"""CMYK in TIFF and PDF: converted as LittleCMS does, embedded, verified, and what is refused."""

import io
import zlib
from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image, ImageCms

import limner
from limner.cli.main import run
from limner.errors import ArtworkError, LimnerError
from limner.plugin import EmbeddedData, ImageInfo, PixelDigest
from limner_plugins.image_formats._pillow import srgb_profile
from limner_plugins.image_formats.pdf import Pdf
from limner_plugins.image_formats.tiff import Tiff

PDF = pytest.mark.skipif(not find_spec("pikepdf"), reason="waits for pikepdf")
KEPT = EmbeddedData('{"recipe": {"title": "Night"}}', b"\0\0\0\0", "")
SIZE = (30, 20)


@pytest.fixture(scope="module")
def profile(make_profile):
    return make_profile()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, make_profile, profile):
    """Return a folder with profiles and an artwork, which tests do not change."""
    folder = tmp_path_factory.mktemp("press")
    (folder / "press.icc").write_bytes(profile)
    (folder / "rgb.icc").write_bytes(srgb_profile())
    (folder / "scanner.icc").write_bytes(make_profile(role=b"scnr"))
    (folder / "cut.icc").write_bytes(profile[:600])
    (folder / "text.icc").write_text("no profile" * 50)
    limner.paint("marbling", seed=4, size=SIZE).save(folder / "a.png")
    return folder


@pytest.fixture
def inside(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def converted(pixels, profile, intent, *, black_point):
    """Return the CMYK of pixels, by Pillow's own conversion of whole pictures."""
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION if black_point else ImageCms.Flags.NONE
    kinds = {"relative": ImageCms.Intent.RELATIVE_COLORIMETRIC, "perceptual": ImageCms.Intent.PERCEPTUAL}
    device = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    image = Image.fromarray(pixels)
    srgb = ImageCms.createProfile("sRGB")
    return np.asarray(ImageCms.profileToProfile(image, srgb, device, kinds[intent], "CMYK", flags=flags))


@pytest.mark.parametrize(
    ("kind", "intent", "black_point"),
    [
        (Tiff, "relative", True),
        (Tiff, "relative", False),
        pytest.param(Pdf, "perceptual", True, marks=PDF),
    ],
)
def test_pixels_are_converted_and_the_profile_is_embedded(folder, profile, kind, intent, black_point):
    pixels = np.random.default_rng(5).integers(0, 256, (300, 9, 3), np.uint8)
    info = ImageInfo(9, 300, 3, dpi=300.0)
    image_format, file = kind(profile=str(folder / "press.icc"), intent=intent, black_point=black_point), io.BytesIO()
    image_format.write(file, info, iter([pixels[:100], pixels[100:]]), KEPT, lambda: "unused")
    read, bands = image_format.read_pixels(file)
    inks = np.concatenate(list(bands))
    assert (read.cmyk, read.channels, read.bits, read.dpi) == (True, 4, 8, 300.0)
    np.testing.assert_array_equal(inks, converted(pixels, profile, intent, black_point=black_point))
    assert image_format.embedded_profile(file) == profile
    digest = PixelDigest(read)
    digest.update(inks)
    assert image_format.read_embedded(file).digest == digest()


def test_white_has_no_ink_and_black_much(folder):
    image_format, file = Tiff(profile=str(folder / "press.icc")), io.BytesIO()
    pixels = np.array([[[255] * 3, [0] * 3]], np.uint8)
    image_format.write(file, ImageInfo(2, 1, 3), iter([pixels]), KEPT, lambda: "")
    white, black = np.concatenate(list(image_format.read_pixels(file)[1]))[0].tolist()
    assert white == [0, 0, 0, 0]
    assert min(black) > 150


def test_another_reader_finds_a_separated_tiff(inside, profile):
    art = limner.open("a.png")
    art.save("a.tif", options={"profile": "press.icc"})
    with Image.open("a.tif") as image:
        assert (image.mode, image.size, image.info["icc_profile"]) == ("CMYK", SIZE, profile)
        assert image.tag_v2[262] == 5
        np.testing.assert_array_equal(np.asarray(image), converted(art.render(), profile, "relative", black_point=True))


def test_another_reader_finds_cmyk_in_the_pdf(inside, profile):
    pytest.importorskip("pikepdf", reason="waits for pikepdf")
    pypdf = pytest.importorskip("pypdf", reason="waits for pypdf, an independent reader")
    limner.open("a.png").save("a.pdf", options={"profile": "press.icc"})
    image = pypdf.PdfReader("a.pdf", strict=True).pages[0]["/Resources"]["/XObject"]["/Im0"]
    kind, stream = image["/ColorSpace"]
    assert (kind, stream.get_object()["/N"], stream.get_object()["/Alternate"]) == ("/ICCBased", 4, "/DeviceCMYK")
    assert stream.get_object().get_data() == profile


@pytest.mark.parametrize("suffix", ["tif", pytest.param("pdf", marks=PDF)])
def test_files_verify_without_the_profile_beside_them(inside, suffix):
    art = limner.open("a.png")
    path = art.save(f"a.{suffix}", bleed=3, options={"profile": str(inside / "press.icc"), "intent": "perceptual"})
    (inside / "press.icc").unlink()
    result = limner.verify(path)
    assert (result.ok, result.lossy, result.max_error) == (True, False, 0.0)
    opened = limner.open(path)
    assert opened == art
    assert opened.render_settings.image_format["profile"] == "press.icc"
    assert str(inside).encode() not in path.read_bytes()


def test_changed_ink_is_noticed(inside):
    limner.open("a.png").save("a.tif", options={"profile": "press.icc"})
    data = bytearray((inside / "a.tif").read_bytes())
    with Image.open("a.tif") as image:
        start, size = image.tag_v2[324][0], image.tag_v2[325][0]
    without_ink = zlib.compress(bytes(256 * 256 * 4))
    assert len(without_ink) < size
    data[start : start + len(without_ink)] = without_ink
    (inside / "c.tif").write_bytes(data)
    result = limner.verify("c.tif")
    assert not result.unchanged
    assert not result.reproduced


def test_a_copy_in_rgb_is_named_as_the_difference(inside):
    limner.open("a.png").save("a.tif", options={"profile": "press.icc"})
    with Image.open("a.tif") as image:
        image.convert("RGB").save("b.tif", tiffinfo={700: image.tag_v2[700]})
    result = limner.verify("b.tif")
    assert not result.ok
    assert result.reason == "RGB instead of CMYK"


def test_a_damaged_embedded_profile_is_an_error(inside, profile):
    limner.open("a.png").save("a.tif", options={"profile": "press.icc"})
    data = (inside / "a.tif").read_bytes()
    (inside / "a.tif").write_bytes(data.replace(profile[:128], profile[:16] + b"RGB " + profile[20:128]))
    with pytest.raises(ArtworkError, match=r"a\.tif: the ICC profile in the file is a profile for RGB"):
        limner.verify("a.tif")


REFUSED = [
    ("--profile none.icc -o b.tif", "--profile none.icc: there is no such file"),
    ("--profile . -o b.tif", "--profile .: is not a file"),
    ("--profile rgb.icc -o b.tif", "--profile rgb.icc: is a profile for RGB colours, not for CMYK"),
    ("--profile scanner.icc -o b.tif", "is not the profile of a printing condition"),
    ("--profile cut.icc -o b.tif", "is a damaged ICC profile"),
    ("--profile text.icc -o b.tif", "is not an ICC profile"),
    ("--profile a.png -o b.tif", "is not an ICC profile"),
    ("--profile press.icc -o b.png", "b.png: this format has no --profile; choose .tif or .pdf"),
    ("--profile press.icc -o b.jpg", "b.jpg: this format has no --profile; choose .tif or .pdf"),
    ("--profile press.icc --bits 16 -o b.tif", "CMYK has 8 bits per channel, not 16; omit --bits or --profile"),
    ("-s image-format.intent=perceptual -o b.tif", "has no effect without image-format.profile"),
    ("--profile press.icc -s image-format.profile=rgb.icc -o b.tif", "image-format.profile is set too"),
]


@pytest.mark.parametrize(("line", "message"), REFUSED)
def test_what_cannot_be_converted_is_refused_in_one_line(inside, capsys, line, message):
    before = set(inside.iterdir())
    assert run(["render", "a.png", *line.split()]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert set(inside.iterdir()) == before


def test_transparency_needs_a_background(inside, capsys):
    clear = limner.paint("marbling", seed=4, size=SIZE, set={"color.alpha": True})
    with pytest.raises(LimnerError, match="CMYK has no transparency; set a background colour"):
        clear.save("c.tif", options={"profile": "press.icc"})
    assert limner.verify(clear.save("c.tif", options={"profile": "press.icc", "background": "white"})).ok


def test_the_command_names_the_printing_condition(inside, capsys):
    assert run(["render", "a.png", "--profile", "press.icc", "-o", "b.tif"]) == 0
    assert "b.tif: CMYK, Test press" in capsys.readouterr().err
    assert run(["info", "b.tif"]) == 0
    assert "CMYK by press.icc" in capsys.readouterr().out
    assert run(["verify", "b.tif"]) == 0
    assert "reproduced to within 4/255" in capsys.readouterr().out


def test_a_fit_is_measured_in_rgb(inside):
    fitted = [
        "fit",
        "a.png",
        "--steps",
        "2",
        "--train-size",
        "8",
        "--seed",
        "1",
        "-s",
        "image-format.profile=press.icc",
    ]
    assert run([*fitted, "-q", "-o", "fit.tif"]) == 0
    assert limner.verify("fit.tif").ok
