"""``limner info`` on files that are no complete artwork: movies, contact sheets, and pictures without parameters."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run
from limner.errors import ForeignError
from limner.figures.contact_sheet import write_sheet
from limner.figures.example_grid import encode_png, example_grid
from limner.formats.movie_record import read_movie
from limner.formats.video_files import open_recorder
from limner.formats.video_format import VideoInfo

MOVIES = ["m.gif", "m.webp", "m.apng", "frames/"] + (["m.mp4", "m.webm"] if find_spec("av") else [])
CELL = np.full((20, 30, 3), 90, np.uint8)


@pytest.fixture
def cli(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*args):
        code = run(list(args))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def movie(name: str, **record: object) -> str:
    with open_recorder(name, VideoInfo(32, 24, manifest=json.dumps(record))) as recorder:
        for level in (0, 255):
            recorder.add(np.full((24, 32, 3), level, np.uint8))
    return name


@pytest.mark.parametrize("name", MOVIES)
def test_a_movie_is_described_and_its_recipe_can_be_used(cli, name):
    art = limner.paint("ink", seed=7, size=(16, 12))
    movie(name, recipe=art.recipe.table(), walk={"fps": 25.0})
    code, out, err = cli("info", name)
    assert (code, err) == (0, "")
    assert "a movie of Ink" in out
    assert "parameters: none" in out
    assert 'title = "Ink"' in out
    code, out, _ = cli("info", "--json", name)
    record = json.loads(out)
    assert (record["movie"], record["seed"], record["walk"]) == (True, 7, {"fps": 25.0})
    for command in ("verify", "render"):
        code, out, err = cli(command, name)
        assert (code, out) == (2, "")
        assert "this is a movie, which has a recipe but no parameters; describe it with: limner info" in err
    with pytest.raises(ForeignError, match="this is a movie"):
        limner.open(name)
    assert limner.paint(name) == art
    code, out, _ = cli("recipes", "show", name)
    assert (code, out.splitlines()[0]) == (0, 'title = "Ink"')


def test_the_first_frame_of_a_folder_and_a_renamed_animation_are_described(cli, tmp_path):
    movie("frames/", recipe={"title": "Ink"})
    assert "a movie of Ink" in cli("info", "frames/frame-000001.png")[1]
    movie("m.apng", recipe={"title": "Ink"})
    (tmp_path / "m.apng").rename("m.png")
    assert "a movie of Ink" in cli("info", "m.png")[1]


def test_a_movie_of_a_trained_network_names_the_way_to_train_it(cli):
    movie("m.gif", recipe={"title": "Fox", "trainer": {"kind": "backprop"}})
    assert "train it again with: limner fit IMAGE --recipe m.gif" in cli("info", "m.gif")[1]


@pytest.mark.parametrize("text", ["", "no json", "[1]", '{"recipe": 3}', '{"walk": {}}', "[" * 100_000])
def test_other_movies_are_none_of_limners(cli, text):
    with open_recorder("m.apng", VideoInfo(32, 24, manifest=text)) as recorder:
        recorder.add(np.zeros((24, 32, 3), np.uint8))
    assert read_movie(Path("m.apng")) is None
    code, out, err = cli("info", "m.apng")
    assert (code, out) == (2, "")
    assert "m.apng" in err
    assert "movie" not in err


def test_a_damaged_movie_is_no_movie(cli, tmp_path):
    (tmp_path / "m.gif").write_bytes(b"GIF89a" + bytes(40))
    code, out, err = cli("info", "m.gif")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_a_contact_sheet_lists_its_pictures_and_the_way_to_get_one(cli):
    assert (
        cli("paint", "ink", "--seed", "3", "--count", "3", "--size", "8x8", "--sheet", "s.png", "--only-sheet")[0] == 0
    )
    code, out, err = cli("info", "s.png")
    assert (code, err) == (0, "")
    assert "3 pictures: 3, 4, 5" in out
    assert "limner paint --sheet s.png --pick SEED" in out
    assert 'title = "Ink"' in out
    record = json.loads(cli("info", "--json", "s.png")[1])
    assert (record["sheet"], record["seeds"], record["labels"]) == (True, [3, 4, 5], ["3", "4", "5"])
    assert cli("paint", "--sheet", "s.png", "--pick", "4", "-o", "four.png")[0] == 0
    assert "describe it with: limner info s.png" in cli("verify", "s.png")[2]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"name": "sw", "sweep": {}}, "an artwork in the folder of the sweep"),
        ({"weights": [[1.0]], "recipe": {"title": "Board"}}, "limner render ARTWORK --press"),
        ({"name": "Texture", "recipe": {}, "seed": 9}, "limner translate sample NETWORK --seed 9"),
        ({"name": "Texture", "recipe": {}, "seed": "$(reboot)"}, "limner translate sample NETWORK --seed SEED"),
    ],
)
def test_sheets_of_other_commands(cli, tmp_path, record, words):
    write_sheet(tmp_path / "s.png", [("depth 3", CELL), ("", CELL), ("depth\n5", CELL)], record)
    code, out, err = cli("info", "s.png")
    assert (code, err) == (0, "")
    assert words in out
    assert "2 pictures: depth 3, depth 5" in out


def test_a_sheet_without_labels_is_described_from_its_seeds(cli, tmp_path):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("limner-sheet", json.dumps({"name": "ink", "recipe": {"title": "Ink"}, "seeds": [1, 2]}))
    Image.fromarray(CELL).save(tmp_path / "old.png", pnginfo=info)  # as earlier versions wrote it
    assert "2 pictures: 1, 2" in cli("info", "old.png")[1]


def test_the_examples_of_a_training_are_described(cli, tmp_path):
    (tmp_path / "e.png").write_bytes(encode_png(example_grid([(CELL / 255, CELL / 255, CELL / 255)])))
    code, out, _ = cli("info", "e.png")
    assert code == 0
    assert "examples of a training" in out
    assert "sheet of a training's examples" in cli("verify", "e.png")[2]


def test_missing_parameters_are_named_in_the_description(cli, tmp_path):
    from PIL.PngImagePlugin import PngInfo

    limner.paint("ink", seed=7, size=(8, 8)).save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        info = PngInfo()
        info.add_itxt("limner", image.text["limner"])
        image.save(tmp_path / "a.png", pnginfo=info)
    code, out, err = cli("info", "a.png")
    assert (code, err) == (0, "")
    assert "the parameters are missing; re-create it with: limner paint a.png" in out
    assert "limner paint a.png" in json.loads(cli("info", "--json", "a.png")[1])["needs"]


def test_a_background_is_shown(cli):
    assert cli("paint", "cyanotype", "--seed", "1", "--size", "8x8", "-s", "color.alpha=true", "--background", "white",
               "-o", "x.png")[0] == 0  # fmt: skip
    assert "8x8 pixels, 8 bits per channel, over white" in cli("info", "x.png")[1]


def test_a_folder_that_is_no_movie_is_refused(cli, tmp_path):
    (tmp_path / "folder").mkdir()
    code, out, err = cli("info", "folder")
    assert (code, out) == (2, "")
    assert "folder: is a folder, not an artwork" in err
