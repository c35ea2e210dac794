"""Recipes that nobody chose, and sheets to pick from."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

import limner
from limner.artworks.random_recipe import _draft, _looks_good, random_recipe
from limner.cli.main import run
from limner.composition.parser import parse
from limner.errors import LimnerError
from limner.registry.registry import build, registry
from limner.utils.limits import MAX_SEED
from limner.utils.seeding import child_rng


def test_surprises_are_valid_alive_and_unlike_each_other():
    tables = [random_recipe(seed, registry()) for seed in range(3)]
    assert len({json.dumps([t["warp"], t["encoder"], t["network"], t["color"]]) for t in tables}) == 3
    for table in tables:
        recipe = parse(table, registry())
        assert recipe.table() == parse(recipe.table(), registry()).table()
        for later in range(5):  # the other seeds of a series look good, too
            pixels = limner.paint(table, seed=table["seed"] + later, size=(96, 96)).render()[..., :3]
            assert _looks_good(pixels.astype(np.float32) / 255)


def test_most_random_recipes_mix_a_palette_and_a_third_partys_mode_takes_part():
    known = build(third_party=False)
    known.add("color", "two-inks", "limner_plugins.colors.duotone:Duotone", summary="two inks")
    drawn = [_draft(known, child_rng(seed, "test"))["color"]["kind"] for seed in range(120)]
    mixing = [name for name in known.names("color") if known.load("color", name).takes_palette]
    assert sum(name in mixing for name in drawn) > len(drawn) / 2
    assert "two-inks" in drawn
    assert not {"rgb", "hsv", "hsl"} & set(drawn)


def waves(columns, colour=(0.9, 0.5, 0.2), height=1.0):
    """Return stripes between black and a colour, ``(96, 96, 3)``."""
    wave = 0.5 + 0.5 * height * np.sin(np.linspace(0, 2 * np.pi * columns, 96))
    return np.broadcast_to(wave[:, None] * np.asarray(colour), (96, 96, 3)).astype(np.float32)


@pytest.mark.parametrize(
    ("pixels", "looks_good"),
    [
        (waves(12), True),
        (waves(12, (0.8, 0.8, 0.8)), True),
        (waves(8, height=0.1), False),  # flat
        (waves(0.5), False),  # blurred
        (waves(8, (1.0, 0.0, 0.1)), False),  # glaring
        (waves(8, (0.3, 0.3, 0.3)), False),  # dark and dull
        (np.where(np.arange(96)[:, None, None] < 70, 0.5, waves(8)), False),  # nearly empty
        (np.random.default_rng(0).random((96, 96, 1), np.float32) * np.float32([0.9, 0.6, 0.4]), False),  # noise
    ],
    ids=["stripes", "gray stripes", "flat", "blurred", "glaring", "dull", "empty", "noise"],
)
def test_what_looks_good(pixels, looks_good):
    assert _looks_good(np.asarray(pixels, np.float32)) == looks_good


def test_a_seed_is_one_recipe(monkeypatch):
    monkeypatch.setattr("limner.artworks.random_recipe._is_presentable", lambda *_: True)
    assert random_recipe(5, registry()) == random_recipe(5, registry())
    assert random_recipe(MAX_SEED, registry())["seed"] == MAX_SEED


def test_where_nothing_is_presentable_it_is_said(monkeypatch):
    monkeypatch.setattr("limner.artworks.random_recipe._is_presentable", lambda *_: False)
    with pytest.raises(LimnerError, match="another `seed`"):
        random_recipe(1, registry())


def test_a_broken_stage_surprises_nobody():
    known = build(third_party=False)
    for kind in ("warp", "encoder", "network", "color"):
        known.add(kind, "broken", "no_such_module_at_all:Broken", summary="broken")
    for seed in range(20):
        assert "broken" not in json.dumps(_draft(known, child_rng(seed, "test")))


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_picking_from_a_sheet(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    setting = ["-s", "network.contrast=1.1", "--size", "30x20"]
    assert run(["paint", "ink", "--seed", "40", "--count", "6", "--sheet", "s.png", "--only-sheet", *setting]) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["s.png"]
    assert run(["paint", "--sheet", "s.png", "--pick", "45, 41"]) == 0
    assert capsys.readouterr().out.split() == ["s.png", "ink-45.png", "ink-41.png"]
    assert run(["paint", "ink", "--seed", "41", "-o", "same.png", *setting]) == 0
    np.testing.assert_array_equal(pixels("ink-41.png"), pixels("same.png"))
    assert not np.array_equal(pixels("ink-41.png"), pixels("ink-45.png"))
    assert run(["paint", "--sheet", "s.png", "--pick", "45", "--size", "60x40", "-o", "large.png"]) == 0
    assert pixels("large.png").shape[:2] == (40, 60)


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    """A contact sheet, and pictures that are none."""
    folder = tmp_path_factory.mktemp("sheets")
    sheet = str(folder / "s.png")
    assert run(["paint", "--seed", "1", "--count", "3", "--sheet", sheet, "--only-sheet", "--size", "20x20"]) == 0
    Image.new("RGB", (4, 4)).save(folder / "plain.png")
    for name, record in {"empty": {"name": "x", "seeds": []}, "nul": {"name": "a\0b", "seeds": [1]}}.items():
        notes = PngImagePlugin.PngInfo()
        notes.add_itxt("limner-sheet", json.dumps({**record, "recipe": {}}))
        Image.new("RGB", (4, 4)).save(folder / f"{name}.png", pnginfo=notes)
    return folder


@pytest.mark.parametrize("command", ["verify", "render"])
def test_a_contact_sheet_is_no_artwork(sheets, capsys, monkeypatch, command):
    monkeypatch.chdir(sheets)
    assert run([command, "s.png"]) == 2
    assert (
        "s.png: this is a contact sheet, not an artwork; describe it with: limner info s.png" in capsys.readouterr().err
    )
    assert run([command, "plain.png"]) == 2
    assert "plain.png: not made by limner" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--pick", "3"], "needs the contact sheet to pick from"),
        (["--sheet", "s.png", "--pick", "7"], "the sheet has no seed 7; it has 1 to 3"),
        (["--sheet", "s.png", "--pick", "x"], "invalid seeds"),
        (["--sheet", "plain.png", "--pick", "1"], "plain.png: is not a contact sheet"),
        (["--sheet", "none.png", "--pick", "1"], "none.png: is not a contact sheet (No such file"),
        (["--sheet", "s.png", "--pick", "1", "--only-sheet"], "cannot be combined with --only-sheet"),
        (["ink", "--sheet", "s.png", "--pick", "1", "--seed", "3"], "cannot be combined with ink, --seed"),
        (["--sheet", "big.png", "--count", "2001"], "a sheet holds at most 2000 pictures"),
        (["--sheet", "empty.png", "--pick", "1"], "is not a contact sheet made by limner"),
        (["--sheet", "nul.png", "--pick", "1"], "is not a contact sheet made by limner"),
        (["--only-sheet"], "needs a contact sheet"),
        (["--random", "ink"], "cannot be combined with the recipe 'ink'"),
        (["--dither", "blu-noise"], "did you mean 'blue-noise'"),
    ],
)
def test_bad_picks(sheets, tmp_path, monkeypatch, capsys, args, message):
    shutil.copytree(sheets, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    assert run(["paint", *args]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert {p.name for p in Path().iterdir()} == {"s.png", "plain.png", "empty.png", "nul.png"}
