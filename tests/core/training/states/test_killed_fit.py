"""A fit that is killed at any moment keeps complete states, and continues them."""

import subprocess
import sys
import time

import numpy as np
import pytest

from limner.training.states import is_states, read_states

ARGUMENTS = "fit skimage:coffee --recipe rprop-portrait --train-size 32 --steps 2500 --seed 1 -o a.png --force"


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.0])
def test_a_killed_fit_keeps_its_states_and_resumes(tmp_path, seconds):
    command = [sys.executable, "-m", "limner", *ARGUMENTS.split(), "--keep-states", "s", "--checkpoint-every", "0.2"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        while not is_states(tmp_path / "s"):
            time.sleep(0.002)
            assert process.poll() is None
        time.sleep(seconds)
        process.kill()
    states = read_states(tmp_path / "s")
    thetas = [states.theta(index) for index in range(len(states))]  # reads and checks each of them
    assert states[0].step == 0
    resumed = [part if part != "--force" else "--resume" for part in command]
    subprocess.run([*resumed, "--steps", "2600"], cwd=tmp_path, check=True, capture_output=True)
    again = read_states(tmp_path / "s")
    assert again[-1].step == 2600
    steps = [state.step for state in again]
    assert np.array_equal(again.theta(0), thetas[0])
    for index, state in enumerate(states):
        if state.step in steps:
            assert np.array_equal(again.theta(steps.index(state.step)), thetas[index])
