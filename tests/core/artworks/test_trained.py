"""Painting never replaces what a network has learned by noise, and never passes off a blank picture as painted."""

import json

import numpy as np
import pytest

import limner
from limner.artworks import recipe_sources
from limner.artworks.preflight.trained import is_trained
from limner.artworks.series import series_of
from limner.cli.main import run

LOSES = "has learned a picture, which another seed or setting would replace with noise"


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """Return a folder with a fitted picture, a painted one of the same recipe, and a blend of the first."""
    folder = tmp_path_factory.mktemp("learned")
    rows, columns = np.mgrid[0:12, 0:16]
    picture = np.stack([rows * 20, columns * 15, rows * columns], axis=2).astype(np.uint8)
    limner.fit(picture, "rprop-portrait", steps=3, seed=1).save(folder / "my fox.png")
    limner.paint("rprop-portrait", seed=1, size=(16, 12)).save(folder / "untrained.png")
    limner.paint("marbling", seed=1, size=(16, 12)).save(folder / "marbling.png")
    limner.blend([folder / "my fox.png", folder / "marbling.png"]).save(folder / "blend.png")
    return folder


@pytest.fixture(autouse=True)
def _there(learned, monkeypatch):
    monkeypatch.chdir(learned)


@pytest.mark.parametrize(
    "change", [["--seed", "5"], ["-s", "color.kind=hsv"], ["--network", "siren"], ["--count", "2"], ["--seed", "1"]]
)
def test_the_command_line_names_the_two_commands_that_make_sense(capsys, learned, change):
    before = sorted(learned.iterdir())
    assert run(["paint", "my fox.png", *change, "-o", "new/"]) == 2
    err = capsys.readouterr().err
    assert f"my fox.png: {LOSES}" in err
    assert "limner restyle 'my fox.png'" in err
    assert "limner fit IMAGE --recipe 'my fox.png'" in err
    assert sorted(learned.iterdir()) == before


