"""``limner fit`` as its users meet it."""

import io
import itertools
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run
from limner.errors import DivergedError
from limner.registry.hookspecs import hookimpl
from limner.registry.registry import registry
from limner.training.checkpoint import read_checkpoint

QUICK = ["--recipe", "rprop-portrait", "--train-size", "24", "--seed", "1", "--quiet"]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def shown(path, mode=None):
    with Image.open(path) as image:
        return np.asarray(image.convert(mode) if mode else image)


def output(capsys):
    out = capsys.readouterr()
    return out.out, out.err


def test_it_learns_and_the_file_is_an_artwork(capsys):
    assert run(["fit", "skimage:astronaut", *QUICK, "--steps", "60", "--json"]) == 0
    record = json.loads(output(capsys)[0])
    assert record["path"] == "astronaut.limner.png"
    assert record["stopped"] == "steps"
    assert record["steps"] == 60
    art = limner.open(record["path"])
    assert art.recipe.title == "astronaut"
    assert art.recipe.size == (512, 512)
    assert run(["verify", record["path"]]) == 0
    painted = shown(record["path"], "RGB").astype(float)
    from skimage.data import astronaut

    mean = np.mean((painted - astronaut()) ** 2)
    assert record["psnr"] == pytest.approx(10 * np.log10(255**2 / mean), abs=1e-6)
    flat = np.mean((astronaut() - astronaut().mean(axis=(0, 1))) ** 2)
    assert mean < 0.8 * flat  # it has learned more than the mean colour


def test_the_default_recipe_learns_within_a_few_steps():
    assert (
        run(["fit", "skimage:coffee", "--train-size", "96", "--steps", "40", "--seed", "1", "--keep-checkpoint"]) == 0
    )
    assert read_checkpoint(Path("coffee.limner.png.ckpt")).header.psnr > 22


def test_seconds_end_it(capsys, monkeypatch):
    readings = itertools.count()
    clock = SimpleNamespace(perf_counter=lambda: next(readings) / 10)  # each reading is a tenth of a second later
    monkeypatch.setattr("limner.training.loop.time", clock)
    assert run(["fit", "skimage:coffee", *QUICK, "--seconds", "2", "--json"]) == 0
    record = json.loads(output(capsys)[0].splitlines()[-1])
    assert record["stopped"] == "seconds"
    assert record["seconds"] == pytest.approx(2, abs=0.2)


def test_gray(capsys):
    assert run(["fit", "skimage:coffee", *QUICK, "--gray", "--steps", "20", "-o", "g.png"]) == 0
    pixels = shown("g.png", "RGB")
    assert (pixels[..., 0] == pixels[..., 1]).all()
    assert limner.open("g.png").recipe.color.kind == "gray"
    assert run(["fit", "skimage:coffee", *QUICK, "--gray", "--color", "hsv", "--steps", "20", "-o", "h.png"]) == 2
    assert "--color gray" in output(capsys)[1]


def test_clear_pixels_are_learned_as_clear():
    planes = np.zeros((32, 32, 4), np.uint8)
    planes[..., 0] = 200
    planes[:, 16:, 3] = 255
    Image.fromarray(planes).save("half.png")
    assert run(["fit", "half.png", "--recipe", "rprop-portrait", "--seed", "1", "--steps", "300", "-o", "a.png"]) == 0
    alpha = shown("a.png")[..., 3].astype(int)
    assert alpha[:, :12].mean() < 30
    assert alpha[:, 20:].mean() > 225
    options = ["--background", "white", "--steps", "5", "-o", "b.png"]
    assert run(["fit", "half.png", "--recipe", "rprop-portrait", *options]) == 0
    assert shown("b.png").shape[2] == 3


def test_comparison_and_history(capsys):
    files = ["--compare", "c.png", "--error-map", "--history", "h.csv"]
    assert run(["fit", "skimage:coffee", *QUICK, "--steps", "20", *files, "-o", "a.png"]) == 0
    assert shown("c.png").shape[1] > 1000
    rows = Path("h.csv").read_text("utf-8").splitlines()
    assert rows[0].startswith("step,seconds,loss,psnr")
    assert [int(row.split(",")[0]) for row in rows[1:]] == [0, 1, 2, 4, 8, 16, 20]


