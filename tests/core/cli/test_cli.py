"""The command line: what it writes, what it says, and what bad input gets."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


@pytest.fixture
def cli(tmp_path, monkeypatch, capsys):
    """Runs a command line in an empty folder: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def call(*args):
        code = run([str(a) for a in args])
        out, err = capsys.readouterr()
        return code, out, err

    return call


SMALL = ("--size", "24x16")


def test_painting_tells_where_and_the_seed(cli, tmp_path):
    code, out, err = cli("paint", *SMALL)
    assert code == 0
    (path,) = out.split()
    seed = err.split()[-1]
    assert path == f"marbling-{seed}.png"
    assert pixels(path).shape == (16, 24, 3)


def test_the_same_seed_is_the_same_file(cli):
    assert cli("paint", "--seed", 7, "-o", "a.png", *SMALL)[0] == 0
    assert cli("paint", "--seed", 7, "-o", "b.png", "--threads", 1, *SMALL)[0] == 0
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()


def test_every_word_of_paint(cli):
    code, out, err = cli(
        "paint", "random-art", "--seed", 3, "--encoders", "xy,latent", "--color", "hsv", "--frame", "centred",
        "--warps", "mirror", "--network", "mlp", "-s", "network.width=8", "-s", "encoder.latent.size=5",
        "-s", "color.alpha=true", "-s", "title=Night", "--bits", 16, "--supersample", 2, "--json", "-o", "x.tiff",
        *SMALL,
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert json.loads(out) == {"path": "x.tiff", "recipe": "random-art", "seed": 3, "size": [24, 16]}
    art = limner.open("x.tiff")
    assert art.recipe.title == "Night"
    assert [p.kind for p in art.recipe.encoders] == ["xy", "latent"]
    assert art.recipe.encoders[1].stage.size == 5
    assert art.recipe.network.stage.width == 8
    assert art.recipe.network.stage.depth == 8  # a swap takes the new stage's defaults
    assert art.recipe.color.kind == "hsv"
    assert art.render_settings.bits == 16


def test_counting_seeds_and_a_sheet(cli, tmp_path):
    code, out, err = cli("paint", "--seed", 5, "--count", 4, "--sheet", "s.png", "-o", "many/", *SMALL)
    assert code == 0
    assert out.split() == [f"many/marbling-{s}.png" for s in (5, 6, 7, 8)]
    assert err == "sheet s.png\n"
    pictures = [pixels(p) for p in out.split()]
    assert all((a != b).any() for i, a in enumerate(pictures) for b in pictures[:i])
    with Image.open("s.png") as sheet:
        assert json.loads(sheet.text["limner-sheet"])["seeds"] == [5, 6, 7, 8]
        assert sheet.size[0] > 2 * 256
    single = cli("paint", "--seed", 6, "-o", "six.png", *SMALL)
    assert single[0] == 0
    np.testing.assert_array_equal(pixels("six.png"), pictures[1])


def test_commands_compose_over_standard_input(cli, monkeypatch):
    _, out, _ = cli("paint", "--seed", 1, "--count", 3, *SMALL)
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(out))
    code, out, _ = cli("verify", "-")
    assert code == 0
    assert out.count("pixels unmodified; reproduced") == 3


def test_rendering_again(cli):
    cli("paint", "--seed", 2, "-o", "a.png", *SMALL)
    assert cli("render", "a.png", "--size", "A6@50dpi") == (0, "a-207x291.png\n", "")
    with Image.open("a-207x291.png") as picture:
        assert picture.info["dpi"] == pytest.approx((50, 50), abs=0.1)
    assert cli("render", "a.png", "--size", "100x60", "--region", "10,20,30,40")[1] == "a-100x60-10.20.30.40.png\n"
    assert pixels("a-100x60-10.20.30.40.png").shape == (40, 30, 3)
    assert cli("verify", "a-100x60-10.20.30.40.png")[0] == 0
    cli("render", "a-207x291.png", "--bits", 16, "-o", "deep.tiff")
    deep = limner.open("deep.tiff").render_settings
    assert (deep.size, deep.dpi, deep.bits) == ((207, 291), 50, 16)
    cli("paint", "--seed", 2, "--size", "60x40@300dpi", "-o", "p.png")
    cli("render", "p.png", "--bits", 16, "-o", "p16.png")
    assert limner.open("p16.png").render_settings.dpi == 300


