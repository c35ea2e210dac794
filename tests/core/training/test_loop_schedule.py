"""When the loop evaluates, saves, reports and stops, on a clock that the test moves, with losses that it chooses."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from limner.errors import LimnerError
from limner.registry.events import FitProgress
from limner.registry.hookspecs import hookimpl
from limner.registry.registry import registry
from limner.stages.context import Context
from limner.stages.optimization.image_trainer import ImageTrainer
from limner.stages.optimization.state import State
from limner.stages.optimization.trainer import Step, Trainer, TrainerTraits
from limner.training import loop
from limner.training.base_problem import Evaluation
from limner.training.loop import start, train
from limner.training.run import Budget, Run, make_budget


class Losses:
    """A problem whose θ is its own loss; the PSNR is 50 dB minus the loss."""

    points = num_evaluated = 4
    trainable, units = np.ones(1, bool), np.zeros(1, int)
    context = Context(size=(2, 2), seed=1, training=True)
    backend = registry().load("backend", "numpy")(threads=1)
    sample_error = 0.0
    """What an evaluation, over a sample of the points, misses of the loss."""

    def __init__(self):
        self.blamed = None

    def value(self, theta, ctx, batch=0):
        return theta[0]

    def evaluate(self, theta):
        return Evaluation(float(theta[0]) - self.sample_error, 50 - float(theta[0]))

    def nonfinite_culprit(self, thetas, trainer):
        self.blamed = [float(theta[0]) for theta in thetas]
        return ""


class Path(Trainer):
    """Moves θ along a path, one second a step, and reports the step as a metric; its own loss says nothing."""

    path: tuple[float, ...] = ()
    properties: TrainerTraits = TrainerTraits()
    samples: int = 4

    def init(self, problem, theta, ctx):
        return State()

    def traits(self):
        return self.properties

    def samples_per_step(self, points):
        return self.samples

    def step(self, problem, theta, state, ctx):
        NOW[0] += 1.0
        loss = float(theta[0]) if self.traits().full_batch else 7.0
        position = np.asarray([self.path[ctx.step]]) if self.path else theta
        return Step(position, state, loss, {"measured": ctx.step})


NOW = [0.0]


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    NOW[0] = 1000.0
    monkeypatch.setattr(loop, "time", SimpleNamespace(perf_counter=lambda: NOW[0]))


def along(*path, budget=None, first=9.0, problem=None, run=None, samples=4, **options):
    """The run along a path of losses, and why it ended."""
    traits = {name: options.pop(name) for name in list(options) if name in TrainerTraits.__dataclass_fields__}
    problem = problem or Losses()
    trainer = Path.model_construct(path=path, properties=TrainerTraits(**traits), samples=samples)
    run = run or start(trainer, problem, np.asarray([first]))
    return run, train(run, trainer, problem, budget or Budget(steps=len(path)), **options)


def test_a_run_whose_budget_is_spent_makes_no_step():
    theta = np.asarray([2.0])
    run = Run(theta, State(), theta, best_loss=2.0, step=5, seconds=5.0, evaluated_at=5)
    assert along(1.0, run=run, budget=Budget(steps=5))[1] == "steps"
    assert (run.step, NOW[0]) == (5, 1000.0)


@pytest.mark.parametrize("stop", [0, 3])
def test_a_callback_stops_the_run_before_a_step(stop):
    called = []

    def callback(run, progress, over):
        called.append((run.step, progress, over))
        return not over and run.step == stop

    run, reason = along(*range(8), budget=Budget(steps=8), callback=callback)
    assert (run.step, reason) == (stop, "stopped")
    assert called == [*((step, step / 8, False) for step in range(stop + 1)), (stop, 1.0, True)]


def test_a_callback_is_called_before_each_step_and_once_at_the_end():
    called = []
    along(3, 2, 1, callback=lambda run, progress, over: called.append((run.step, progress, over)))
    assert called == [(0, 0.0, False), (1, 1 / 3, False), (2, 2 / 3, False), (3, 1.0, True)]


def test_a_run_without_a_finite_loss_shows_nothing_at_the_end():
    called = []
    _, reason = along(1, first=math.nan, callback=lambda *args: called.append(args))
    assert (reason, called) == ("diverged", [])


def test_progress_is_reported_at_intervals(monkeypatch):
    steps = []

    class Listener:
        @hookimpl
        def limner_event(self, event):
            if isinstance(event, FitProgress):
                steps.append((event.step, event.progress))

    monkeypatch.setattr(loop, "MIN_EVENT_INTERVAL", 2.5)
    registry().listen(listener := Listener())
    try:
        along(*[1.0] * 10)
    finally:
        registry().unlisten(listener)
    assert steps == [(3, 0.3), (6, 0.6), (9, 0.9), (10, 1.0)]


@pytest.mark.parametrize("before", [0.0, 100.0])
def test_checkpoints_are_saved_at_intervals_that_do_not_count_the_saving(before):
    saved = []

    def save(run):
        saved.append(run.step)
        NOW[0] += 5.0

    theta = np.asarray([1.0])
    run = Run(theta, State(), theta, seconds=before)
    along(*[1.0] * 10, run=run, save=save, checkpoint_interval=2.5)
    assert saved == [3, 6, 9, 10]


def test_an_interrupt_before_the_first_step_saves_nothing():
    saved = []

    class Interrupted(Path):
        def step(self, problem, theta, state, ctx):
            raise KeyboardInterrupt

    problem = Losses()
    run = start(Interrupted(), problem, np.asarray([1.0]))
    with pytest.raises(KeyboardInterrupt):
        train(run, Interrupted(), problem, Budget(steps=3), save=lambda run: saved.append(run.step))
    assert saved == []


def test_seconds_include_those_before_a_resumption_but_not_those_of_callbacks():
    def slow(run, progress, over):
        NOW[0] += 50.0

    theta = np.asarray([1.0])
    run = Run(theta, State(), theta, seconds=6.0)
    _, reason = along(*[1.0] * 10, run=run, budget=Budget(seconds=9.0), callback=slow)
    assert (reason, run.step, run.seconds) == ("seconds", 3, 9.0)


def test_a_run_that_diverges_has_the_psnr_of_its_best_and_blames_the_step():
    """Evaluations follow steps 1, 2, 4 and 8."""
    problem = Losses()
    run, reason = along(3, 1, 5, 2, 5, 5, 6, math.nan, 1, problem=problem)
    assert (reason, run.step) == ("diverged", 8)
    assert (run.best[0], run.best_loss, run.psnr) == (1, 1, 49)
    np.testing.assert_array_equal(problem.blamed, [6, math.nan, 1])


def test_the_psnr_at_the_end_is_that_of_the_best():
    run, _ = along(3, 1, 5, 2)
    assert (run.best[0], run.psnr) == (1, 49)
    assert [row["psnr"] for row in run.history.rows] == [41, 47, 49, 48]


def test_the_last_parameters_are_the_result_of_a_trainer_that_keeps_them():
    shown = []
    run, _ = along(1, 3, 5, 2, 7, keep_last=True, callback=lambda run, *_: shown.append(float(run.best[0])))
    assert (run.best[0], run.best_loss, run.psnr) == (7, 7, 43)
    assert shown == [9, 1, 3, 3, 2, 7]  # step 3 is not evaluated


def test_losses_over_all_points_are_compared_with_each_other_only():
    """Evaluations, over a sample, see too low a loss; the last one must not win by that."""
    problem = Losses()
    problem.sample_error = 0.75
    run, _ = along(3, 0.5, 5, 1, full_batch=True, problem=problem)
    assert (run.best[0], run.best_loss) == (0.5, 0.5)
    run, _ = along(3, 1, 5, 0.5, full_batch=True, problem=problem)
    assert (run.best[0], run.best_loss) == (0.5, 0.5)


def test_of_equal_losses_the_first_is_kept():
    first = np.asarray([1.0])
    run = Run(first, State(), first, best_loss=1.0)
    run.update_best(np.asarray([2.0]), 1.0)
    assert run.best is first


def test_the_history_has_the_metrics_of_each_evaluated_step():
    run, _ = along(5, 4, 3, 2, 1, 0.5)
    assert [(row["step"], row.get("measured")) for row in run.history.rows] == [
        (0, None),
        (1, 0),
        (2, 1),
        (4, 3),
        (6, 5),
    ]
    assert [row["loss"] for row in run.history.rows] == [9, 5, 4, 2, 0.5]
    assert [row["seconds"] for row in run.history.rows] == [0, 1, 2, 4, 6]
    assert all("ssim" not in row for row in run.history.rows)


def test_a_last_loss_that_is_no_number_has_no_row():
    run, reason = along(3, 2, 1, 1, math.nan, tolerates_nonfinite=True)
    assert reason == "steps"
    assert [row["step"] for row in run.history.rows] == [0, 1, 2, 4]
    assert run.best_loss == 1


class Averaged(Path, ImageTrainer):
    """Its result is not θ but half of it."""

    def eval_params(self, theta, state):
        return theta / 2


def test_the_parameters_that_a_trainer_names_are_evaluated_and_kept():
    problem, trainer = Losses(), Averaged.model_construct(path=(4.0, 2.0, 6.0), samples=4)
    run = start(trainer, problem, np.asarray([8.0]))
    train(run, trainer, problem, Budget(steps=3))
    assert [row["loss"] for row in run.history.rows] == [4, 2, 1, 3]
    assert (run.best[0], run.theta[0]) == (1, 6)


@pytest.mark.parametrize("points", [6000, 60_000])
def test_evaluations_take_three_hundredths_of_the_time(points):
    """6000 points at a third of a step's cost for each, 600 points a step: 3.33 steps, 3 % of 111.1 steps."""
    problem = Losses()
    problem.points, problem.num_evaluated = points, 6000
    run, _ = along(*[1.0] * 250, problem=problem, samples=600)
    assert [row["step"] for row in run.history.rows] == [0, 1, 2, 4, 8, 16, 32, 64, 112, 224, 250]


