"""The README and the guides are true: their commands run, and their pictures are what the commands paint."""

import io
import itertools
import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(sh|python|toml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")


def name_of(page):
    """Return the path of a page in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks(page, language):
    return [text for kind, text in BLOCK.findall(page.read_text("utf-8")) if kind == language]


def shell(line, capsys, monkeypatch):
    """Run one line as a shell would: pipes between limner commands, and > into a file."""
    line = line.split(" #")[0].strip()
    line, _, target = line.partition(" > ")
    given = ""
    for command in line.split(" | "):
        program, *words = shlex.split(command)
        assert program == "limner", line
        args = [name for word in words for name in (expanded(word) if "*" in word else [word])]
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        code = run(args)
        given, err = capsys.readouterr()
        assert code == 0, (line, err)
    if target:
        Path(target.strip()).write_text(given, "utf-8")


def expanded(word):
    """Return the files that match a word with wildcards, as a shell does."""
    return sorted(map(str, Path().glob(word))) or [word]


def commands(page):
    lines = [line for text in blocks(page, "sh") for line in text.splitlines()]
    installs = [line.split(" && ")[1] for line in lines if line.startswith("pip install . && limner")]
    return installs + [line for line in lines if line.startswith("limner ")]


def shortened(line):
    """Return a command with a movie of half a second, whose first frame is that of a longer one."""
    return re.sub(r"--seconds \d+ ", "--seconds 0.5 ", line) if line.startswith("limner animate ") else line


def same_pixels(ours, theirs):
    with Image.open(ours) as a, Image.open(theirs) as b:
        assert a.size == b.size
        difference = np.abs(np.asarray(a).astype(int) - np.asarray(b)).max(axis=-1)
    return (difference > 1).mean() <= 1e-4


PAINTED = {
    "README.md": 8,
    "docs/paint.md": 5,
    "docs/fit.md": 3,
    "docs/blend.md": 3,
    "docs/palettes.md": 4,
    "docs/restyle.md": 4,
}
"""Pages that show what their commands make, and how many such pictures each shows."""
ELSEWHERE = {"tissue.webp", "gallery-themes.webp", "print.webp"}
"""Pictures that other means make: commands that take minutes, screenshots of a browser, and pages of PDF files."""
FITTED = {"compare.webp", "pairs.png", "coffee-compare.webp", "cup.webp", "soft.png", "trio-pairs.png", "walk.webp"}
FITTED |= {"inks.webp", "screens.webp", "eight.webp", "kaleidoscope.webp", "tide.webp", "wander.webp", "loop.webp"}
"""Pictures of fitted networks, and lossy ones."""
FILES = {"faces.png": "crew/about/sheet.png"}
"""The files of pictures that have another name in docs/pictures."""
LEARNED = 8
"""Levels on the mean: the last bits of a machine's arithmetic grow while a network learns."""


def distance(ours, theirs):
    """The mean difference in levels of two pictures of one size."""
    with Image.open(ours) as a, Image.open(theirs) as b:
        assert a.size == b.size
        return np.abs(np.asarray(a.convert("RGB")).astype(int) - np.asarray(b.convert("RGB"))).mean()


@pytest.fixture
def quick_clock(monkeypatch):
    """Let a second of training be fifty readings of the clock, on any machine."""
    readings = itertools.count()
    clock = SimpleNamespace(perf_counter=lambda: next(readings) / 50)
    monkeypatch.setattr("limner.training.loop.time", clock)


def write_files(page):
    """Write the recipes that a page asks its reader to save: "... as `name.toml`:" before the block."""
    for name, text in re.findall(r"`([\w-]+\.toml)`:\n\n```toml\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S):
        Path(name).write_text(text, "utf-8")


LONG_GUIDES = {
    "docs/adversarial.md",
    "docs/animate.md",
    "docs/blend.md",
    "docs/faces.md",
    "docs/fit.md",
    "docs/gallery.md",
    "docs/paint.md",
    "docs/palettes.md",
    "docs/print.md",
    "docs/restyle.md",
    "docs/stickers.md",
    "docs/sweep.md",
    "docs/translate.md",
}
"""Guides whose commands take over a second; the README has the shortest of each sort."""


def marked(page):
    return pytest.param(page, marks=pytest.mark.slow if name_of(page) in LONG_GUIDES else ())


@pytest.mark.usefixtures("quick_clock")
@pytest.mark.parametrize("page", [marked(page) for page in PAGES], ids=name_of)
def test_every_command_runs(page, tmp_path, monkeypatch, capsys, make_profile):
    monkeypatch.chdir(tmp_path)
    write_files(page)
    if name_of(page) == "docs/print.md":
        Path("PSOcoated_v3.icc").write_bytes(make_profile())
    if name_of(page) == "docs/animate.md":
        exec(blocks(page, "python")[0], {})  # makes the sound
    for line in commands(page):
        shell(line if name_of(page) in LONG_GUIDES else shortened(line), capsys, monkeypatch)
    if name_of(page) in PAINTED:
        _check_pictures(page, tmp_path)


@pytest.mark.slow
def test_the_movies_of_the_readme_are_those_it_shows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    lines = commands(ROOT / "README.md")
    last = max(k for k, line in enumerate(lines) if line.startswith("limner animate "))
    for line in lines[: last + 1]:
        shell(line, capsys, monkeypatch)
    with Image.open("loop.webp") as ours, Image.open(ROOT / "docs" / "pictures" / "loop.webp") as stored:
        assert (ours.n_frames, ours.size) == (stored.n_frames, stored.size)
        for k in range(stored.n_frames):
            ours.seek(k)
            stored.seek(k)
            pixels = [np.asarray(movie.convert("RGB")).astype(int) for movie in (ours, stored)]
            assert np.abs(pixels[0] - pixels[1]).mean() < LEARNED


def _check_pictures(page, made):
    """Check that the commands of a page make the pictures it shows: to a level, or nearly if a network was fitted."""
    links = re.findall(r"!\[.+?\]\((.*pictures/.+?)\)", page.read_text("utf-8"))
    shown = [page.parent / link for link in links if Path(link).name not in ELSEWHERE]
    assert len(shown) == PAINTED[name_of(page)]
    for picture in shown:
        ours = made / FILES.get(picture.name, picture.name)
        if picture.name in FITTED:
            assert distance(picture, ours) < LEARNED, picture
        else:
            assert same_pixels(picture, ours), picture


def test_commands_that_take_minutes_are_the_readmes():
    assert {text for page in PAGES for text in blocks(page, "console")} == set(blocks(ROOT / "README.md", "console"))


@pytest.mark.slow
def test_commands_that_take_minutes_run_and_make_their_picture(tmp_path, monkeypatch, capsys):
    """Two players never make the same twice on two machines; what they make of a material has its colours and grain."""
    monkeypatch.chdir(tmp_path)
    for line in "".join(blocks(ROOT / "README.md", "console")).splitlines():
        shell(line.removeprefix("$ "), capsys, monkeypatch)
    (picture,) = Path("tissue").iterdir()
    made, stored = (_figures(path) for path in (picture, ROOT / "docs" / "pictures" / "tissue.webp"))
    np.testing.assert_allclose(made, stored, atol=0.08)
    with Image.open(picture) as image:
        flat = np.asarray(image).mean(axis=(0, 1), keepdims=True) + np.zeros((*image.size[::-1], 1))
    assert np.abs(_figures(Image.fromarray(flat.astype(np.uint8))) - stored).max() > 0.08


def _figures(picture):
    """Mean and spread of each colour, and how unlike neighbours are; of 1."""
    image = picture if isinstance(picture, Image.Image) else Image.open(picture)
    pixels = np.asarray(image.convert("RGB")) / 255
    grain = np.sqrt(np.square(np.diff(pixels, axis=1)).mean())
    return np.array([*pixels.mean(axis=(0, 1)), *pixels.std(axis=(0, 1)), grain])


def test_the_comparison_can_fail(tmp_path):
    limner.paint("marbling", seed=24).save(tmp_path / "same.png")
    limner.paint("marbling", seed=25).save(tmp_path / "other.png")
    stored = ROOT / "docs" / "pictures" / "marbling-24.png"
    assert same_pixels(stored, tmp_path / "same.png")
    assert not same_pixels(stored, tmp_path / "other.png")
    assert distance(stored, tmp_path / "other.png") > LEARNED


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_python_examples_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for text in blocks(page, "python"):
        names: dict = {}
        exec(compile(text, str(page), "exec"), names)
        if "pixels" in names:
            assert names["pixels"].shape == (200, 300, 3)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=name_of)
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_generated_pictures_stay_small():
    files = [p for folder in ("docs", "gallery") for p in (ROOT / folder).rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in files) < 15e6
