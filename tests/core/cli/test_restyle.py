"""``limner restyle``: its files, what it reports, and its messages in terms of options."""

import json

import numpy as np
import pytest

import limner
from limner.cli.main import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("art")
    small = {
        "title": "small",
        "seed": 3,
        "size": [24, 16],
        "encoder": [{"kind": "xy"}, {"kind": "fourier", "count": 4}],
        "network": {"kind": "mlp", "width": 6, "depth": 2},
    }
    art = limner.paint(small)
    art.save(folder / "a.png", size=(30, 20), dpi=100)
    art.save(folder / "b.png")
    art.save(folder / "c.limner")
    return folder


@pytest.fixture(autouse=True)
def _there(folder, monkeypatch):
    monkeypatch.chdir(folder)


def restyle(*args):
    return run(["restyle", *args])


def test_the_file_has_its_own_name_the_size_and_the_resolution_of_the_old_one(capsys):
    assert restyle("a.png", "--palette", "ember", "--warps", "noise") == 0
    out, err = capsys.readouterr()
    assert out == "a-restyled.png\n"
    assert err == (
        "a-restyled.png: kept: encoder fourier, network; new: warp noise, color palette; recoloured by lightness\n"
    )
    opened = limner.open("a-restyled.png")
    assert opened.render_settings.size == (30, 20)
    assert opened.render_settings.dpi == 100
    assert opened.size == (24, 16)
    assert run(["verify", "a-restyled.png"]) == 0
    assert restyle("a.png", "--palette", "ember") == 2
    assert "a-restyled.png: exists already" in capsys.readouterr().err
    assert limner.open("a-restyled.png") == opened


def test_several_artworks_go_to_a_folder_as_json(capsys, tmp_path):
    out = f"{tmp_path}/out/"
    assert restyle("a.png", "b.png", "c.limner", "--color", "cmyk", "-o", out, "--json", "--quiet") == 0
    stdout, err = capsys.readouterr()
    records = [json.loads(line) for line in stdout.splitlines()]
    assert [record["path"] for record in records] == [f"{out}{name}-restyled.png" for name in "abc"]
    assert records[0] == {
        "path": f"{out}a-restyled.png",
        "from": "a.png",
        "size": [30, 20],
        "kept": ["encoder fourier", "network except part of its last layer"],
        "drawn": ["part of the last layer of the network (4 channels instead of 3)"],
        "new": [],
        "recolored": False,
    }
    assert not err


def test_options_of_the_picture(tmp_path):
    path = str(tmp_path / "x.png")
    cut = ["--size", "12x8", "--region", "0,0,6,4", "--bits", "16", "--background", "white"]
    assert restyle("b.png", "--mask", "shape", *cut, "--title", "Round", "-o", path, "-q") == 0
    opened = limner.open(path)
    assert (opened.size, opened.recipe.title, opened.render_settings.bits) == ((12, 8), "Round", 16)
    assert opened.render_settings.region == (0, 0, 6, 4)
    assert opened.render_settings.background == "white"


def test_keep_takes_several_parts(tmp_path):
    path = str(tmp_path / "x.png")
    assert restyle("b.png", "--keep", "color, network", "--warps", "noise", "--seed", "5", "-o", path) == 0
    layout = limner.open(path).model.layout
    network = layout.slices["network.W0"]
    old = limner.open("b.png")
    np.testing.assert_array_equal(limner.open(path).theta[network], old.theta[old.model.layout.slices["network.W0"]])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["b.png"], "b.png: no change of the look is given; use for example --warps kaleidoscope, --color duotone or"),
        (["b.png", "--network", "siren"], "make another picture with limner paint"),
        (["b.png", "--keep", "color", "--color", "hsv"], "--keep color: the color would change; omit --keep or the"),
        (["b.png", "--keep", "look"], "--keep: must be 'color' or 'network', got 'look'"),
        (["b.png", "--keep", ""], "--keep: a name is empty"),
        (
            ["b.png", "--warps", "tile", "--seed", "4"],
            "--seed: has no effect, because nothing random is drawn; lock a part with --keep",
        ),
        (["b.png", "-s", "seed=4"], "-s seed: use --seed"),
        (["b.png", "--color", "rgb"], "b.png: the picture would stay the same"),
        (["b.png", "--colors", "navy"], "--colors: has one colour"),
        (["a.png", "b.png", "--color", "hsv", "-o", "x.png"], "x.png: is one file for several pictures"),
        (["a.png", "./a.png", "--color", "hsv", "-o", "new/"], "two pictures would go into this file"),
        (["nothing.png", "--color", "hsv"], "nothing.png: there is no such file"),
    ],
)
def test_errors_name_options_and_leave_nothing(capsys, folder, args, message):
    before = sorted(folder.iterdir())
    assert restyle(*args) == 2
    err = capsys.readouterr().err
    assert message in err
    assert len(err) < 240
    assert sorted(folder.iterdir()) == before


def test_render_names_the_command_that_changes_the_look(capsys):
    assert run(["render", "b.png", "-s", "color.kind=duotone"]) == 2
    err = capsys.readouterr().err
    assert "render cannot change an artwork; use: limner restyle b.png -s color.kind=duotone" in err
