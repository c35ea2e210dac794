"""Files of any name: bytes that are not UTF-8, spaces, line breaks, and words that a shell would change."""

import json
import os
import re
import shlex

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run
from limner.composition.conditioning import weights_of
from limner.utils.text import printable

STEM = os.fsdecode(b"caf\xe9  x")
NAME = f"{STEM}.png"


@pytest.fixture
def cli(tmp_path, monkeypatch, capfdbinary):
    """Runs a command line in an empty folder: exit code, lines of output, errors."""
    try:
        (tmp_path / NAME).touch()
    except (OSError, UnicodeError):
        pytest.skip("this file system takes UTF-8 only")
    pixels = np.random.default_rng(0).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    for name in (NAME, "two\nlines.png", "other.png"):
        Image.fromarray(pixels).save(tmp_path / name)
        pixels = 255 - pixels
    monkeypatch.chdir(tmp_path)

    def call(*args, stdin=None):
        from limner.console import streams

        streams.prepare()
        code = run([os.fspath(a) for a in args])
        out, err = capfdbinary.readouterr()
        return code, os.fsdecode(out), err.decode()

    return call


def fit(cli, *names, out, more=()):
    code, printed, err = cli("fit", *names, "--steps", "1", "--seed", "1", "-q", "-o", out, *more)
    assert (code, err) == (0, "")
    return printed


def test_a_name_that_is_not_utf8_is_read_and_written(cli):
    assert fit(cli, NAME, out=f"{STEM}-f.png") == f"{STEM}-f.png\n"
    art = limner.open(f"{STEM}-f.png")
    assert art.recipe.title == "caf\ufffd  x"
    for ending in ("tiff", "svg", "webp", "jpg", "avif"):
        target = f"{STEM}.{ending}"
        assert cli("render", f"{STEM}-f.png", "--size", "8x8", "-o", target) == (0, f"{target}\n", "")
        assert limner.open(target).recipe.title == art.recipe.title
        code, out, _ = cli("verify", target)
        assert code == 0
        assert out.startswith(f"{printable(target)}: pixels unmodified; reproduced")
    code, out, _ = cli("info", f"{STEM}-f.png")
    assert out.startswith("caf\\xe9  x-f.png: caf\ufffd  x\n")
    record = json.loads(cli("info", f"{STEM}-f.png", "--json")[1])
    assert os.fsencode(record["path"]) == b"caf\xe9  x-f.png"


def test_such_a_name_is_a_layer_a_mask_and_an_input(cli):
    assert cli("blend", NAME, "other.png", "--size", "8x8", "-o", "b.png", "-q")[:2] == (0, "b.png\n")
    assert cli("blend", NAME, "other.png", "--mask", NAME, "--size", "8x8", "-o", f"{STEM}-m.png", "-q")[0] == 0
    assert cli("verify", "b.png", f"{STEM}-m.png")[0] == 0
    assert limner.open("b.png").recipe.layers[0].title == "caf\ufffd  x"
    encoder = ("--encoders", "xy,image", "-s", f"encoder.image.path={NAME}", "--size", "8x8", "--seed", "1")
    assert cli("paint", "ink", *encoder, "-s", f"title={STEM}", "-o", "i.png") == (0, "i.png\n", "")
    stored = limner.open("i.png").recipe
    assert stored.title == "caf\ufffd  x"
    again = limner.paint(stored, seed=1)
    np.testing.assert_array_equal(again.theta, limner.open("i.png").theta)


def test_such_names_in_a_pipe_and_in_messages(cli, monkeypatch):
    import io

    _, printed, _ = cli("paint", "ink", "--size", "8x8", "--seed", "1", "-o", NAME, "--force")
    for data in (os.fsencode(printed), b"caf\xe9  x.png\0"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert cli("verify", "-")[0] == 0
    missing = os.fsdecode(b" no\xff  file\n.png ")
    assert cli("info", missing) == (2, "", "error:  no\\xff  file\\n.png : there is no such file\n")


def test_such_names_name_buttons(cli):
    fit(cli, NAME, "two\nlines.png", out=f"{STEM}-b.png")
    assert cli("render", f"{STEM}-b.png", "--press", f"{STEM}=1", "-o", "p.png", "--size", "8x8")[0] == 0
    assert weights_of(limner.open("p.png").recipe) == (1.0, 0.0)


def test_contact_sheets_of_recipes_of_any_name(cli):
    recipe = cli("recipes", "show", "ink", "-s", "size=[8,8]")[1]
    for name in (f"{STEM}.toml", "two\nlines\u200d.toml"):
        with open(name, "w") as file:  # noqa: PTH123 - a name that pathlib takes too
            file.write(recipe)
        assert cli("paint", name, "--seed", "5", "--count", "2", "--sheet", "s.png", "--only-sheet", "--force")[0] == 0
        code, out, err = cli("paint", "--sheet", "s.png", "--pick", "6", "--force")
        assert (code, err) == (0, "")
        assert out.endswith("-6.png\n")


@pytest.mark.slow
def test_sweeps_and_networks_of_such_names(cli, tmp_path):
    sweep = ("sweep", "likeness", "--on", NAME, "--seeds", "0", "--steps", "1", "-o", os.fsdecode(b"sw\xe9"), "-q")
    code, out, err = cli(*sweep)
    assert (code, err) == (0, "")
    assert b"caf\xe9  x.png" in (tmp_path / os.fsdecode(b"sw\xe9") / "results.csv").read_bytes()
    train = ("translate", "train", NAME, "other.png", "--recipe", "autoencode", "--size", "16x16", "--steps", "1")
    network = os.fsdecode(b"net\xe9.limner")
    assert cli(*train, "-o", network, "--highlights", "1", "--report", f"{STEM}.html", "-q")[0] == 0
    assert "$&#39;./net\\xe9.limner&#39;" in (tmp_path / f"{STEM}.html").read_text("utf-8")
    code, out, _ = cli("translate", "apply", network, NAME, "-o", "out", "-q")
    assert (code, out) == (0, f"out/{NAME}\n")


def test_commands_that_are_printed_are_words_of_a_shell(cli):
    words = "it's $HOME;  x"
    _, _, err = cli("plugins", "new", "xx", "-o", words, "--summary", "rings")
    command = err.removeprefix("next: ").strip()
    assert shlex.split(command) == ["pip", "install", "-e", f"{words}[test]", "&&", "pytest", words]
    cli("paint", "ink", "--size", "8x8", "--seed", "1", "-o", f"{words}.png")
    err = cli("paint", "ink", "--count", "2", "-o", f"{words}.png", "--force")[2]
    assert shlex.split(re.search("give a folder: (.*)", err)[1]) == ["-o", f"{words}.png/"]
