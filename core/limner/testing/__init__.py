"""The conformance kit: checks of what every stage must do, for pytest.

A plugin tests its conformance like this:

    from limner.testing import parametrize_with_checks

    @parametrize_with_checks("limner-spiral")
    def test_conforms(check):
        check()

``limner plugins check limner-spiral`` runs the same checks without pytest. ``check`` checks a single class, which need
not belong to a package yet:

    from limner.testing import check

    print(check(Rings))
"""

from unittest import SkipTest as Skip

from limner.testing.array_cases import (
    CASES,
    NO_FLOAT64,
    NUMPY,
    READ_ONLY,
    SECOND_DEVICE,
    STRICT,
    ArrayCase,
    BackendCase,
)
from limner.testing.class_check import CheckReport, check
from limner.testing.collect import checks_for, package_checks
from limner.testing.dependencies import Check, needs
from limner.testing.finite_differences import slopes, worst_slope
from limner.testing.parametrize import parametrize_with_checks
from limner.testing.probe import Map
from limner.testing.rendering import render_recipe
from limner.testing.subject import Subject, calling, require

__all__ = [
    "CASES",
    "NO_FLOAT64",
    "NUMPY",
    "READ_ONLY",
    "SECOND_DEVICE",
    "STRICT",
    "ArrayCase",
    "BackendCase",
    "Check",
    "CheckReport",
    "Map",
    "Skip",
    "Subject",
    "calling",
    "check",
    "checks_for",
    "needs",
    "package_checks",
    "parametrize_with_checks",
    "render_recipe",
    "require",
    "slopes",
    "worst_slope",
]


def __dir__() -> list[str]:
    return sorted(__all__)
