"""A kit that cannot fail is worthless: sound stages pass it, and each fault is caught by the check that names it."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from limner.errors import LimnerError
from limner.registry.registry import Registry, build
from limner.testing import Skip, checks_for, package_checks, parametrize_with_checks

sys.path.append(str(Path(__file__).with_name("kit")))  # the stages there are imported by name, as a plugin's are
SOUND, FAULTY = import_module("limner_sound"), import_module("limner_faulty")


@pytest.fixture(scope="module")
def registry():
    registry = build(third_party=False)
    for module in (SOUND, FAULTY):
        plugin = registry.install(module, module.__name__, module.__name__.replace("_", "-"), "1")
        assert not plugin.problem
    return registry


def failures(kind, name, registry):
    """The sentences by the end of the failed checks' ids."""
    out = {}
    for identity, check in checks_for(kind, name, registry):
        try:
            check()
        except AssertionError as error:
            out[identity.removeprefix(f"{kind}-{name}").removeprefix("[0]").removeprefix("-")] = str(error)
    return out


@pytest.mark.parametrize("kind", SOUND.KINDS)
def test_a_sound_stage_passes(kind, registry):
    assert failures(kind, "sound", registry) == {}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("writer", "sound-lossy"),
        ("writer", "sound-bare"),
        ("network", "sound-square"),
        ("network", "sound-critic"),
        ("encoder", "sound-filter"),
    ],
)
def test_a_sound_stage_of_another_sort_passes(kind, name, registry):
    assert failures(kind, name, registry) == {}


@pytest.mark.parametrize(("kind", "name", "checks"), [(k, n, c) for k, n, _, c, _ in FAULTY.FAULTS])
def test_a_fault_is_caught(kind, name, checks, registry):
    failed = failures(kind, name, registry)
    assert set(checks) <= failed.keys()
    told = failed[checks[0]]
    assert f"{kind} {name!r}" in told
    assert len(told) < 500
    assert "\n" not in told


def test_a_module_that_loads_a_heavy_library_is_caught(registry):
    failed = failures("warp", "heavy-warp", registry)
    assert set(failed) == {"light_import"}
    assert "limner_heavy loads tifffile; import that inside" in failed["light_import"]


def test_a_stage_that_does_not_load_has_one_check_that_says_so(registry):
    checks = list(checks_for("warp", "missing-warp", registry))
    assert [identity for identity, _ in checks] == ["warp-missing-warp-loads"]
    with pytest.raises(AssertionError, match="limner_nowhere"):
        checks[0][1]()


def test_a_changed_input_is_told_in_one_sentence(registry):
    failed = failures("warp", "mutating-warp", registry)
    sentence = failed["numpy_readonly-forward_keeps_inputs"]
    assert sentence == "warp 'mutating-warp' (example 0): forward changed its input in place; work on a copy"


def test_a_missing_array_library_skips_with_its_reason(registry, monkeypatch):
    monkeypatch.setattr("limner.testing.array_cases.find_spec", lambda name: None)
    checks = dict(checks_for("warp", "sound", registry))
    checks["warp-sound[0]-numpy-forward_shape"]()
    with pytest.raises(Skip, match="pip install array-api-strict"):
        checks["warp-sound[0]-strict_device1-forward_shape"]()


def test_no_stage_and_no_case_stays_out():
    registry = build(third_party=False)
    identities = [identity for identity, _ in package_checks("limner", registry)]
    assert len(set(identities)) == len(identities)
    for entry in registry.entries():
        assert any(identity.startswith(f"{entry.kind}-{entry.name}") for identity in identities)
    for case in ("numpy", "numpy_readonly", "strict", "strict_device1", "strict_no_float64"):
        assert f"encoder-latent[1]-{case}-forward_dtype" in identities


def test_a_package_is_found_however_its_name_is_spelt(registry):
    assert package_checks("Limner_Sound", registry)
    assert not package_checks("limner-nobody", registry)


def test_pytest_is_told_of_expected_failures(registry):
    mark = parametrize_with_checks(
        "limner-faulty",
        registry=registry,
        expected_failures={"warp-mutating-warp[0]-numpy-forward_keeps": "known"},
    ).mark
    marked = {p.id: p.marks for p in mark.args[1] if p.marks}
    assert list(marked) == ["warp-mutating-warp[0]-numpy-forward_keeps_inputs"]
    (xfail,) = marked.popitem()[1]
    assert xfail.kwargs == {"reason": "known", "raises": AssertionError, "strict": True}


def test_an_expected_failure_that_is_no_checks_is_told(registry):
    with pytest.raises(LimnerError, match="'warp-nobody' is the beginning of no check's id; take it out"):
        parametrize_with_checks("limner-sound", registry=registry, expected_failures={"warp-nobody": "gone"})


def only_check(package, registry):
    (parameter,) = parametrize_with_checks(package, registry=registry).mark.args[1]
    return parameter.id, parameter.values[0]


def test_a_package_that_registers_nothing_does_not_pass(registry):
    identity, check = only_check("limner-soun", registry)
    assert identity == "limner-soun-is_installed"
    with pytest.raises(AssertionError, match=r"limner-soun registers nothing here; pip install .* limner-sound$"):
        check()


def test_a_broken_plugin_does_not_pass_and_says_why():
    class Broken:
        limner_register = FAULTY.hookimpl(lambda registry: 1 / 0)

    registry = Registry()
    registry.install(Broken(), "hollow", "limner-broken", "1")
    identity, check = only_check("limner-broken", registry)
    assert identity == "plugin-hollow-registers"
    with pytest.raises(AssertionError, match=r"plugin 'hollow' of limner-broken is broken: ZeroDivisionError"):
        check()
