"""The functions of the applications, with the words of their commands."""

import inspect

import pytest

import limner
from limner.cli.main import run
from limner.errors import LimnerError
from limner.registry.commands import find_commands

NOT_IN_PYTHON = {"as_json", "quiet", "threads", "dry_run"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def words(function):
    return {name.rstrip("_") for name in inspect.signature(function).parameters}


@pytest.mark.parametrize("name", ["sweep", "gallery", "faces", "palettes", "verify", "blend", "paint", "fit"])
def test_a_function_uses_the_words_of_its_command(name):
    command = find_commands(third_party=False).get(name).load()
    if name == "gallery":
        from limner_apps.galleries.command import build as command
    function = getattr(limner, name)
    own = words(function) - {"on_step", "swap", "path", "sources", "images", "pictures", "photos"}
    assert own <= words(command)
    if name in ("sweep", "gallery", "faces", "palettes"):  # they write files, as the command does
        assert words(command) - NOT_IN_PYTHON <= words(function)


@pytest.mark.slow
def test_a_sweep_as_its_command():
    found = limner.sweep(
        "marbling", vary={"network.depth": [1, 2]}, seeds=range(2), size=(8, 6), out="ours", sheet="s.png"
    )
    options = ["--vary", "network.depth=1,2", "--seeds", "0..1", "--size", "8x6", "-o", "theirs"]
    assert run(["sweep", "marbling", *options, "--quiet"]) == 0
    assert len(found.rows) == len(found.paths) == 4
    for path in found.paths:
        assert limner.open(path) == limner.open(path.parents[2] / "theirs" / "trials" / path.name)
    assert found.sheet.exists()
    assert found.failed == ()
    assert limner.sweep("marbling", vary=["network.depth=1,2"], seeds="0..1", size=(8, 6), out="ours").reused == 4


def test_a_sweep_names_its_failures():
    with pytest.raises(LimnerError, match="dpth"):
        limner.sweep("marbling", vary={"network.dpth": [1, 2]})


def test_a_gallery_of_a_folder():
    pytest.importorskip("jinja2")
    limner.paint("ink", seed=1, size=(16, 12)).save("a.png")
    built = limner.gallery("a.png", "site", title="One")
    assert built.pieces == 1
    assert "One" in built.index.read_text("utf-8")
    with pytest.raises(LimnerError, match="title"):
        limner.gallery("a.png", title=" ")
