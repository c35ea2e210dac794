"""A kit that cannot fail is worthless: sound stages pass it, and each fault is caught by the check that names it."""

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from limner.errors import LimnerError
from limner.registry.registry import Registry, build
from limner.testing import Skip, check, checks_for, package_checks, parametrize_with_checks
from limner.testing.dependencies import NotRunError
from limner.testing.outcomes import run_checks

sys.path.append(str(Path(__file__).with_name("kit")))  # the stages there are imported by name, as a plugin's are
SOUND, FAULTY = import_module("limner_sound"), import_module("limner_faulty")


@pytest.fixture(scope="module")
def registry():
    registry = build(third_party=False)
    for module in (SOUND, FAULTY):
        plugin = registry.install(module, module.__name__, module.__name__.replace("_", "-"), "1")
        assert not plugin.problem
    return registry


def failures(role, name, registry):
    """The sentences by the end of the failed checks' ids."""
    out = {}
    for identity, one in checks_for(role, name, registry):
        try:
            one()
        except NotRunError:
            pass
        except AssertionError as error:
            out[identity.removeprefix(f"{role}-{name}").removeprefix("[0]").removeprefix("-")] = str(error)
    return out


@pytest.mark.parametrize("role", SOUND.ROLES)
def test_a_sound_stage_passes(role, registry):
    assert failures(role, "sound", registry) == {}


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("network", "sound-hand"),
        ("image-format", "sound-lossy"),
        ("image-format", "sound-bare"),
        ("network", "sound-square"),
        ("network", "sound-discriminator"),
        ("encoder", "sound-filter"),
    ],
)
def test_a_sound_stage_of_another_sort_passes(role, name, registry):
    assert failures(role, name, registry) == {}


@pytest.mark.parametrize(("role", "name", "checks"), [(k, n, c) for k, n, _, c, _ in FAULTY.FAULTS])
def test_a_fault_gives_one_failure(role, name, checks, registry):
    failed = failures(role, name, registry)
    assert set(failed) == set(checks)
    message = failed[checks[0]]
    assert f"{role} {name!r}" in message
    assert len(message) < 500
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("overwriting-network", "y[0, :] = 0.0"),
        ("branching-network", 'if params["b"][0] > 100'),
        ("unknown-operation-network", ".sort(y, axis=0)"),
        ("num-py-function-network", "np.concatenate"),
        ("flat-reading-network", "params.flat[0]"),
    ],
)
def test_what_cannot_be_derived_is_reported_with_its_line(name, line, registry):
    (message,) = failures("network", name, registry).values()
    number = int(re.search(r"limner_faulty\.py, line (\d+): ", message)[1])
    assert line in Path(FAULTY.__file__).read_text("utf-8").splitlines()[number - 1]


@pytest.mark.parametrize(
    ("role", "name", "message"),
    [
        ("network", "comparing-network", "a Python condition depends on the values of an array; choose with xp.where"),
        ("loss", "branching-loss", "a Python condition depends on the values of an array; choose with xp.where"),
        ("warp", "branching-warp", "a Python condition depends on the values of an array; choose with xp.where"),
        ("warp", "crowded-warp", "forward raised ValueError: "),
        ("warp", "crowded-warp", " for an empty array of points; inputs may be empty"),
        ("trainer", "lost-trainer", "step number 1 of a convex problem returns a θ that is not finite"),
        ("warp", "undecided-warp", "give k a default"),
    ],
)
def test_the_message_names_the_cause(role, name, message, registry):
    (sentence,) = failures(role, name, registry).values()
    assert message in sentence


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("old-signature-encoder", "def forward(self, params, samples, ctx)"),
        ("narrow-signature-network", "def forward(self, params, x, ctx)"),
        ("formless-loss", "def forward(self, y, target)"),
        ("instance-examples-warp", "@classmethod def examples(cls)"),
    ],
)
def test_a_wrong_signature_is_reported_with_the_right_one(name, right, registry):
    role = name.rpartition("-")[2]
    (message,) = failures(role, name, registry).values()
    assert message.endswith(f"write {right}")


@pytest.mark.parametrize(
    ("name", "check", "message"),
    [
        ("heavy-warp", "light_import", "limner_heavy loads tifffile; import it inside"),
        ("loud-warp", "silent_import", "importing limner_loud prints 'hello'; print nothing"),
    ],
)
def test_a_costly_import_is_caught(name, check, message, registry):
    failed = failures("warp", name, registry)
    assert set(failed) == {check}
    assert message in failed[check]


def test_the_checks_that_depend_on_a_failure_are_skipped(registry):
    skipped = []
    for identity, one in checks_for("encoder", "old-signature-encoder", registry):
        try:
            one()
        except NotRunError as reason:
            assert reason.cause == "encoder-old-signature-encoder-signatures"
            assert str(reason) == "not run: encoder-old-signature-encoder-signatures failed"
            skipped.append(identity)
        except AssertionError:
            pass
    assert len(skipped) > 50


def test_a_check_that_runs_alone_reports_the_failure_itself(registry):
    checks = dict(checks_for("warp", "flat-warp", registry))
    with pytest.raises(AssertionError, match="it must return"):
        checks["warp-flat-warp[0]-strict-forward_shape"]()


