"""Run the conformance kit on every registered stage: a selection by default, the rest with the marker ``slow``.

The first example of a stage goes through every check on every default array case. Its further examples differ in
settings alone. By default they skip what the class decides, and on each array case they run the checks that this case
was made for.
"""

import re
from importlib.util import find_spec

import pytest

from limner.registry.commands import find_commands
from limner.registry.registry import build
from limner.testing import CASES, BackendCase, package_checks, parametrize_with_checks
from limner.testing.import_cost import heavy_imports

DECIDED_BY_CLASS = {"frozen", "refuses_unknown", "no_hidden_state"}
MADE_FOR = {
    "numpy": {
        "forward_shape",
        "forward_dtype",
        "forward_repeats",
        "vjp_output",
        "vjp_array_types",
        "step_array_types",
        "step_repeats",
    },
    "numpy_readonly": {"forward_keeps_inputs", "vjp_keeps_inputs", "step_keeps_inputs"},
    "strict_device1": {"forward_device", "forward_agrees", "vjp_agrees", "step_array_types"},
}
"""The default array cases, and what further examples are checked for on each: values and shapes on NumPy's arrays,
writes into the input on read-only ones, foreign operations and lost devices on array-api-strict."""
STARTS_A_CLUSTER = {"executor-dask[0]-pool"}
ONLY_SLOW = {"strict", "strict_no_float64"}
OF_EXAMPLE = re.compile(
    rf"(?P<stage>.+)\[(?P<number>\d+)\]-(?:(?P<case>{'|'.join([*MADE_FOR, *ONLY_SLOW])})-)?(?P<check>\w+)"
)


def by_default(identity):
    """Whether the check of this id runs by default."""
    found = OF_EXAMPLE.fullmatch(identity)
    if identity in STARTS_A_CLUSTER:
        return False
    if found is None:  # a check of the stage itself, or of a recipe
        return True
    case, check = found["case"], found["check"]
    if found["number"] == "0":
        return case not in ONLY_SLOW
    return check in MADE_FOR.get(case, ()) if case else check not in DECIDED_BY_CLASS


def mark_slow(parametrized):
    """Mark the checks that do not run by default."""
    parameters = [
        parameter if by_default(parameter.id) else parameter._replace(marks=(*parameter.marks, pytest.mark.slow))
        for parameter in parametrized.args[1]
    ]
    return pytest.mark.parametrize("check", parameters)


@mark_slow(parametrize_with_checks(cases=CASES))
def test_conforms(check):
    check()


def parametrize_with_checks_on_a_gpu():
    """Return the decorator; without CuPy it skips a single test, since to collect thousands takes time."""
    if find_spec("cupy"):
        return parametrize_with_checks(cases=[BackendCase("cupy")])
    return pytest.mark.parametrize("check", [pytest.param(None, marks=pytest.mark.skip("CuPy is not installed"))])


@pytest.mark.gpu
@parametrize_with_checks_on_a_gpu()
def test_conforms_on_a_gpu(check):
    check()


@pytest.fixture(scope="module")
def everything():
    checks = package_checks(None, build(third_party=False), commands=find_commands(third_party=False))
    return [identity for identity, _ in checks]


def test_the_default_and_the_slow_checks_are_all_checks(everything):
    (parametrized,) = test_conforms.pytestmark
    slow = [bool(parameter.marks) for parameter in parametrized.args[1]]
    assert [parameter.id for parameter in parametrized.args[1]] == everything
    assert slow == [not by_default(identity) for identity in everything]
    assert 0 < sum(slow) < len(slow)


def covered(identities, *groups):
    """What the checks of examples cover on the array cases that run by default."""
    found = filter(None, map(OF_EXAMPLE.fullmatch, set(identities) - STARTS_A_CLUSTER))
    return {match.group(*groups) for match in found if match["case"] not in ONLY_SLOW}


def test_each_stage_runs_each_check_on_each_array_case_by_default(everything):
    groups = "stage", "case", "check"
    assert covered(filter(by_default, everything), *groups) == covered(everything, *groups)


def test_each_example_runs_on_each_array_case_by_default(everything):
    groups = "stage", "number", "case"
    assert covered(filter(by_default, everything), *groups) == covered(everything, *groups)


def test_each_example_runs_each_check_that_its_settings_can_decide_by_default(everything):
    groups = "stage", "number", "check"
    missing = covered(everything, *groups) - covered(filter(by_default, everything), *groups)
    assert {check for _, _, check in missing} == DECIDED_BY_CLASS


def test_what_plugins_import_is_light():
    loaded = heavy_imports(("limner.composition.recipe", "limner.models.base"))
    assert loaded == {"limner.plugin": [], "limner.composition.recipe": [], "limner.models.base": []}