def test_resuming_a_finished_run_goes_on_to_a_larger_budget(capsys):
    whole = ["fit", "skimage:coffee", *QUICK]
    assert run([*whole, "--steps", "20", "-o", "a.png", "--keep-checkpoint"]) == 0
    assert run([*whole, "--steps", "50", "-o", "a.png"]) == 2
    assert "--resume" in output(capsys)[1]
    assert run([*whole, "--steps", "50", "-o", "a.png", "--resume"]) == 0
    assert run([*whole, "--steps", "50", "-o", "b.png", "--resume"]) == 0  # without a checkpoint it starts over
    np.testing.assert_array_equal(limner.open("a.png").theta, limner.open("b.png").theta)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("bound", [["--steps", "200"], ["--psnr", "14"]])
def test_a_terminal_shows_how_it_goes(monkeypatch, bound):
    monkeypatch.setattr("limner.training.loop.MIN_EVENT_INTERVAL", 0.0)
    monkeypatch.setattr("sys.stderr", Terminal())
    quick = [word for word in QUICK if word != "--quiet"]
    assert run(["fit", "skimage:coffee", *quick, *bound, "-o", "a.png"]) == 0
    shown = sys.stderr.getvalue()
    assert re.search(r"step \d+  loss 0\.0\d+  1\d\.\d dB  \d+ steps/s", shown)
    assert "dB, SSIM" in shown


@pytest.mark.filterwarnings("always")
def test_a_listener_that_raises_takes_no_fit_down(capsys):
    class Faulty:
        @hookimpl
        def limner_event(self, event):
            raise RuntimeError("deaf")

    faulty = Faulty()
    registry().listen(faulty)
    assert run(["fit", "skimage:coffee", *QUICK, "--steps", "5", "-o", "a.png"]) == 0
    registry().unlisten(faulty)
    assert capsys.readouterr().err.count("RuntimeError: deaf; it receives no more events") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fit", "nothing.png"], "there is no such file"),
        (["fit", "broken.png"], "is not a picture"),
        (["fit", "."], "broken.png: is not a picture"),
        (["fit", "one.png", "--recipe", "marbling"], "has no [trainer]"),
        (["fit", "one.png", "--recipe", "nobody"], "unknown recipe or file"),
        (["fit", "one.png", "--steps", "-3"], "steps: must be"),
        (["fit", "one.png", "--seconds", "nan"], "seconds: must be"),
        (["fit", "one.png", "--train-size", "-3"], "--train-size"),
        (["fit", "one.png", "--error-map"], "--compare"),
        (["fit", "one.png", "--history", "a.txt"], ".csv"),
        (["fit", "one.png", "--compare", "a.svg"], "a.svg"),
        (["fit", "one.png", "-o", "a.xyz"], "unknown image format '.xyz'"),
        (["fit", "one.png", "-o", "one.png", "--force"], "is one of the input pictures"),
        (["fit", "one.png", "-o", "a.png", "--compare", "a.png"], "are the same file"),
        (["fit", "one.png", "-o", "no/a.png"], "the folder no does not exist"),
        (["fit", "one.png", "--trainer", "guess"], "unknown trainer"),
        (["fit", "one.png", "--loss", "mze"], "did you mean 'mse'"),
        (["fit", "one.png", "-s", "trainer.learning_rate=-1"], "trainer.learning_rate"),
        (["fit", "one.png", "two.png"], "two.png: there is no such file"),
        (
            ["fit", "skimage:coffee", "skimage:coffee", "--recipe", "likeness"],
            "has no buttons to distinguish 2 images",
        ),
        (["fit", "one.png", "--background", "nocolour"], "background"),
        (["fit", "one.png", "--checkpoint-every", "-1"], "--checkpoint-every"),
        (["fit", "one.png", "--steps", "0"], "--steps"),
        (["fit", "one.png", "-o", "sub/../one.png", "--force"], "is one of the input pictures"),
        (["fit", "link.png", "-o", "one.png", "--force"], "is one of the input pictures"),
        (["fit", "one.png", "-o", "a.png", "--history", "sub/../a.png"], "are the same file"),
        (["fit", "one.png", "-o", "a.webp", "--size", "20000x20"], "16383 pixels a side"),
        (["fit", "clear.png", "-o", "a.jpg"], "transparency"),
        (["fit", "one.png", "-o", "a.limner", "-s", "image-format.quality=5"], "no pixels"),
    ],
)
def test_bad_requests_get_one_line(capsys, arguments, words):
    Image.new("RGB", (16, 16), "teal").save("one.png")
    Path("broken.png").write_bytes(b"not a picture")
    Path("sub").mkdir()
    Path("link.png").symlink_to("one.png")
    Image.new("RGBA", (16, 16), (0, 0, 0, 0)).save("clear.png")
    before = sorted(Path().iterdir())
    assert run(arguments) == 2
    out, err = output(capsys)
    assert out == ""
    assert words in err
    assert err.count("\n") == 1
    assert sorted(Path().iterdir()) == before


