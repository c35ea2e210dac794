"""A background flattens a picture in every format, is recorded, and verifies."""

from __future__ import annotations

import numpy as np
import pytest

import limner
from limner.artworks.pixels.comparison import VerificationResult
from limner.cli.main import run
from limner.errors import ArtworkError, LimnerError
from limner.formats.image_files import open_image
from limner.formats.manifest import RenderSettings
from limner.imaging.background import flatten, parse_background

SIZE = (20, 14)
ENDINGS = [".png", ".tif", ".webp", ".jpg", ".svg"]


@pytest.fixture(scope="module")
def art():
    return limner.paint("cyanotype", seed=5, size=SIZE, set={"color.alpha": True})


def pixels_of(path):
    with open_image(path) as (file, image_format):
        info, bands = image_format.read_pixels(file)
        return info, np.concatenate(list(bands))


def over(pixels: np.ndarray, colour: tuple[float, ...]) -> np.ndarray:
    """Straight alpha, in exact arithmetic."""
    top = float(np.iinfo(pixels.dtype).max)
    alpha = pixels[..., 3:] / top
    return pixels[..., :3] * alpha + np.array(colour) * top * (1 - alpha)


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_is_flattened_and_verifies(art, tmp_path, ending):
    path = art.save(tmp_path / f"x{ending}", options={"background": "#ff8000"})
    info, pixels = pixels_of(path)
    assert info.channels == 3
    tolerance = 40 if ending == ".jpg" else 0.5000001
    assert np.abs(pixels - over(art.render(), (1, 128 / 255, 0))).max() <= tolerance
    assert limner.verify(path) == VerificationResult(True, True, 0.0, 0, lossy=ending == ".jpg")
    again = limner.open(path)
    assert again == art  # the artwork keeps its transparency
    assert again.render_settings.background == "#ff8000"


@pytest.mark.parametrize("ending", [".png", ".tif", ".svg"])
def test_sixteen_bits_are_flattened_in_sixteen(art, tmp_path, ending):
    path = art.save(tmp_path / f"x{ending}", bits=16, options={"background": "white"})
    info, pixels = pixels_of(path)
    assert (info.channels, info.bits) == (3, 16)
    assert np.abs(pixels - over(art.render(bits=16), (1, 1, 1))).max() <= 0.5000001
    assert limner.verify(path).ok


def test_extreme_levels_do_not_overflow():
    pixels = np.array([[[65535, 0, 65535, 65535], [65535, 65535, 0, 0]]], np.uint16)
    np.testing.assert_array_equal(flatten(pixels, parse_background("white"))[0], [[65535, 0, 65535], [65535] * 3])
    assert flatten(pixels[..., :3], parse_background("white")) is not None


def test_another_background_than_recorded_does_not_verify(art, tmp_path):
    white = art.save(tmp_path / "white.png", options={"background": "white"})
    black = art.save(tmp_path / "black.png", options={"background": "black"})
    with open_image(white) as (file, image_format):
        record = image_format.read_embedded(file)
    info, pixels = pixels_of(black)
    with (tmp_path / "x.png").open("w+b") as file:
        image_format.write(file, info, iter([pixels]), record, lambda: record.digest)
    assert not limner.verify(tmp_path / "x.png").reproduced


def test_a_new_rendering_keeps_the_background(art, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    art.save("a.png", options={"background": "white"})
    for args, channels, background in (
        ([], 3, "white"),
        (["--background", "black"], 3, "black"),
        (["--background", "transparent"], 4, ""),
        (["-s", "image-format.quality=80", "-o", "b.jpg"], 3, "white"),
    ):
        out = [] if "-o" in args else ["-o", "b.png"]
        assert run(["render", "a.png", "--force", *out, *args]) == 0
        name = "b.jpg" if "b.jpg" in args else "b.png"
        assert pixels_of(tmp_path / name)[0].channels == channels
        assert limner.open(name).render_settings.background == background
        assert limner.verify(name).ok
    assert run(["render", "a.png", "-o", "a.limner"]) == 0


def test_a_file_without_a_background_has_no_such_entry(art, tmp_path):
    path = art.save(tmp_path / "x.png")
    with open_image(path) as (file, image_format):
        assert "background" not in image_format.read_embedded(file).manifest
    assert pixels_of(path)[0].channels == 4


@pytest.mark.parametrize("text", ["wite", "#12", "#11223344", "transparentish", 3, None])
def test_what_is_no_colour_is_refused_by_name(art, tmp_path, text):
    with pytest.raises(LimnerError, match=r"x\.png: .*background") as caught:
        art.save(tmp_path / "x.png", options={"background": text})
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_forged_background_is_refused():
    from limner.utils.validation import validate

    table = {"size": (1, 1), "region": (0, 0, 1, 1), "background": "nocolour"}
    with pytest.raises(ArtworkError, match="background"):
        validate(RenderSettings, table, "", source="the manifest is invalid", error=ArtworkError)


def test_transparent_is_no_background(art, tmp_path):
    assert pixels_of(art.save(tmp_path / "x.png", options={"background": "transparent"}))[0].channels == 4
    with pytest.raises(LimnerError, match="does not support transparency; set a background colour"):
        art.save(tmp_path / "x.jpg", options={"background": "transparent"})


def test_a_background_without_effect_is_noted(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["paint", "ink", "--seed", "1", "--size", "8x8", "--background", "white", "-o", "x.png"]) == 0
    assert "--background has no effect" in capsys.readouterr().err
    assert run(["render", "x.png", "--background", "white", "-o", "y.jpg"]) == 0
    assert "--background has no effect" in capsys.readouterr().err
    assert run(["blend", "x.png", "y.jpg", "--background", "white", "-o", "z.png"]) == 0
    assert "--background has no effect" in capsys.readouterr().err
