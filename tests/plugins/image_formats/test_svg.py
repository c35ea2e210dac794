"""The SVG format against the standard library's parser, and against what XML may bring along."""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import limner
from limner.errors import ArtworkError
from limner.plugin import EmbeddedData, ImageInfo
from limner_plugins.image_formats.svg import Svg

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
TITLE = """<Night & "bloom">\u0007 ]]> n\u00e4chtlich"""
PIXELS = np.random.default_rng(5).integers(0, 256, (6, 9, 4), np.uint8)


def written(dpi: float = 0.0, manifest: str = '{"recipe":{"title":"x"}}', theta: bytes = b"\1\2\3\4") -> bytes:
    file = io.BytesIO()
    Svg().write(
        file, ImageInfo(9, 6, 4, 8, dpi), iter([PIXELS]), EmbeddedData(manifest, theta, ""), lambda: "sha256:00"
    )
    return file.getvalue()


@pytest.mark.parametrize(("dpi", "width", "height"), [(0.0, "9px", "6px"), (254.0, "0.9mm", "0.6mm")])
def test_another_parser_finds_the_picture_at_its_size(dpi, width, height):
    root = ElementTree.fromstring(written(dpi))
    assert (root.tag, root.get("width"), root.get("height")) == (SVG + "svg", width, height)
    assert root.get("viewBox") == "0 0 9 6"
    data = root.find(SVG + "image").get(XLINK + "href").removeprefix("data:image/png;base64,")
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        np.testing.assert_array_equal(np.asarray(image), PIXELS)
        assert "limner" not in image.text  # the record stands once, in the metadata


def test_title_and_recipe_are_escaped(tmp_path):
    art = limner.paint("marbling", seed=7, size=(9, 6), set={"title": TITLE})
    path = art.save(tmp_path / "x.svg")
    root = ElementTree.parse(path).getroot()
    assert root.find(SVG + "title").text == TITLE.replace("\u0007", "")
    assert root.find(SVG + "desc").text == "Painted by limner from the seed 7."
    assert limner.open(path).recipe == art.recipe
    assert path.read_text("utf-8").count("<!") == 0


def test_odd_manifests_come_back():
    for manifest in (
        "{}",
        '{"a": "\r\n\t]]>&amp;<b>"}',
        "[1]",
        '{"recipe": {"title": 5, "seed": "<"}}',
        "\u00e9\U0001f3a8",
    ):
        assert Svg().read_embedded(io.BytesIO(written(manifest=manifest))).manifest == manifest


def test_a_drawing_of_somebody_elses():
    for drawing in (b"<svg xmlns='http://www.w3.org/2000/svg'><circle r='3'/></svg>", b"<svg/>"):
        assert Svg().read_embedded(io.BytesIO(drawing)) is None
        with pytest.raises(ArtworkError, match="not made by limner"):
            Svg().read_pixels(io.BytesIO(drawing))


BOMB = b"<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>"
OUTSIDE = b"<!DOCTYPE svg SYSTEM 'file:///etc/passwd'>"
BARE = b"<!DOCTYPE svg>"


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, BARE])
def test_document_types_are_refused(doctype):
    data = written().replace(b"?>\n", b"?>\n" + doctype, 1).replace(b"<title>x", b"<title>&b;")
    for take in (Svg().read_embedded, Svg().read_pixels):
        with pytest.raises(ArtworkError, match="remove <!DOCTYPE"):
            take(io.BytesIO(data))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"</svg>", b"", "well-formed"),
        (b"</svg>", b"</svg><svg/>", "well-formed"),
        (b'encoding="UTF-8"', b'encoding="UTF-7"', ""),
        (b"<title>x", b"<title>&unknown;", "well-formed"),
        (b"<title>x", b"<title>\xff", "well-formed"),
        (b"<limner:theta>", b"<limner:theta>!", "base64"),
        (b"<limner:digest>", b"<limner:digest/><limner:digest>", "more than one 'digest'"),
        (b"limner:manifest", b"limner:manifast", "no manifest"),
        (b"<image", b"<image xlink:href='data:image/png;base64,'/><image", "more than one 'href'"),
        (b"data:image/png;", b"data:image/gif;", "not made by limner"),
        (b"base64,iVBOR", b"base64,xVBOR", "is not a PNG"),
    ],
)
def test_forged_files(old, new, words):
    data = written().replace(old, new)
    assert data != written()
    if not words:  # only the bytes count, not what the declaration calls them
        assert Svg().read_embedded(io.BytesIO(data)).theta == b"\1\2\3\4"
        return
    with pytest.raises(ArtworkError, match=words):
        _ = Svg().read_embedded(io.BytesIO(data)), list(Svg().read_pixels(io.BytesIO(data))[1])


def test_sizes_are_bounded(monkeypatch):
    data = written(theta=bytes(400))
    monkeypatch.setattr(Svg, "max_theta", 399)
    with pytest.raises(ArtworkError, match="exceed their maximum size"):
        Svg().read_embedded(io.BytesIO(data))
    monkeypatch.setattr("limner_plugins.image_formats.svg.MAX_FILE", len(data) - 1)
    with pytest.raises(ArtworkError, match="larger than the"):
        Svg().read_embedded(io.BytesIO(data))
    monkeypatch.undo()
    monkeypatch.setattr("limner_plugins.image_formats._in_memory.MAX_PIXELS_IN_MEMORY", 53)
    with pytest.raises(ArtworkError, match="9x6 pixels, too many"):
        Svg().read_pixels(io.BytesIO(data))


@pytest.mark.parametrize("dpi", ["nan", "-3", "inf", "1e9", "x", ""])
def test_a_resolution_that_there_is_not(dpi):
    data = written(300.0).replace(b"<limner:dpi>300.0", b"<limner:dpi>" + dpi.encode())
    assert Svg().read_pixels(io.BytesIO(data))[0].dpi == 0


@pytest.mark.skipif(not shutil.which("rsvg-convert"), reason="waits for rsvg-convert, of librsvg")
def test_it_renders(tmp_path):
    art = limner.paint("marbling", seed=3, size=(60, 40))
    path = art.save(tmp_path / "x.svg", dpi=96)
    subprocess.run(["rsvg-convert", "-w", "60", "-h", "40", path, "-o", tmp_path / "x.png"], check=True, timeout=60)
    with Image.open(tmp_path / "x.png") as image:
        shown = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(shown - art.render()).mean() < 1
