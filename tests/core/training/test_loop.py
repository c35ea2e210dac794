"""The loop: what ends it, what it keeps, what it tells."""

import itertools
import json
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import ConfigDict

from limner.composition.parser import parse
from limner.errors import ArtworkError, LimnerError
from limner.models.factory import init_params
from limner.registry.events import FitProgress
from limner.registry.hookspecs import hookimpl
from limner.registry.registry import registry
from limner.stages.optimization.state import State
from limner.stages.optimization.trainer import Step, Trainer, TrainerTraits
from limner.training import checkpoint, fit
from limner.training.base_problem import param_initializer
from limner.training.image_problem import ImageProblem
from limner.training.loop import start, train
from limner.training.plan import prepare
from limner.training.run import Budget

RECIPE = {
    "seed": 1,
    "size": [24, 16],
    "encoder": [{"kind": "xy"}],
    "network": {"kind": "mlp", "width": 6, "depth": 2},
    "loss": {"kind": "mse"},
    "trainer": {"kind": "backprop", "learning_rate": 0.02, "batch": 64, "schedule": "cosine"},
}


@pytest.fixture
def problem():
    planes = np.random.default_rng(0).uniform(0, 1, (3, 16, 24)).astype(np.float32)
    model, theta = init_params(parse(RECIPE, registry()))
    backend = registry().load("backend", "numpy")(threads=1)
    with backend.open_runner() as runner:
        made = ImageProblem(
            model, planes, model.recipe.loss.stage, backend, runner, theta, param_initializer(model.recipe)
        )
        made.start = theta
        yield made


def trainer_of(problem):
    return problem.model.recipe.trainer.stage


class Scripted(Trainer):
    """Moves θ to a given distance from its start at each step: good and bad on command."""

    model_config = ConfigDict(allow_inf_nan=True)
    path: tuple[float, ...] = ()

    def init(self, problem, theta, ctx):
        return State({"start": theta})

    def step(self, problem, theta, state, ctx):
        value = float(problem.value(theta, ctx))
        away = np.float32(self.path[ctx.step])
        return Step(state.arrays["start"] + away, state, value)


class ScriptedWhole(Scripted):
    def traits(self):
        return TrainerTraits(full_batch=True)


class Seeing(Trainer):
    """Writes down what the loop tells it."""

    def init(self, problem, theta, ctx):
        return State({}, {"n": 0})

    def step(self, problem, theta, state, ctx):
        SEEN.append((ctx.step, ctx.progress))
        return Step(theta, state, 1.0)


SEEN = []


def test_steps_end_it(problem):
    run = start(trainer_of(problem), problem, problem.start)
    assert train(run, trainer_of(problem), problem, Budget(steps=7)) == "steps"
    assert run.step == 7
    assert run.state.numbers["steps"] == 7


def test_seconds_end_it_and_schedules_run_over_them(problem, monkeypatch):
    SEEN.clear()
    readings = itertools.count()
    clock = SimpleNamespace(perf_counter=lambda: next(readings) / 100)  # each reading is a hundredth of a second later
    monkeypatch.setattr("limner.training.loop.time", clock)
    run = start(Seeing(), problem, problem.start)
    assert train(run, Seeing(), problem, Budget(seconds=0.2)) == "seconds"
    assert 0.2 <= run.seconds < 0.25
    progress = [p for _, p in SEEN]
    assert progress[0] == 0
    assert progress == sorted(progress)
    assert 0.8 < progress[-1] <= 1


def test_schedules_run_over_steps(problem):
    SEEN.clear()
    run = start(Seeing(), problem, problem.start)
    train(run, Seeing(), problem, Budget(steps=4))
    assert SEEN == [(0, 0.0), (1, 0.25), (2, 0.5), (3, 0.75)]


def test_a_psnr_ends_it(problem):
    trainer = trainer_of(problem)
    run = start(trainer, problem, problem.start)
    first = problem.evaluate(problem.start).psnr
    assert train(run, trainer, problem, Budget(steps=5000, psnr=first + 0.5)) == "psnr"
    assert run.psnr >= first + 0.5
    assert 0 < run.step < 5000


