"""A complete training removes its checkpoint; an incomplete one keeps it; and no command starts over by accident."""

import csv
import errno
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save_file

import limner
from limner.cli.main import run
from limner.errors import LimnerError
from limner.registry.events import CheckpointFailed
from limner.registry.hookspecs import hookimpl
from limner.registry.registry import registry
from limner.training import checkpoint, loop

FIT = ["fit", "in.png", "--recipe", "rprop-portrait", "--seed", "1", "-o", "a.png"]
TRAIN = ["translate", "train", "photos", "--recipe", "colorize", "--size", "16x16", "--seed", "1"]
TRAIN += ["-s", "network.width=2", "-o", "a.limner"]
COMMANDS = [(FIT, "a.png"), (TRAIN, "a.limner")]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(1)
    Path("photos").mkdir()
    for i in range(3):
        Image.fromarray(rng.integers(0, 256, (16, 16, 3)).astype(np.uint8)).save(f"photos/{i}.png")
    Image.fromarray(rng.integers(0, 256, (12, 16, 3)).astype(np.uint8)).save("in.png")


@pytest.mark.parametrize(("command", "out"), COMMANDS)
def test_a_complete_training_removes_its_checkpoint(command, out):
    assert run([*command, "--steps", "3", "--checkpoint-every", "0"]) == 0
    assert Path(out).exists()
    assert not list(Path().glob("*.ckpt"))
    assert run([*command, "--steps", "3", "--force", "--keep-checkpoint"]) == 0
    assert Path(f"{out}.ckpt").exists()
    assert run([*command, "--steps", "5", "--resume"]) == 0
    assert not list(Path().glob("*.ckpt"))


@pytest.mark.parametrize(("command", "out"), COMMANDS)
@pytest.mark.parametrize("more", [[], ["--force"]])
def test_resuming_a_complete_run_starts_nothing(command, out, more, capsys):
    assert run([*command, "--steps", "3"]) == 0
    before = Path(out).read_bytes()
    capsys.readouterr()
    assert run([*command, "--steps", "5", "--resume", *more]) == 2
    err = capsys.readouterr().err
    assert f"{out}: exists, but has no checkpoint to resume from, as after a complete run" in err
    assert "--force instead of --resume" in err
    assert Path(out).read_bytes() == before


@pytest.mark.parametrize(("command", "out"), COMMANDS)
def test_resuming_nothing_says_that_it_starts_from_the_beginning(command, out, capsys):
    assert run([*command, "--steps", "1", "--resume"]) == 0
    assert f"{out}.ckpt: there is no checkpoint; starting from the beginning" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "out"), COMMANDS)
def test_a_run_that_cannot_write_all_its_files_keeps_its_checkpoint(command, out, monkeypatch, capsys):
    def full(self, path, *_, **__):
        raise LimnerError(f"{path}: cannot be written: No space left on device")

    monkeypatch.setattr("limner.training.history.History.write", full)
    assert run([*command, "--steps", "3", "--history", "h.csv"]) == 2
    assert "h.csv: cannot be written" in capsys.readouterr().err
    assert {name.name for name in Path().glob("a.*")} >= {out, f"{out}.ckpt"}


@pytest.mark.parametrize(("command", "out"), COMMANDS)
def test_a_full_standard_output_leaves_no_checkpoint_of_a_complete_run(command, out, monkeypatch, capsys):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("limner.console.output.write_result", full)
    assert run([*command, "--steps", "3"]) == 2
    assert "standard output: No space left on device" in capsys.readouterr().err
    assert Path(out).exists()
    assert not list(Path().glob("*.ckpt"))


@pytest.mark.parametrize(("command", "out"), COMMANDS)
def test_a_checkpoint_that_cannot_be_removed_is_reported_after_the_result(command, out, monkeypatch, capsys):
    def stuck(path):
        raise LimnerError(f"{path}: cannot be removed: Permission denied")

    monkeypatch.setattr(checkpoint, "remove_checkpoint", stuck)
    assert run([*command, "--steps", "3"]) == 2
    output = capsys.readouterr()
    assert output.out.splitlines() == [out]
    assert f"error: {out}.ckpt: cannot be removed: Permission denied" in output.err


