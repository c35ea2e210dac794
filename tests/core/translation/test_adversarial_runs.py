"""Runs of two networks: the same to the bit whatever stops them, and one clear line for what cannot be."""

import json
import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run
from limner.registry.backends import choose_backend
from limner.registry.registry import registry
from limner.stages.optimization.state import State
from limner.training.checkpoint import read_checkpoint
from limner.training.run import Budget
from limner.translation.plan import prepare
from limner.translation.train import run as learn
from limner_plugins.backends.numpy_ import NumPy
from limner_plugins.trainers._gan.step import ACCURACY_DECAY
from limner_plugins.trainers.adversarial import Adversarial
from limner_plugins.trainers.backprop import Backprop

TABLE = {
    "encoder": [{"kind": "grayscale"}],
    "output": {"kind": "identity"},
    "augment": [{"kind": "flip"}],
    "network": {"kind": "unet", "width": 4, "widest": 8, "depth": 2, "dropout": 0.3},
    "loss": {"kind": "mae"},
    "trainer": {
        "kind": "adversarial",
        "batch": 4,
        "weight": 10.0,
        "discriminator_every": 2,
        "final": 0.1,
        "discriminator": {"kind": "patch-discriminator", "width": 4, "depth": 2, "norm": "none", "spectral": True},
        "augment": [{"kind": "crop"}],
    },
}


@pytest.fixture(autouse=True)
def _pictures(tmp_path, monkeypatch):
    """Ten photographs of coffee, none like another."""
    monkeypatch.chdir(tmp_path)
    from skimage import data

    whole = Image.fromarray(data.coffee()).resize((150, 100))
    Path("photos").mkdir()
    for i in range(10):
        whole.crop((11 * i, 5 * i, 11 * i + 40, 5 * i + 40)).save(f"photos/{i}.png")


class StoppedError(Exception):
    pass


def plan_of(table=None, steps=8, **more):
    return prepare(["photos"], table or TABLE, Budget(steps=steps), seed=3, size=(24, 24), **more)


def theta(done):
    return done.training.artwork.theta.tobytes(), done.training.run.state.arrays["discriminator"].tobytes()


def test_one_thread_or_two_the_same_bits(monkeypatch):
    monkeypatch.setattr("limner.translation.problem.MAX_TILE_PIXELS", 24 * 24)
    one, two = (learn(plan_of(), NumPy(threads=threads)) for threads in (1, 2))
    assert theta(one) == theta(two)


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_stopped_and_gone_on_with_it_ends_the_same_to_the_bit(norm):
    table = {**TABLE, "network": {**TABLE["network"], "norm": norm if norm == "batch" else "instance"}}
    backend = choose_backend("numpy", registry())
    whole = learn(plan_of(table), backend)

    def stop(snapshot):
        if snapshot.run.step == 5:
            raise StoppedError

    keep = Path("run.ckpt")
    with pytest.raises(StoppedError):
        learn(plan_of(table, checkpoint_path=keep), backend, stop)
    assert read_checkpoint(keep).header.step == 5
    again = learn(plan_of(table, checkpoint_path=keep, resume=True), backend)
    assert theta(again) == theta(whole)
    assert again.training.run.state.numbers == whole.training.run.state.numbers


def test_a_watch_that_fails_is_not_the_checkpoints_fault():
    backend, keep = choose_backend("numpy", registry()), Path("watched.ckpt")

    def failing(snapshot):
        raise ValueError("the watch is broken")

    learn(plan_of(steps=1, checkpoint_path=keep), backend)
    with pytest.raises(ValueError, match="the watch is broken"):
        learn(plan_of(steps=2, checkpoint_path=keep, resume=True), backend, failing)


def test_players_that_look_at_a_batch_together_get_it_in_one_tile(monkeypatch):
    monkeypatch.setattr("limner.translation.problem.MAX_TILE_PIXELS", 1)
    discriminator = {**TABLE["trainer"]["discriminator"], "norm": "batch", "spectral": False}
    table = {**TABLE, "trainer": {**TABLE["trainer"], "discriminator": discriminator}}
    seen = []
    from limner_plugins.trainers._gan.discriminator_step import DiscriminatorPass

    teach = DiscriminatorPass.discriminator_gradient
    monkeypatch.setattr(
        DiscriminatorPass,
        "discriminator_gradient",
        lambda self, one: (seen.append(one.generated.shape[1]), teach(self, one))[1],
    )
    learn(plan_of(table, steps=1), choose_backend("numpy", registry()))
    assert seen == [4]
    learn(plan_of(steps=1), choose_backend("numpy", registry()))
    assert seen == [4, 1, 1, 1, 1]


