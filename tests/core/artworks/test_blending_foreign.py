"""Pictures that limner did not make, as layers."""

import numpy as np
from PIL import Image

import limner
from limner.artworks.blending import blend
from limner.artworks.verification import verify
from limner.cli.main import run

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
    assert capsys.readouterr().err == "photo.jpg: not an artwork; added as a layer of pixels, resized to fit\n"
    assert verify("masked.png").ok
    path = art.save("with.png")
    (tmp_path / "photo.jpg").unlink()
    assert verify(path).ok
    photo = 2 * art.render().astype(float) - first.render(bits=16) / 257
    expected = np.asarray(Image.fromarray(pixels)).astype(float)
    assert np.corrcoef(photo.ravel(), expected.ravel())[0, 1] > 0.7
