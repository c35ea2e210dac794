"""A picture is the same on every backend, and the same to the bit however many threads paint it."""

import sys
import threading
from itertools import count, islice

import numpy as np
import pytest

from limner.errors import BackendError, LimnerError
from limner.registry.backends import choose_backend
from limner.registry.registry import build, registry
from limner.testing import BackendCase, package_checks, render_recipe

# Every built-in stage that render_recipe, in three recipes; 160 x 120 points are more than one tile of NumPy's.
SIZE = (160, 120)
TABLES = {
    "ink": {
        "warp": [{"kind": "mirror", "axes": "both"}, {"kind": "tile", "columns": 2}],
        "encoder": [{"kind": "xy"}, {"kind": "radius"}, {"kind": "latent"}, {"kind": "one-hot"}],
        "network": {"kind": "mlp", "width": 8, "depth": 3, "activation": ["sin", "tanh", "gaussian"]},
        "color": {"kind": "cmyk", "alpha": True},
        "seed": 3,
    },
    "hue": {
        "frame": {"kind": "corner"},
        "network": {"kind": "mlp", "width": [8, 6], "activation": ["relu", "softmax"], "init": "he"},
        "color": {"kind": "hsv"},
        "seed": 5,
    },
    "light": {
        "network": {"kind": "mlp", "width": 9, "depth": 3, "activation": "softsign", "weight_scale": 3.0},
        "color": {"kind": "hsl", "alpha": True},
        "seed": 11,
    },
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("device", ["CPU_DEVICE", "device1", "no_float64"])
def test_a_strangers_backend_paints_the_same_picture(name, device, strict_registry):
    backend = strict_registry.load("backend", "strict")(on=device)
    theirs = render_recipe(TABLES[name], size=SIZE, backend=backend, registry=strict_registry).astype(int)
    ours = render_recipe(TABLES[name], size=SIZE, registry=strict_registry).astype(int)
    assert theirs.shape == ours.shape
    assert np.abs(theirs - ours).max() <= 1
    assert np.ptp(ours[..., :3]) > 30  # a picture, and not a plain surface


LARGE = pytest.param("face-gan", marks=pytest.mark.slow)  # its networks take two seconds to draw
RECIPES = [LARGE if name == LARGE.values[0] else name for name in build(third_party=False).names("recipe")]


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_paints_there_too(name, strict_registry):
    ours, theirs = (
        render_recipe(name, size=(24, 18), backend=backend, registry=strict_registry).astype(int)
        for backend in ("numpy", "strict")
    )
    assert np.abs(theirs - ours).max() <= 1


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("name", TABLES)
def test_threads_do_not_show(name, bits):
    make = registry().load("backend", "numpy")
    size = (600, 300)  # eleven tiles and a rest
    one, two, three = (render_recipe(TABLES[name], size=size, bits=bits, backend=make(threads=n)) for n in (1, 2, 3))
    assert np.array_equal(one, two)
    assert np.array_equal(one, three)


def test_a_strangers_backend_passes_the_kit(strict_registry):
    checks = package_checks("limner-strict", strict_registry)
    assert len(checks) > 10
    for _, check in checks:
        check()


@pytest.mark.slow
@pytest.mark.parametrize(("device", "dtypes"), [("device2", ("float32", "float64")), ("no_float64", ("float32",))])
def test_every_stage_passes_the_kit_on_a_strangers_backend(device, dtypes, strict_registry):
    case = BackendCase(strict_registry.load("backend", "strict")(on=device))
    assert (case.name, case.missing(), case.dtypes()) == ("strict", "", dtypes)
    checks = [check for name, check in package_checks("limner", strict_registry, [case]) if "-strict-" in name]
    assert len(checks) > 200
    for check in checks:
        check()


def test_a_case_of_no_backend_is_skipped_with_its_reason():
    assert BackendCase("nunpy").missing() == "unknown backend 'nunpy'; did you mean 'numpy'?"


@pytest.mark.parametrize("threads", [1, 2, 3])
class TestNumPysMap:
    @pytest.fixture
    def backend(self, threads):
        return registry().load("backend", "numpy")(threads=threads)

    def test_looks_two_items_a_thread_ahead(self, backend, threads):
        taken = []
        results = backend.map(lambda i: i, (taken.append(i) or i for i in count()))
        assert not taken
        assert list(islice(results, 5)) == [0, 1, 2, 3, 4]
        results.close()
        assert len(taken) <= 5 + 2 * threads

    def test_lets_errors_through_and_ends_its_threads(self, backend):
        def broken(i):
            if i == 7:
                raise LookupError("seven")
            return i

        got = []
        with pytest.raises(LookupError, match="seven"):
            got.extend(backend.map(broken, range(100)))  # extend keeps what came before the error
        assert got == [0, 1, 2, 3, 4, 5, 6]
        assert not [t for t in threading.enumerate() if t.name.startswith("limner")]

    def test_ends_its_threads_when_nobody_wants_the_rest(self, backend):
        results = backend.map(lambda i: i, range(100))
        next(results)
        results.close()
        assert not [t for t in threading.enumerate() if t.name.startswith("limner")]

    def test_limits_blas_to_one_thread_and_gives_it_back(self, backend):
        threadpoolctl = pytest.importorskip("threadpoolctl")

        def limits(_=None):
            return [pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]

        with threadpoolctl.threadpool_limits(2):
            before = limits()
            assert set(before) == {2}
            inside = list(backend.map(limits, range(4)))
            assert all(n == 1 for each in inside for n in each)
            assert limits() == before


def test_numpy_searches_for_thread_pools_again_once_a_module_may_have_loaded_one(monkeypatch):
    threadpoolctl = pytest.importorskip("threadpoolctl")
    searches = []

    class Controller(threadpoolctl.ThreadpoolController):
        def __init__(self):
            searches.append(1)
            super().__init__()

    monkeypatch.setattr(threadpoolctl, "ThreadpoolController", Controller)
    backend = registry().load("backend", "numpy")(threads=1)
    for name, expected in (("limner_imported_once", 1), ("limner_imported_twice", 2)):
        monkeypatch.setitem(sys.modules, name, sys)
        for _ in range(3):
            with backend.open_runner():
                pass
        assert len(searches) == expected


def test_numpy_takes_the_cores_that_the_process_may_use(monkeypatch):
    backend = registry().load("backend", "numpy")()
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0, 1, 2}, raising=False)
    assert backend.parallelism() == 3
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert backend.parallelism() == 1