def test_a_batch_is_shared_by_two_cores_where_its_pictures_are_worth_it(monkeypatch):
    from limner_plugins.trainers._gan.discriminator_step import DiscriminatorPass

    seen, teach = [], DiscriminatorPass.discriminator_gradient
    monkeypatch.setattr(
        DiscriminatorPass,
        "discriminator_gradient",
        lambda self, one: (seen.append(one.generated.shape[1]), teach(self, one))[1],
    )
    for worth in (24 * 24, 3 * 24 * 24, 4 * 24 * 24):
        monkeypatch.setattr("limner.translation.problem.MIN_TILE_PIXELS", worth)
        learn(plan_of(steps=1), choose_backend("numpy", registry()))
    assert sorted(seen[:2] + seen[2:4]) == [1, 2, 2, 3]
    assert seen[4:] == [4]


def recipe(table=None, **trainer):
    table = table or {**TABLE, "title": "two", "trainer": {**TABLE["trainer"], **trainer}}
    art = Path("two.toml")
    from limner.composition.parser import parse

    art.write_text(parse(table, registry()).to_toml(), encoding="utf-8")
    return str(art)


def test_history_has_both_losses(capsys):
    args = ["translate", "train", "photos", "--recipe", recipe(), "--size", "24x24", "--seed", "1", "-o", "two.limner"]
    assert run([*args, "--steps", "5", "--keep-checkpoint", "--history", "two.jsonl", "--json"]) == 0
    rows = [json.loads(line) for line in Path("two.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all({"discriminator_loss", "generator_loss", "accuracy"} <= rows[i].keys() for i in (1, -1))
    assert all(
        math.isfinite(row["discriminator_loss"]) and 0 <= row["accuracy"] <= 1
        for row in rows
        if "discriminator_loss" in row
    )
    out, err = capsys.readouterr()
    first = json.loads(out)
    assert f"recent discriminator accuracy: {first['accuracy']:.0%}" in err
    assert run([*args, "--steps", "5", "--resume", "--json"]) == 0  # there is no step left, and the report is the same
    out, err = capsys.readouterr()
    assert {**json.loads(out), "seconds": 0} == {**first, "seconds": 0}
    assert f"recent discriminator accuracy: {first['accuracy']:.0%}" in err


def test_the_accuracy_is_a_mean_of_the_last_steps():
    trainer, recent, answers = Adversarial(), 0.5, [0.75, 1.0, 0.5, 0.875]
    for right in answers:
        recent = (1 - ACCURACY_DECAY) * recent + ACCURACY_DECAY * right
    weights = (1 - ACCURACY_DECAY) ** np.arange(4)[::-1]
    figures = trainer.final_metrics(
        State(numbers={"discriminator_steps": 4, "recent_accuracy": recent, "discriminator_loss": 1.5})
    )
    assert figures == pytest.approx({"discriminator_loss": 1.5, "accuracy": np.average(answers, weights=weights)})
    fresh = State(numbers={"discriminator_steps": 0, "steps": 0, "recent_accuracy": 0.5, "discriminator_loss": 0.0})
    assert trainer.summary(fresh) == ""
    late = trainer.model_copy(update={"warmup": 0.9})
    assert "the discriminator was not trained" in late.summary(State(numbers={**fresh.numbers, "steps": 3}))


def test_a_collapse_is_reported_of_a_run_that_was_long_enough(monkeypatch, capsys):
    """A network that has run away makes one picture of all."""
    wild = {"optimizer": "sgd", "learning_rate": 1000.0, "average": 0.0}
    args = ["translate", "train", "photos", "--recipe", recipe(**wild), "--size", "24x24", "--validation-split", "0.4"]
    reported = []
    for min_steps in (500, 5):
        monkeypatch.setattr("limner.cli.commands.translate._report.MIN_COLLAPSE_STEPS", min_steps)
        assert run([*args, "--seed", "1", "--steps", "5", "--force", "-o", "wild.limner"]) == 0
        reported.append(capsys.readouterr().err)
    assert all(" and 0 % of their diversity" in text for text in reported)
    assert ["mode collapse" in text for text in reported] == [False, True]


def test_what_the_trainer_says_python_hears_too(monkeypatch):
    monkeypatch.setattr("limner_plugins.trainers.adversarial.balance_warning", lambda *recent: "out of balance")
    with pytest.warns(UserWarning, match="out of balance|overfit") as reported:
        limner.train("photos", TABLE, steps=3, size=(24, 24), seed=3)
    assert [str(one.message)[:18] for one in reported] == ["9 pictures: the di", "out of balance"]


def test_a_trainer_of_ones_own_tells_what_it_likes(monkeypatch, capsys):
    """Its metrics may be called as another's are, and lack what that has."""
    step = Backprop.step
    monkeypatch.setattr(Backprop, "step", lambda *given: replace(step(*given), metrics={"discriminator_loss": 0.25}))
    own = {**TABLE, "title": "own", "trainer": {"kind": "backprop", "batch": 4}}
    args = [
        "translate",
        "train",
        "photos",
        "--recipe",
        recipe(own),
        "--size",
        "24x24",
        "--seed",
        "1",
        "-o",
        "own.limner",
    ]
    assert run([*args, "--steps", "1"]) == 0
    assert "the discriminator" not in capsys.readouterr().err


def test_a_discriminator_that_diverges_ends_the_run_and_the_last_checkpoint_stays(capsys):
    discriminator = {"kind": "patch-discriminator", "width": 4, "depth": 1, "norm": "none", "spectral": False}
    wild = {
        "adversarial_loss": "least-squares",
        "discriminator_optimizer": "sgd",
        "discriminator_learning_rate": 900.0,
        "discriminator_every": 1,
    }
    name = recipe(discriminator=discriminator, **wild)
    args = ["translate", "train", "photos", "--recipe", name, "--size", "24x24", "--seed", "1", "-o", "two.limner"]
    assert run([*args, "--steps", "50", "--checkpoint-every", "0"]) == 2
    reported = capsys.readouterr().err.strip().splitlines()[-1]
    assert reported.startswith("error: the loss is not finite after step")
    assert reported.endswith("lower trainer.discriminator_learning_rate")
    kept = read_checkpoint(Path("two.limner.ckpt"))
    looked, at = map(
        int,
        re.findall(r"holds the last evaluated network, of step (\d+), .*ckpt the run after step (\d+)", reported)[0],
    )
    assert looked <= at == kept.header.step
    assert all(
        np.isfinite(array).all() for array in kept.run(choose_backend("numpy", registry())).state.arrays.values()
    )
    assert np.isfinite(limner.open("two.limner").theta).all()


def test_an_imbalance_is_reported_once(monkeypatch, capsys):
    monkeypatch.setattr(
        "limner_plugins.trainers.adversarial.balance_warning", lambda *recent: f"out of balance, {recent}"
    )
    args = ["translate", "train", "photos", "--recipe", recipe(), "--size", "24x24", "--seed", "1", "-o", "two.limner"]
    assert run([*args, "--steps", "5"]) == 0
    assert capsys.readouterr().err.count("out of balance") == 1
    assert run([*args, "--steps", "5", "--force", "--quiet"]) == 0
    assert "out of balance" not in capsys.readouterr().err


def test_what_a_mean_of_the_steps_leaves_is_saved(capsys, monkeypatch):
    from limner.translation import monitor

    reported, whole = [], monitor.example_grid
    monkeypatch.setattr(
        "limner.translation.monitor.example_grid",
        lambda rows, caption="", names=(): (reported.append(caption), whole(rows, caption, names))[1],
    )
    args = ["translate", "train", "photos", "--recipe", recipe(average=0.5), "--size", "24x24", "--seed", "1"]
    assert run([*args, "--steps", "5", "-o", "mean.limner", "--keep-checkpoint"]) == 0
    kept = read_checkpoint(Path("mean.limner.ckpt")).run(choose_backend("numpy", registry()))
    assert "two: after 5 steps, " in reported[-1]  # the last is shown, and not the best
    mean = limner.open("mean.limner").theta
    np.testing.assert_array_equal(mean, kept.state.arrays["mean"])
    assert not np.array_equal(mean, kept.theta)
    capsys.readouterr()


LARGER = ["--input", "downscale", "--network", "upscaler", "-s", "encoder.downscale.factor=2"]
BAD = [
    (["-s", "trainer.weight=-1"], "trainer.weight: must be at least 0"),
    (
        ["-s", "trainer.discriminator={kind = 'unet'}"],
        "'unet' is not a discriminator; use patch-discriminator or image-discriminator",
    ),
    (
        ["--network", "patch-discriminator"],
        "'patch-discriminator' is a discriminator and outputs no pictures",
    ),
    ([*LARGER, "--size", "9x7"], "must be multiples of 2, for example --size 10x8"),
    (["--size", "2x2"], "network.depth: 2 downsampling steps need pictures of 4x4"),
    (
        ["--size", "2x2", "-s", "network.depth=1"],
        "trainer.discriminator.depth: 2 downsampling steps leave too little of 2x2; use at most 1",
    ),
    (["-s", "trainer.discriminator.norm=batch"], "choose norm=none"),
    (
        ["-s", "trainer.penalty=10", "-s", "trainer.discriminator={kind = 'patch-discriminator', norm = 'batch'}"],
        "set trainer.discriminator.norm=instance or none",
    ),
    (["-s", "trainer.adversarial_loss=chess"], "trainer.adversarial_loss"),
    (
        ["-s", "trainer.discriminator_steps=2"],
        "discriminator_steps and discriminator_every are both above 1; set one",
    ),
]


@pytest.mark.parametrize(("args", "reported"), BAD, ids=[args[-1] for args, _ in BAD])
def test_errors_are_one_line(args, reported, capsys):
    assert run(["translate", "train", "photos", "--recipe", recipe(), "--size", "24x24", *args]) == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error:")]
    assert reported in line


def test_a_batch_larger_than_the_training_set_is_reported():
    assert not plan_of().batch_note
    table = {**TABLE, "trainer": {**TABLE["trainer"], "batch": 60_000}}
    assert plan_of(table).batch_note == "each batch holds all 9 training images"


def test_a_recipe_of_points_cannot_play(capsys):
    assert run(["fit", "photos/0.png", "--trainer", "adversarial", "--steps", "2", "-o", "a.png"]) == 2
    line = capsys.readouterr().err.strip()
    assert line.startswith("error: ")
    assert "'adversarial' on images" in line


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_bit_for_bit_the_same(tmp_path, kill_at_step):
    command = [sys.executable, "-m", "limner", "translate", "train", "photos", "--recipe", recipe(), "--seed", "3"]
    command += ["--size", "24x24", "--steps", "120", "--checkpoint-every", "0.1", "--keep-checkpoint"]

    def process(out, *more):
        return subprocess.Popen([*command, "-o", str(out), *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    first = process(tmp_path / "whole.limner")
    _, err = first.communicate()
    assert first.returncode == 0, err
    whole, rng = limner.open("whole.limner").theta, np.random.default_rng(5)
    for i in range(8):
        out = tmp_path / f"{i}.limner"
        kill_at_step(process(out), Path(f"{out}.ckpt"), int(rng.integers(1, 110)))
        last = process(out, "--resume")
        _, err = last.communicate()
        assert last.returncode == 0, err
        assert b"resuming after step" in err
        np.testing.assert_array_equal(limner.open(out).theta, whole)


@pytest.mark.gpu
def test_the_experiment_with_faces_learns_on_a_gpu(capsys):
    """Its full size, 256 x 320 and a batch of 8: a few steps."""
    from limner_plugins.backends.cupy_ import CuPy

    if problem := CuPy.missing():
        pytest.skip(problem)
    args = ["translate", "train", "photos", "--recipe", "face-gan", "-s", "trainer.batch=8", "--backend", "cupy"]
    args.append("--keep-checkpoint")
    assert run([*args, "--seed", "1", "--steps", "1", "-o", "first.limner"]) == 0
    assert run([*args, "--seed", "1", "--steps", "6", "-o", "faces.limner", "--history", "faces.jsonl"]) == 0
    rows = [json.loads(line) for line in Path("faces.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows[-1]["loss"] < rows[0]["loss"]
    assert np.isfinite(limner.open("faces.limner").theta).all()
    backend = choose_backend("numpy", registry())
    first, last = (read_checkpoint(Path(f"{name}.limner.ckpt")).run(backend).state for name in ("first", "faces"))
    assert np.isfinite(last.arrays["discriminator"]).all()
    assert not np.array_equal(first.arrays["discriminator"], last.arrays["discriminator"])
    assert last.numbers["discriminator_steps"] == 6
    reported = [row["discriminator_loss"] for row in rows if "discriminator_loss" in row]
    assert reported[-1] < reported[0]
    assert len({row["accuracy"] for row in rows if "accuracy" in row}) > 1
    capsys.readouterr()
