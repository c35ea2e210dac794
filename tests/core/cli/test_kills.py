"""A hundred SIGKILLs at random moments: no file is lost or damaged, and what goes on ends in the same θ."""

import json
import multiprocessing
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run
from limner.utils.temporary import leftovers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="needs forkserver"),
]
MODULES = ["limner.cli.main", "limner.training.fit", "limner.translation.train", "limner.training.timelapse",
           "limner_apps.sweeps.run", "limner_apps.sweeps.report.contact_sheet", "limner_apps.galleries.build",
           "limner_plugins.plugin", "skimage"]  # fmt: skip


@pytest.fixture(scope="module")
def server():
    """Start commands in processes that have imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(MODULES)
    return context


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(3)
    (tmp_path / "photos").mkdir()
    for k in range(4):
        pixels = np.kron(rng.integers(0, 256, (4, 4, 3)), np.ones((4, 4, 1))).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{k}.png")
    return tmp_path


def finish(args):
    """Run a command to its end, as a new process would, and return its duration."""
    leftovers._CLEANED.clear()
    start = time.monotonic()
    assert run([*args, "--quiet"]) == 0
    return time.monotonic() - start


def kill(server, args, seconds):
    """Kill a command after some time, and return whether it was still running."""
    process = server.Process(target=run, args=([*args, "--quiet"],))
    process.start()
    process.join(seconds)
    running = process.is_alive()
    process.kill()
    process.join()
    return running


def files(folder):
    """Return the content of all files that are not temporary, by path."""
    paths = [path for path in Path(folder).rglob("*") if not any(p.startswith(".limner-") for p in path.parts)]
    return {path: path.read_bytes() for path in paths if path.is_file() and path.name != ".lock"}


def temporary(folder):
    return list(Path(folder).rglob(".limner-*"))


def seconds_of(server, args):
    """Return how long a command takes in a process of its own."""
    process = server.Process(target=run, args=([*args, "--quiet"],))
    start = time.monotonic()
    process.start()
    process.join()
    return time.monotonic() - start


def going_on(out, more):
    """Return the option that continues a training; only ``--force`` replaces the frames of an earlier timelapse."""
    return "--resume" if Path(f"{out}.ckpt").exists() and not more else "--force"


def training(server, here, command, suffix, kills, rng, more=()):
    """Kill a training again and again until it is complete; compare θ with that of a training that was never killed."""
    whole, out = here / f"whole{suffix}", here / f"out{suffix}"
    took = seconds_of(server, [*command, "-o", str(whole)])
    theta = limner.open(whole).theta
    killed = 0
    while killed < kills:
        finish([*command, "-o", str(out), "--steps", "2", *more, "--force"])  # an earlier result, to be replaced
        Path(f"{out}.ckpt").unlink(missing_ok=True)  # a run that is resumed would belong to it
        before = files(here)
        args = [*command, "-o", str(out), *more]
        for _ in range(6):
            if not kill(server, [*args, going_on(out, more)], rng.uniform(0, took / 2)):
                break
            killed += 1
            after = files(here)
            assert before.keys() <= after.keys()
            limner.open(out)
            for path in Path("frames").glob("*.png"):
                Image.open(path).load()
        finish([*args, going_on(out, more)])
        np.testing.assert_array_equal(limner.open(out).theta, theta)
        assert not temporary(here)
    return killed


def test_fits(server, here):
    command = ["fit", str(here / "photos" / "0.png"), "--recipe", "likeness", "--seed", "3", "--steps", "12"]
    assert training(server, here, [*command, "--checkpoint-every", "0"], ".png", 30, np.random.default_rng(1)) >= 30


def test_fits_with_a_timelapse_in_a_folder_that_exists(server, here):
    command = ["fit", str(here / "photos" / "0.png"), "--recipe", "likeness", "--seed", "3", "--steps", "20"]
    more = ["--timelapse", str(here / "frames") + "/"]
    assert training(server, here, command, ".png", 12, np.random.default_rng(2), more) >= 12


def test_image_to_image_trainings(server, here):
    command = ["translate", "train", str(here / "photos"), "--recipe", "colorize", "--seed", "3", "--steps", "15"]
    command += ["--size", "16x16", "-s", "network.width=2", "--checkpoint-every", "0", "--sheet-every", "0.05"]
    assert training(server, here, command, ".limner", 28, np.random.default_rng(3)) >= 28


def test_sweeps(server, here):
    command = ["sweep", "marbling", "--vary", "network.depth=2,4", "--seeds", "0..5", "--size", "32x32"]
    rng, killed, rounds = np.random.default_rng(4), 0, 0
    took = seconds_of(server, [*command, "-o", str(here / "whole")])
    whole = {path.name: path.read_bytes() for path in (here / "whole" / "trials").glob("*.png")}
    assert len(whole) == 12
    while killed < 8:
        rounds += 1
        folder = here / f"sweep-{rounds}"
        for _ in range(4):
            before = {path: data for path, data in files(folder).items() if path.suffix == ".json"}
            killed += kill(server, [*command, "-o", str(folder)], rng.uniform(0, took))
            after = files(folder)
            assert all(after[path] == data for path, data in before.items() if path.parent.name == "trials")
        finish([*command, "-o", str(folder)])
        assert {path.name: path.read_bytes() for path in (folder / "trials").glob("*.png")} == whole
        while temporary(folder):  # a worker of a killed sweep has not noticed it yet
            time.sleep(0.05)
            leftovers.remove_partials(folder / "trials")


def test_galleries(server, here):
    rng, killed, rounds = np.random.default_rng(5), 0, 0
    for name, seeds in (("old", range(3)), ("new", range(3, 6))):
        (here / name).mkdir()
        for seed in seeds:
            limner.paint("ink", seed=seed, size=(48, 32)).save(here / name / f"{seed}.png")
    both = ["gallery", "build", str(here / "old"), str(here / "new"), "-o"]
    took = seconds_of(server, [*both, str(here / "whole")])
    expected = {path.relative_to(here / "whole") for path in files(here / "whole")}
    while killed < 24:
        rounds += 1
        site = here / f"site-{rounds}"
        finish(["gallery", "build", str(here / "old"), "-o", str(site)])
        before = files(site)
        for _ in range(4):
            killed += kill(server, [*both, str(site)], rng.uniform(0, took))
            after = files(site)
            assert before.keys() <= after.keys()
            assert all(after.values())
            json.loads((site / "limner-gallery.json").read_text())
        finish([*both, str(site)])
        assert {path.relative_to(site) for path in files(site)} == expected
        assert not temporary(here)
        assert all(path.read_bytes() == data for path, data in before.items() if path.suffix in (".png", ".webp"))
