"""The conformance kit for pytest."""

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
    """Return a pytest decorator that runs a test once per check of a package, or of everything that is registered.

        from limner.testing import parametrize_with_checks

        @parametrize_with_checks("limner-spiral")
        def test_conforms(check):
            check()

    Args:
        package: the name of the distribution to check; None means everything that is registered.
        cases: the array types to test stages with.
        expected_failures: reasons by the beginning of an id; matching checks must fail (strict ``xfail``).
        registry: the registry of stages; by default that of this environment, with its installed plugins.
        commands: the index of commands; by default that of this environment.

    A check is skipped if one that it depends on has failed, so one cause gives one failure. A package that registers
    nothing has a single check, which fails and reports this.

    Raises:
        LimnerError: an expected failure matches no check.
    """
    import pytest

    registry = registry or build(third_party=True if package else None)
    checks = package_checks(package, registry, cases, commands or find_commands(third_party=bool(package)))
    if not checks:
        known = ", ".join(sorted({entry.package for entry in registry.entries()}))
        problem = f"{package} registers nothing here; run pip install -e . first, and compare the name with {known}"
        identity = f"{package}-is_installed"
        checks = [(identity, Check(identity, partial(require, False, problem)))]
    reasons = dict(expected_failures or {})
    for prefix in reasons:
        if not any(name.startswith(prefix) for name, _ in checks):
            raise LimnerError(f"the expected failure {prefix!r} matches no check; remove it")
    parameters = []
    for name, check in checks:
        reason = next((reason for prefix, reason in reasons.items() if name.startswith(prefix)), "")
        marks = (pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True),) if reason else ()
        parameters.append(pytest.param(check.without_dependencies() if reason else check, id=name, marks=marks))
    return pytest.mark.parametrize("check", parameters)
