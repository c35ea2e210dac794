"""The kit as pytest runs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from limner.errors import LimnerError
from limner.registry.commands import CommandIndex, find_commands
from limner.registry.registry import Registry, build
from limner.testing.array_cases import CASES, ArrayCase
from limner.testing.collect import package_checks
from limner.testing.dependencies import Check
from limner.testing.subject import require

if TYPE_CHECKING:
    import pytest


def parametrize_with_checks(
    package: str | None = None,
    *,
    cases: Iterable[ArrayCase] = CASES,
    expected_failures: Mapping[str, str] | None = None,
    registry: Registry | None = None,
    commands: CommandIndex | None = None,
) -> pytest.MarkDecorator:
    """Return a decorator for pytest that runs a test once for each check, of all stages or of one distribution's.

        from limner.testing import parametrize_with_checks

        @parametrize_with_checks("limner-spiral")
        def test_conforms(check):
            check()

    Args:
        package: the distribution whose stages are checked; everything registered where it is None.
        cases: the arrays that stages are tried with.
        expected_failures: reasons by the beginning of an id; those checks must fail (``xfail``, strict).
        registry: where names are looked up; that of this environment, with its installed plugins, where it is None.
        commands: likewise, of commands.

    A check that depends on another one that has failed is skipped: one cause gives one failure.

    A package that registers nothing has one check, which fails and says so.

    Raises:
        LimnerError: an expected failure is no check's.
    """
    import pytest

    registry = registry or build(third_party=True if package else None)
    checks = package_checks(package, registry, cases, commands or find_commands(third_party=bool(package)))
    if not checks:
        known = ", ".join(sorted({entry.package for entry in registry.entries()}))
        problem = f"{package} registers nothing here; pip install -e . first, and compare the name with {known}"
        identity = f"{package}-is_installed"
        checks = [(identity, Check(identity, partial(require, False, problem)))]
    reasons = dict(expected_failures or {})
    for stale in (lead for lead in reasons if not any(name.startswith(lead) for name, _ in checks)):
        raise LimnerError(f"the expected failure {stale!r} is the beginning of no check's id; take it out")
    parameters = []
    for name, check in checks:
        reason = next((reason for lead, reason in reasons.items() if name.startswith(lead)), "")
        marks = (pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True),) if reason else ()
        parameters.append(pytest.param(check.without_dependencies() if reason else check, id=name, marks=marks))
    return pytest.mark.parametrize("check", parameters)
