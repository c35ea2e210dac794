"""Plugins that fail, one of each kind: a line that names package, version, role and stage, and nothing half written."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run
from limner.errors import PluginError
from limner.registry.registry import registry

STAGES = '''
import math
import os
from contextlib import contextmanager

import numpy as np

from limner.plugin import ColorMode, Encoder, ImageFormat, LimnerError, Loss, Network, Optimizer
from limner.plugin import Step, Trainer, hookimpl
from limner_apps.animations.motion import Motion
from limner_apps.faces.detector import Detector
from limner_apps.sweeps.executor import Executor


class Fine(Encoder):
    def num_features(self):
        return 2

    def forward(self, params, samples, ctx):
        return samples.xy


class Raises(Fine):
    def forward(self, params, samples, ctx):
        return {}["no such key"]


class Endless(Fine):
    def forward(self, params, samples, ctx):
        try:
            raise LookupError("round and round")
        except LookupError as error:
            raise error from error


class Refuses(Fine):
    def forward(self, params, samples, ctx):
        raise LimnerError("expected `axis` of `int`, use `size=3`")


class Greedy(Fine):
    def forward(self, params, samples, ctx):
        raise MemoryError


class Quotes(Fine):
    def forward(self, params, samples, ctx):
        raise ValueError("expected `axis` of `int`, use `size=3`")


class Branches(Fine):
    def init_params(self, rng):
        return {"a": np.ones(2)}

    def forward(self, params, samples, ctx):
        return samples.xy * (1.0 if params["a"][0] > 0 else 2.0)


class Missing(Fine):
    def forward(self, params, samples, ctx):
        return open("/no/such/table.bin", "rb")


class Exits(Fine):
    def forward(self, params, samples, ctx):
        raise SystemExit(3)


class Undefined(Fine):
    def forward(self, params, samples, ctx):
        return samples.xy * math.nan


class Narrow(Fine):
    def forward(self, params, samples, ctx):
        return samples.xy[:1, :]


class Countless(Fine):
    def num_features(self):
        return "2"


class Wordy(Fine):
    def init_params(self, rng):
        return {"a": "x"}


class NotANumber(Fine):
    def init_params(self, rng):
        return {"a": np.full(3, math.nan)}

    def forward(self, params, samples, ctx):
        return samples.xy + params["a"][0]


class Owning(Fine):
    def init_params(self, rng):
        return {"a": np.ones(2)}

    def forward(self, params, samples, ctx):
        return samples.xy * params["a"][:, None]


class Owns(Fine):
    def init_params(self, rng):
        return {"a": np.ones(2)}

    def vjp(self, params, samples, ctx):
        return samples.xy, lambda dy: self.gradient(np.ones(2, dy.dtype))


class Renames(Owns):
    def gradient(self, one):
        return {"b": one}


class Forgets(Owns):
    def gradient(self, one):
        return {}


class Misshapes(Owns):
    def gradient(self, one):
        return {"a": one[:1]}


class Lists(Owns):
    def gradient(self, one):
        return [one]


class Net(Network):
    def init_params(self, rng, fan_in, fan_out):
        return {"W": rng.normal(size=(fan_out, fan_in))}

    def forward(self, params, x, ctx):
        return params["W"] @ x


class Single(Net):
    def vjp(self, params, x, ctx):
        return params["W"] @ x, lambda dy: {"W": dy @ x.T}


class Transposed(Net):
    def vjp(self, params, x, ctx):
        return params["W"] @ x, lambda dy: ({"W": dy @ x.T}, (params["W"].T @ dy).T)


class NoPullback(Net):
    def vjp(self, params, x, ctx):
        return params["W"] @ x


class TwoColors(ColorMode):
    def forward(self, params, x, ctx):
        return x[:2, :]


class Summed(Loss):
    def forward(self, y, target):
        return (y - target).sum(axis=0)


class Shrinks(Optimizer):
    def update(self, theta, gradient, slots, rate, step):
        return theta[1:], slots


class Slotless(Optimizer):
    slots = ("mean",)

    def update(self, theta, gradient, slots, rate, step):
        return theta, {}


class ShortStep(Trainer):
    def step(self, problem, theta, state, ctx):
        return Step(theta[1:], state, 1.0)


class NoLoss(Trainer):
    def step(self, problem, theta, state, ctx):
        return Step(theta, state, None)


class WordMetric(Trainer):
    def step(self, problem, theta, state, ctx):
        return Step(theta, state, 1.0, {"rate": "x"})


class Stateless(NoLoss):
    def init(self, problem, theta, ctx):
        return {}


class Untyped(Fine):
    def forward(self, params, samples, ctx):
        return samples.xy.astype(object)


class Pulls(ColorMode):
    def forward(self, params, x, ctx):
        return x

    def vjp(self, params, x, ctx):
        def pullback(dy):
            raise ValueError("no way back")

        return x, pullback


class Late(Fine):
    def forward(self, params, samples, ctx):
        if "FAULTY_LATE" in os.environ:
            raise ValueError("too late")
        return samples.xy


class Surprising(Fine):
    @classmethod
    def random_settings(cls, rng):
        raise ArithmeticError("too surprising")


class Unsurprising(Fine):
    @classmethod
    def random_settings(cls, rng):
        return 7


class Unsettled(Fine):
    def resolved(self, rng):
        return None


class Stumbles(Trainer):
    def step(self, problem, theta, state, ctx):
        raise RuntimeError("tripped")


class Diverges(Trainer):
    def step(self, problem, theta, state, ctx):
        loss = float(problem.value(theta, ctx))
        return Step(theta * math.nan, state, loss)


class HalfWritten(ImageFormat):
    suffixes = (".half",)

    @classmethod
    def matches(cls, head):
        return False

    def write(self, file, info, bands, embedded, digest):
        file.write(b"half")
        next(bands)
        raise OverflowError("enough")

    def read_embedded(self, file):
        return None

    def read_pixels(self, file):
        raise NotImplementedError


class Blind(Detector):
    def find(self, pixels):
        raise IndexError("nothing to see")


class Guesses(Detector):
    def find(self, pixels):
        return [(0, 0, 5, 5)]


class Closed(Executor):
    @contextmanager
    def open(self):
        raise ConnectionRefusedError(111, "closed")
        yield

    def parallelism(self):
        return 1

    def failed_workers(self, error):
        return False


class Unopened(Closed):
    def open(self):
        return 5


class Halts(Motion):
    def trajectory(self, artworks, seed):
        return lambda position: artworks[position]


class Unframed(Motion):
    def trajectory(self, artworks, seed):
        return lambda position: position


class Timeless(Halts):
    def default_seconds(self, artworks):
        return 0


ENCODERS = [cls for cls in list(vars().values()) if isinstance(cls, type) and issubclass(cls, Fine) and cls is not Fine]

OTHERS = {
    "color": (Pulls, TwoColors),
    "motion": (Halts, Unframed, Timeless),
    "network": (Single, Transposed, NoPullback),
    "optimizer": (Shrinks, Slotless),
    "trainer": (Stumbles, Diverges, ShortStep, NoLoss, WordMetric, Stateless),
}


@hookimpl
def limner_register(registry):
    for cls in ENCODERS:
        registry.encoder(cls.__name__.lower(), f"limner_faulty:{cls.__name__}", summary="fails")
    registry.loss("summed", "limner_faulty:Summed", summary="fails")
    for role, classes in OTHERS.items():
        for cls in classes:
            registry.add(role, cls.__name__.lower(), f"limner_faulty:{cls.__name__}", summary="fails")
    registry.image_format("half-written", "limner_faulty:HalfWritten", summary="fails")
    registry.add("detector", "blind", "limner_faulty:Blind", summary="fails")
    registry.add("detector", "guesses", "limner_faulty:Guesses", summary="fails")
    registry.add("executor", "closed", "limner_faulty:Closed", summary="fails")
    registry.add("executor", "unopened", "limner_faulty:Unopened", summary="fails")


@hookimpl
def limner_event(event):
    if "FAULTY_LISTENER" in os.environ:
        raise TypeError("hard of hearing")


def command() -> None:
    """Fail."""
    raise ZeroDivisionError("of all things")
'''


@pytest.fixture
def faulty(tmp_path, monkeypatch):
    """Install the package as pip would leave it, and work in an empty folder."""
    site, there = tmp_path / "site", tmp_path / "work"
    package, info = site / "limner_faulty", site / "limner_faulty-1.5.dist-info"
    for folder in (package, info, there):
        folder.mkdir(parents=True)
    (package / "__init__.py").write_text(STAGES)
    (package / "commands.toml").write_text('[fail]\ntarget = "limner_faulty:command"\nsummary = "Fail."\n')
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: limner-faulty\nVersion: 1.5\n")
    groups = "[limner]\nfaulty = limner_faulty\n[limner.commands]\nfaulty = limner_faulty\n"
    (info / "entry_points.txt").write_text(groups)
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delenv("LIMNER_PLUGINS", raising=False)
    monkeypatch.chdir(there)
    monkeypatch.delitem(sys.modules, "limner_faulty", raising=False)  # the kit's tests have a module of that name
    registry.cache_clear()
    yield there
    sys.modules.pop("limner_faulty", None)
    registry.cache_clear()


@pytest.fixture
def cli(faulty, capsys):
    def call(*args):
        code = run([str(arg) for arg in args])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def photo(faulty):
    values = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    Image.fromarray(values).save("photo.png")
    return "photo.png"


def paint(encoder, *more):
    return ("paint", "marbling", "--seed", 1, "--size", "16x12", "--encoders", f"xy,{encoder}", "-o", "a.png", *more)


def fit(*more):
    return ("fit", "photo.png", "--seed", 1, "--steps", 3, "-o", "a.png", "--quiet", *more)


SWEEP = ("sweep", "marbling", "--size", "16x12", "--seeds", "1", "--vary", "network.width=4,8", "-o", "sweep")
FAILURES = {
    "forward": (paint("raises"), "encoder 'raises': KeyError: 'no such key'"),
    "refusal": (paint("refuses"), "encoder 'refuses': expected `axis` of `int`, use `size=3`"),
    "memory": (paint("greedy"), "encoder 'greedy': MemoryError"),
    "backticks": (paint("quotes"), "encoder 'quotes': ValueError: expected `axis` of `int`, use `size=3`"),
    "condition": (fit("--encoders", "xy,branches"), "encoder 'branches', __init__.py, line "),
    "cyclic cause": (paint("endless"), "encoder 'endless': LookupError: round and round"),
    "error of the system": (paint("missing"), "encoder 'missing': FileNotFoundError: "),
    "exit": (paint("exits"), "encoder 'exits': SystemExit: 3"),
    "not finite": (paint("undefined"), "encoder 'undefined': returns numbers that are not finite"),
    "settled": (paint("unsettled"), "encoder 'unsettled': resolved() must return an Unsettled, got a NoneType"),
    "format": (
        ("paint", "marbling", "--seed", 1, "--size", "16x12", "-o", "a.half"),
        "image-format 'half-written': OverflowError: enough",
    ),
    "pullback": (fit("--color", "pulls"), "color 'pulls': ValueError: no way back"),
    "step": (fit("--trainer", "stumbles"), "trainer 'stumbles': RuntimeError: tripped"),
    "detector": (("faces", "photo.png", "--detector", "blind"), "detector 'blind': IndexError: nothing to see"),
    "detector's result": (
        ("faces", "photo.png", "--detector", "guesses"),
        "detector 'guesses': find() must return a list of Detection, got [(0, 0, 5, 5)]",
    ),
    "executor": ((*SWEEP, "--executor", "closed"), "executor 'closed': ConnectionRefusedError: "),
    "executor's result": (
        (*SWEEP, "--executor", "unopened"),
        "executor 'unopened': open() must return a context manager, got 5",
    ),
    "command": (("fail",), "command 'fail': ZeroDivisionError: of all things"),
}
COLOR = ("--color", "twocolors")
OPTIMIZER = "trainer.optimizer.kind"
WRONG_VALUES = {
    "features": (paint("countless"), "encoder 'countless': num_features() must return a whole number, got '2'"),
    "initial value": (paint("wordy"), "encoder 'wordy': init_params(): could not convert string to float: "),
    "initial NaN": (paint("notanumber"), "encoder 'notanumber': init_params() returns numbers that are not finite"),
    "initial NaN of a fit": (
        fit("--encoders", "xy,notanumber"),
        "encoder 'notanumber': init_params() returns numbers that are not finite",
    ),
    "colours": (paint("xy", *COLOR), "color 'twocolors': forward() must return an array of shape (3, "),
    "trained colours": (fit(*COLOR), "color 'twocolors': forward() must return an array of shape (3, "),
    "unknown name": (
        fit("--encoders", "xy,renames"),
        "encoder 'renames': the pullback of vjp(): the gradient contains b",
    ),
    "missing name": (fit("--encoders", "xy,forgets"), "encoder 'forgets': the pullback of vjp(): the gradient of the"),
    "shape": (
        fit("--encoders", "xy,misshapes"),
        "encoder 'misshapes': the pullback of vjp(): the gradient of a must have",
    ),
    "no mapping": (fit("--encoders", "xy,lists"), "encoder 'lists': the pullback of vjp() must return the gradients"),
    "one value": (fit("--network", "single"), "network 'single': the pullback of vjp() must return the gradients of"),
    "dx": (fit("--network", "transposed", "--encoders", "xy,owning"), "network 'transposed': the pullback of vjp()"),
    "no pullback": (fit("--network", "nopullback"), "network 'nopullback': vjp() must return an output and a"),
    "loss": (fit("--loss", "summed"), "loss 'summed': forward() must return an array of shape (3, "),
    "optimizer": (
        fit("--trainer", "backprop", "-s", f"{OPTIMIZER}=shrinks"),
        "optimizer 'shrinks': TypeError: Shrinks.update returns a θ of shape (",
    ),
    "slots": (
        fit("--trainer", "backprop", "-s", f"{OPTIMIZER}=slotless"),
        "optimizer 'slotless': TypeError: Slotless.update returns the slots []; the class declares",
    ),
    "step": (fit("--trainer", "shortstep"), "trainer 'shortstep': TypeError: ShortStep.step returned a θ of shape ("),
    "step's loss": (fit("--trainer", "noloss"), "trainer 'noloss': TypeError: NoLoss.step returned the loss as None"),
    "metric": (
        fit("--trainer", "wordmetric"),
        "trainer 'wordmetric': TypeError: WordMetric.step returned the rate as 'x'",
    ),
    "state": (fit("--trainer", "stateless"), "trainer 'stateless': init() must return a State, got a dict"),
    "suspect": (fit("--encoders", "xy,untyped"), "encoder 'untyped': a wrong value may be the reason why training"),
}
RAISED = [name for name, (_, words) in FAILURES.items() if "Error: " in words or words[-5:] == "Error"]


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_one_line_that_names_the_plugin_and_leaves_nothing(cli, photo, faulty, name):
    command, words = FAILURES[name]
    code, out, err = cli(*command)
    assert (code, out) == (2, "")
    lines = [line for line in err.splitlines() if not line.startswith("seed ")]
    assert len(lines) == 1
    assert lines[0].startswith("error: limner-faulty 1.5, " + words)
    assert ("--debug" in err) == (name in RAISED or name == "exit")
    left = {path.name for path in faulty.rglob("*") if path.is_file()} - {"sweep.toml", "sweep.json", "README"}
    assert not {name for name in left if name.endswith((".png", ".part", ".half"))} - {photo}


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", [*RAISED, "refusal", "condition"])
def test_debug_shows_the_traceback_and_keeps_the_exit_code(cli, photo, name, last):
    command, words = FAILURES[name]
    code, _, err = cli(*command, "--debug") if last else cli("--debug", *command)
    assert code == 2
    assert "Traceback (most recent call last)" in err
    assert "limner_faulty" in err
    assert err.splitlines()[-1].startswith("error: limner-faulty 1.5, " + words)
    assert "run with --debug" not in err


def test_an_output_of_another_shape_is_not_limners_fault(cli):
    code, _, err = cli(*paint("narrow"))
    assert code == 2
    assert err.startswith("error: limner-faulty 1.5, encoder 'narrow': forward() must return an array of shape (2, ")


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_a_wrong_value_is_one_line_that_names_the_stage(cli, photo, name):
    command, words = WRONG_VALUES[name]
    code, out, err = cli(*command)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("error: limner-faulty 1.5, " + words)


def test_a_loss_that_is_no_number_is_the_stages(cli, photo):
    code, _, err = cli(*fit("--encoders", "xy,undefined"))
    assert code == 2
    assert err.endswith(
        "from the first step: limner-faulty 1.5, encoder 'undefined': returns numbers that are not finite\n"
    )
    code, _, err = cli(*fit("--trainer", "diverges"))
    assert code == 2
    assert "limner-faulty 1.5, trainer 'diverges': returns parameters that are not finite" in err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("surprising", "encoder 'surprising': ArithmeticError: too surprising"),
        ("unsurprising", "encoder 'unsurprising': random_settings() must return an Unsurprising, got an int"),
    ],
)
def test_random_settings_that_raise_or_are_none(cli, monkeypatch, name, words):
    names = registry().names
    monkeypatch.setattr(registry(), "names", lambda role: [name] if role == "encoder" else names(role))
    code, _, err = cli("paint", "--random", "--seed", 1)
    assert code == 2
    assert f"error: limner-faulty 1.5, {words}" in err


@pytest.mark.filterwarnings("always")
def test_a_listener_that_raises_is_reported_once_and_the_work_goes_on(cli, monkeypatch):
    monkeypatch.setenv("FAULTY_LISTENER", "1")
    command = ("paint", "marbling", "--seed", 1, "--size", "16x12", "--count", 2, "-o", "art/")
    code, out, err = cli(*command)
    assert code == 0
    assert len(out.split()) == 2
    said = "warning: limner-faulty 1.5, hook 'limner_event': TypeError: hard of hearing; it receives no more events"
    assert err.splitlines() == [said]
    registry.cache_clear()
    code, _, err = cli("--debug", *command, "--force")
    assert code == 0
    assert "Traceback" in err
    assert said in err


@pytest.mark.parametrize(
    ("motion", "words"),
    [
        ("halts", "TypeError: "),
        ("unframed", "its trajectory must return a Still, got 0.0"),
        ("timeless", "default_seconds() must return more than 0 seconds, got 0"),
    ],
)
def test_a_movie_names_the_motion(cli, motion, words):
    limner.paint("marbling", seed=1, size=(16, 12)).save("art.png")
    code, out, err = cli("animate", "art.png", "--motion", motion, "-o", "a.gif")
    assert (code, out) == (2, "")
    assert err.startswith(f"error: limner-faulty 1.5, motion '{motion}': {words}")
    assert not Path("a.gif").exists()


def test_the_trials_of_a_sweep_name_the_plugin(cli, photo):
    command = ("sweep", "marbling", "--size", "16x12", "--vary", "encoder=xy,raises", "-o", "sweep", "--quiet")
    command += ("--executor-set", "workers=1")
    code, _, err = cli("--debug", *command)
    assert code == 1
    failed = [line for line in err.splitlines() if line.startswith("failed: ")]
    assert len(failed) == 1
    assert "limner-faulty 1.5, encoder 'raises': KeyError: 'no such key'" in failed[0]
    assert "Traceback" in err


@pytest.mark.parametrize("call", ["render", "save", "preview", "fit", "paint", "animate"])
def test_python_callers_get_the_same_error(faulty, photo, call):
    swap = {"encoder": ["xy", "raises"]}
    art = limner.paint("marbling", seed=1, size=(16, 12), swap=swap)
    calls = {
        "render": art.render,
        "save": lambda: art.save("b.png"),
        "preview": art._repr_png_,
        "fit": lambda: limner.fit(photo, steps=1, swap=swap),
        "paint": lambda: limner.paint("marbling", seed=1, swap={"encoder": "unsettled"}),
        "animate": lambda: limner.animate(art, "b.gif", motion="halts"),
    }
    with pytest.raises(PluginError, match=r"limner-faulty 1\.5, (encoder 'raises|encoder 'unset|motion 'halts)"):
        calls[call]()
    assert not Path("b.png").exists()


def test_wrong_values_are_plugin_errors_in_python_too(faulty, photo):
    for encoder in ("renames", "misshapes", "wordy", "countless"):
        with pytest.raises(PluginError, match=rf"^limner-faulty 1\.5, encoder '{encoder}': "):
            limner.fit(photo, steps=1, swap={"encoder": ["xy", encoder]})


@pytest.mark.parametrize("error", [RuntimeError("mine"), ValueError("mine")])
def test_what_a_callback_raises_is_not_a_stages(faulty, photo, error):
    def look(snapshot):
        raise error

    with pytest.raises(type(error), match=r"^mine$"):
        limner.fit(photo, steps=1, swap={"encoder": ["xy", "late"]}, on_step=look)


def test_a_resumed_run_blames_the_plugin_and_not_the_checkpoint(cli, photo, faulty, monkeypatch):
    command = fit("--encoders", "xy,late", "--force", "--checkpoint-every", 0.001, "--keep-checkpoint")
    assert cli(*command)[0] == 0
    monkeypatch.setenv("FAULTY_LATE", "1")
    code, _, err = cli(*command, "--resume", "--steps", 6)
    assert code == 2
    assert "error: limner-faulty 1.5, encoder 'late': ValueError: too late" in err
    assert "damaged" not in err
