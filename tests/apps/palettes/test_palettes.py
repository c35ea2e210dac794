"""``limner palettes``: the palettes of all colour modes, and the colours of pictures and artworks."""

import json
from typing import ClassVar, Literal

import numpy as np
import pytest
from coloraide import Color
from PIL import Image

import limner
from limner import LimnerError
from limner.app.pictures import hex_colors
from limner.cli.main import run
from limner.plugin import ColorMode, Params
from limner_apps.palettes.find import find_palettes
from limner_apps.palettes.palette import gradient, palette_modes
from limner_plugins.colors._palette.named import PALETTES

FLAT = ("#101a4a", "#2f8f5b", "#d8402a", "#f5deb3")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    levels = np.array([[tuple(bytes.fromhex(code[1:])) for code in FLAT]], np.uint8)
    Image.fromarray(levels.repeat(8, axis=0).repeat(8, axis=1)).save(folder / "photo.png")
    limner.paint("random-art", seed=1, size=(8, 8), colors=FLAT[::-1]).save(folder / "art.png")
    limner.paint("random-art", seed=1, size=(8, 8)).save(folder / "free.png")
    for suffix in ("limner", "svg"):
        limner.paint("random-art", seed=1, size=(8, 8)).save(folder / f"free.{suffix}")
    return folder


@pytest.fixture(autouse=True)
def folder(inputs, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for path in inputs.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())


def printed(capsys, *args):
    assert run(["palettes", *args]) == 0
    return capsys.readouterr()


def test_all_palettes_are_listed(capsys):
    records = [json.loads(line) for line in printed(capsys, "--json").out.splitlines()]
    by_name = {record["name"]: record for record in records}
    assert by_name["fog"] == {"name": "fog", "source": "palette", "mode": "palette", "colors": [*PALETTES["fog"]]}
    assert {name: tuple(by_name[name]["colors"]) for name in PALETTES} == PALETTES
    assert by_name["harmony"]["seed"] == 1


def test_one_palette_is_printed_as_colors_takes_it(capsys):
    shown = printed(capsys, "glacier")
    assert shown.out == f"{','.join(PALETTES['glacier'])}\n"
    assert shown.err == "use it with: limner paint --palette glacier\n"
    assert (
        run(["paint", "random-art", "--seed", "1", "--size", "8x8", "-o", "a.png", "--colors", shown.out.strip()]) == 0
    )
    assert limner.open("a.png").recipe.color.stage.colors == PALETTES["glacier"]


def test_a_picture_has_its_colours_from_dark_to_light(capsys):
    shown = printed(capsys, "photo.png", "--count", "4")
    assert shown.out == f"{','.join(FLAT)}\n"
    assert shown.err == f"use these with: limner paint --colors '{','.join(FLAT)}'\n"


def test_an_artwork_has_the_colours_that_it_mixes(capsys):
    assert printed(capsys, "art.png").out == f"{','.join(FLAT[::-1])}\n"
    assert printed(capsys, "free.png", "--count", "3", "-q").out.count("#") == 3  # from its pixels


def test_several_have_their_names(capsys):
    shown = printed(capsys, "fog", "art.png")
    assert [line.split()[0] for line in shown.out.splitlines()] == ["fog", "art.png"]
    assert shown.err == ""


def test_drawn_colours_follow_the_seed():
    one, two, again = (limner.palettes("harmony", seed=seed)["harmony"] for seed in (7, 8, 7))
    assert one == again != two
    art = limner.paint({"color": {"kind": "palette", "name": "harmony"}}, seed=7, size=(8, 8))
    assert limner.palettes(art.save("drawn.png")) == {"drawn.png": one}
    assert len(limner.palettes("harmony", count=4)["harmony"]) == 4


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["glacer"], "unknown palette or file 'glacer'; did you mean 'glacier'?"),
        ([""], "unknown palette or file ''"),
        (["nope.jpg"], "nope.jpg: there is no such file"),
        (["photo.png", "--count", "1"], "--count: must be at least 2, got 1"),
        (["photo.png", "--count", "99"], "--count: must be at most 24, got 99"),
        (["glacier", "--count", "3"], "--count: has no effect, because the colours of glacier are fixed; omit it"),
        (["art.png", "photo.png", "--seed", "3"], "--seed: has no effect, because the colours of art.png, photo.png"),
        (["free.limner"], "free.limner: mixes no fixed set of colours; render it"),
        (["free.svg"], "free.svg: mixes no fixed set of colours; render it"),
        (["fog", "-o", "a.jpg"], "a.jpg: swatches are written as .png"),
        (["fog", "-o", "photo.png"], "photo.png: exists"),
        (["photo.png", "-o", "photo.png", "--force"], "photo.png: is the picture that the colours are taken from"),
    ],
)
def test_bad_input_is_one_line(args, message, capsys):
    assert run(["palettes", *args]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {message}"), error
    assert error.count("\n") == 1


def test_blocks_are_shown_in_a_terminal_with_colours(capsys, monkeypatch):
    monkeypatch.setattr("limner.console.color_blocks._shows_colors", lambda: True)
    assert printed(capsys, "fog").out.startswith("\x1b[48;2;31;36;41m   \x1b[48;2;82;95;105m")


def test_the_swatches_show_colours_and_gradient(capsys):
    shown = printed(capsys, "fog", "photo.png", "--count", "4", "-o", "all.png")
    assert shown.err == "swatches: all.png\n"
    levels = np.asarray(Image.open("all.png").convert("RGB")).reshape(-1, 3)
    colours, counts = np.unique(levels, axis=0, return_counts=True)
    areas = {"#{:02x}{:02x}{:02x}".format(*colour): n for colour, n in zip(colours, counts, strict=True)}
    for code in (*FLAT, *PALETTES["fog"]):
        assert areas[code] > 4000
    assert len(colours) > 500  # the gradients


def test_a_gradient_has_its_colours_at_even_distances():
    points = gradient(FLAT, 7)
    assert tuple(hex_colors(points[::2])) == FLAT
    middle = Color.interpolate([Color(FLAT[0]), Color(FLAT[1])], space="oklab")(0.5).convert("srgb")
    np.testing.assert_allclose(points[1], middle.coords(), atol=1e-4)
    assert gradient(["#336699"], 3).shape == (3, 3)
    assert gradient(FLAT * 10, 5).shape == (5, 3)


class Tri(ColorMode):
    takes_palette: ClassVar[bool] = True
    name: Literal["dawn", "fog"] = "dawn"
    colors: tuple[str, ...] = ()
    image: str = ""

    def forward(self, params, x, ctx):
        return x

    def swatches(self, params: Params) -> np.ndarray:
        return np.array([[0.0, 0.2, 0.4], [1.0, 1.0, 0.8]])


def test_a_mode_of_others_is_listed_too(monkeypatch):
    from limner_apps.palettes import palette

    class Known:
        def names(self, role):
            return ["broken", "tri", "palette"]

        def load(self, role, kind, interface):
            if kind == "broken":
                raise LimnerError("does not load")
            return (
                Tri if kind == "tri" else limner.paint("marbling", palette="fog", seed=1).recipe.color.stage.__class__
            )

    monkeypatch.setattr(palette, "registry", Known)
    assert palette_modes()["dawn"] == "tri"
    assert palette_modes()["fog"] == "palette"


def test_find_palettes_reads_names_and_files():
    assert [(one.name, one.source) for one in find_palettes(["sumi", "photo.png", "art.png"])] == [
        ("sumi", "palette"),
        ("photo.png", "picture"),
        ("art.png", "artwork"),
    ]