@pytest.mark.parametrize("name", ["pixel", "colour", "gray16", "cmyk", "palette", "animated", "turned"])
def test_odd_pictures(name):
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 255, (12, 20, 3), dtype=np.uint8))
    path = Path(f"{name}.{'jpg' if name in ('cmyk', 'turned') else 'gif' if name == 'animated' else 'png'}")
    if name == "pixel":
        Image.new("RGB", (1, 1), "orange").save(path)
    elif name == "colour":
        Image.new("RGB", (9, 14), "navy").save(path)
    elif name == "gray16":
        Image.fromarray(rng.integers(0, 65535, (12, 20)).astype(np.uint16)).save(path)
    elif name == "cmyk":
        noise.convert("CMYK").save(path)
    elif name == "palette":
        noise.convert("P").save(path)
    elif name == "animated":
        noise.save(path, save_all=True, append_images=[noise.transpose(Image.Transpose.ROTATE_180)])
    else:
        exif = Image.Exif()
        exif[0x0112] = 6
        noise.save(path, exif=exif)
    for recipe in ("likeness", "rprop-portrait"):
        out = f"{recipe}.png"
        assert run(["fit", str(path), "--recipe", recipe, "--steps", "5", "--seed", "1", "-o", out]) == 0
    upright = {"pixel": (1, 1), "colour": (9, 14), "turned": (12, 20)}.get(name, (20, 12))
    assert shown("likeness.png").shape[1::-1] == upright


def test_a_loss_that_is_no_number_keeps_the_best(capsys):
    wild = ["-s", "trainer.optimizer=sgd", "-s", "trainer.learning_rate=1000", "-s", "network.output=identity"]
    common = ["fit", "skimage:coffee", "--recipe", "neural-painting", "--train-size", "24", "--seed", "1", *wild]
    assert run([*common, "--steps", "2000", "-o", "a.png", "--quiet"]) == 2
    _, err = output(capsys)
    assert "lower trainer.learning_rate" in err
    assert err.count("\n") == 1
    assert run(["verify", "a.png"]) == 0
    with pytest.raises(DivergedError) as caught:
        limner.fit(
            "skimage:coffee",
            "neural-painting",
            steps=2000,
            seed=1,
            train_size=24,
            set={"trainer.optimizer": "sgd", "trainer.learning_rate": 1000.0, "network.output": "identity"},
        )
    np.testing.assert_array_equal(caught.value.fitted.artwork.theta, limner.open("a.png").theta)


def test_too_large_to_train_is_reported_with_a_size_that_fits(monkeypatch, capsys):
    monkeypatch.setattr("limner.training.memory.available_memory", lambda: 40_000_000)
    Image.new("RGB", (1500, 1000)).save("large.png")
    assert run(["fit", "large.png", "--recipe", "rprop-portrait", "--steps", "1"]) == 2
    err = output(capsys)[1]
    assert "--train-size" in err
    size = err.split("--train-size to ")[1].split()[0]
    assert run(["fit", "large.png", "--recipe", "rprop-portrait", "--steps", "1", "--train-size", size]) == 0


