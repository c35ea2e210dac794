"""``limner sweep`` as its users meet it."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor as Pool
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import tomlkit
from PIL import Image

import limner
from limner.cli.main import run
from limner.utils.temporary import leftovers
from limner.utils.temporary.locks import hold_lock
from limner_apps.sweeps import scheduler, trial
from limner_apps.sweeps.executor_choice import get_executor, threads_per_task
from limner_apps.sweeps.run import Estimate
from limner_apps.sweeps.sweep import Sweep

PALETTE = '[[encoder]]\nkind = "xy"\n[network]\nkind = "mlp"\n[color]\nkind = "palette"\n'
SMALL = ["--size", "24x16", "--quiet"]
LEARN = ["--on", "skimage:coffee", "--train-size", "20", "--seeds", "1", "--quiet"]
ONE = ["--executor-set", "workers=1"]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _at_home(request, monkeypatch):
    """Trials run in this process, unless a test is about processes."""
    if "processes" in request.keywords or request.node.get_closest_marker("slow"):
        return
    from limner_apps.sweeps.executors.local import Local

    monkeypatch.setattr(Local, "open", lambda self: AtHome())


class AtHome(Pool):
    """A pool of no workers: a task is done when it is submitted."""

    def submit(self, fn, /, *args, **kwargs):
        from concurrent.futures import Future

        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def output(capsys):
    out = capsys.readouterr()
    return out.out, out.err


def results(folder):
    with (Path(folder) / "results.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_grid_of_paintings(capsys):
    assert run(["sweep", "marbling", "--vary", "network.depth=2,4", "--seeds", "0..2", *SMALL, "-o", "s"]) == 0
    paths = output(capsys)[0].split()
    assert len(paths) == len(set(paths)) == 6
    table = results("s")
    assert [(row["network.depth"], row["seed"]) for row in table] == [(d, s) for d in "24" for s in "012"]
    assert [str(Path("s") / row["file"]) for row in table] == paths
    for row, path in zip(table, paths, strict=True):
        art = limner.open(path)
        assert art.seed == int(row["seed"])
        assert art.recipe.network.stage.depth == int(row["network.depth"])
        assert art.recipe.size == (24, 16)
        own = limner.paint("marbling", seed=art.seed, size=(24, 16), set={"network.depth": int(row["network.depth"])})
        assert np.array_equal(art.theta, own.theta)
    lines = [json.loads(line) for line in Path("s/results.jsonl").read_text().splitlines()]
    assert [line["file"] for line in lines] == [row["file"] for row in table]
    assert run(["verify", *paths]) == 0


def test_what_is_there_is_kept_and_a_longer_sweep_reuses_it(capsys, monkeypatch):
    command = ["sweep", "marbling", "--seeds", "0..1", "--size", "16x16", "-o", "s"]
    assert run([*command, "--vary", "network.depth=2,4"]) == 0
    before = {path: path.stat().st_mtime_ns for path in Path("s/trials").iterdir()}
    next(iter(Path("s/trials").glob("*.png"))).unlink()
    output(capsys)
    assert run([*command, "--vary", "network.depth=2,4,6"]) == 0
    assert "6 of 6 trials are done (3 from an earlier run)" in output(capsys)[1]
    after = {path: path.stat().st_mtime_ns for path in Path("s/trials").iterdir()}
    trial_files = [path for path in before if path.suffix in (".png", ".json")]
    assert sum(after[path] == before[path] for path in trial_files) == 6  # three pictures and their records
    assert len(results("s")) == 6
    monkeypatch.setattr(trial, "_paint", lambda *args: pytest.fail("there was nothing to do"))
    assert run([*command, "--vary", "network.depth=2,4,6"]) == 0


def test_fits_one_thing_at_a_time_with_pictures_on_the_way(capsys):
    vary = ["--vary", "network.width=4,9", "--vary", "network.activation=tanh", "--design", "one-at-a-time"]
    assert run(["sweep", "rprop-portrait", *LEARN, *vary, "--at-steps", "5,20", "--steps", "40", "-o", "s"]) == 0
    table = results("s")
    assert [row["step"] for row in table] == ["5", "20", "40"] * 3
    assert [row["network.width"] for row in table][::3] == ["4", "9", ""]
    for row in table:
        assert float(row["psnr"]) > 8
        assert limner.open(Path("s") / row["file"]).recipe.title == "coffee"
    alone = limner.fit(
        "skimage:coffee", "rprop-portrait", steps=40, seed=1, train_size=20, set={"network.width": 9}
    ).artwork
    swept = next(row for row in table if row["network.width"] == "9" and row["step"] == "40")
    assert np.array_equal(limner.open(Path("s") / swept["file"]).theta, alone.theta)
    early = limner.fit(
        "skimage:coffee", "rprop-portrait", steps=5, seed=1, train_size=20, set={"network.width": 9}
    ).artwork
    at_five = next(row for row in table if row["network.width"] == "9" and row["step"] == "5")
    # as the run was at that step; what is written of a fit is its best, which rprop's last step is not always
    assert np.abs(limner.open(Path("s") / at_five["file"]).theta - early.theta).max() < 0.5


def test_a_trial_that_fails_does_not_stop_the_rest(capsys):
    vary = ["--vary", "trainer.learning_rate=0.000001,1000", "--vary", "network.activation=relu"]
    table = {"encoder": [{"kind": "xy"}], "network": {"kind": "mlp", "output": "identity", "depth": 1}}
    table["trainer"] = {"kind": "backprop", "optimizer": "sgd"}
    Path("r.toml").write_text(tomlkit.dumps(table))
    assert run(["sweep", "r.toml", *LEARN, *vary, "--steps", "60", "-o", "s"]) == 1
    out, err = output(capsys)
    assert "failed: trainer.learning_rate=1000, network.activation=relu with seed 1: the loss is not finite" in err
    assert "lower trainer.learning_rate" in err
    assert len(out.split()) == len(results("s")) == 1


def test_a_complete_trial_outlives_one_that_fails_to_add_to_it(monkeypatch, capsys):
    more = ["--vary", "network.width=4", "--steps", "3", "-o", "s"]
    assert run(["sweep", "rprop-portrait", *LEARN, *more]) == 0
    before = {path: path.read_bytes() for path in Path("s/trials").iterdir() if path.suffix}

    def full(*args):
        raise limner.LimnerError("the disk is full")

    monkeypatch.setattr(trial, "_run_fit", full)
    assert run(["sweep", "rprop-portrait", *LEARN, *more, "--animations"]) == 1
    assert "the disk is full" in output(capsys)[1]
    assert {path: path.read_bytes() for path in Path("s/trials").iterdir() if path.suffix} == before


def test_a_sheet_by_axes_and_one_without(capsys):
    vary = ["--vary", "network.depth=2,4", "--seeds", "0..2"]
    axes = ["--sheet", "a.png", "--rows", "network.depth", "--columns", "seed"]
    assert run(["sweep", "marbling", *vary, *SMALL, "-o", "s", *axes]) == 0
    with Image.open("a.png") as page:
        below = 20
        assert page.size == (3 * (160 + 12) + 12, 2 * (107 + below + 12) + 12)
        pixels = np.asarray(page.convert("RGB"))
    row = next(row for row in results("s") if row["network.depth"] == "4" and row["seed"] == "2")
    expected = limner.open(Path("s") / row["file"]).render((160, 107), supersample=2)
    top, left = 12 + 107 + below + 12, 12 + 2 * 172
    assert np.array_equal(pixels[top : top + 107, left : left + 160], expected)
    assert (
        run(
            [
                "sweep",
                "rprop-portrait",
                *LEARN,
                "--vary",
                "network.width=3,4",
                "--steps",
                "3",
                "-o",
                "f",
                "--sheet",
                "b.png",
            ]
        )
        == 0
    )
    with Image.open("b.png") as page:
        width = (page.width - 12) // 3 - 12
        assert width == 160
        first = np.asarray(page.convert("RGB"))[12:60, 12 : 12 + width]
    assert first.std() > 30  # the original leads its row


@pytest.mark.slow
def test_the_preset_and_its_animations(capsys):
    options = [
        "--on",
        "skimage:chelsea",
        "--steps",
        "20",
        "--train-size",
        "24",
        "--size",
        "30x20",
        "--sheet",
        "grid.png",
    ]
    assert run(["sweep", "painting-grid", *options, "-s", "trainer.batch=200"]) == 0
    assert len(output(capsys)[0].split()) == 10
    table = results("painting-grid-sweep")
    varied = [{k: v for k, v in row.items() if v and k.startswith(("network", "trainer"))} for row in table]
    assert varied[0] == {"network.width": "1"}
    assert varied[-1] == {"network.activation": "tanh"}
    with Image.open("painting-grid-sweep/animations.gif") as movie:
        assert movie.size == (4 * 30, 3 * 20)
        assert movie.n_frames == 10
    assert len(list(Path("painting-grid-sweep/trials").glob("*.gif"))) == 10
    assert run(["paint", "painting-grid", "--seed", "1", "--size", "8x8", "-o", "p.png"]) == 0


def test_swapped_stages_and_random_points(capsys):
    vary = ["--vary", "network=mlp,siren", "--vary", "encoder=[xy],[xy,radius]", "--vary", "color=rgb,hsv"]
    assert run(["sweep", "marbling", *vary, *SMALL, "-o", "s"]) == 0
    kinds = {(row["network"], row["encoder"], row["color"]) for row in results("s")}
    assert len(kinds) == 8
    for row in results("s"):
        recipe = limner.open(Path("s") / row["file"]).recipe
        assert (recipe.network.kind, recipe.color.kind) == (row["network"], row["color"])
    drawn = ["--vary", "network.depth=2..6", "--vary", "network.contrast=0.1..2 log 2"]
    assert run(["sweep", "marbling", *drawn, "--design", "latin-hypercube", "--samples", "5", *SMALL, "-o", "d"]) == 0
    assert sorted(row["network.depth"] for row in results("d")) == ["2", "3", "4", "5", "6"]


def test_a_dry_run_counts_times_and_leaves_nothing(capsys):
    assert (
        run(["sweep", "marbling", "--vary", "network.depth=1..3", "--seeds", "0..9", *SMALL, "--dry-run", "--json"])
        == 0
    )
    record = json.loads(output(capsys)[0])
    assert record["trials"] == 30
    assert record["seconds"] == pytest.approx(record["seconds_per_trial"] * 30 / record["workers"])
    assert list(Path().iterdir()) == []
    assert run(["sweep", "marbling", "--seeds", "0..2999", *SMALL, "--dry-run"]) == 0  # no --yes is needed to look
    assert output(capsys)[0].startswith("3,000 trials; one takes ")


@pytest.mark.parametrize(
    ("more", "note"),
    [
        (["marbling"], "timing the first of 3 trials, 8x8 pixels\n"),
        (
            ["rprop-portrait", "--on", "in.png"],
            "3 trials, 8x8 pixels, a fit of 20 seconds or less\n",
        ),
        (["rprop-portrait", "--on", "in.png", "--seconds", "2.5"], "a fit of 2.5 seconds or less\n"),
        (["rprop-portrait", "--on", "in.png", "--steps", "3"], "timing the first of 3 trials, 8x8 pixels, a fit\n"),
    ],
)
def test_a_dry_run_says_what_it_does_before_it_takes_its_time(monkeypatch, capsys, more, note):
    Image.new("RGB", (8, 8), "teal").save("in.png")
    shown = []

    def estimate(self):
        shown.append(output(capsys)[1])
        return Estimate(3, 1.0, 1)

    monkeypatch.setattr("limner_apps.sweeps.run.SweepRun.estimate", estimate)
    assert run(["sweep", *more, "--seeds", "0..2", "--size", "8x8", "--dry-run"]) == 0
    assert len(shown) == 1
    assert note in shown[0]
    assert run(["sweep", *more, "--seeds", "0..2", "--size", "8x8", "--dry-run", "--quiet"]) == 0
    assert shown[1] == ""


def test_trials_of_a_single_colour_are_reported(capsys):
    vary = ["--vary", "color.colors=[red,red],[red,blue]"]
    Path("own.toml").write_text(PALETTE)
    command = ["sweep", "own.toml", *vary, "--seeds", "1", *SMALL, "-o", "s", "--json"]
    note = "1 of 2 trials has a single colour: color.colors=[red,red] with seed 1 (#ff0000)"
    for _ in range(2):  # the second time the trials are complete
        assert run([word for word in command if word != "--quiet"]) == 0
        out, err = output(capsys)
        assert note in err.splitlines()
        rows = [json.loads(line) for line in out.splitlines()]
        assert [row.get("single_color") for row in rows] == ["#ff0000", None]
    assert "single_color" not in Path("s/results.jsonl").read_text()  # whose other fields are the axes of a gallery
    assert run([*command, "--quiet"]) == 0
    assert note not in output(capsys)[1]


def test_a_fit_of_a_single_colour_is_reported_and_older_records_stay_valid(capsys):
    Image.new("RGB", (8, 8), "teal").save("in.png")
    Path("own.toml").write_text(PALETTE + '[trainer]\nkind = "backprop"\n')
    command = ["sweep", "own.toml", "--on", "in.png", "--steps", "1", "--seeds", "1", "-o", "s"]
    command += ["--vary", "color.colors=[red,red]"]
    assert run(command) == 0
    assert "the trial has a single colour: color.colors=[red,red] with seed 1 (#ff0000)" in output(capsys)[1]
    (path,) = Path("s/trials").glob("*.json")
    record = json.loads(path.read_text())
    assert record["rows"][-1].pop("single_color")
    path.write_text(json.dumps(record))
    assert run(command) == 0
    err = output(capsys)[1]
    assert "(1 from an earlier run)" in err
    assert "single colour" not in err


def test_notes_on_pictures_that_are_not_read_are_those_of_fit(capsys):
    Path("in/below").mkdir(parents=True)
    for name in ("in/a.png", "in/below/b.png"):
        Image.new("RGB", (8, 8), "teal").save(name)
    steps = ["--steps", "1", "--seed", "1"]
    assert run(["fit", "in", "--recipe", "rprop-portrait", *steps, "-o", "a.png"]) == 0
    note = next(line for line in output(capsys)[1].splitlines() if "in" in line and "subfolder" in line)
    assert run(["sweep", "rprop-portrait", "--on", "in", *steps[:2], "--seeds", "1", *ONE, "-o", "s"]) == 0
    assert note in output(capsys)[1].splitlines()
    assert run(["sweep", "rprop-portrait", "--on", "in", *steps[:2], "--seeds", "2", *ONE, "-o", "s", "--quiet"]) == 0
    assert output(capsys)[1] == ""


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["marbling", "--vary", "network.depht=1,2"], "network.depht: unknown setting; did you mean 'depth'?"),
        (["marbling", "--vary", "netwrk.depth=1,2"], "recipes have no 'netwrk'; did you mean 'network'?"),
        (["marbling", "--vary", "network.depth=1,many"], "'many'; for example: --vary network.depth=8"),
        (["marbling", "--vary", "network.depth=5..1"], "range 5..1 is empty"),
        (["marbling", "--vary", "network.depth=1", "--vary", "network.depth=2"], "is varied twice"),
        (["marbling", "--seeds", "0..999999", "--vary", "network.depth=1..10"], "10,000,000 trials: the maximum is"),
        (["marbling", "--seeds", "0..2000"], "2,001 trials: confirm with --yes"),
        (["marbling", "--seeds", "-1"], "seeds: must be whole numbers"),
        (["marbling", "--design", "gird"], "latin-hypercube; did you mean 'grid'?"),
        (["marbling", "--design", "random"], "needs a number of points; set --samples"),
        (["marbling", "--steps", "5"], "a sweep of fits needs a picture; name one with --on"),
        (["rprop-portrait"], "has a trainer and needs a picture; name one with --on"),
        (["rprop-portrait", "--on", "nowhere.png"], "nowhere.png: there is no such file"),
        (["rprop-portrait", *LEARN, "--steps", "0"], "--steps: must be greater than 0"),
        (["rprop-portrait", *LEARN, "--steps", "5", "--at-steps", "9"], "step 9 is beyond the last step, 5"),
        (["rprop-portrait", *LEARN, "--at-steps", "0"], "must be steps above 0"),
        (["marbling", "--sheet", "s.jpg"], "s.jpg: a sheet is written as .png"),
        (["marbling", "--sheet", "s.png", "--rows", "network.depth"], "'network.depth' is not varied"),
        (["marbling", "--rows", "seed"], "have no effect without a contact sheet; add --sheet"),
        (["marbling", "--animations"], "need pictures to fit"),
        (["marbling", "--samples", "5"], "applies to the designs random and latin-hypercube"),
        (["marbling", "--vary", "seed=1,2"], "cannot vary as an axis; use --seeds 0..9"),
        (["marbling", "--vary", "size=[8,8],[9,9]", "--size", "16x16"], "cannot be combined with --size"),
        (["marbling", "--vary", "network.contrast=0.1..1"], "the range needs a number of values"),
        (["marbling", "--seeds", "99999999999999999999"], "--seeds: must be 0 to"),
        (["marbling", "--backend", "nosuch"], "unknown backend 'nosuch'"),
        (["marbling", "--on", "skimage:coffee"], "has no [trainer] and cannot be fitted"),
        (["rprop-portrait", "--on", "broken.png"], "broken.png: is not a picture"),
        (["rprop-portrait", *LEARN, "--seconds", "inf"], "--seconds: must be a finite number, got inf"),
        (["marbling", "--sheet", "s.png", "--seeds", "0..1999", "--rows", "seed", "--columns", "network.depth",
          "--vary", "network.depth=1,2", "--yes"], "a sheet holds at most 2000 pictures"),
        (["marbling", "--executor", "loca"], "unknown executor 'loca'; did you mean 'local'?"),
        (["marbling", "--executor-set", "worker=2"], "executor local.worker: unknown setting; did you mean 'workers'?"),
        (["marbling", "-o", "taken"], "taken: holds files that are not a sweep"),
        (["odd.toml"], "sweep.desing: unknown setting; did you mean 'design'?"),
        (["nothing"], "unknown recipe or file 'nothing'"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_line(args, message, capsys):
    Path("taken").mkdir()
    Path("taken/mine.txt").write_text("mine")
    Path("broken.png").write_text("no picture")
    Path("odd.toml").write_text('[sweep]\ndesing = "grid"\n')
    before = sorted(Path().rglob("*"))
    assert run(["sweep", *args]) == 2
    out, err = output(capsys)
    assert message in err
    assert len(err.splitlines()) == 1
    assert not out
    assert sorted(Path().rglob("*")) == before


def test_a_folder_that_holds_another_sweep_says_which(capsys):
    assert run(["sweep", "marbling", *SMALL, "-o", "s"]) == 0
    assert run(["sweep", "ink", *SMALL, "-o", "s"]) == 2
    assert (
        "s: holds another sweep, of marbling; name another folder with -o, or continue that sweep:" in output(capsys)[1]
    )
    Path("s/sweep.json").write_text("{")
    assert run(["sweep", "marbling", *SMALL, "-o", "s"]) == 2
    assert "sweep.json: is damaged" in output(capsys)[1]


def test_the_recipes_own_seed_is_swept(capsys):
    limner.paint("ink", seed=12, size=(16, 16)).save("lines.png")
    assert run(["sweep", "lines.png", "--vary", "network.contrast=0.5,1", "-o", "s"]) == 0
    assert {row["seed"] for row in results("s")} == {"12"}
    assert run(["sweep", "marbling", *SMALL, "-s", "seed=5", "-o", "t"]) == 0
    assert {row["seed"] for row in results("t")} == {"5"}


def test_what_is_set_holds_for_swapped_stages_too():
    assert (
        run(["sweep", "marbling", *SMALL, "-s", "network.contrast=0.01", "--vary", "network=mlp,siren", "-o", "s"]) == 0
    )
    for row in results("s"):
        assert limner.open(Path("s") / row["file"]).recipe.network.stage.contrast == 0.01


def test_values_that_suit_only_some_other_values_are_valid():
    vary = ["--vary", "network=siren", "--vary", "network.omega=10,30"]
    assert run(["sweep", "marbling", *vary, *SMALL, "-o", "s"]) == 0
    assert len(results("s")) == 2


def test_pictures_at_steps_leave_the_other_bounds_alone():
    more = ["--vary", "network.width=4", "--epochs", "12", "--at-steps", "5,500"]
    assert run(["sweep", "rprop-portrait", *LEARN, *more, "-o", "s"]) == 0
    assert [row["step"] for row in results("s")] == ["5", "12"]
    before = {path: path.stat().st_mtime_ns for path in Path("s/trials").glob("*.*g")}
    assert run(["sweep", "rprop-portrait", *LEARN, *more, "-o", "s"]) == 0  # step 500 never comes: nothing is missing
    assert {path: path.stat().st_mtime_ns for path in Path("s/trials").glob("*.*g")} == before


def test_a_sweep_takes_more_pictures_later(capsys):
    more = ["--vary", "network.width=4", "--steps", "3", "-o", "s"]
    assert run(["sweep", "rprop-portrait", *LEARN, *more]) == 0
    assert run(["sweep", "rprop-portrait", *LEARN, "--on", "skimage:camera", *more]) == 0
    assert len(results("s")) == 2


def test_two_sweeps_do_not_work_on_one_folder(capsys):
    fcntl = pytest.importorskip("fcntl", reason="waits for a system that has such locks")
    assert run(["sweep", "marbling", *SMALL, "-o", "s"]) == 0
    with Path("s/trials/.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run(["sweep", "marbling", *SMALL, "-o", "s"]) == 2
    assert "s: another sweep is running in it" in output(capsys)[1]


def tasks(folder, count, **fields):
    sweep = Sweep("marbling", {"size": [16, 16]}, [], seeds=tuple(range(count)))
    folder = Path(folder)
    (folder / "trials").mkdir(parents=True)
    made = [scheduler.make_task(sweep, c, folder, backend="numpy", threads=1, timelapse=None) for c in sweep.trials]
    return [{**task, **fields} for task in made]


@pytest.mark.slow
def test_a_worker_that_dies_loses_its_trial_alone(tmp_path):
    """A trial whose recipe kills the process that paints it; the others are complete."""
    made = tasks(tmp_path / "s", 12)
    made[5]["recipe"] = {**made[5]["recipe"], "deadly": True}
    (tmp_path / "sitecustomize.py").write_text(
        "import limner_apps.sweeps.trial as c, os, signal\n"
        "real = c._paint\n"
        "def paint(task, runner):\n"
        "    if task['recipe'].get('deadly'):\n"
        "        open(os.path.join(task['folder'], f'death-{os.getpid()}'), 'w').close()\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(task, runner)\n"
        "c._paint = paint\n"
    )
    script = (
        "import json, sys\nfrom limner_apps.sweeps import scheduler\n"
        "from limner_apps.sweeps.executor_choice import get_executor\n"
        "if __name__ == '__main__':\n"
        "    out = scheduler.run(json.load(open('tasks.json')), get_executor('local', {'workers': 2}))\n"
        "    print(json.dumps({'whole': len(out.records), 'failed': out.failed}))\n"
    )
    (tmp_path / "tasks.json").write_text(json.dumps(made))
    (tmp_path / "go.py").write_text(script)
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "go.py"], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    record = json.loads(done.stdout)
    assert record["whole"] == 11
    assert record["failed"] == {made[5]["name"]: "its worker died three times"}
    assert len(list((tmp_path / "s/trials").glob("death-*"))) == 3


def command(*more):
    return [sys.executable, "-m", "limner", "sweep", "marbling", "--vary", "network.depth=2,4,6,8", "--seeds", "0..9",
            "--size", "200x200", "-o", "s", *more]  # fmt: skip


@pytest.mark.slow
def test_killed_at_any_moment_no_trial_is_lost_or_done_twice(tmp_path):
    rng, trials_folder = np.random.default_rng(4), Path("s/trials")
    stamps: dict[Path, int] = {}

    def new():
        return len(list(trials_folder.glob("*.json"))) > len(stamps) // 2  # two files a trial

    for i in range(20):
        process = subprocess.Popen(command(), start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if i % 2:
            time.sleep(rng.uniform(0.8, 2.2))
        while i % 2 == 0 and process.poll() is None and not new():  # until there is something that might be lost
            time.sleep(0.01)
        with suppress(ProcessLookupError):  # it was done
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        for record in trials_folder.glob("*.json") if trials_folder.exists() else ():
            for path in (record, record.with_suffix(".png")):
                stamp = path.stat().st_mtime_ns  # the record is written last: its picture is whole
                assert stamps.setdefault(path, stamp) == stamp
    done = subprocess.run(command(), capture_output=True, text=True, check=True)
    assert "40 of 40 trials are done" in done.stderr
    for path, stamp in stamps.items():
        assert path.stat().st_mtime_ns == stamp
    assert len(stamps) > 4
    pictures = done.stdout.split()
    assert len(pictures) == 40
    assert run(["verify", *pictures]) == 0
    assert {path.name for path in trials_folder.iterdir() if path.suffix not in (".png", ".json")} == {".lock"}


def same_but_for_times(one, other):
    for path in sorted(Path(one, "trials").glob("*.png")):
        assert path.read_bytes() == Path(other, "trials", path.name).read_bytes()
    assert len(results(one)) == len(results(other))
    for ours, theirs in zip(results(one), results(other), strict=True):
        assert {**ours, "seconds": ""} == {**theirs, "seconds": ""}


@pytest.mark.slow
def test_results_do_not_depend_on_the_executor(capsys):
    pytest.importorskip("distributed", reason="waits for Dask: pip install '.[dask]'")
    vary = ["sweep", "rprop-portrait", *LEARN, "--vary", "network.width=3,5", "--steps", "10"]
    assert run([*vary, "-o", "a", *ONE]) == 0
    assert run([*vary, "-o", "b", "--executor-set", "workers=2"]) == 0
    assert run([*vary, "-o", "c", "--executor", "dask", "--executor-set", "workers=2"]) == 0
    same_but_for_times("a", "b")
    same_but_for_times("a", "c")


@pytest.mark.slow
def test_a_dask_worker_that_is_killed_costs_no_trial(tmp_path):
    pytest.importorskip("distributed", reason="waits for Dask: pip install '.[dask]'")
    import psutil

    more = ["--executor", "dask", "--executor-set", "workers=2"]
    process = subprocess.Popen(command(*more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    trials_folder = Path("s/trials")
    while process.poll() is None and len(list(trials_folder.glob("*.json"))) < 10:
        time.sleep(0.05)
    below = psutil.Process(process.pid).children(recursive=True)
    workers = [child for child in below if "spawn_main" in " ".join(child.cmdline())]
    assert workers
    workers[0].kill()
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert len(out.split()) == 40
    assert run(["verify", *out.split()]) == 0


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_reported_soon(capsys, monkeypatch):
    distributed = pytest.importorskip("distributed", reason="waits for Dask: pip install '.[dask]'")
    import dask

    limits = []

    class Asked(distributed.Client):
        def __init__(self, *args, timeout, **more):
            limits.append((timeout, dask.config.get("distributed.comm.timeouts.connect")))
            super().__init__(*args, timeout=timeout, **more)

    monkeypatch.setattr(distributed, "Client", Asked)
    at = ["--executor", "dask", "--executor-set", "address=tcp://127.0.0.1:9"]
    assert run(["sweep", "marbling", *SMALL, *at]) == 2
    assert limits == [(8.0, "8s")]
    assert "no Dask scheduler with workers answers at tcp://127.0.0.1:9" in output(capsys)[1]


def test_cores_are_shared_out():
    cores = threads_per_task(get_executor("local", {"workers": 1}))
    assert cores >= 1
    assert threads_per_task(get_executor("local", {"workers": 4 * cores})) == 1
    assert get_executor("local", {}).parallelism() == cores


def interrupting(function, after):
    """A function that is interrupted once it was called so often."""
    calls = []

    def wrapped(*args, **kwargs):
        if len(calls) == after:
            raise KeyboardInterrupt
        calls.append(args)
        return function(*args, **kwargs)

    return wrapped


def test_an_interrupt_is_one_line_that_counts_the_trials(capsys, monkeypatch):
    command = ["sweep", "marbling", "--seeds", "0..3", *SMALL, "-o", "s", "--sheet", "sheet.png"]
    with monkeypatch.context() as patch:  # the folder of the test is left only at its end
        patch.setattr(scheduler, "run_trial", interrupting(trial.run_trial, 2))
        assert run(command) == 130
    assert output(capsys) == ("", "2 of 4 trials are done; run the same command to continue.\n")
    monkeypatch.setattr("limner_apps.sweeps.report.contact_sheet.draw_sheet", interrupting(None, 0))
    assert run([*command, "--executor-set", "workers=1"]) == 130  # in the report
    assert output(capsys)[1] == "4 of 4 trials are done; run the same command to continue.\n"


def test_what_ended_workers_left_is_removed(monkeypatch):
    """A worker is killed while it writes a picture."""

    def killed(task):
        partial = Path(task["folder"], f".limner-{leftovers._kernel()}-{0:012x}.part")
        partial.touch()
        raise KeyboardInterrupt

    assert run(["sweep", "marbling", "--seeds", "0", *SMALL, "-o", "s"]) == 0
    monkeypatch.setattr(scheduler, "run_trial", killed)
    assert run(["sweep", "marbling", "--seeds", "0,1", *SMALL, "-o", "s"]) == 130
    assert not list(Path("s/trials").glob(".limner-*"))


def test_a_second_sweep_is_refused_and_harms_nothing(capsys, monkeypatch):
    command = ["sweep", "marbling", "--seeds", "0", *SMALL, "-o", "s"]
    Path("s/trials").mkdir(parents=True)
    monkeypatch.setattr(Path, "exists", lambda path: path != Path("s") and os.path.exists(path))  # noqa: PTH110
    with hold_lock(Path("s/trials/.lock"), "busy"):  # the first sweep was faster by a moment
        assert run(command) == 2
    assert output(capsys)[1] == (
        "error: s: another sweep is running in it; wait until it ends, or name another folder with -o\n"
    )
    assert Path("s/trials/.lock").exists()


def test_a_sweep_that_was_killed_at_its_start_is_no_obstacle():
    Path("s/trials").mkdir(parents=True)
    Path("s/trials/.lock").touch()
    Path("s", f".limner-{0:08x}-{0:012x}.part").touch()
    assert run(["sweep", "marbling", "--seeds", "0", *SMALL, "-o", "s"]) == 0
    Path("t/trials").mkdir(parents=True)
    Path("t/trials/notes.txt").touch()
    assert run(["sweep", "marbling", "--seeds", "0", *SMALL, "-o", "t"]) == 2


def test_ctrl_c_in_a_terminal_ends_all_processes_of_a_sweep_without_a_word_of_theirs():
    command = [sys.executable, "-m", "limner", "sweep", "marbling", "--seeds", "0..99", "--size", "320x320", "-o", "s"]
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and not list(Path().glob("s/trials/*.json")):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert re.fullmatch(r"\d+ of 100 trials are done; run the same command to continue\.\n", err)
    with pytest.raises(ProcessLookupError):  # the group is empty
        os.killpg(process.pid, 0)
    assert not list(Path("s/trials").glob(".limner-*"))
