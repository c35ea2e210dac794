"""The conformance kit without pytest: each check ends in an outcome, whatever it raises."""

from unittest import SkipTest

import pytest

import limner
from limner.registry.commands import find_commands
from limner.registry.registry import registry
from limner.testing.outcomes import Outcome, checks_of_package, run_checks


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
        Outcome("a", "passed"),
        Outcome("b", "skipped", "no GPU"),
        Outcome("c", "failed", "it is blue"),
        Outcome("d", "crashed", "ZeroDivisionError: by zero"),
    ]


def test_outcomes_come_while_checks_run():
    ran = []
    outcomes = run_checks([("a", lambda: ran.append("a")), ("b", lambda: ran.append("b"))])
    assert next(outcomes).status == "passed"
    assert ran == ["a"]


def test_an_unknown_package_has_no_checks():
    with pytest.raises(limner.LimnerError, match="no plugin of a package 'limnr' is installed; did you mean 'limner'"):
        checks_of_package("limnr", registry(), find_commands())