def test_info_tells_the_recipe(cli):
    cli("paint", "--seed", 2, "-o", "a.png", *SMALL)
    code, out, _ = cli("info", "a.png")
    assert code == 0
    assert "24x16 pixels" in out
    assert '\n\nrecipe:\n\ntitle = "' in out
    assert 'kind = "mlp"' in out
    record = json.loads(cli("info", "a.png", "--json")[1])
    assert record["seed"] == 2
    assert record["recipe"]["network"]["width"] == 16


def test_a_shown_recipe_paints_the_same(cli):
    out = cli("recipes", "show", "ink", "-s", "seed=9", "-s", "size=[24,16]")[1]
    Path("mine.toml").write_text(out, "utf-8")
    assert cli("paint", "mine.toml")[1] == "mine-9.png\n"
    assert cli("paint", "ink", "--seed", 9, *SMALL)[0] == 0
    np.testing.assert_array_equal(pixels("mine-9.png"), pixels("ink-9.png"))


def both(cli):
    """The lines of a list, and what they tell of."""
    lists = [cli("plugins", "list", "--kind", "network", *more)[1].splitlines() for more in ([], ["--json"])]
    return lists[0], [json.loads(line) for line in lists[1]]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["info", "adversarial"], "limner plugins show adversarial"),
        (["info", "face-gan-small"], "limner recipes show face-gan-small"),
        (["info", "salon"], "limner plugins show salon"),
        (["recipes", "show", "patch-discriminator"], "limner plugins show patch-discriminator"),
        (["plugins", "show", "face-gan"], "limner recipes show face-gan"),
        (["info", "nobody"], "nobody: there is no such file"),
    ],
)
def test_a_name_in_the_wrong_place_gets_a_hint(cli, words, names):
    code, out, err = cli(*words)
    assert (code, out) == (2, "")
    assert names in err


def test_lists(cli):
    purposes = {line.split()[0]: line.split()[1] for line in cli("recipes", "list")[1].splitlines()}
    assert purposes["marbling"] == "paint"
    assert purposes["likeness"] == "fit"
    assert purposes["colorize"] == "translate"
    assert purposes["painting-grid"] == "sweep"
    listed = [json.loads(line) for line in cli("plugins", "list", "--json")[1].splitlines()]
    assert ("encoder", "xy") in {(entry["kind"], entry["name"]) for entry in listed}
    colors = cli("plugins", "list", "--kind", "color")[1].splitlines()
    assert len(colors) == sum(entry["kind"] == "color" for entry in listed) >= 5
    assert len({line.index(entry["summary"]) for line, entry in zip(*both(cli), strict=True)}) == 1
    shown = cli("plugins", "show", "mlp")[1]
    assert "width = 32" in shown
    assert "1 to 4096" in shown
    assert "``" not in cli("plugins", "show", "difference")[1]
    backends = [json.loads(line) for line in cli("backends", "--json")[1].splitlines()]
    assert backends[0]["runs"] is True
    assert sum(b["auto"] for b in backends) == 1


def test_a_picture_on_the_terminal():
    from limner.console.terminal_preview import to_blocks

    text = to_blocks(np.array([[[255, 0, 0]], [[0, 0, 255]], [[1, 2, 3]]], np.uint8))
    assert text.splitlines()[0] == "\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[0m"
    assert len(text.splitlines()) == 2