def test_a_network_that_learned_is_recognised_without_the_file_that_it_reads(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    limner.paint("ink", seed=1, size=(8, 8)).save("photo.png")
    swap, values = {"encoder": ["xy", "image"]}, {"encoder.image.path": "photo.png"}
    limner.fit("photo.png", "rprop-portrait", swap=swap, set=values, steps=1, seed=1).save("fit.png")
    (tmp_path / "photo.png").unlink()
    with pytest.raises(limner.LimnerError, match=LOSES):
        limner.paint("fit.png", seed=3)


def test_an_artwork_file_is_opened_once_to_find_its_parameters(monkeypatch):
    opened = []
    monkeypatch.setattr(recipe_sources, "open_artwork", lambda path: opened.append(path) or limner.open(path))
    assert recipe_sources.source_artwork("untrained.png") == limner.open("untrained.png")
    assert len(opened) == 1


def test_both_commands_work(tmp_path, capsys):
    assert run(["render", "my fox.png", "--size", "8x6", "-o", str(tmp_path / "r.png")]) == 0
    fit = ["fit", "marbling.png", "--recipe", "my fox.png", "--steps", "1", "-o", str(tmp_path / "f.png")]
    assert run(fit) == 0, capsys.readouterr().err


def test_python_refuses_too():
    artwork = limner.open("my fox.png")
    for source in (artwork, "my fox.png"):
        for change in ({"seed": 3}, {"set": {"network.width": 4}}, {"swap": {"color": "hsv"}}):
            with pytest.raises(limner.LimnerError, match=LOSES):
                limner.paint(source, **change)
        with pytest.raises(limner.LimnerError, match=LOSES):
            series_of(source, count=2)


def test_a_blend_of_learned_pictures_cannot_be_drawn_again(capsys):
    assert run(["paint", "blend.png", "--seed", "5", "-o", "no.png"]) == 2
    err = capsys.readouterr().err
    assert "limner restyle blend.png" in err
    assert "limner blend" in err
    assert "--recipe" not in err


def test_a_sweep_does_not_draw_learned_layers_again(tmp_path, capsys):
    assert run(["sweep", "blend.png", "--seeds", "0..1", "-o", str(tmp_path / "sweep")]) == 2
    assert f"blend.png: {LOSES}" in capsys.readouterr().err
    assert not (tmp_path / "sweep").exists()
    one = ["--executor-set", "workers=1"]
    assert run(["sweep", "marbling.png", "--seeds", "0..1", *one, "-o", str(tmp_path / "sweep")]) == 0


def test_what_keeps_the_parameters_is_allowed(tmp_path):
    assert run(["paint", "my fox.png", "--size", "8x6", "-o", str(tmp_path / "small.png")]) == 0
    np.testing.assert_array_equal(limner.open(tmp_path / "small.png").theta, limner.open("my fox.png").theta)


def test_a_painted_picture_with_a_trainer_is_painted_again(tmp_path):
    assert not is_trained(limner.open("untrained.png"))
    assert is_trained(limner.open("my fox.png"))
    assert run(["paint", "untrained.png", "--seed", "7", "-o", str(tmp_path / "again.png")]) == 0
    again = limner.open(tmp_path / "again.png")
    np.testing.assert_array_equal(again.theta, limner.paint("rprop-portrait", seed=7, size=(16, 12)).theta)


@pytest.mark.parametrize("recipe", ["likeness", "button-field"])
def test_presets_whose_untrained_network_is_blank_are_refused(tmp_path, capsys, recipe):
    out = tmp_path / "blank.png"
    assert run(["paint", recipe, "--seed", "5", "--size", "16x16", "-o", str(out)]) == 2
    err = capsys.readouterr().err
    assert f"{recipe}: the network is untrained and paints a single colour, #" in err
    assert f"limner fit IMAGE --recipe {recipe}" in err
    assert not out.exists()


@pytest.mark.parametrize("recipe", ["neural-painting", "rprop-portrait", "evolved-portrait"])
def test_presets_whose_untrained_network_paints_are_painted(tmp_path, capsys, recipe):
    assert run(["paint", recipe, "--seed", "5", "--size", "16x16", "-o", str(tmp_path / "a.png")]) == 0
    assert f"train it with: limner fit IMAGE --recipe {recipe}" in capsys.readouterr().err


def test_the_hint_names_no_recipe_that_does_not_exist(tmp_path, capsys):
    args = ["paint", "--random", "--seed", "5", "--trainer", "rprop", "--size", "16x16", "-o", str(tmp_path / "r.png")]
    assert run(args) == 0
    assert "limner fit IMAGE --recipe RECIPE" in capsys.readouterr().err


def test_a_picture_of_a_single_color_is_reported(tmp_path, capsys):
    flat, out = ["-s", "network.weight_scale=1e-9", "--size", "16x16"], str(tmp_path / "flat.png")
    assert run(["paint", "marbling", "--seed", "3", *flat, "-o", out]) == 0
    color = "#" + "".join(f"{level:02x}" for level in limner.open(out).render()[0, 0])
    note = f"the picture has a single colour, {color}"
    assert f"{out}: {note}" in capsys.readouterr().err
    assert run(["paint", "marbling", "--seed", "3", *flat, "-o", out, "--force", "--json", "--quiet"]) == 0
    stdout, err = capsys.readouterr()
    assert (json.loads(stdout)["single_color"], err) == (color, "")
    assert run(["render", out, "-o", str(tmp_path / "r.png")]) == 0
    assert note in capsys.readouterr().err
    assert run(["render", out, "--region", "0,0,4,4", "-o", str(tmp_path / "part.png")]) == 0
    assert note not in capsys.readouterr().err
    assert run(["blend", out, str(tmp_path / "r.png"), "-o", str(tmp_path / "b.png")]) == 0
    assert note in capsys.readouterr().err


def test_a_fit_of_a_single_color_is_reported(tmp_path, capsys):
    out = str(tmp_path / "flat.png")
    black = ["-s", "network.output=identity", "-s", "network.weight_scale=1e-9", "-s", "network.bias_scale=1e-9"]
    fit = ["fit", "marbling.png", "--recipe", "rprop-portrait", "-s", "trainer.delta_first=1e-6", *black]
    assert run([*fit, "--steps", "1", "--seed", "1", "-o", out, "--json"]) == 0
    stdout, err = capsys.readouterr()
    assert json.loads(stdout)["single_color"] == "#000000"
    assert f"{out}: the picture has a single colour, #000000" in err


def test_other_pictures_are_not_reported(tmp_path, capsys):
    assert run(["paint", "marbling", "--seed", "3", "--size", "16x16", "-o", str(tmp_path / "m.png"), "--json"]) == 0
    stdout, err = capsys.readouterr()
    assert "single_color" not in json.loads(stdout)
    assert "single colour" not in err
