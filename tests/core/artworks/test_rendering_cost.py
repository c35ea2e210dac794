"""The cost of large pictures is announced before they are rendered."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import limner
from limner.artworks.preflight import cost
from limner.artworks.preflight.cost import RenderingCost, rendering_cost
from limner.artworks.saving import Rendering
from limner.cli.main import run
from limner.imaging.canvas import Canvas
from limner.registry.backends import choose_backend
from limner.registry.registry import registry

NUMPY = choose_backend("numpy", registry())


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def _small(monkeypatch):
    """Announce pictures of 1,000 pixels or more, each estimate measuring 100 pixels in 2 seconds."""
    monkeypatch.setattr(cost, "LARGE", 1000)
    monkeypatch.setattr(cost, "MEASURED", 100)
    ticks = iter(range(0, 10**6, 2))
    monkeypatch.setattr(cost, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))


def estimate(size, **more):
    pictures = more.pop("pictures", 1)
    rendering = Rendering(Canvas(size, more.pop("region", None), more.pop("supersample", 1)), NUMPY, **more)
    return rendering_cost(limner.paint("marbling", seed=1), Path("a.png"), rendering, pictures=pictures)


def test_ten_gigapixels_are_announced_and_nothing_is_written():
    known = estimate((100_000, 100_000))
    assert known.pixels == 10**10
    assert 1e7 < known.nbytes < 3e10
    assert known.seconds > 1
    assert str(known).startswith("10,000 megapixels, about ")
    assert list(Path().iterdir()) == []


@pytest.mark.usefixtures("_small")
def test_time_and_size_grow_with_the_pixels():
    assert estimate((40, 30)).seconds == pytest.approx(2 * 1200 / 100)
    assert estimate((40, 30), pictures=3).seconds == pytest.approx(3 * 2 * 1200 / 100)
    assert estimate((400, 300), region=(10, 10, 40, 30)).pixels == 1200
    assert estimate((40, 30), bits=16).nbytes > estimate((40, 30)).nbytes
    assert estimate((20, 20)) is None
    assert estimate((20, 20), pictures=3).pixels == 1200
    assert estimate((20, 20), supersample=2).pixels == 400
    assert estimate((20, 20), supersample=2).seconds == pytest.approx(2 * 400 / 25)


def test_the_estimate_is_a_phrase():
    assert str(RenderingCost(1, 2 * 10**8, 3e6, 7300)) == "200 megapixels, about 3.0 MB on disk, in about 2 hours"
    several = RenderingCost(1200, 2 * 10**8, 3e9, 1.0)
    assert str(several) == "1,200 pictures with 200 megapixels, about 3.0 GB on disk, in about 1 second"


@pytest.mark.usefixtures("_small")
def test_every_command_that_renders_announces_large_pictures(capsys):
    def announced(*args):
        assert run(list(args)) == 0
        return [line for line in capsys.readouterr().err.splitlines() if " megapixels, about " in line]

    (line,) = announced("paint", "marbling", "--seed", "1", "--size", "40x30", "-o", "a.png")
    assert line.startswith("a.png: 0 megapixels, about ")
    assert line.endswith(" on disk, in about 24 seconds")
    assert announced("paint", "marbling", "--seed", "1", "--size", "4x3", "-o", "b.png") == []
    (line,) = announced("paint", "marbling", "--seed", "1", "--size", "20x20", "--count", "3", "-o", "many/")
    assert line.startswith("many: 3 pictures with ")
    (line,) = announced("render", "b.png", "--size", "40x30", "-o", "r.png")
    assert line.startswith("r.png: ")
    (line,) = announced("blend", "a.png", "b.png", "--size", "40x30", "-o", "bl.png")
    assert line.startswith("bl.png: ")
    fit = ["fit", "b.png", "--recipe", "rprop-portrait", "--steps", "1", "--size", "40x30", "-o", "f.png"]
    (line,) = announced(*fit)
    assert line.startswith("f.png: ")
    assert announced(*fit, "--force", "--quiet") == []


@pytest.mark.usefixtures("_small")
def test_a_disk_that_is_too_small_is_reported_without_an_estimate(monkeypatch, capsys):
    disk = SimpleNamespace(total=10**9, free=100)
    monkeypatch.setattr("limner.utils.resources.shutil.disk_usage", lambda path: disk)
    assert run(["paint", "marbling", "--seed", "1", "--size", "40x30", "-o", "a.png"]) == 2
    err = capsys.readouterr().err
    assert "the disk has 100 bytes free" in err
    assert "megapixels" not in err