def test_going_on_overwrites_nothing_but_its_own(capsys):
    Path("notes.csv").write_text("mine")
    whole = ["fit", "skimage:coffee", *QUICK, "-o", "a.png"]
    assert run([*whole, "--steps", "5", "--keep-checkpoint"]) == 0
    assert run([*whole, "--steps", "9", "--resume", "--history", "notes.csv"]) == 2
    assert "notes.csv: exists already" in output(capsys)[1]
    assert Path("notes.csv").read_text() == "mine"


def test_another_aspect_is_measured_at_the_pictures_own(capsys):
    """A square of a wide picture shows its middle: stretching the original over it would tell of nothing."""
    whole = ["fit", "skimage:coffee", *QUICK, "--steps", "60", "--json"]
    figures = []
    for size in ("300x200", "300x300", "3000x2000"):
        assert run([*whole, "--size", size, "-o", f"{size}.png"]) == 0
        figures.append(json.loads(output(capsys)[0])["psnr"])
    assert figures[1] == pytest.approx(figures[2], abs=1e-6)
    assert figures[0] == pytest.approx(figures[1], abs=0.5)


def test_names_with_colons_keep_their_heads(capsys):
    Image.new("RGB", (8, 8), "teal").save("a:b.png")
    assert run(["fit", "a:b.png", "--recipe", "rprop-portrait", "--steps", "2", "--quiet"]) == 0
    assert output(capsys)[0] == "a:b.limner.png\n"


def test_size_and_alpha_may_be_settings():
    half = np.zeros((16, 16, 4), np.uint8)
    half[:, 8:, 3] = 255
    Image.fromarray(half).save("half.png")
    values = ["-s", "size=[12, 8]", "-s", "color.alpha=true"]
    assert (
        run(["fit", "half.png", "--recipe", "rprop-portrait", "--steps", "2", "--quiet", *values, "-o", "a.png"]) == 0
    )
    art = limner.open("a.png")
    assert art.recipe.size == (12, 8)
    assert art.recipe.color.stage.opacity == "plain"


def test_forged_checkpoints_are_reported_as_damaged(capsys):
    whole = ["fit", "skimage:coffee", "--recipe", "neural-painting", "--train-size", "16", "--quiet", "-o", "a.png"]
    assert run([*whole, "--steps", "3", "--seed", "1", "--keep-checkpoint"]) == 0
    output(capsys)
    path = Path("a.png.ckpt")
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    kept = json.loads(header["__metadata__"]["limner-checkpoint"])

    def forge(changes, arrays=()):
        forged = {**header, "__metadata__": {"limner-checkpoint": json.dumps({**kept, **changes})}}
        for name in arrays:
            forged[name + "x"] = forged.pop(name)
        text = json.dumps(forged).encode()
        path.write_bytes(len(text).to_bytes(8, "little") + text + data[8 + size :])

    forgeries = [{"numbers": {}}, {"numbers": {"steps": -5}}, {"step": 10**30}, {"history": [{}]}]
    forgeries += [{"recipe": {**kept["recipe"], "seed": seed}} for seed in ("x", [1], -1)]
    for changes in forgeries:
        forge(changes)
        assert run([*whole, "--steps", "9", "--resume"]) == 2, changes
        assert "a.png.ckpt: the checkpoint is damaged" in output(capsys)[1]
    forge({}, ["state.mean"])
    assert run([*whole, "--steps", "9", "--resume"]) == 2
    assert "damaged" in output(capsys)[1]
    forge({})
    assert run([*whole, "--steps", "9", "--resume"]) == 0


def test_a_full_disk(monkeypatch, capsys):
    monkeypatch.setattr(
        "limner.utils.resources.shutil.disk_usage", lambda path: type("D", (), {"total": 10**9, "free": 100})
    )
    assert run(["fit", "skimage:coffee", *QUICK, "--steps", "5"]) == 2
    assert "free" in output(capsys)[1]
    assert list(Path().iterdir()) == []


def test_from_python():
    art = limner.fit("skimage:coffee", "rprop-portrait", steps=30, seed=2, train_size=24).artwork
    assert art.render((30, 20)).shape == (20, 30, 3)
    again = limner.fit("skimage:coffee", "rprop-portrait", steps=30, seed=2, train_size=24, backend="numpy").artwork
    np.testing.assert_array_equal(art.theta, again.theta)
    assert list(Path().iterdir()) == []


