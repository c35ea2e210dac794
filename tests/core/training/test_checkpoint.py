"""The file of a checkpoint: everything in a run comes back, and what could not be resumed is not written."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from limner.errors import ArtworkError, LimnerError
from limner.registry.registry import registry
from limner.stages.optimization.state import State
from limner.training.checkpoint import (
    check_state,
    checkpoint_path_of,
    read_checkpoint,
    remove_checkpoint,
    write_checkpoint,
)
from limner.training.history import History
from limner.training.run import Run

NUMPY = registry().load("backend", "numpy")(threads=1)
RECIPE = {"seed": 3, "size": [8, 6]}


def run_of(**changes):
    """A run none of whose numbers is that of another field."""
    history = History()
    history.append({"step": 4, "seconds": 1.5, "loss": 0.5, "psnr": 20.5})
    history.append({"step": 8, "seconds": 3.5, "loss": 0.25})
    arrays = {"mean": np.arange(4, dtype=np.float32), "signs": np.array([1, -1, 0, 1], np.int8)}
    run = Run(
        theta=np.array([1, 2, 3, 4], np.float32),
        state=State({**arrays, "chosen": np.array([True, False])}, {"steps": 9, "rate": 0.125}),
        best=np.array([5, 6, 7, 8], np.float32),
        best_loss=0.0625,
        step=11,
        seconds=4.5,
        psnr=21.5,
        evaluated_at=8,
        history=history,
        metrics={"damping": 0.375},
    )
    return replace(run, **changes)


def stored(run, path):
    assert write_checkpoint(path, run, RECIPE, "the digest", NUMPY)
    return read_checkpoint(path)


def test_everything_in_a_run_comes_back(tmp_path):
    run = run_of()
    saved = stored(run, tmp_path / "a.ckpt")
    again = saved.run(NUMPY)
    assert (saved.header.target, saved.header.recipe) == ("the digest", RECIPE)
    for name in ("best_loss", "step", "seconds", "psnr", "evaluated_at", "metrics"):
        assert getattr(again, name) == getattr(run, name), name
    for name in ("theta", "best"):
        np.testing.assert_array_equal(getattr(again, name), getattr(run, name))
    assert again.history.rows == run.history.rows
    assert again.state.numbers == run.state.numbers
    assert again.state.arrays.keys() == run.state.arrays.keys()
    for name, array in run.state.arrays.items():
        np.testing.assert_array_equal(again.state.arrays[name], array)
        assert again.state.arrays[name].dtype == array.dtype
    tested = {"best_loss", "step", "seconds", "psnr", "evaluated_at", "metrics", "theta", "best", "history", "state"}
    assert {field.name for field in fields(Run)} - tested == {"culprit"}  # of a run that diverged: never saved


def test_numbers_that_json_cannot_hold(tmp_path):
    """An exact match has an infinite PSNR; a metric that is no number is left out."""
    saved = stored(run_of(psnr=math.inf, metrics={"lost": math.nan, "damping": 2.0}), tmp_path / "a.ckpt")
    assert saved.header.psnr == 1e9
    assert saved.header.metrics == {"damping": 2.0}


NAN = np.array([1, math.nan, 3, 4], np.float32)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"theta": NAN},
        {"best": NAN},
        {"best_loss": math.inf},
        {"psnr": math.nan},
        {"seconds": math.inf},
        {"state": State({"mean": NAN})},
        {"state": State({}, {"rate": math.nan})},
    ],
    ids=lambda spoilt: next(iter(spoilt)),
)
def test_a_run_that_is_not_finite_leaves_the_checkpoint_before(tmp_path, spoilt):
    path = tmp_path / "a.ckpt"
    stored(run_of(), path)
    before = path.read_bytes()
    assert not write_checkpoint(path, run_of(**spoilt), RECIPE, "the digest", NUMPY)
    assert path.read_bytes() == before
    path.unlink()
    assert not write_checkpoint(path, run_of(**spoilt), RECIPE, "the digest", NUMPY)
    assert not path.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"theta": np.zeros(5, np.float32), "best": np.zeros(5, np.float32)},
        {"state": State({"mean": np.zeros(4, np.float32)}, {"steps": 9, "rate": 0.125})},
        {"state": replace(run_of().state, numbers={"steps": 9})},
        {"state": replace(run_of().state, arrays={**run_of().state.arrays, "mean": np.zeros(4)})},
        {"state": replace(run_of().state, arrays={**run_of().state.arrays, "more": np.zeros(4)})},
    ],
)
def test_a_state_of_another_structure_is_damaged(tmp_path, changed):
    with pytest.raises(ArtworkError, match=r"a\.ckpt: the checkpoint is damaged"):
        check_state(tmp_path / "a.ckpt", run_of(**changed), run_of())


def test_a_state_of_the_same_structure_may_have_other_numbers(tmp_path):
    other = State(
        {name: np.zeros_like(array) for name, array in run_of().state.arrays.items()}, {"steps": 0, "rate": 1.0}
    )
    check_state(tmp_path / "a.ckpt", run_of(state=other, theta=-run_of().theta, step=0), run_of())


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, "7", True])
def test_a_seed_that_is_none_is_damage(tmp_path, seed):
    path = tmp_path / "a.ckpt"
    write_checkpoint(path, run_of(), {"seed": seed}, "the digest", NUMPY)
    with pytest.raises(ArtworkError, match="the checkpoint is damaged"):
        read_checkpoint(path)
    write_checkpoint(path, run_of(), {"seed": 2**63 - 1}, "the digest", NUMPY)
    assert read_checkpoint(path).header.recipe["seed"] == 2**63 - 1


def test_a_best_of_another_length_is_damage(tmp_path):
    path = tmp_path / "a.ckpt"
    write_checkpoint(path, run_of(best=np.zeros(3, np.float32)), RECIPE, "the digest", NUMPY)
    with pytest.raises(ArtworkError, match="the checkpoint is damaged"):
        read_checkpoint(path)


def test_a_checkpoint_lies_beside_the_picture_and_is_removed(tmp_path):
    path = checkpoint_path_of(tmp_path / "photo.png")
    assert path == tmp_path / "photo.png.ckpt"
    stored(run_of(), path)
    for _ in range(2):  # also if it is gone
        remove_checkpoint(path)
        assert not path.exists()
    path.mkdir()
    with pytest.raises(LimnerError, match=r"photo\.png\.ckpt: cannot be removed"):
        remove_checkpoint(path)


@pytest.mark.parametrize("name", ["theta", "best", "state.mean"])
def test_arrays_that_are_not_finite_are_damage(tmp_path, name):
    """limner writes none; another program may."""
    path = tmp_path / "a.ckpt"
    stored(run_of(), path)
    with safe_open(str(path), framework="numpy") as file:
        arrays, metadata = {key: file.get_tensor(key) for key in file.keys()}, file.metadata()  # noqa: SIM118
    assert name in arrays
    save_file(arrays, str(path), metadata)
    assert read_checkpoint(path).header.step == 11
    save_file({**arrays, name: NAN}, str(path), metadata)
    with pytest.raises(ArtworkError, match="the checkpoint is damaged"):
        read_checkpoint(path)
