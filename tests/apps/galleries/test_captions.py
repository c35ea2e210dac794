"""What a gallery says about each picture: captions that tell neighbours apart, quality, palettes, and suggestions."""

import json
from dataclasses import replace

import numpy as np
import pytest

import limner
from limner.formats.manifest import MAX_PSNR, TrainingRecord
from limner_apps.galleries.build import gallery as build
from limner_apps.galleries.records import EXACT_PSNR, GalleryEntry, Piece
from limner_apps.galleries.search_examples import search_examples

pytest.importorskip("jinja2", reason="waits for Jinja2: pip install '.[gallery]'")
SIZE = (24, 16)


def pieces(site):
    text = (site / "pieces.js").read_text("ascii")
    return json.loads(text.removeprefix("window.limnerPieces=").removesuffix(";\n"))


def captions(site):
    return sorted(piece["caption"] for piece in pieces(site))


def paint(path, recipe="ink", seed=1, swap=None, **changes):
    limner.paint(recipe, seed=seed, size=SIZE, swap=swap, set=changes).save(path)


@pytest.fixture(scope="module")
def fitted():
    pixels = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)
    return limner.fit(pixels, "likeness", steps=3, seed=3)


def test_captions_say_what_differs_between_pieces_of_one_title(tmp_path):
    paint(tmp_path / "a.png", **{"network.contrast": 0.5})
    paint(tmp_path / "b.png", **{"network.contrast": 0.5}, seed=2)
    paint(tmp_path / "c.png", **{"network.contrast": 2.0})
    paint(tmp_path / "d.png", "marbling")
    build([tmp_path], tmp_path / "site")
    assert captions(tmp_path / "site") == [
        "contrast 0.5 · seed 1",
        "contrast 0.5 · seed 2",
        "contrast 2.0 · seed 1",
        "seed 1 · mixture",
    ]
    page = next((tmp_path / "site" / "pieces").glob("ink-2-*.html")).read_text("utf-8")
    assert ">contrast 0.5 · seed 2</p>" in page


def test_settings_that_all_share_and_one_seed_are_left_out(tmp_path):
    for depth in (2, 3):
        paint(tmp_path / f"{depth}.png", "marbling", **{"network.depth": depth, "network.contrast": 0.7})
    build([tmp_path], tmp_path / "site")
    assert captions(tmp_path / "site") == ["depth 2", "depth 3"]


def test_palettes_are_named(tmp_path):
    for name in ("glacier", "ember"):
        paint(tmp_path / f"{name}.png", swap={"color": "palette"}, **{"color.name": name})
    paint(tmp_path / "own.png", swap={"color": "palette"}, **{"color.colors": ["navy", "orange"]}, title="Own")
    build([tmp_path], tmp_path / "site")
    assert captions(tmp_path / "site") == ["ember", "glacier", "seed 1 · palette"]
    assert sorted(piece["palettes"] for piece in pieces(tmp_path / "site")) == [[], ["ember"], ["glacier"]]


def test_sizes_and_formats_are_named_only_where_nothing_else_differs(tmp_path):
    art = limner.paint("ink", seed=1, size=SIZE)
    art.save(tmp_path / "a.png")
    art.save(tmp_path / "b.png", size=(48, 32))
    art.save(tmp_path / "c.webp", size=(48, 32))
    paint(tmp_path / "d.png", seed=2)
    build([tmp_path], tmp_path / "site")
    assert captions(tmp_path / "site") == [
        "seed 1 · 24 × 16",
        "seed 1 · 48 × 32 · png",
        "seed 1 · 48 × 32 · webp",
        "seed 2",
    ]


def test_of_many_differences_the_unusual_ones_are_told(tmp_path):
    usual = {"network.depth": 3, "network.width": 5, "network.contrast": 0.5, "frame.scale": 1.0}
    changes = [{}, {"network.depth": 4}, {"network.width": 6}, {"network.contrast": 0.7}, {"frame.scale": 2.0}]
    for i, change in enumerate(changes):
        paint(tmp_path / f"{i}.png", "marbling", **{**usual, **change})
    build([tmp_path], tmp_path / "site")
    told = captions(tmp_path / "site")
    assert {"depth 4", "width 6", "contrast 0.7", "frame.scale 2.0"} < set(told)
    assert len(set(told)) == len(changes)


def test_a_fit_has_its_quality_in_every_gallery(fitted, tmp_path):
    fitted.save(tmp_path / "fit.png")
    paint(tmp_path / "painted.png")
    build([tmp_path], tmp_path / "site")
    fit, painted = sorted(pieces(tmp_path / "site"), key=lambda piece: not piece["scores"])
    assert painted["scores"] == {}
    assert fit["scores"]["psnr"] == pytest.approx(fitted.psnr, abs=0.1)
    assert fit["step"] == 3
    assert fit["caption"].endswith(f" · {fit['scores']['psnr']:.1f} dB")
    page = (tmp_path / "site" / "pieces" / f"{fit['id']}.html").read_text("utf-8")
    assert f"<dt>PSNR</dt><dd>{fit['scores']['psnr']:.2f} dB</dd>" in page
    assert "<dt>Steps</dt><dd>3</dd>" in page


def entry(title="Ink", seed=1, tags=(), palettes=(), video=False, **scores):
    piece = Piece("x", title, "", seed, 8, 8, [], "rgb", "", "", palettes=list(palettes), video=video)
    return GalleryEntry(piece, 0, tags=list(tags), scores=scores)


def test_an_exact_fit_is_called_exact_and_found(tmp_path):
    assert EXACT_PSNR == MAX_PSNR
    art = limner.paint("ink", seed=1, size=SIZE)
    replace(art, training=TrainingRecord(steps=1, loss=0.0, psnr=MAX_PSNR)).save(tmp_path / "a.png")
    build([tmp_path], tmp_path / "site")
    (piece,) = pieces(tmp_path / "site")
    assert piece["scores"]["psnr"] == MAX_PSNR
    assert piece["caption"] == "seed 1 · gray · exact"
    assert "<dd>exact</dd>" in (tmp_path / "site" / "pieces" / f"{piece['id']}.html").read_text("utf-8")


def test_suggestions_are_made_of_what_the_gallery_holds():
    assert search_examples([entry("Évil eye", 7)]) == ["evil", "seed:7"]
    assert search_examples([entry("7", 7, tags=("for the wall", "night"))]) == ["tag:night", "seed:7"]
    several = [entry("Ink", psnr=20.5), entry("Ink", psnr=31.0), entry(palettes=("glacier",)), entry(video=True)]
    assert search_examples(several) == ["ink", "psnr>20", "palette:glacier", "movie"]


@pytest.mark.parametrize(("values", "bound"), [((30.0,), "29"), ((-3.2, -3.1), "-4"), ((200.0, 200.0), "199")])
def test_some_fit_exceeds_the_psnr_that_is_suggested(values, bound):
    (example,) = [text for text in search_examples([entry(psnr=value) for value in values]) if "psnr" in text]
    assert example == f"psnr>{bound}"
    assert any(value > float(bound) for value in values)


def test_the_start_page_suggests_what_is_there(fitted, tmp_path):
    paint(tmp_path / "painted.png", seed=12)
    build([tmp_path], tmp_path / "site")
    page = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert 'placeholder="Search, e.g. ink, ' in page
    assert "psnr" not in page
    assert 'value="score"' not in page
    fitted.save(tmp_path / "fit.png")
    build([tmp_path], tmp_path / "site")
    page = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "psnr&gt;" in page
    assert 'value="score"' in page