class TestChoosing:
    def test_auto_takes_numpy_where_cupy_is_missing(self, monkeypatch):
        monkeypatch.setattr("limner_plugins.backends.cupy_.find_spec", lambda name: None)
        assert choose_backend("auto", registry()).describe().startswith("NumPy")

    def test_a_missing_cupy_is_reported_with_the_fix(self, monkeypatch):
        monkeypatch.setattr("limner_plugins.backends.cupy_.find_spec", lambda name: None)
        with pytest.raises(
            BackendError,
            match=r"'cupy' does not run here: CuPy is not installed; "
            r"run pip install 'limner\[cuda12x\]' or 'limner\[cuda13x\]'",
        ):
            choose_backend("cupy", registry())

    def test_a_misspelt_one_suggests_the_nearest(self):
        with pytest.raises(BackendError, match=r"unknown backend 'nunpy'; did you mean 'numpy'\?"):
            choose_backend("nunpy", registry())

    def test_threads_must_be_a_number_of_threads(self):
        assert choose_backend("numpy", registry(), threads=2).parallelism() == 2
        with pytest.raises(LimnerError, match="`threads`: must be 0 to 1024, got -1"):
            choose_backend("numpy", registry(), threads=-1)

    def test_a_backend_is_passed_through(self):
        backend = registry().load("backend", "numpy")(threads=1)
        assert choose_backend(backend, build(third_party=False)) is backend


@pytest.mark.gpu
@pytest.mark.parametrize("name", TABLES)
def test_cupy_paints_the_same_picture(name):
    ours = render_recipe(TABLES[name], size=SIZE).astype(int)
    theirs = render_recipe(TABLES[name], size=SIZE, backend="cupy").astype(int)
    assert np.abs(theirs - ours).max() <= 1


def test_work_that_was_given_up_leaves_no_threads_behind():
    """Two maps that are thrown away in the order in which they began, and not the other way round."""
    backend = registry().load("backend", "numpy")(threads=2)
    first, second = (backend.map(abs, range(100)) for _ in range(2))
    assert (next(first), next(second)) == (0, 0)
    first.close()
    second.close()
    assert backend.parallel_map(abs, range(-3, 0)) == [3, 2, 1]
    with backend.open_runner() as runner:
        third = backend.map(abs, range(100))
        next(third)
        third.close()
        assert list(runner.map(abs, range(-3, 0))) == backend.parallel_map(abs, range(-3, 0)) == [3, 2, 1]