def test_limits_are_reached_when_they_are_equalled():
    budget = Budget(steps=10, seconds=4.0, psnr=30.0)
    assert budget.reached(9, 3.9, 29.9) is None
    assert budget.reached(10, 3.9, 29.9) == "steps"
    assert budget.reached(9, 4.0, 29.9) == "seconds"
    assert budget.reached(9, 3.9, 30.0) == "psnr"


def test_progress_is_that_of_the_limit_that_is_nearest():
    budget = Budget(steps=10, seconds=4.0)
    assert budget.progress(5, 1.0) == 0.5
    assert budget.progress(2, 3.0) == 0.75
    assert budget.progress(11, 1.0) == 1.0
    assert Budget(psnr=30.0).progress(11, 1.0) == 0.0


@pytest.mark.parametrize(
    ("limits", "made"),
    [
        ({"steps": 3}, Budget(steps=3)),
        ({"psnr": 30}, Budget(psnr=30)),
        ({"steps": 3, "seconds": 2}, Budget(steps=3, seconds=2)),
        ({"steps": 3, "epochs": 2}, Budget(steps=3)),
    ],
)
def test_a_limit_replaces_the_default(limits, made):
    assert make_budget(**{"steps": 0, "seconds": 0, "psnr": 0, **limits}) == made


@pytest.mark.parametrize("name", ["steps", "seconds", "psnr", "epochs"])
def test_limits_below_zero_are_refused(name):
    with pytest.raises(LimnerError, match=f"`{name}`: must be 0 or more, got -1"):
        make_budget(**{"steps": 5, "seconds": 0, "psnr": 0, name: -1})
