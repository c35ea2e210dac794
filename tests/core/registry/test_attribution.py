"""Attribution: the plugin that an exception comes from, found from its traceback."""

import errno
import re
import sys
import types

import numpy as np
import pytest

from limner.arrays.parameters import Params
from limner.errors import ArtworkError, LimnerError, PluginError, TracingError
from limner.registry import attribution
from limner.registry.attribution import Attribution, attribute, attributing, owner_of, stage_error
from limner.registry.hookspecs import hookimpl
from limner.registry.registry import Registry, build
from limner.stages.context import Context, Samples
from limner.stages.encoder import Encoder

CODE = '''
from abc import abstractmethod

import numpy as np

from limner.errors import ArtworkError, LimnerError
from limner.plugin import Encoder, Stage
from limner.registry import names as limits


def refused():
    raise LimnerError("a helper's")


def helper(x):
    raise ValueError("two\\nlines")


class Base(Encoder):
    def num_features(self):
        return 2

    def forward(self, params, samples, ctx):
        return helper(samples)


class Rings(Base):
    """Registered as rings; raises in a helper that its base calls."""


class Short(Base):
    def forward(self, params):
        return params


class Backwards(Base):
    """Raises in a pullback that knows nothing of self."""

    def forward(self, params, samples, ctx):
        return samples.xy

    def vjp(self, params, samples, ctx):
        def pullback(dy):
            return 1 / 0

        return samples.xy, pullback


class Refuses(Base):
    def forward(self, params, samples, ctx):
        raise LimnerError("the moon is wrong")

    def num_features(self):
        return limits.refuse()

    @classmethod
    def random_settings(cls, rng):
        raise MemoryError

    def resolved(self, rng):
        raise ArtworkError("not an artwork")


class Branches(Encoder):
    def num_features(self):
        return 2

    def init_params(self, rng):
        return {"a": np.ones(2)}

    def forward(self, params, samples, ctx):
        return samples.xy * (1.0 if params["a"][0] > 0 else 2.0)


class Hidden(Encoder):
    """Not registered."""

    def num_features(self):
        return helper(1)

    def forward(self, params, samples, ctx):
        return np.apply_along_axis(helper, 0, np.zeros((2, 2)))


class Unfinished(Encoder):
    def num_features(self):
        return 2


def generate():
    raise StopIteration("early")
    yield


def consume():
    return list(generate())


def chained():
    try:
        helper(1)
    except ValueError as error:
        raise LookupError("wrapped") from error


def endless():
    try:
        helper(1)
    except ValueError as error:
        raise error from error


def full_disk():
    raise OSError(28, "No space left on device")
'''


@pytest.fixture
def known(tmp_path, monkeypatch):
    """A registry with a plugin of several encoders, as pip would have installed it."""
    folder = tmp_path / "limner_ripples"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "stages.py").write_text(CODE)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("limner_ripples", "limner_ripples.stages"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    def limner_register(registry):
        for name in ("Rings", "Short", "Backwards", "Refuses", "Branches", "Unfinished"):
            registry.encoder(name.lower(), f"limner_ripples.stages:{name}", summary="ripples")

    registry = build(third_party=False)
    plugin = types.ModuleType("limner_ripples")
    plugin.limner_register = hookimpl(limner_register)
    assert not registry.install(plugin, "ripples", "limner-ripples", "1.2").problem
    monkeypatch.setattr(attribution, "registry", lambda: registry)
    return registry


@pytest.fixture
def stages(known):
    known.load("encoder", "rings")
    return sys.modules["limner_ripples.stages"]


def raised_by(call, *arguments):
    try:
        call(*arguments)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
        return error
    raise AssertionError("nothing was raised")


XY = build(third_party=False).load("encoder", "xy")
XY_POINTS = np.zeros((2, 3), np.float32)
CALL = (np.zeros(0, np.float32), Samples(xy=XY_POINTS), Context(size=(3, 1)))


def test_a_helper_of_a_base_class_is_attributed_to_the_registered_stage(stages):
    found = attribute(raised_by(stages.Rings().forward, *CALL))
    assert found == Attribution("limner-ripples", "1.2", "encoder", "rings")
    assert str(found) == "limner-ripples 1.2, encoder 'rings'"


def test_a_pullback_is_attributed_by_the_class_that_defines_it(stages):
    _, pullback = stages.Backwards().vjp(*CALL)
    assert str(attribute(raised_by(pullback, XY_POINTS))) == "limner-ripples 1.2, encoder 'backwards'"


def test_a_wrong_signature_is_attributed_although_no_frame_of_the_plugin_is_left(stages):
    error = raised_by(stages.Short().forward, *CALL)
    assert str(error).startswith("Short.forward() takes")
    assert str(attribute(error)) == "limner-ripples 1.2, encoder 'short'"


def test_a_method_that_is_missing_is_attributed(stages):
    error = raised_by(stages.Unfinished)
    assert "abstract" in str(error)
    assert str(attribute(error)) == "limner-ripples 1.2, encoder 'unfinished'"


def test_a_class_without_a_registered_name_is_called_by_its_own(stages):
    error = raised_by(stages.Hidden().forward, *CALL)  # frames of NumPy lie between
    assert str(attribute(error)) == "limner-ripples 1.2, encoder 'hidden'"


def test_a_function_outside_of_any_stage_is_attributed_to_the_package(stages):
    assert str(attribute(raised_by(stages.helper, 1))) == "limner-ripples 1.2"


@pytest.mark.parametrize("name", ["consume", "chained", "endless"])
def test_the_causes_of_an_exception_count(stages, name):
    assert str(attribute(raised_by(getattr(stages, name)))) == "limner-ripples 1.2"


def test_an_exception_that_another_wraps_is_attributed(stages):
    def wrap():
        try:
            stages.Rings().forward(*CALL)
        except ValueError as error:
            raise RuntimeError("wrapped by somebody else") from error

    assert str(attribute(raised_by(wrap))) == "limner-ripples 1.2, encoder 'rings'"


def test_a_full_disk_is_nobodys_fault(stages):
    error = raised_by(stages.full_disk)
    assert error.errno == errno.ENOSPC
    assert attribute(error) is None


def test_what_limner_or_a_caller_raises_is_not_attributed(known):
    assert attribute(raised_by(lambda: 1 / 0)) is None
    assert attribute(raised_by(XY().forward, np.zeros(0), Samples(), Context(size=(1, 1)))) is None


def test_a_class_of_no_package_is_local(known):
    class PolarRings(Encoder):
        def num_features(self):
            raise KeyError("oh")

        def forward(self, params, samples, ctx):
            return samples.xy

    assert str(attribute(raised_by(PolarRings().num_features))) == "encoder 'local/polar-rings'"
    assert owner_of(PolarRings) == Attribution("local", "", "encoder", "polar-rings")


def test_a_stage_has_an_owner_unless_it_is_built_in(stages):
    assert owner_of(stages.Rings()) == Attribution("limner-ripples", "1.2", "encoder", "rings")
    assert owner_of(XY) is None
    assert isinstance(stage_error(stages.Rings, "is wrong"), PluginError)
    assert str(stage_error(stages.Rings, "is wrong")) == "limner-ripples 1.2, encoder 'rings': is wrong"
    assert isinstance(stage_error(XY(), "is wrong"), TypeError)


def test_attributing_raises_an_error_that_names_the_plugin_from_the_original(stages):
    with pytest.raises(PluginError) as caught, attributing():
        stages.Rings().forward(*CALL)
    assert str(caught.value) == "limner-ripples 1.2, encoder 'rings': ValueError: two lines"
    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda cls: cls().forward(*CALL), "the moon is wrong"),
        (lambda cls: cls.random_settings(None), "MemoryError"),
    ],
)
def test_what_a_stage_refuses_names_its_plugin(stages, call, said):
    with pytest.raises(PluginError) as caught, attributing():
        call(stages.Refuses)
    assert str(caught.value) == f"limner-ripples 1.2, encoder 'refuses': {said}"