def test_an_interrupt_keeps_the_checkpoint(interrupt_at_step, capsys):
    interrupt_at_step(3)
    assert run([*FIT, "--steps", "9"]) == 130
    assert Path("a.png.ckpt").exists()
    assert not Path("a.png").exists()


def full_disk(*_, **__):
    raise LimnerError("a.png.ckpt: cannot be written: No space left on device")


class Failures:
    """Collects the events of checkpoints that cannot be saved."""

    def __init__(self):
        self.steps = []

    @hookimpl
    def limner_event(self, event):
        if isinstance(event, CheckpointFailed):
            self.steps.append((event.path.name, event.step))


def test_a_disk_that_fills_up_does_not_end_the_training(monkeypatch, capsys):
    assert run([*FIT, "--steps", "6"]) == 0
    whole = limner.open("a.png").theta
    monkeypatch.setattr(checkpoint, "write_checkpoint", full_disk)
    failures = Failures()
    registry().listen(failures)
    try:
        assert run([*FIT, "--steps", "6", "--checkpoint-every", "0", "--force"]) == 0
    finally:
        registry().unlisten(failures)
    np.testing.assert_array_equal(limner.open("a.png").theta, whole)
    assert failures.steps[:2] == [("a.png.ckpt", 1), ("a.png.ckpt", 2)]
    err = capsys.readouterr().err
    note = "a.png.ckpt: cannot be written: No space left on device; the training continues without a new checkpoint"
    assert err.count(note) == 1


def test_the_checkpoint_before_the_disk_filled_up_is_named(monkeypatch, capsys):
    step, write = loop._step, checkpoint.write_checkpoint

    def stopped(run, *args):
        if run.step == 3:
            raise KeyboardInterrupt
        return step(run, *args)

    def filling(path, run, *args):
        return write(path, run, *args) if run.step < 2 else full_disk()

    monkeypatch.setattr(loop, "_step", stopped)
    monkeypatch.setattr(checkpoint, "write_checkpoint", filling)
    assert run([*FIT, "--steps", "9", "--checkpoint-every", "0"]) == 130
    assert "a.png.ckpt holds the run after step 1; continue it with --resume" in capsys.readouterr().err
    assert checkpoint.read_checkpoint(Path("a.png.ckpt")).header.step == 1
    monkeypatch.setattr(checkpoint, "write_checkpoint", full_disk)
    Path("a.png.ckpt").unlink()
    assert run([*FIT, "--steps", "9", "--checkpoint-every", "0"]) == 130
    assert "error: interrupted; no checkpoint could be saved" in capsys.readouterr().err


def table(path):
    return list(csv.DictReader(Path(path).read_text("utf-8").splitlines()))


@pytest.mark.parametrize(
    ("command", "column"), [([*FIT, "--trainer", "backprop"], "learning_rate"), (TRAIN, "learning_rate")]
)
def test_the_last_row_of_a_history_is_the_same_after_resuming(command, column):
    assert run([*command, "--steps", "3", "--history", "h.csv", "--keep-checkpoint"]) == 0
    assert run([*command, "--steps", "3", "--history", "r.csv", "--resume"]) == 0
    whole, resumed = table("h.csv"), table("r.csv")
    assert whole[-1][column]
    assert [{**row, "seconds": ""} for row in whole] == [{**row, "seconds": ""} for row in resumed]


def test_checkpoints_without_metrics_still_resume():
    whole = [*FIT, "--steps", "3", "--keep-checkpoint"]
    assert run(whole) == 0
    with safe_open("a.png.ckpt", "numpy") as file:
        text = file.metadata()[checkpoint.METADATA_KEY]
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    header = json.loads(text)
    assert header.pop("metrics")
    save_file(arrays, "a.png.ckpt", {checkpoint.METADATA_KEY: json.dumps(header)})
    assert run([*FIT, "--steps", "5", "--resume"]) == 0
