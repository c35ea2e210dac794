"""The conformance kit without pytest: running the checks of a package one after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from unittest import SkipTest

from limner.errors import LimnerError, did_you_mean
from limner.registry.listing import broken_packages
from limner.testing.collect import package_checks
from limner.testing.dependencies import NotRunError

if TYPE_CHECKING:
    from limner.registry.commands import CommandIndex
    from limner.registry.registry import Registry
    from limner.testing.dependencies import Check


@dataclass(frozen=True)
class CheckOutcome:
    """The outcome of a check.

    Attributes:
        check: the id of the check, such as ``encoder-latent[1]-numpy-forward_dtype``.
        status: ``crashed`` means that the check raised an error other than a failure or a reason to skip it.
        reason: why the check did not pass; empty if it did.
        cause: the id of the failed check because of which this one was skipped; empty for any other reason.
    """

    check: str
    status: Literal["passed", "skipped", "failed", "crashed"]
    reason: str = ""
    cause: str = ""

    @property
    def failed(self) -> bool:
        """Whether the check failed or crashed."""
        return self.status in ("failed", "crashed")


def checks_of_package(package: str, registry: Registry, commands: CommandIndex) -> list[tuple[str, Check]]:
    """Return the checks of everything that an installed package provides, each with its id.

    Raises:
        LimnerError: the package is broken, is not installed, or has no plugins.
    """
    broken = broken_packages(registry, commands)
    if package in broken:
        raise LimnerError(f"{package} is broken: {broken[package]}")
    checks = package_checks(package, registry, commands=commands)
    if not checks:
        packages = {entry.package for entry in registry.entries()} | {command.package for command in commands}
        raise LimnerError(f"package {package!r} is not installed or has no plugins{did_you_mean(package, packages)}")
    return checks


def run_checks(checks: Iterable[tuple[str, Callable[[], None]]]) -> Iterator[CheckOutcome]:
    """Run checks, and yield the outcome of each as soon as it is known."""
    for identity, check in checks:
        try:
            check()
        except NotRunError as reason:
            yield CheckOutcome(identity, "skipped", str(reason), reason.cause)
        except SkipTest as reason:
            yield CheckOutcome(identity, "skipped", str(reason))
        except AssertionError as error:
            yield CheckOutcome(identity, "failed", str(error))
        except Exception as error:  # noqa: BLE001 - a third-party stage may raise anything
            yield CheckOutcome(identity, "crashed", f"{type(error).__name__}: {error}")
        else:
            yield CheckOutcome(identity, "passed")


def count_outcomes(outcomes: Iterable[CheckOutcome], counts: Counter[str]) -> Iterator[CheckOutcome]:
    """Yield outcomes, counting them as ``passed``, ``failed``, ``not run`` (after a failure) and ``skipped``."""
    for outcome in outcomes:
        counts["failed" if outcome.failed else "not run" if outcome.cause else outcome.status] += 1
        yield outcome


def without_repetition(outcomes: Iterable[CheckOutcome]) -> Iterator[CheckOutcome]:
    """Yield the outcomes to show: each failure with the number of checks that it skipped, each other reason once.

    A failure is yielded when all checks of its stage are done, a reason to skip at the end.
    """
    open_failures: dict[str, tuple[CheckOutcome, int]] = {}
    skipped: dict[str, tuple[CheckOutcome, int]] = {}
    stage = ""
    for outcome in outcomes:
        if _stage_of(outcome.check) != stage:
            yield from _with_counts(open_failures, "of its checks were not run")
            stage = _stage_of(outcome.check)
        if outcome.failed:
            open_failures[outcome.check] = outcome, 0
        elif outcome.cause in open_failures:
            failure, count = open_failures[outcome.cause]
            open_failures[outcome.cause] = failure, count + 1
        elif outcome.status == "skipped":
            first, count = skipped.get(outcome.reason, (outcome, -1))
            skipped[outcome.reason] = first, count + 1
    yield from _with_counts(open_failures, "of its checks were not run")
    yield from _with_counts(skipped, "checks are skipped for the same reason")


def _with_counts(outcomes: dict[str, tuple[CheckOutcome, int]], words: str) -> Iterator[CheckOutcome]:
    """Yield outcomes, each with the number of others that it represents, and clear the dictionary."""
    for outcome, count in outcomes.values():
        yield replace(outcome, reason=f"{outcome.reason} ({count} more {words})" if count else outcome.reason)
    outcomes.clear()


def _stage_of(identity: str) -> str:
    """Return the part of an id that all checks of a stage share."""
    stage, bracket, _ = identity.partition("[")
    return stage if bracket else identity.rpartition("-")[0]