BAD = {
    "a recipe that is not there": (["paint", "marblign"], "did you mean 'marbling'"),
    "a file that is not there": (["info", "none.png"], "none.png: there is no such file"),
    "no picture": (["info", "text.txt"], "text.txt: not a picture in a format"),
    "a foreign picture": (["render", "foreign.png"], "foreign.png: not made by limner; the picture contains no recipe"),
    "a folder": (["info", "."], "is a folder, not an artwork"),
    "a truncated picture": (["verify", "short.png"], "short.png: "),
    "broken TOML": (["paint", "broken.toml"], "broken.toml: is not valid TOML"),
    "binary TOML": (["paint", "binary.toml"], "binary.toml: is not text"),
    "three errors": (["paint", "wrong.toml"], "wrong.toml has 3 "),
    "an empty side": (["paint", "--size", "0x5"], "each side must be at least 1 pixel"),
    "a huge size": (["paint", "--size", "1000000x1000000", "-o", "x.png"], "3.0 TB"),
    "a huger size": (["paint", "--size", "9000000x9000000", "-o", "x.png"], "each side must be 1 to 4194304"),
    "a side too long for the format": (["paint", "--size", "1000000x2", "-o", "x.tiff"], "this format is limited to"),
    "memory": (["paint", "-s", "network.width=4096", "-s", "network.depth=256"], "of memory"),
    "no number": (["paint", "-s", "network.weight_scale=nan"], "finite number, got nan"),
    "a huge parameter": (["paint", "-s", "network.depth=99999999999"], "at most 256"),
    "an unknown setting": (["paint", "-s", "network.wdth=3"], "did you mean 'width'"),
    "no setting": (["paint", "-s", "network"], "must have the form network.width=64"),
    "an unknown option": (["paint", "--sede", "3"], "--sede"),
    "an option without its value": (["paint", "--seed"], "--seed"),
    "a seed that is not a number": (["paint", "--seed", "x"], "--seed"),
    "a negative seed": (["paint", "--seed", "-1"], "error: --seed: must be 0 to"),
    "no such command": (["pant"], "pant"),
    "a missing folder": (["paint", "-o", "no/x.png"], "folder no"),
    "a missing folder for many": (["paint", "-o", "no/no/", "--count", "2"], "the folder no does not exist"),
    "a file for a folder": (["paint", "-o", "text.txt/x.png"], "text.txt"),
    "an unknown ending": (["paint", "-o", "x.pgn"], "did you mean '.png'"),
    "another ending": (["paint", "-o", "x.psd"], "x.psd: unknown image format '.psd'; use .png, "),
    "a setting without its stage": (["paint", "-s", "width=3"], "unknown setting; did you mean 'network.width'?"),
    "an encoder's setting": (["paint", "-s", "encoder.scale=2"], "write encoder.xy.scale or encoder.radius.scale"),
    "a setting of a missing warp": (
        ["paint", "-s", "warp.swirl.strength=3"],
        "the recipe has no warp 'swirl'; add it with --warps swirl",
    ),
    "an unknown stage of an option": (
        ["paint", "--warps", "swril"],
        "error: --warps: unknown warp 'swril'; did you mean 'swirl'?",
    ),
    "two unknown stages": (
        ["paint", "--color=duskk", "--network", "lmp"],
        "error: marbling has 2 errors: --network: unknown network 'lmp'; did you mean 'mlp'?; "
        "--color: unknown colour mode 'duskk'",
    ),
    "a time": (["paint", "--time", "3"], "--time: must be 0 to 1, got 3.0"),
    "a paper size": (["paint", "--size", "A7@300dpi"], "did you mean A6@300dpi?"),
    "no ending": (["paint", "-o", "x"], "the file name has no ending; use .png, "),
    "an existing file": (["paint", "-o", "foreign.png"], "exists already"),
    "an existing sheet": (["paint", "--sheet", "foreign.png"], "exists already"),
    "a sheet of another format": (["paint", "--sheet", "s.tiff"], "a sheet is written as .png"),
    "CuPy where there is none": (["paint", "--backend", "cupy"], "backend 'cupy' does not run here"),
    "an unknown backend": (["paint", "--backend", "torhc"], "unknown backend"),
    "too many threads": (["paint", "--threads", "5000"], "--threads: must be 0 to 1024"),
    "a size of 400 digits": (["paint", "--size", "9" * 400 + "x1"], "write it as 1024x768"),
    "a name too long for a file": (["paint", "a" * 300], "unknown recipe or file"),
    "an output too long for a file": (["paint", "-o", "a" * 300 + ".png"], "File name too long"),
    "a number of 5000 digits": (["paint", "-s", "network.width=" + "9" * 5000], "network.width"),
    "a place of 5000 digits": (["paint", "-s", "encoder." + "9" * 5000 + ".scale=1"], "counted from 0"),
    "brackets without end": (["paint", "-s", "network.width=" + "[" * 3000], "network.width"),
    "a TOML number of 5000 digits": (["paint", "digits.toml"], "is not valid TOML"),
    "a stage for a setting": (["paint", "-s", "network=3"], "network.FIELD=VALUE"),
    "seeds beyond the last": (["paint", "--seed", "9223372036854775806", "--count", "3"], "--seed: must be 0 to"),
    "a sheet for a picture": (["paint", "-o", "x.png", "--sheet", "x.png"], "is also the file of a picture"),
    "overflow": (
        ["paint", "-s", "network.activation=identity", "-s", "network.weight_scale=1000", "-s", "network.depth=100"],
        "is not finite",
    ),
    "two renders in one file": (["render", "good.png", "good.png", "-o", "."], "two pictures would go into this file"),
    "many renders in one file": (["render", "good.png", "good.png", "-o", "x.png"], "give a folder"),
    "pixels of a file without": (["render", "good.png", "--region", "0,0,1,1", "-o", "x.limner"], "no pixels"),
    "an animation's moment": (["paint", "--time", "2"], "must be 0 to 1"),
    "a background that is no colour": (
        ["paint", "--background", "wite", "-o", "x.png"],
        "x.png: background: 'wite' is not a colour",
    ),
    "a JPEG without a background": (["paint", "-s", "color.alpha=true", "-o", "x.jpg"], "--background"),
    "WebP beyond what it holds": (["paint", "--size", "16384x100", "-o", "x.webp"], "16383"),
    "a font that is not there": (["paint", "--encoders", "xy,text", "-s", "encoder.text.font=no.ttf"], "no.ttf"),
    "an image that is not there": (["paint", "--encoders", "xy,image", "-s", "encoder.image.path=no.jpg"], "no.jpg"),
    "a palette of one colour": (["paint", "--color", "palette", "-s", "color.colors=['red']"], "color"),
    "no colour": (["paint", "--color", "palette", "-s", "color.colors=['red','rde']"], "rde"),
    "noise of 40 octaves": (["paint", "--encoders", "xy,noise", "-s", "encoder.noise.octaves=40"], "at most 8"),
    "an unknown option of the format": (
        ["paint", "-s", "image-format.glitter=3", "-o", "x.png"],
        "image-format.glitter: unknown setting",
    ),
    "bits": (["paint", "--bits", "12"], "--bits: must be 8 or 16, got 12"),
    "supersampling": (["paint", "--supersample", "99"], "--supersample: must be 1 to 16, got 99"),
    "a count of none": (["paint", "--count", "0"], "--count: must be 1"),
    "many pictures in one file": (["paint", "--count", "3", "-o", "x.png"], "give a folder"),
    "a region outside": (["render", "good.png", "--region", "20,0,20,5"], "must lie inside"),
    "no region": (["render", "good.png", "--region", "1,2"], "left,top,width,height"),
    "an unknown stage": (["plugins", "show", "xz"], "did you mean 'xy'"),
    "an unknown kind": (["plugins", "list", "--kind", "encodr"], "did you mean 'encoder'"),
    "an unknown package": (["plugins", "check", "limner-nobody"], "is not installed or has no plugins"),
    "an unknown trainer": (["paint", "--trainer", "adam"], "--trainer adam: 'adam' is an optimizer, not a trainer"),
}


