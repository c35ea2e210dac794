"""A FIFO as an input is refused at once: opening it would wait for another program."""

import os

import pytest

import limner
from limner.cli.main import run


@pytest.fixture
def pipes(tmp_path, monkeypatch):
    """Go to a folder with FIFOs named like artworks, movies and sheets, and with the artwork ``a.png``."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no FIFOs")
    monkeypatch.chdir(tmp_path)
    for suffix in ("png", "gif", "limner"):
        os.mkfifo(f"f.{suffix}")
    limner.paint("ink", seed=1, size=(8, 8)).save("a.png")


@pytest.mark.parametrize(
    "line",
    [
        *(f"{command} f.{suffix}" for command in ("info", "paint", "verify") for suffix in ("png", "gif", "limner")),
        "render f.png",
        "blend f.png a.png",
        "fit f.png",
        "fit a.png --recipe f.png",
        "translate apply f.limner a.png",
    ],
)
def test_a_fifo_as_an_input_is_refused(pipes, capsys, line):
    assert run(line.split()) == 2
    err = capsys.readouterr().err
    assert "not a file" in err
    assert "translate train" not in err
    assert err.count("\n") == 1


def test_a_fifo_is_no_contact_sheet(pipes, capsys):
    assert run(["paint", "--sheet", "f.png", "--pick", "3"]) == 2
    assert "f.png: is not a contact sheet (it is a FIFO" in capsys.readouterr().err