def test_a_class_and_an_instance_are_checked_without_a_package():
    report = check(SOUND.SoundBlend)
    ids = [outcome.check for outcome in report.outcomes]
    assert "blend-local/sound-blend[0]-numpy-forward_shape" in ids
    assert not any(identity.endswith(("summary", "light_import")) for identity in ids)
    assert check(SOUND.SoundWarp(by=(1.0, 2.0))).passed > 40
    with pytest.raises(AssertionError, match=r"1 of \d+ checks failed\n  warp-local/flat-warp\[0\]-numpy-forward_"):
        check(FAULTY.FlatWarp)


def installed(*names):
    registry = build(third_party=False)
    for name in names:
        plugin = registry.install(import_module(name), name, name.replace("_", "-"), "1")
        assert not plugin.problem
    return registry


def test_a_role_that_a_plugin_adds_asks_for_general_checks():
    registry = installed("limner_own_role")
    assert failures("oscillator", "swing", registry) == {}
    assert set(failures("oscillator", "narrow-swing", registry)) == {"numpy-forward_shape"}


def failing(package, registry):
    return {
        outcome.check: outcome.reason for outcome in run_checks(package_checks(package, registry)) if outcome.failed
    }


def test_a_plugin_that_registers_nothing_is_caught():
    message = failing("limner-idle", installed("limner_idle"))
    assert list(message) == ["plugin-limner_idle-registers"]
    assert "registers nothing; call registry.encoder(...)" in message["plugin-limner_idle-registers"]


def test_a_hook_that_does_not_accept_every_event_is_caught():
    message = failing("limner-deaf", installed("limner_deaf"))
    assert list(message) == ["plugin-limner_deaf-receives_events"]
    assert "limner_event raised AttributeError" in message["plugin-limner_deaf-receives_events"]


def test_a_stage_that_does_not_load_has_one_check_that_says_so(registry):
    checks = list(checks_for("warp", "missing-warp", registry))
    assert [identity for identity, _ in checks] == ["warp-missing-warp-loads"]
    with pytest.raises(AssertionError, match="limner_nowhere"):
        checks[0][1]()


def test_a_preset_is_not_blamed_for_its_stage():
    outcomes = list(run_checks(package_checks("limner-painted", installed("limner_painted"), cases=[])))
    assert [one.check for one in outcomes if one.failed] == ["warp-absent-loads"]
    left_out = {one.check for one in outcomes if one.cause == "warp-absent-loads"}
    assert left_out == {"recipe-painted-recipe", "recipe-painted-recipe_round_trip", "recipe-painted-recipe_renders"}


def test_a_stage_with_the_name_of_a_built_in_one_is_noted():
    outcomes = run_checks(package_checks("limner-painted", installed("limner_painted"), cases=[]))
    (noted,) = (one for one in outcomes if one.check.endswith("-unqualified_name"))
    assert noted.check == "warp-limner-painted/swirl-unqualified_name"
    assert (noted.status, noted.cause) == ("skipped", "")
    assert "write 'limner-painted/swirl'" in noted.reason


def test_a_changed_input_is_reported_in_one_sentence(registry):
    failed = failures("warp", "mutating-warp", registry)
    sentence = failed["numpy-forward_keeps_inputs"]
    assert sentence.startswith("warp 'mutating-warp' (example 0): forward")
    assert sentence.endswith("changed its input in place; work on a copy")


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
        assert any(identity.startswith(f"{entry.role}-{entry.name}") for identity in identities)
    for case in ("numpy", "numpy_readonly", "strict", "strict_device1", "strict_no_float64"):
        assert f"encoder-latent[1]-{case}-forward_dtype" in identities


def test_a_package_is_found_however_its_name_is_spelt(registry):
    assert package_checks("Limner_Sound", registry)
    assert not package_checks("limner-nobody", registry)


def test_expected_failures_are_marked_for_pytest(registry):
    mark = parametrize_with_checks(
        "limner-faulty",
        registry=registry,
        expected_failures={"warp-mutating-warp[0]-numpy-forward_keeps": "known"},
    ).mark
    marked = {p.id: p.marks for p in mark.args[1] if p.marks}
    assert list(marked) == ["warp-mutating-warp[0]-numpy-forward_keeps_inputs"]
    (xfail,) = marked.popitem()[1]
    assert xfail.kwargs == {"reason": "known", "raises": AssertionError, "strict": True}


def test_an_expected_failure_that_matches_no_check_is_reported(registry):
    with pytest.raises(LimnerError, match="'warp-nobody' matches no check; remove it"):
        parametrize_with_checks("limner-sound", registry=registry, expected_failures={"warp-nobody": "gone"})


def only_check(package, registry):
    (parameter,) = parametrize_with_checks(package, registry=registry).mark.args[1]
    return parameter.id, parameter.values[0]


def test_a_package_that_registers_nothing_does_not_pass(registry):
    identity, check = only_check("limner-soun", registry)
    assert identity == "limner-soun-is_installed"
    with pytest.raises(AssertionError, match=r"limner-soun registers nothing here; run pip install .* limner-sound$"):
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
