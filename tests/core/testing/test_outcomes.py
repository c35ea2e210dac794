"""The conformance kit without pytest: each check ends in an outcome, whatever it raises."""

from collections import Counter
from unittest import SkipTest

import pytest

import limner
from limner.registry.commands import find_commands
from limner.registry.registry import registry
from limner.testing.outcomes import CheckOutcome, checks_of_package, count_outcomes, run_checks, without_repetition


def test_every_check_has_an_outcome():
    def raises(error):
        def check():
            raise error

        return check

    checks = [
        ("a", lambda: None),
        ("b", raises(SkipTest("no GPU"))),
        ("c", raises(AssertionError("it is blue"))),
        ("d", raises(ZeroDivisionError("by zero"))),
    ]
    assert list(run_checks(checks)) == [
        CheckOutcome("a", "passed"),
        CheckOutcome("b", "skipped", "no GPU"),
        CheckOutcome("c", "failed", "it is blue"),
        CheckOutcome("d", "crashed", "ZeroDivisionError: by zero"),
    ]


def test_outcomes_come_while_checks_run():
    ran = []
    outcomes = run_checks([("a", lambda: ran.append("a")), ("b", lambda: ran.append("b"))])
    assert next(outcomes).status == "passed"
    assert ran == ["a"]


def test_an_unknown_package_has_no_checks():
    with pytest.raises(
        limner.LimnerError, match="package 'limnr' is not installed or has no plugins; did you mean 'limner'"
    ):
        checks_of_package("limnr", registry(), find_commands())


def test_what_a_failure_left_out_is_counted_behind_it():
    outcomes = [
        CheckOutcome("warp-a[0]-shape", "failed", "it is flat"),
        CheckOutcome("warp-a[0]-dtype", "skipped", "not run: warp-a[0]-shape failed", "warp-a[0]-shape"),
        CheckOutcome("warp-a[1]-dtype", "skipped", "not run: warp-a[0]-shape failed", "warp-a[0]-shape"),
        CheckOutcome("warp-a[0]-gpu-shape", "skipped", "no GPU"),
        CheckOutcome("warp-b-loads", "passed"),
        CheckOutcome("warp-b[0]-gpu-shape", "skipped", "no GPU"),
    ]
    assert list(without_repetition(outcomes)) == [
        CheckOutcome("warp-a[0]-shape", "failed", "it is flat (2 more of its checks were not run)"),
        CheckOutcome("warp-a[0]-gpu-shape", "skipped", "no GPU (1 more checks are skipped for the same reason)"),
    ]
    counts = Counter()
    assert list(count_outcomes(outcomes, counts)) == outcomes
    assert counts == {"passed": 1, "failed": 1, "not run": 2, "skipped": 2}


def test_a_failure_comes_before_the_next_stage_is_checked():
    ran = []
    checks = [("warp-a-loads", lambda: 1 / 0), ("warp-b-loads", lambda: ran.append("b")), ("c-loads", ran.sort)]
    shown = without_repetition(run_checks(checks))
    assert next(shown).check == "warp-a-loads"
    assert ran == ["b"]