@pytest.mark.parametrize("bounds", [{}, {"steps": -1}, {"seconds": math.nan}, {"psnr": math.inf}])
def test_budgets_that_are_none(bounds):
    with pytest.raises(LimnerError):
        Budget(**bounds)


@pytest.mark.parametrize("kind", [Scripted, ScriptedWhole])
def test_the_best_is_kept(problem, kind):
    """The path comes nearest to the best place at step 2, which is a step that is looked at, and leaves it again."""
    losses = {d: float(problem.value(problem.start + np.float32(d), problem.context)) for d in (0.5, -0.4, 3.0)}
    best = min(losses, key=losses.get)
    others = [d for d in losses if d != best]
    trainer = kind(path=(others[0], best, others[1], others[0]))
    run = start(trainer, problem, problem.start + np.float32(others[1]))
    run.state = State({"start": problem.start})
    train(run, trainer, problem, Budget(steps=4))
    np.testing.assert_array_equal(run.best, problem.start + np.float32(best))
    assert run.best_loss == pytest.approx(losses[best], rel=1e-6)
    assert run.psnr == pytest.approx(problem.evaluate(run.best).psnr)


def test_the_last_step_may_be_the_best(problem):
    trainer = replace_path(ScriptedWhole, problem, 5)
    run = start(trainer, problem, problem.start + np.float32(4))
    run.state = State({"start": problem.start})
    train(run, trainer, problem, Budget(steps=5))
    np.testing.assert_array_equal(run.best, run.theta)


def replace_path(kind, problem, steps):
    return kind(path=tuple(np.linspace(3, 0, steps)))


@pytest.mark.parametrize("kind", [Scripted, ScriptedWhole])
def test_a_loss_that_is_no_number_stops_it(problem, kind):
    trainer = kind(path=(0.0, math.nan, 0.0, 0.0))
    run = start(trainer, problem, problem.start + np.float32(2))
    run.state = State({"start": problem.start})
    assert train(run, trainer, problem, Budget(steps=4)) == "diverged"
    np.testing.assert_array_equal(run.best, problem.start)
    assert math.isfinite(run.best_loss)
    assert run.step < 4


def test_a_trainer_that_recovers_is_let_go_on(problem):
    class Recovering(Scripted):
        def traits(self):
            return TrainerTraits(tolerates_nonfinite=True)

        def step(self, problem, theta, state, ctx):
            done = super().step(problem, theta, state, ctx)
            return replace(done, loss=done.loss if math.isfinite(done.loss) else 1e30)

    trainer = Recovering(path=(0.5, math.nan, 0.1, 0.0))
    run = start(trainer, problem, problem.start)
    assert train(run, trainer, problem, Budget(steps=4)) == "steps"
    assert [row["step"] for row in run.history.rows] == [0, 1, 4]
    assert math.isfinite(run.best_loss)


def test_a_run_that_diverged_is_not_kept(problem):
    kept, trainer = [], Scripted(path=(0.0, math.nan, 0.0))
    run = start(trainer, problem, problem.start)
    assert (
        train(run, trainer, problem, Budget(steps=3), save=lambda r: kept.append(r.step), checkpoint_interval=0.0)
        == "diverged"
    )
    assert (run.step, kept) == (2, [1])


def test_an_interrupt_keeps_the_last_whole_step(problem):
    kept = []

    class Stopped(Seeing):
        def step(self, problem, theta, state, ctx):
            if ctx.step == 3:
                raise KeyboardInterrupt
            return Step(theta + np.float32(1), state, 1.0)

    run = start(Stopped(), problem, problem.start)
    with pytest.raises(KeyboardInterrupt):
        train(run, Stopped(), problem, Budget(steps=9), save=lambda r: kept.append((r.step, r.theta.copy())))
    assert [step for step, _ in kept] == [3]
    np.testing.assert_array_equal(kept[0][1], problem.start + np.float32(1) + np.float32(1) + np.float32(1))


def test_events_tell_how_it_goes(problem):
    heard = []

    class Ear:
        @hookimpl
        def limner_event(self, event):
            heard.append(event)

    ear = Ear()
    registry().listen(ear)
    try:
        run = start(trainer_of(problem), problem, problem.start)
        train(run, trainer_of(problem), problem, Budget(steps=30))
    finally:
        registry().unlisten(ear)
    reported = [event for event in heard if isinstance(event, FitProgress)]
    assert reported[-1].progress == 1
    assert reported[-1].step == 30
    assert reported[-1].loss == run.best_loss