@pytest.mark.parametrize(("args", "message"), BAD.values(), ids=list(BAD))
def test_bad_input_gets_one_clear_line_and_leaves_nothing(cli, tmp_path, args, message, monkeypatch):
    Image.new("RGB", (5, 5)).save("foreign.png")
    limner.paint("marbling", seed=1, size=(24, 16)).save("good.png")
    content = Path("good.png").read_bytes()
    for name, data in {
        "short.png": content[: len(content) // 2],
        "text.txt": b"hello",
        "broken.toml": b"= 3",
        "binary.toml": b"\xff\xfe",
        "digits.toml": b"seed = " + b"9" * 5000,
        "wrong.toml": b"titel = 3\n[network]\nkind = 'mlp'\nwidth = 0\n[color]\nkind = 'rbg'\n",
    }.items():
        (tmp_path / name).write_bytes(data)
    if "cupy" in args:
        monkeypatch.setattr("limner_plugins.backends.cupy_.find_spec", lambda name: None)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    code, out, err = cli(*args)
    assert code == 2
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert message in err
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_a_terminal_is_spared_what_files_are_named(cli, tmp_path):
    code, _, err = cli("info", "a\x1b[31m\nb.png")
    assert code == 2
    assert "\x1b" not in err
    assert err.count("\n") == 1


def test_our_own_faults_exit_with_70(cli, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("limner.artworks.painting.paint", broken)
    code, _, err = cli("paint")
    assert code == 70
    assert "internal error: ZeroDivisionError: oh" in err
    assert err.count("\n") == 1
    code, _, err = cli("--debug", "paint")
    assert code == 70
    assert "Traceback" in err
    assert err.splitlines()[-1].startswith("error: internal error: ZeroDivisionError: oh")


@pytest.mark.parametrize("command", ["", "paint", "translate apply", "gallery build"])
def test_the_help_of_every_command_names_debug(cli, command):
    _, out, _ = cli(*command.split(), "--help")
    assert out.count("--debug") == 1


@pytest.mark.parametrize(
    "args", [("--debug", "info", "no.png"), ("info", "--debug", "no.png"), ("info", "no.png", "--debug")]
)
def test_debug_stands_anywhere(cli, args):
    code, _, err = cli(*args)
    assert (code, err) == (2, "error: no.png: there is no such file\n")


def test_debug_after_two_hyphens_is_a_name(cli):
    code, _, err = cli("info", "--", "--debug")
    assert (code, err) == (2, "error: --debug: there is no such file\n")


def environment():
    return {**os.environ, "LIMNER_PLUGINS": "off"}


def test_help_loads_neither_numpy_nor_pluggy_nor_pydantic():
    script = (
        "import sys; from limner.cli.main import run; code = run(['--help']);"
        "heavy = {'numpy', 'pluggy', 'pydantic', 'PIL', 'rich', 'skimage'} & set(sys.modules);"
        "heavy |= {name for name in sys.modules if name.startswith(('limner_apps', 'limner_plugins'))};"
        "sys.exit(f'loaded {heavy}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "paint" in done.stdout


@pytest.mark.parametrize(("which", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stop_signal_exits_with_its_code_and_leaves_nothing(tmp_path, which, code):
    process = subprocess.Popen(
        [sys.executable, "-m", "limner", "paint", "--size", "9000x9000", "-o", "x.png"],
        cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None and not list(tmp_path.glob(".*.part")):
        time.sleep(0.02)
    process.send_signal(which)
    _, err = process.communicate()
    assert process.returncode == code
    assert err.startswith("error: interrupted")
    assert not list(tmp_path.iterdir())


def test_a_reader_that_goes_away_is_no_fault(tmp_path):
    command = f"{sys.executable} -m limner plugins list | head -1"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
