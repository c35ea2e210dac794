"""Times are compared with a reference, the best of several; a busy machine fails nothing."""

from unittest import SkipTest

import pytest

from limner.registry.registry import registry
from limner.stages.warp import Warp
from limner.testing import Subject
from limner.testing.checks.shared import imports, scaling
from limner.testing.import_cost import ImportCost


@pytest.fixture
def subject():
    cls = registry().load("warp", "mirror", Warp)
    return Subject("warp", "mirror", cls(), target="some.module:Mirror")


def forward_took(monkeypatch, stage, reference):
    """Set how many seconds each run of forward takes, and each run of the reference."""
    times = {True: iter(reference), False: iter(stage)}

    def seconds(subject, run):
        run()
        return next(times[run.__name__ == "dense"])

    monkeypatch.setattr(scaling, "_seconds", seconds)
    monkeypatch.setattr(scaling, "_first_seconds", lambda points: 1.0)


def test_a_slow_forward_fails_if_every_run_is_slow(subject, monkeypatch):
    forward_took(monkeypatch, [60, 70, 60, 61], [1.1, 1, 1])
    with pytest.raises(AssertionError, match="over 50 times as long as a network"):
        scaling.check_forward_time(subject)


@pytest.mark.parametrize("stage", [[49], [400, 300, 200, 49]])
def test_one_quick_run_is_enough(stage, subject, monkeypatch):
    forward_took(monkeypatch, stage, [1, 1, 1])
    scaling.check_forward_time(subject)


def test_a_reference_that_varies_too_much_decides_nothing(subject, monkeypatch):
    forward_took(monkeypatch, [60, 60, 60, 60], [1, 2, 1])
    with pytest.raises(SkipTest, match="too busy to compare"):
        scaling.check_forward_time(subject)


def imports_took(monkeypatch, module, again):
    """Set how many seconds the import of the module takes, at first and in each later interpreter."""

    def costs(seconds):
        return {imports.REFERENCE: ImportCost([], "", 1.0, ""), "some.module": ImportCost([], "", seconds, "")}

    later = iter(again)
    monkeypatch.setattr(imports, "import_costs", lambda modules: costs(module))
    monkeypatch.setattr(imports, "measure_imports", lambda modules: costs(next(later)))


def test_a_slow_import_fails_if_it_is_slow_each_time(subject, monkeypatch):
    imports_took(monkeypatch, 40, [30, 20])
    with pytest.raises(AssertionError, match=r"some\.module takes 20 times as long as importing limner\.plugin"):
        imports.check_quick_import(subject, ("some.module",))


def test_one_quick_import_is_enough(subject, monkeypatch):
    imports_took(monkeypatch, 40, [2.5])
    imports.check_quick_import(subject, ("some.module",))
