"""Checks that depend on one another: one cause, one failure, and none is lost."""

from unittest import SkipTest

import pytest

from limner.testing.dependencies import Check, NotRunError, Results, needed_by, needs, ordered


def fails(reason="it is blue"):
    raise AssertionError(reason)


def made(**checks):
    """Checks by id, each given as what it runs and what it needs."""
    results = Results()
    return {name: Check(name, run, needs, results) for name, (run, *needs) in checks.items()}


def outcome(check):
    try:
        check()
    except NotRunError as reason:
        return reason.cause
    except AssertionError as error:
        return error
    return None


def test_a_check_is_not_run_if_what_it_needs_has_failed_or_was_not_run():
    ran = []
    checks = made(a=(fails,), b=(lambda: ran.append("b"), "a"), c=(lambda: ran.append("c"), "b"), d=(list,))
    assert str(outcome(checks["a"])) == "it is blue"
    assert [outcome(checks[name]) for name in "bcd"] == ["a", "a", None]
    assert ran == []


def test_the_same_reason_is_reported_once_whatever_the_example():
    checks = made(
        a=(lambda: fails("warp 'x' (example 0): it is blue"),),
        b=(lambda: fails("warp 'x' (example 1): it is blue"),),
        c=(lambda: fails("warp 'x' (example 1): it is red"),),
    )
    assert isinstance(outcome(checks["a"]), AssertionError)
    assert outcome(checks["b"]) == "a"
    assert isinstance(outcome(checks["c"]), AssertionError)


def test_a_failure_is_not_lost_if_its_cause_was_not_called():
    checks = made(a=(fails,), b=(fails, "a"))
    assert isinstance(outcome(checks["b"]), AssertionError)


def test_a_check_can_be_called_again():
    outcomes = iter([False, True, False])

    def run():
        if not next(outcomes):
            fails()

    checks = made(a=(run,), b=(list, "a"))
    for expected in (AssertionError, type(None), AssertionError):
        assert isinstance(outcome(checks["a"]), expected)
    assert outcome(checks["b"]) == "a"


def test_an_expected_failure_hides_nothing():
    checks = made(a=(fails,), b=(fails, "a"))
    assert isinstance(outcome(checks["a"].without_dependencies()), AssertionError)
    assert isinstance(outcome(checks["b"]), AssertionError)


def test_a_skip_of_this_machine_hides_nothing():
    def lacks():
        raise SkipTest("no GPU")

    checks = made(a=(lacks,), b=(fails, "a"))
    with pytest.raises(SkipTest, match="no GPU"):
        checks["a"]()
    assert isinstance(outcome(checks["b"]), AssertionError)


def test_checks_come_after_what_they_need_else_in_order():
    checks = made(a=(list,), b=(list, "d", "elsewhere"), c=(list,), d=(list, "c"))
    assert [check.identity for check in ordered(list(checks.values()))] == ["a", "c", "d", "b"]


def test_names_are_declared_with_the_check():
    @needs("a", "b")
    def check():
        """A check."""

    assert needed_by(check) == ("a", "b")
    assert needed_by(fails) == ()
