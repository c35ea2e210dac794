"""The cost of a sweep is announced if its pictures are large in all."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from limner.artworks.preflight import cost
from limner.cli.main import run
from limner_apps.sweeps.run import Estimate, SweepRun
from limner_apps.sweeps.scheduler import SweepOutcome

VARY = ["--vary", "network.contrast=1,2", "--seeds", "1", "-o", "s"]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    """Nothing is rendered except the part that is measured, in 2 seconds."""
    monkeypatch.chdir(tmp_path)
    ticks = iter(range(0, 10**6, 2))
    monkeypatch.setattr(cost, "MEASURED", 100)
    monkeypatch.setattr(cost, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    monkeypatch.setattr(SweepRun, "run", lambda self, command: SweepOutcome())
    monkeypatch.setattr(SweepRun, "estimate", lambda self: Estimate(2, 1.0, 1))


def notes(capsys, *words):
    assert run(["sweep", *words]) == 0
    return capsys.readouterr().err.splitlines()


def test_a_large_sweep_is_announced(capsys):
    found = notes(capsys, "marbling", *VARY, "--size", "16000x16000")[0]
    assert found.startswith("s: 2 pictures with 512 megapixels, about ")
    assert " on disk, in about " in found
    assert not Path("s").exists()
    first, second = notes(capsys, "marbling", *VARY, "--size", "16000x16000", "--dry-run")
    assert first == found
    assert second == "timing the first of 2 trials, 16000x16000 pixels"
    assert notes(capsys, "marbling", *VARY, "--size", "16000x16000", "--quiet") == []


@pytest.mark.parametrize(
    ("words", "announced"),
    [
        (["--vary", "size=[8,8],[40,30]"], "s: 2 pictures with 0 megapixels"),  # 1,264 pixels
        (["--vary", "size=[8,8],[30,30]"], ""),  # 964 pixels
        (["--size", "8x8", "--seeds", "0..15"], "s: 16 pictures with 0 megapixels"),
        (["--size", "8x8", "--seeds", "0..14"], ""),
        (["--size", "1x1", "--seeds", "0..2999", "--yes"], "s: 3,000 pictures with 0 megapixels"),
        ([], "s: 1 megapixels"),  # the default size
    ],
)
def test_the_pixels_of_all_trials_count(words, announced, monkeypatch, capsys):
    monkeypatch.setattr(cost, "LARGE", 1000)
    found = [note for note in notes(capsys, "marbling", *words, "-o", "s") if "megapixels" in note]
    assert [note.startswith(announced) for note in found] == ([True] if announced else [])


def test_the_pictures_of_fits_count_at_each_step(monkeypatch, capsys):
    Image.new("RGB", (20, 10), "teal").save("in.png")
    monkeypatch.setattr(cost, "LARGE", 1200)
    fits = ["rprop-portrait", "--on", "in.png", "--steps", "3", "--seeds", "1..2", "-o", "s"]
    assert not any("megapixels" in note for note in notes(capsys, *fits))
    assert notes(capsys, *fits, "--at-steps", "1,2")[0].startswith("s: 6 pictures with 0 megapixels")