def test_what_limner_refuses_inside_a_stage_is_not_the_plugins(stages, monkeypatch):
    code = "def refuse():\n    raise LimnerError('too large')"
    exec(code, vars(stages.limits) | {"LimnerError": LimnerError}, own := {})  # a function of a module of limner's
    monkeypatch.setattr(stages.limits, "refuse", own["refuse"], raising=False)
    with pytest.raises(LimnerError, match=r"^too large$") as caught, attributing():
        stages.Refuses().num_features()
    assert not isinstance(caught.value, PluginError)


def test_errors_that_callers_tell_apart_keep_their_class(stages):
    with pytest.raises(ArtworkError, match=r"^not an artwork$"), attributing():
        stages.Refuses().resolved(None)


def test_a_helper_outside_of_any_stage_may_refuse(stages):
    with pytest.raises(LimnerError, match=r"^a helper's$"), attributing():
        stages.refused()


def test_code_that_cannot_be_differentiated_names_package_and_line(stages):
    stage, layout = stages.Branches(), stages.Branches().param_layout()
    with pytest.raises(TracingError) as caught, attributing(), attributing():
        stage.vjp(Params(layout, np.ones(2, np.float32)), Samples(xy=XY_POINTS), Context(size=(3, 1)))
    assert re.match(
        r"limner-ripples 1\.2, encoder 'branches', stages\.py, line \d+: a Python condition", str(caught.value)
    )


@pytest.mark.parametrize("error", [LimnerError("no"), MemoryError(), KeyboardInterrupt(), ZeroDivisionError()])
def test_attributing_leaves_alone_what_is_no_plugins(known, error):
    with pytest.raises(type(error)) as caught, attributing():
        raise error
    assert caught.value is error


def test_attributing_decorates_functions(stages):
    @attributing()
    def call():
        """Call."""
        return stages.Rings().forward(*CALL)

    assert call.__doc__ == "Call."
    with pytest.raises(PluginError, match="encoder 'rings'"):
        call()


def test_two_packages_below_one_namespace_are_distinguished(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = Registry()
    for name in ("one", "two"):
        (tmp_path / "shared_space" / name).mkdir(parents=True)
        (tmp_path / "shared_space" / name / "__init__.py").write_text("def fail():\n    raise ValueError('oh')\n")

        def limner_register(registry, name=name):
            registry.encoder(name, f"shared_space.{name}:Nothing", summary="nothing")

        plugin = types.ModuleType(name)
        plugin.limner_register = hookimpl(limner_register)
        assert not registry.install(plugin, name, f"limner-{name}", "1").problem
    from shared_space import one, two  # type: ignore[import-not-found]

    assert str(attribute(raised_by(two.fail), registry)) == "limner-two 1"
    assert str(attribute(raised_by(one.fail), registry)) == "limner-one 1"
