"""Pictures that limner did not make, as layers."""

import numpy as np
import pytest
from PIL import Image

import limner
from limner.artworks.blending import blend
from limner.artworks.verification import verify
from limner.cli.main import run
from limner.errors import LimnerError

SIZE = (40, 30)


def test_foreign_pictures_become_layers(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    first = limner.paint("marbling", seed=1, size=SIZE)
    first.save("a.png")
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    Image.fromarray(pixels).resize((400, 300)).save("photo.jpg")
    art = blend(["a.png", "photo.jpg"], "mean")
    assert art.recipe.size == SIZE
    assert run(["blend", "a.png", "a.png", "--mask", "photo.jpg", "-o", "masked.png"]) == 0
    assert capsys.readouterr().err == "photo.jpg: used as the mask, resized to fit\n"
    assert verify("masked.png").ok
    path = art.save("with.png")
    (tmp_path / "photo.jpg").unlink()
    assert verify(path).ok
    photo = 2 * art.render().astype(float) - first.render(bits=16) / 257
    expected = np.asarray(Image.fromarray(pixels)).astype(float)
    assert np.corrcoef(photo.ravel(), expected.ravel())[0, 1] > 0.7


def disc(level, radius=20):
    """Return a picture with one colour in a disc, transparent around it, and its opacity."""
    y, x = np.mgrid[:64, :64] - 31.5
    alpha = np.where(x * x + y * y < radius**2, 255, 0).astype(np.uint8)
    colour = np.broadcast_to(np.array([level, 0, 0], np.uint8), (64, 64, 3))
    return Image.fromarray(np.dstack([np.where(alpha[..., None] > 0, colour, 90), alpha]).astype(np.uint8)), alpha


def test_a_mask_keeps_the_opacity_of_foreign_pictures(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    clear, alpha = disc(255)
    clear.save("clear.png")
    mask = np.where(np.mgrid[:64, :64][1] > 40, 255, 0).astype(np.uint8)
    Image.fromarray(mask).save("m.png")
    limner.paint("marbling", seed=1, size=(64, 64)).save("art.png")
    assert run(["blend", "clear.png", "art.png", "--mask", "m.png", "-o", "both.png", "-q"]) == 0
    assert run(["verify", "both.png"]) == 0
    got = np.asarray(Image.open("both.png")).astype(int)
    assert np.abs(got[..., 3] - np.maximum(alpha, mask)).max() < 16
    red = got[(mask == 0) & (got[..., 3] > 8)]
    assert red[:, 0].min() > 250  # no seam of white or of the hidden gray
    assert red[:, 1:3].max() < 5


def test_a_blend_that_mixes_opacity_keeps_that_of_foreign_pictures(tmp_path):
    """A photograph is seen around an opaque disc; a blend of RGB puts the disc on white instead."""
    disc(200)[0].save(tmp_path / "disc.png")
    Image.new("RGB", (64, 64), (0, 120, 0)).save(tmp_path / "green.png")
    files = [tmp_path / "green.png", tmp_path / "disc.png"]
    over, most = (blend(files, mode, size=(64, 64)).render()[..., :3].astype(int) for mode in ("over", "max"))
    assert np.abs(over[:8, :8] - [0, 120, 0]).max() <= 2
    assert np.abs(over[28:36, 28:36] - [200, 0, 0]).max() <= 2
    assert most[:8, :8].min() > 250


def test_opacity_of_foreign_pictures_stays_if_all_have_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (large, alpha), (small, _) = disc(255), disc(100, 10)
    large.save("a.png")
    small.save("b.png")
    limner.paint("marbling", seed=1, size=(64, 64)).save("art.png")
    both = blend(["a.png", "b.png"], "max", size=(64, 64)).render().astype(int)
    assert np.abs(both[..., 3] - alpha).max() < 16
    opaque = blend(["a.png", "art.png"], "max").render()
    assert opaque.shape[2] == 3
    assert (opaque[0, 0] == 255).all()  # what is transparent is white


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make a folder ``set`` with two pictures and a file of another format, and a picture outside."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "set").mkdir()
    for name, color in (("set/b.png", "blue"), ("set/a.png", "red"), ("plain.png", "lime")):
        Image.new("RGB", (8, 8), color).save(name)
    (tmp_path / "set" / "c.heic").write_bytes(b"")
    return tmp_path


def test_a_folder_stands_for_its_pictures(folder, capsys):
    assert run(["blend", "set/", "--size", "8x8", "--json"]) == 0
    out, err = capsys.readouterr()
    assert '"layers": ["set/a.png", "set/b.png"]' in out
    assert "set/c.heic: limner does not read this format; convert to PNG or JPEG\n" in err
    assert "set/a.png: not an artwork; added as a layer of pixels" in err
    with pytest.warns(UserWarning, match=r"c\.heic"):
        art = blend([folder / "set", "plain.png"], size=(8, 8))
    assert [layer.title for layer in art.recipe.layers] == ["a", "b", "plain"]


def test_earlier_output_in_the_folder_is_not_blended(folder, capsys):
    for _ in range(2):
        assert run(["blend", "set", "plain.png", "-o", "set/out.png", "--size", "8x8", "--json", "--force"]) == 0
        assert '"layers": ["set/a.png", "set/b.png", "plain.png"]' in capsys.readouterr().out


def test_a_folder_with_too_few_pictures_is_reported(folder, capsys):
    (folder / "empty").mkdir()
    assert run(["blend", "empty", "plain.png"]) == 2
    assert capsys.readouterr().err == "error: empty: the folder holds no pictures; name another\n"
    (folder / "set" / "a.png").unlink()
    with pytest.warns(UserWarning, match=r"c\.heic"), pytest.raises(LimnerError, match=r"at least two pictures; name"):
        blend(["set"])


def test_a_blend_of_photographs_has_the_default_size_unless_it_is_given(folder):
    pictures = ["set/a.png", "plain.png"]
    assert blend(pictures).recipe.size == (1024, 1024)
    assert blend(pictures, size=(8, 8)).recipe.size == (8, 8)