COMMAND = [sys.executable, "-m", "limner", "fit", "skimage:coffee", "--recipe", "likeness", "--train-size", "48"]


def fitted(out, *more):
    every = ["--checkpoint-every", "0.1", "--keep-checkpoint"]  # a run may be complete before it is killed
    command = [*COMMAND, "--seed", "3", "--steps", "150", "-o", str(out), *every, *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_an_interrupt_keeps_a_checkpoint_and_resumes(tmp_path):
    process = fitted(tmp_path / "a.png", "--steps", "1000000")
    while process.poll() is None and not (tmp_path / "a.png.ckpt").exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert b"interrupted" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png.ckpt"]
    step = read_checkpoint(tmp_path / "a.png.ckpt").header.step
    process = fitted(tmp_path / "a.png", "--resume", "--steps", str(step + 5))
    _, err = process.communicate()
    assert process.returncode == 0, err
    assert f"resuming after step {step}".encode() in err


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_bit_for_bit_the_same(tmp_path, kill_at_step):
    first = fitted(tmp_path / "whole.png")
    _, err = first.communicate()
    assert first.returncode == 0, err
    whole = limner.open(tmp_path / "whole.png").theta
    rng = np.random.default_rng(11)
    for i in range(30):
        out, step = tmp_path / f"{i}.png", int(max(0, rng.integers(-30, 140)))
        process = fitted(out)
        if step == 0:  # before or after the first checkpoint
            time.sleep(rng.uniform(0, 1.5))
        kill_at_step(process, tmp_path / f"{i}.png.ckpt", step)
        last = fitted(out, "--resume")
        _, err = last.communicate()
        assert last.returncode == 0, err
        assert step == 0 or b"resuming after step" in err
        np.testing.assert_array_equal(limner.open(out).theta, whole)


TRAINERS = {
    "backprop": ["--trainer", "backprop", "-s", "trainer.batch=100", "-s", "trainer.schedule=halving"],
    "lm": ["--trainer", "lm"],
    "genetic": ["--recipe", "evolved-portrait", "-s", "trainer.population=16", "-s", "trainer.refine_steps=4"],
    "cmaes": ["--trainer", "cmaes"],
    "restart": ["--trainer", "restart", "-s", "trainer.runs=3", "-s", "trainer.steps=20"],
}
LENGTHS = {"backprop": 4000, "lm": 60, "genetic": 300, "cmaes": 400, "restart": 900}
"""Steps that take a few seconds each."""


@pytest.mark.slow
@pytest.mark.parametrize("name", TRAINERS)
def test_killed_whichever_trainer_it_is(name, tmp_path, kill_at_step):
    more = ["--recipe", "rprop-portrait", *TRAINERS[name], "--steps", str(LENGTHS[name])]
    first = fitted(tmp_path / "whole.png", *more)
    _, err = first.communicate()
    assert first.returncode == 0, err
    whole = limner.open(tmp_path / "whole.png").theta
    rng = np.random.default_rng(12)
    for i in range(6):
        out = tmp_path / f"{i}.png"
        kill_at_step(fitted(out, *more), tmp_path / f"{i}.png.ckpt", int(rng.integers(1, 0.9 * LENGTHS[name])))
        last = fitted(out, *more, "--resume")
        _, err = last.communicate()
        assert last.returncode == 0, err
        assert b"resuming after step" in err
        np.testing.assert_array_equal(limner.open(out).theta, whole)


def test_painting_an_untrained_network_is_reported(capsys):
    assert run(["paint", "rprop-portrait", "--seed", "1", "--size", "20x20", "-o", "empty.png"]) == 0
    assert (
        "this network is untrained, so the picture may be blank; "
        "train it with: limner fit IMAGE --recipe rprop-portrait" in output(capsys)[1]
    )
    assert run(["fit", "skimage:coffee", *QUICK, "--steps", "5", "-o", "a.png"]) == 0
    assert run(["paint", "a.png", "--size", "20x20", "-o", "b.png"]) == 0
    assert "learned nothing" not in output(capsys)[1]
