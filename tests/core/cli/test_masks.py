"""``--mask`` of pictures."""

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run

PAINT = ["paint", "ink", "--seed", "1", "--size", "24x16", "-q"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("suffix", ["png", "webp", "tiff", "avif", "svg", "pdf"])
def test_transparency_is_saved(suffix):
    assert run([*PAINT, "--mask", "shape", "-s", "mask.shape=star", "-s", "mask.border=0.1", "-o", f"a.{suffix}"]) == 0
    art = limner.open(f"a.{suffix}")
    assert art.recipe.mask.stage.border == 0.1
    assert limner.verify(f"a.{suffix}").ok
    if suffix not in ("svg", "pdf"):
        with Image.open(f"a.{suffix}") as picture:
            alpha = np.asarray(picture)[..., 3]
        assert (alpha.min(), alpha.max()) == (0, 255)


def test_jpeg_needs_a_background(capsys, tmp_path):
    assert run([*PAINT, "--mask", "shape", "-o", "a.jpg"]) == 2
    assert "does not support transparency; set a background colour" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert run([*PAINT, "--mask", "shape", "--background", "#ff0000", "-o", "a.jpg"]) == 0
    with Image.open("a.jpg") as picture:
        assert picture.getpixel((0, 0))[0] > 240


def test_none_removes_the_mask():
    assert run([*PAINT, "--mask", "shape", "-o", "a.png"]) == 0
    assert run(["paint", "a.png", "--mask", "none", "-o", "b.png", "-q"]) == 0
    assert limner.open("b.png").recipe.mask is None
    assert (limner.open("b.png").theta == limner.open("a.png").theta).all()


def test_the_file_of_a_picture_is_a_mask():
    assert run([*PAINT, "--mask", "shape", "-s", "mask.size=0.5", "-o", "a.png"]) == 0
    assert run([*PAINT, "--mask", "a.png", "-s", "mask.cells=64", "-o", "b.png"]) == 0
    mask = limner.open("b.png").recipe.mask
    assert (mask.kind, mask.stage.path, mask.stage.cells) == ("image", "a.png", 64)
    with Image.open("a.png") as a, Image.open("b.png") as b:
        assert np.abs(np.asarray(a)[..., 3].astype(int) - np.asarray(b)[..., 3]).mean() < 6


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--mask", "shap"], "--mask: unknown mask 'shap'; did you mean 'shape'?"),
        (["--mask", "heart"], "text; mask shape has it: --mask shape -s mask.shape=heart"),
        (["--mask", "no.png"], "no.png: there is no such file; name a picture with mask.path"),
        (["--mask", "no.png", "-s", "mask.path=a.png"], "--mask no.png: mask.path is also set; omit one of them"),
        (["--mask", "mlp"], "--mask mlp: 'mlp' is a network, not a mask; use --network mlp"),
        (["-s", "mask.size=0.5"], "setting 'mask.size': the recipe has no mask; add one with -s mask.kind=shape"),
        (["-s", "mask.threshold=0.5"], "the recipe has no mask; add one with -s mask.kind=image"),
        (["--mask", "shape", "-s", "mask.sides=6"], "'mask.sides': has no effect with mask.shape=circle"),
        (["--mask", "shape", "-s", "mask.border_color=red"], "has no effect without mask.border"),
        (["--mask", "image", "-s", "mask.edge=soft", "-s", "mask.border=0.1"], "has no effect with mask.edge=soft"),
        (["--mask", "shape", "-s", "mask.border=0.5"], "leaves no room inside 0.9; make it narrower"),
    ],
)
def test_bad_masks_write_nothing(args, says, capsys, tmp_path):
    assert run([*PAINT, *args, "-o", "a.png"]) == 2
    assert says in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
