"""The file of states: valid at every moment, and never more than what was kept. safetensors itself is the oracle."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from limner.errors import LimnerError
from limner.training.states.state_file import FREE, KeptState, StateFile

NO_CODES = np.zeros((0, 0))


def theta_of(step):
    return np.arange(step, step + 5, dtype=np.float32)


def kept(path):
    """Return the steps and thetas of a file, as safetensors reads them."""
    tensors = load_file(path)
    rows = tensors["step"] != FREE
    return tensors["step"][rows].tolist(), tensors["theta"][rows]


def test_the_file_is_complete_after_every_state_and_grows(tmp_path):
    path = tmp_path / "states.safetensors"
    with StateFile(path, {"a": "b"}, 5, 2, NO_CODES) as file:
        for step in (0, 3, 4, 9, 20):
            file.append(KeptState(step, float(step), 1.0 / (step + 1)), theta_of(step))
            steps, thetas = kept(path)
            assert steps[-1] == step
            assert np.array_equal(thetas, [theta_of(one) for one in steps])
        assert len(load_file(path)["step"]) == 8
        file.finish()
    tensors = load_file(path)
    assert tensors["step"].tolist() == tensors["psnr"].tolist() == [0, 3, 4, 9, 20]
    assert tensors["theta"].shape == (5, 5)
    assert tensors["loss"].tolist() == [1.0, 0.25, 0.2, 0.1, 1 / 21]


def test_a_state_of_the_same_step_replaces_the_last_one(tmp_path):
    path = tmp_path / "states.safetensors"
    with StateFile(path, {}, 5, 4, NO_CODES) as file:
        file.append(KeptState(1, 2.0, 3.0), theta_of(1))
        file.append(KeptState(7, 2.0, 3.0), theta_of(2))
        file.append(KeptState(7, 2.5, 2.0), theta_of(7))
        steps, thetas = kept(path)
    assert steps == [1, 7]
    assert np.array_equal(thetas, [theta_of(1), theta_of(7)])


def test_another_run_continues_the_first_states(tmp_path):
    path = tmp_path / "states.safetensors"
    with StateFile(path, {}, 5, 4, NO_CODES) as file:
        for step in (0, 1, 2, 3):
            file.append(KeptState(step, 1.0, 1.0), theta_of(step))
    with StateFile(path, {}, 5, 8, NO_CODES) as file:
        file.adopt([KeptState(0, 1.0, 1.0), KeptState(1, 1.0, 1.0)])
        file.append(KeptState(5, 1.0, 1.0), theta_of(5))
        file.finish()
    steps, thetas = kept(path)
    assert steps == [0, 1, 5]
    assert np.array_equal(thetas, [theta_of(step) for step in steps])


@pytest.mark.parametrize("failing", [2, 3, 4, 5])
def test_a_write_that_fails_leaves_the_states_before(tmp_path, monkeypatch, failing):
    """The step is written last, so that a state is there as a whole or not at all."""
    from limner.training.states import state_file

    path, write, calls = tmp_path / "states.safetensors", state_file._Layout.write, []

    def full(self, file, name, row, values):
        calls.append(name)
        if len(calls) >= failing:
            raise OSError(28, "No space left on device")
        write(self, file, name, row, values)

    with StateFile(path, {}, 5, 4, NO_CODES) as file:
        file.append(KeptState(0, 1.0, 1.0), theta_of(0))
        monkeypatch.setattr(state_file._Layout, "write", full)
        with pytest.raises(LimnerError, match="No space left on device; free some space"):
            file.append(KeptState(1, 1.0, 1.0), theta_of(1))
    assert kept(path)[0] == [0]
