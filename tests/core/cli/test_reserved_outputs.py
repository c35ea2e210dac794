"""A second run with an output of a running one is refused at its start; nothing is lost."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from limner.cli.main import run
from limner.utils.temporary.locks import claim_output


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    for k in range(2):
        Image.fromarray(np.full((16, 16, 3), 90 * k, np.uint8)).save(f"photos/{k}.png")


FIT = ["fit", "photos/0.png", "--steps", "2", "--recipe", "likeness", "--quiet"]
TRAIN = ["translate", "train", "photos", "--steps", "2", "--size", "16x16", "-s", "network.width=2", "--quiet"]


@pytest.mark.parametrize("again", [[], ["--force"], ["--resume"]])
@pytest.mark.parametrize(
    ("command", "busy", "option"),
    [
        ([*FIT, "-o", "a.png"], "a.png", "-o"),
        ([*FIT, "-o", "b.png", "--timelapse", "a.gif"], "a.gif", "--timelapse"),
        ([*FIT, "-o", "b.png", "--timelapse", "frames/"], "frames", "--timelapse"),
        ([*FIT, "-o", "b.png", "--history", "a.csv"], "a.csv", "--history"),
        ([*FIT, "-o", "b.png", "--compare", "photos/../a.png"], "a.png", "--compare"),
        ([*TRAIN, "-o", "a.limner"], "a.limner", "-o"),
        ([*TRAIN, "-o", "b.limner", "--sheet", "a.png"], "a.png", "--sheet"),
        ([*TRAIN, "-o", "b.limner", "--report", "a.html"], "a.html", "--report"),
    ],
)
def test_a_second_run_is_refused_at_its_start(command, busy, option, again, capsys):
    Path("a.png.ckpt").touch()  # the checkpoint of the running one
    before = sorted(Path().rglob("*"))
    with claim_output(Path(busy)):
        assert run([*command, *again]) == 2
        err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "another run is writing it; wait until that run ends, or choose another" in err
    assert err.endswith(f"with {option}\n")
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize("command", [[*FIT, "-o", "a.png"], [*TRAIN, "-o", "a.limner", "--highlights", "1"]])
def test_outputs_are_reserved_while_a_run_lasts_and_free_at_its_end(command, monkeypatch):
    from limner.training import loop

    step, seen = loop._step, []

    def looking(*args):
        seen.append({path.name[-5:] for path in Path().glob(".limner-*")})
        return step(*args)

    monkeypatch.setattr(loop, "_step", looking)
    assert run(command) == 0
    assert seen == [{".lock"}] * 2
    assert run([*command, "--force"]) == 0
    assert not list(Path().glob(".limner-*"))


@pytest.mark.parametrize("command", [["gallery", "build", "art", "-o", "site"], ["faces", "photos", "-o", "site"]])
def test_a_folder_that_another_run_writes_is_refused(command, capsys):
    assert run(["paint", "ink", "--size", "16x16", "-o", "art/", "--count", "2", "--quiet"]) == 0
    capsys.readouterr()
    with claim_output(Path("site")):
        assert run(command) == 2
    err = capsys.readouterr().err
    assert err == ("error: site: another run is writing it; wait until that run ends, or choose another name with -o\n")