def test_history_has_early_and_last_steps(problem):
    trainer = trainer_of(problem).model_copy(update={"batch": 0})  # looks at all at every step: a look costs a third
    run = start(trainer, problem, problem.start)
    train(run, trainer, problem, Budget(steps=60))
    steps = [int(row["step"]) for row in run.history.rows]
    assert steps == [0, 1, 2, 4, 8, 16, 25, 50, 60]
    assert all({"loss", "psnr", "seconds"} <= set(row) for row in run.history.rows)


# Checkpoints.


def job_of(tmp_path, steps, **changes):
    table = {**RECIPE, **changes}
    return prepare("skimage:coffee", table, Budget(steps=steps), train_size=24, checkpoint_path=tmp_path / "a.png.ckpt")


def run_of(job):
    return fit.run(job, registry().load("backend", "numpy")(threads=2)).run


@pytest.mark.parametrize(
    "trainer",
    [
        {"kind": "backprop", "learning_rate": 0.02, "batch": 64, "schedule": "cosine"},
        {
            "kind": "backprop",
            "optimizer": "sgd",
            "learning_rate": 0.5,
            "schedule": "halving",
            "patience": 5,
            "batch": 100,
        },
        {"kind": "backprop", "optimizer": {"kind": "nesterov", "momentum": 0.8}, "learning_rate": 0.01},
        {"kind": "backprop", "optimizer": "lion", "learning_rate": 0.01},
        {"kind": "rprop", "variant": "irprop-plus"},
        {"kind": "lbfgs", "memory": 3},
        {"kind": "lbfgs", "sample": 100},
    ],
)
def test_a_resumed_run_ends_bit_for_bit_the_same(tmp_path, monkeypatch, trainer):
    whole = run_of(job_of(tmp_path, 40, trainer=trainer))
    (tmp_path / "a.png.ckpt").unlink()

    class Stop(Exception):
        pass

    real = checkpoint.write_checkpoint

    def stopping(path, run, *rest):
        real(path, run, *rest)
        if run.step == 17:
            raise Stop

    monkeypatch.setattr(checkpoint, "write_checkpoint", stopping)
    with pytest.raises(Stop):
        run_of(replace(job_of(tmp_path, 40, trainer=trainer), checkpoint_interval=0.0))
    monkeypatch.setattr(checkpoint, "write_checkpoint", real)
    job = prepare(
        "skimage:coffee",
        {**RECIPE, "trainer": trainer},
        Budget(steps=40),
        train_size=24,
        checkpoint_path=tmp_path / "a.png.ckpt",
        resume=True,
    )
    assert job.resumed.header.step == 17
    resumed = run_of(job)
    np.testing.assert_array_equal(resumed.theta, whole.theta)
    np.testing.assert_array_equal(resumed.best, whole.best)
    assert resumed.best_loss == whole.best_loss
    assert [row["step"] for row in resumed.history.rows] == [row["step"] for row in whole.history.rows]


def resume(tmp_path, table=RECIPE, name="skimage:coffee", train_size=24):
    keep = tmp_path / "a.png.ckpt"
    return prepare(name, table, Budget(steps=9), train_size=train_size, checkpoint_path=keep, resume=True)


def test_checkpoints_of_something_else(tmp_path):
    run_of(job_of(tmp_path, 3))
    with pytest.raises(
        LimnerError, match=r"another recipe \(trainer.learning_rate: 0.02 in the checkpoint, 0.5 here\)"
    ):
        resume(tmp_path, {**RECIPE, "trainer": {**RECIPE["trainer"], "learning_rate": 0.5}})
    with pytest.raises(LimnerError, match="another picture"):
        resume(tmp_path, train_size=25)
    with pytest.raises(LimnerError, match="another"):
        resume(tmp_path, {**RECIPE, "encoder": [{"kind": "xy"}, {"kind": "radius"}]})


