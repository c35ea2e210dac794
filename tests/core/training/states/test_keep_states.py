"""The states that a fit keeps: which they are, that they resume without a gap, and what is refused."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import limner
from limner.cli.main import run
from limner.errors import LimnerError
from limner.registry.registry import registry
from limner.training import fit
from limner.training.plan import prepare
from limner.training.run import Budget
from limner.training.states import FitStates, StateSettings, keep_states, read_states

NUMPY = registry().load("backend", "numpy")(threads=1)
TABLE = {
    "seed": 1,
    "encoder": [{"kind": "xy"}],
    "network": {"kind": "mlp", "width": 4, "depth": 1},
    "loss": {"kind": "mse"},
    "trainer": {"kind": "rprop"},
}
PIXELS = np.random.default_rng(3).integers(0, 255, (6, 8, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """A folder with the states of a fit, and the fit."""
    folder = tmp_path_factory.mktemp("fits") / "states"
    seen = {}
    result = limner.fit(
        PIXELS,
        TABLE,
        steps=20,
        set={"states.every": 4},
        keep_states=folder,
        on_step=lambda snapshot: seen.setdefault(snapshot.step, snapshot.artwork),
    )
    return folder, result, seen


def test_states_are_those_of_the_fit(example):
    folder, result, seen = example
    states = read_states(folder)
    assert [state.step for state in states] == [0, 4, 8, 12, 16, 20]
    for index, step in ((0, 0), (1, 4), (2, 8), (4, 16)):  # the loop evaluates these, too
        assert states.artwork(index) == seen[step]
    assert states.artwork(-1) == result.artwork
    assert states.result.training == result.artwork.training
    rows = {row["step"]: row for row in result.history}
    assert [states[i].psnr for i in (0, 1, 2)] == [rows[step]["psnr"] for step in (0, 4, 8)]
    assert np.array_equal(states.original(), PIXELS)


def test_few_steps_keep_few_states_and_more_of_them_early(tmp_path):
    limner.fit(PIXELS, TABLE, steps=30, set={"states.count": 8}, keep_states=tmp_path / "s")
    steps = [state.step for state in read_states(tmp_path / "s")]
    assert steps[0] == 0
    assert steps[-1] == 30
    assert len(steps) <= 8
    gaps = np.diff(steps)
    assert gaps[-1] == max(gaps) > gaps[0]
    assert len(load_file(tmp_path / "s" / "states.safetensors")["step"]) == len(steps)


def test_several_images_have_a_picture_each(tmp_path):
    pictures = [PIXELS, PIXELS[::-1], PIXELS[:, ::-1]]
    table = {**TABLE, "encoder": [{"kind": "xy"}, {"kind": "one-hot"}]}
    result = limner.fit(pictures, table, steps=3, keep_states=tmp_path / "s")
    states = read_states(tmp_path / "s")
    assert states.images == 3
    for number, art in enumerate(states.pictures(states.result)):
        assert art == result.artwork.press(np.eye(3)[number])
    original = states.original()
    assert original.shape == (12, 16, 3)
    assert np.array_equal(original[6:, :8], pictures[2])


def kept(folder, plan, settings, **options):
    with keep_states(folder, settings, plan, **options) as recorder:
        fit.run(plan, NUMPY, recorder)


def arrays(folder):
    return load_file(folder / "states.safetensors")


def test_a_resumed_fit_has_the_states_of_one_without_a_break(tmp_path):
    """The states after the checkpoint are dropped: they may belong to another branch."""
    settings, checkpoint = StateSettings(every=3), tmp_path / "fit.ckpt"

    def plan(steps, *, resume=False):
        return prepare(PIXELS, TABLE, Budget(steps=steps), checkpoint_path=checkpoint, resume=resume)

    kept(tmp_path / "a", plan(14), settings)
    kept(tmp_path / "b", plan(6), settings)
    saved = checkpoint.read_bytes()
    kept(tmp_path / "b", plan(11, resume=True), settings)
    checkpoint.write_bytes(saved)
    kept(tmp_path / "b", plan(14, resume=True), settings)
    one, two = arrays(tmp_path / "a"), arrays(tmp_path / "b")
    assert one["step"].tolist() == [0, 3, 6, 9, 12, 14]
    assert one.keys() == two.keys()
    assert all(np.array_equal(one[name], two[name]) for name in one)
    other = prepare(PIXELS[::-1], TABLE, Budget(steps=3))
    before = arrays(tmp_path / "b")
    with pytest.raises(LimnerError, match="holds the states of another fit"):
        kept(tmp_path / "b", other, settings)
    assert np.array_equal(arrays(tmp_path / "b")["theta"], before["theta"])
    kept(tmp_path / "b", other, settings, force=True)
    assert arrays(tmp_path / "b")["step"].tolist() == [0, 3]


def test_a_full_disk_does_not_stop_the_fit(tmp_path, monkeypatch):
    from limner.training.states import state_file

    append = state_file.StateFile.append

    def failing(self, state, theta):
        if state.step > 4:
            raise LimnerError("the disk is full")
        append(self, state, theta)

    monkeypatch.setattr(state_file.StateFile, "append", failing)
    done = []
    plan = prepare(PIXELS, TABLE, Budget(steps=9))
    with (
        pytest.raises(LimnerError, match="the disk is full"),
        keep_states(tmp_path / "s", StateSettings(every=2), plan) as recorder,
    ):
        done.append(fit.run(plan, NUMPY, recorder))
    assert done[0].run.step == 9
    assert [state.step for state in read_states(tmp_path / "s")] == [0, 2, 4]


def test_states_that_are_not_finite_are_omitted(tmp_path):
    """The run ends with the best θ before; its states do, too."""
    table = {**TABLE, "trainer": {"kind": "backprop", "learning_rate": 1000.0, "optimizer": {"kind": "sgd"}}}
    table["network"] = {**TABLE["network"], "activation": "relu", "output": "identity"}
    plan = prepare(PIXELS, table, Budget(steps=40))
    with keep_states(tmp_path / "s", StateSettings(every=1), plan) as recorder:
        outcome = fit.run(plan, NUMPY, recorder)
    assert outcome.reason == "diverged"
    states = read_states(tmp_path / "s")
    assert states.artwork(-1) == outcome.artwork
    assert np.isfinite([state.loss for state in states]).all()


def damaged(folder, change):
    from safetensors import safe_open

    path = folder / "states.safetensors"
    with safe_open(str(path), framework="numpy") as tensors:
        metadata = tensors.metadata()
    content = load_file(path)
    change(content, metadata)
    save_file(content, path, metadata)


def older(content, metadata):
    header = json.loads(metadata["limner-states"])
    metadata["limner-states"] = json.dumps({**header, "format": 2})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda content, _: content.pop("loss"), "is damaged or not a file of states"),
        (lambda content, _: content.update(more=np.zeros(3)), "is damaged or not a file of states"),
        (lambda content, _: content.update(theta=content["theta"][:, 1:].copy()), "is damaged or not a file of states"),
        (lambda content, _: content.update(step=content["step"][::-1].copy()), "is damaged or not a file of states"),
        (lambda content, _: content.update(step=content["step"] + 2**53), "is damaged or not a file of states"),
        (lambda content, _: content.update(psnr=content["psnr"] * np.nan), "is damaged or not a file of states"),
        (lambda content, _: content.update(psnr=content["psnr"] * -np.inf), "is damaged or not a file of states"),
        (lambda content, _: content.update(step=content["step"].astype(np.float64)), "is damaged or not a file"),
        (lambda content, _: content.update(step=content["step"] * 0 - 1), "contains no state; run the fit again"),
        (lambda _, metadata: metadata.clear(), "contains tensors, but no states of a fit"),
        (lambda _, metadata: metadata.update({"limner-states": "[]"}), "the header is not a JSON object"),
        (lambda _, metadata: metadata.update({"limner-states": "{}"}), "the header is invalid"),
        (lambda _, metadata: metadata.update({"limner-states": "[" * 600 + "]" * 600}), "the header is not JSON"),
        (older, "written by a newer limner"),
    ],
)
def test_nothing_in_a_file_is_trusted(example, tmp_path, change, problem):
    (tmp_path / "states.safetensors").write_bytes((example[0] / "states.safetensors").read_bytes())
    damaged(tmp_path, change)
    with pytest.raises(LimnerError, match=problem) as caught:
        read_states(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_truncated_file_and_one_with_other_numbers(example, tmp_path):
    content = (example[0] / "states.safetensors").read_bytes()
    path = tmp_path / "states.safetensors"
    path.write_bytes(content[:-4])
    with pytest.raises(LimnerError, match="is damaged"):
        read_states(path)
    path.write_bytes(content[:-4] + np.float32(np.nan).tobytes())
    states = read_states(path)
    assert isinstance(states, FitStates)
    with pytest.raises(LimnerError, match="is damaged"):
        states.artwork(-1)


def test_a_file_has_a_largest_number_of_states(tmp_path, monkeypatch):
    monkeypatch.setattr("limner.training.states.recorder.MAX_STATES", 3)
    with pytest.raises(LimnerError, match="contains 3 states, the most; use a larger"):
        limner.fit(PIXELS, TABLE, steps=6, set={"states.every": 2}, keep_states=tmp_path / "s")
    assert [state.step for state in read_states(tmp_path / "s")] == [0, 2, 4]
    limner.fit(PIXELS, TABLE, steps=4, set={"states.every": 2}, keep_states=tmp_path / "t")
    assert [state.step for state in read_states(tmp_path / "t")] == [0, 2, 4]


def test_a_folder_without_states(tmp_path):
    with pytest.raises(LimnerError, match="contains no states of a fit; on the command line, limner fit"):
        read_states(tmp_path)


def test_what_a_fit_refuses(example, tmp_path):
    folder = example[0]
    with pytest.raises(LimnerError, match="holds the states of an earlier fit; delete them"):
        limner.fit(PIXELS, TABLE, steps=1, keep_states=folder)
    with pytest.raises(LimnerError, match="settings need a folder"):
        limner.fit(PIXELS, TABLE, steps=1, set={"states.count": 9})
    with pytest.raises(LimnerError, match="needs a limit of steps or seconds"):
        limner.fit(PIXELS, TABLE, psnr=5, keep_states=tmp_path / "s")
    with pytest.raises(LimnerError, match=r"states\.count: must be at least 2"):
        limner.fit(PIXELS, TABLE, steps=1, set={"states.count": 0}, keep_states=tmp_path / "s")
    with pytest.raises(LimnerError, match=r"10,000,002 states, and the most is 100,000"):
        limner.fit(PIXELS, TABLE, steps=10**7, set={"states.every": 1}, keep_states=tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_the_command_protects_its_files(example, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    limner.paint(TABLE, size=(8, 6)).save("photo.png")
    options = ["--recipe", "rprop-portrait", "--steps", "1", "--seed", "1", "-o", "a.png", "--quiet", "--keep-states"]

    def refused(*arguments):
        assert run(["fit", *arguments]) == 2
        return capsys.readouterr().err

    assert "continue it with --resume, or start over with --force" in refused("photo.png", *options, str(example[0]))
    assert run(["fit", "photo.png", *options, "states"]) == 0
    assert "is one of the input pictures" in refused("states/original.png", *options, "states", "--force")
    assert limner.open("a.png") == read_states("states").result


def test_states_are_described_and_are_no_artwork(example, capsys):
    folder = str(example[0])
    assert run(["info", folder]) == 0
    out = capsys.readouterr().out
    assert "6 states of a fit" in out
    assert f"to step 20, {example[1].history[-1]['psnr']:.1f} dB" in out
    with pytest.raises(LimnerError, match="these are the states of a fit, not an artwork; film them with: limner anim"):
        limner.open(folder)
