"""What all trainings share: budgets in passes, savers of checkpoints, watches that fail."""

import math

import numpy as np
import pytest

from limner.errors import LimnerError
from limner.registry.backends import choose_backend
from limner.registry.registry import registry
from limner.stages.optimization.state import State
from limner.stages.optimization.trainer import Step, Trainer
from limner.training.checkpoint import read_checkpoint
from limner.training.plan import prepare
from limner.training.run import UNBOUNDED_STEPS, Budget, Run, make_budget
from limner.training.session import CheckpointSaver


class InBatches(Trainer):
    """Looks at four points a step."""

    def init(self, problem, theta, ctx):
        return State()

    def step(self, problem, theta, state, ctx):
        return Step(theta, state, 0.0)

    def samples_per_step(self, points):
        return 4


@pytest.mark.parametrize(
    ("budget", "epochs", "steps"),
    [
        (Budget(steps=100), 0, 100),
        (Budget(steps=100), 3, 9),  # ten points in fours are three steps
        (Budget(steps=5), 3, 5),
        (Budget(seconds=1.0), 3, 9),
        (make_budget(0, 0, 0, 3), 3, 9),
    ],
)
def test_epochs_are_steps(budget, epochs, steps):
    assert budget.within_epochs(epochs, 10, InBatches()).steps == steps


def test_a_budget_has_a_default():
    assert make_budget(0, 0, 0) == Budget(seconds=20.0)
    assert make_budget(0, 0, 0, default_seconds=300.0) == Budget(seconds=300.0)
    assert make_budget(0, 0, 30.0, default_seconds=300.0) == Budget(psnr=30.0)
    assert make_budget(0, 0, 0, 2) == Budget(steps=UNBOUNDED_STEPS)
    with pytest.raises(LimnerError, match="`epochs`: must be a whole number"):
        make_budget(0, 0, 0, 1.5)


def test_a_saver_says_what_the_checkpoint_holds(tmp_path):
    plan = prepare(
        "skimage:coffee",
        "rprop-portrait",
        Budget(steps=1),
        seed=1,
        train_size=12,
        checkpoint_path=tmp_path / "a.png.ckpt",
    )
    model, backend = plan.model(), choose_backend("numpy", registry())
    saver = CheckpointSaver(plan, plan.checkpoint_path, model.recipe, backend)
    assert saver.step is None
    theta = model.init_params()
    saver(Run(theta, State(), theta, best_loss=1.0, step=3))
    saver(Run(np.full_like(theta, math.nan), State(), theta, best_loss=1.0, step=4))
    assert saver.step == 3
    assert read_checkpoint(plan.checkpoint_path).header.step == 3