def test_without_a_seed_the_checkpoints_own_goes_on(tmp_path):
    table = {key: value for key, value in RECIPE.items() if key != "seed"}
    keep = tmp_path / "a.png.ckpt"
    first = prepare("skimage:coffee", table, Budget(steps=3), train_size=24, checkpoint_path=keep)
    run_of(first)
    assert resume(tmp_path, table).recipe.seed == first.recipe.seed


def test_damaged_checkpoints(tmp_path):
    run_of(job_of(tmp_path, 3))
    path = tmp_path / "a.png.ckpt"
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    size = int.from_bytes(whole[:8], "little")
    spoilt = [whole[:n] for n in (0, 5, 200, len(whole) - 4)]
    for place in rng.integers(0, 8 + size, 60):
        changed = bytearray(whole)
        changed[place] ^= 1 << int(rng.integers(8))
        spoilt.append(bytes(changed))
    header = json.loads(whole[8 : 8 + size])
    header["theta"]["dtype"] = "I32"
    text = json.dumps(header).encode()
    spoilt.append(len(text).to_bytes(8, "little") + text + whole[8 + size :])
    refused = 0
    for data in spoilt:
        path.write_bytes(data)
        try:
            run_of(resume(tmp_path))
        except LimnerError as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused > len(spoilt) // 2
    path.write_bytes(whole[: len(whole) - 4])
    with pytest.raises(ArtworkError, match="damaged"):
        resume(tmp_path)


@pytest.mark.parametrize("spoil", ["theta", "best", "best_loss", "psnr", "array", "number"])
def test_a_checkpoint_that_would_be_refused_is_not_written(tmp_path, spoil):
    job = job_of(tmp_path, 3)
    kept, good = run_of(job), job.checkpoint_path.read_bytes()
    wild = np.full_like(kept.theta, np.nan)
    if spoil in ("array", "number"):
        arrays, numbers = dict(kept.state.arrays), dict(kept.state.numbers)
        arrays |= {next(iter(arrays)): wild} if spoil == "array" else {}
        numbers |= {"steps": math.inf} if spoil == "number" else {}
        kept.state = State(arrays, numbers)
    else:
        setattr(kept, spoil, wild if spoil in ("theta", "best") else math.nan)
    backend = registry().load("backend", "numpy")(threads=1)
    checkpoint.write_checkpoint(job.checkpoint_path, kept, job.recipe.table(), job.target_set.digest, backend)
    assert job.checkpoint_path.read_bytes() == good


@pytest.mark.parametrize("seed", [3, 7, 9])
def test_a_run_that_was_bounded_lower_first_ends_the_same(tmp_path, seed):
    """The look at the end of the first run is one that a run without a stop never takes."""
    table = {**RECIPE, "seed": seed, "trainer": {"kind": "backprop", "learning_rate": 0.1, "batch": 20}}
    runs = []
    for stops in ((120,), (13, 87, 120)):
        keep = tmp_path / f"{len(stops)}.ckpt"
        for steps in stops:
            job = prepare(
                "skimage:coffee", table, Budget(steps=steps), train_size=24, checkpoint_path=keep, resume=True
            )
            now = run_of(job)
        runs.append(now)
    np.testing.assert_array_equal(runs[0].theta, runs[1].theta)
    np.testing.assert_array_equal(runs[0].best, runs[1].best)


def test_a_look_that_was_interrupted_is_made_good(tmp_path, monkeypatch):
    table = {**RECIPE, "trainer": {"kind": "backprop", "learning_rate": 0.1, "batch": 20}}
    keep = tmp_path / "a.ckpt"

    def job():
        return prepare("skimage:coffee", table, Budget(steps=70), train_size=24, checkpoint_path=keep, resume=True)

    whole = run_of(job())
    keep.unlink()
    real, looks = ImageProblem.evaluate, []

    def stopping(self, theta):
        looks.append(None)
        if len(looks) == 6:
            raise KeyboardInterrupt
        return real(self, theta)

    monkeypatch.setattr(ImageProblem, "evaluate", stopping)
    with pytest.raises(KeyboardInterrupt):
        run_of(job())
    assert checkpoint.read_checkpoint(keep).header.step == 16
    resumed = run_of(job())
    np.testing.assert_array_equal(resumed.best, whole.best)
    assert [row["step"] for row in resumed.history.rows] == [row["step"] for row in whole.history.rows]
