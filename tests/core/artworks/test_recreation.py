"""Pictures whose parameters or files are missing: what is intact is used, and messages say what to do."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import limner
from limner.artworks.loader import read_recipe
from limner.artworks.series import series_of
from limner.cli.main import run
from limner.errors import ArtworkError, LimnerError
from limner.registry import backends
from limner.registry.registry import registry

SIZE = (16, 12)


def without_parameters(path):
    """The picture as an editor saves it: texts are kept, and chunks that it does not know are dropped."""
    with Image.open(path) as image:
        texts = PngInfo()
        for key, value in image.text.items():
            texts.add_itxt(key, value)
        image.save(path, pnginfo=texts)
    return path


@pytest.fixture
def picture(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(3).integers(0, 256, (9, 11, 3)).astype(np.uint8)
    Image.fromarray(pixels).save("photo.png")
    return tmp_path / "photo.png"


def test_a_picture_without_its_parameters_is_painted_again(tmp_path):
    art = limner.paint("ink", seed=7, size=SIZE)
    path = without_parameters(art.save(tmp_path / "a b.png"))
    with pytest.raises(ArtworkError, match=r"re-create it with: limner paint '.*a b\.png' \(recipe and seed 7"):
        limner.open(path)
    again = limner.paint(path)
    assert again == art
    assert limner.paint(path, seed=8) == limner.paint("ink", seed=8, size=SIZE)
    assert limner.paint(path, set={"network.depth": 4}).seed == 7


def test_a_parameters_file_that_is_missing_is_drawn_again(tmp_path):
    art = limner.paint("marbling", seed=1, size=SIZE, set={"network.width": 64})
    path = art.save(tmp_path / "x.jpg")
    (tmp_path / "x.limner").unlink()
    with pytest.raises(ArtworkError, match=r"are in x\.limner, which is missing; copy it"):
        limner.open(path)
    assert limner.paint(path) == art


def test_learned_parameters_are_not_drawn_again_without_a_word(picture, capsys):
    limner.fit(picture, recipe="likeness", steps=2, seed=1).artwork.save("fit.png")
    without_parameters(picture.parent / "fit.png")
    with pytest.raises(ArtworkError, match=r"use the original file, or train again with: limner fit IMAGE --recipe"):
        limner.open("fit.png")
    assert limner.fit(picture, recipe="fit.png", steps=1).artwork.theta.size
    run(["paint", "fit.png", "--seed", "3", "-o", "x.png"])
    assert "untrained" in capsys.readouterr().err


def test_settings_that_are_wrong_are_still_refused(tmp_path):
    path = without_parameters(limner.paint("ink", seed=7, size=SIZE).save(tmp_path / "a.png"))
    with pytest.raises(LimnerError, match="dept"):
        limner.paint(path, set={"network.dept": 4})


def test_recipe_and_whether_it_has_parameters(tmp_path):
    art = limner.paint("ink", seed=7, size=SIZE)
    path = art.save(tmp_path / "a.png")
    assert read_recipe(path) == (art.recipe.table(), True)
    table, complete = read_recipe(without_parameters(path))
    assert (table["seed"], complete) == (7, False)


@pytest.mark.parametrize(
    "settings",
    [
        {"recipe": "ink", "swap": {"encoder": ["xy", "image"]}, "set": {"encoder.image.path": "photo.png"}},
        {"recipe": "marbling", "swap": {"color": "palette"}, "set": {"color.image": "photo.png", "color.count": 3}},
    ],
)
def test_another_seed_needs_no_file_that_the_artwork_contains(picture, settings):
    art = limner.paint(**settings, seed=1, size=SIZE)
    art.save("a.png")
    expected = limner.paint("a.png", seed=2)
    assert expected == limner.paint(**settings, seed=2, size=SIZE)
    picture.unlink()
    assert limner.paint("a.png", seed=2) == expected
    assert limner.paint(art, seed=2) == expected
    series = series_of("a.png", seed=1, count=2)
    saved = series.save([], backend=backends.choose_backend("numpy", registry()))
    assert [one == other for (one, _), other in zip(saved, (art, expected), strict=True)] == [True, True]


def test_a_font_that_is_missing_is_not_needed_for_another_seed(tmp_path, monkeypatch):
    import matplotlib

    font = next((tmp_path.parent.__class__(matplotlib.get_data_path()) / "fonts/ttf").glob("DejaVuSans.ttf"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.ttf").write_bytes(font.read_bytes())
    settings = {"swap": {"encoder": ["xy", "text"]}, "set": {"encoder.text.text": "ab", "encoder.text.font": "f.ttf"}}
    limner.paint("ink", seed=1, size=SIZE, **settings).save("a.png")
    expected = limner.paint("a.png", seed=2)
    (tmp_path / "f.ttf").unlink()
    assert limner.paint("a.png", seed=2) == expected
    with pytest.raises(LimnerError, match=r"f\.ttf"):
        limner.paint("a.png", seed=2, set={"encoder.text.text": "cd"})


def test_a_layer_of_a_blend_needs_no_file_either(picture):
    settings = {"swap": {"encoder": ["xy", "image"]}, "set": {"encoder.image.path": "photo.png"}}
    limner.paint("ink", seed=1, size=SIZE, **settings).save("a.png")
    limner.paint("marbling", seed=1, size=SIZE).save("b.png")
    limner.blend(["b.png", "a.png"]).save("both.png")
    expected = limner.paint("both.png", seed=5)
    picture.unlink()
    assert limner.paint("both.png", seed=5) == expected


def test_a_changed_setting_needs_the_file_and_names_it(picture):
    settings = {"swap": {"encoder": ["xy", "image"]}, "set": {"encoder.image.path": "photo.png"}}
    limner.paint("ink", seed=1, size=SIZE, **settings).save("a.png")
    picture.unlink()
    with pytest.raises(LimnerError, match=r"photo\.png: there is no such file; .* encoder\.image\.path"):
        limner.paint("a.png", set={"encoder.image.blur": 0.5})
