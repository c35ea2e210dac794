"""The conformance kit without pytest: the checks of a package run one after another, each with its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from unittest import SkipTest

from limner.errors import LimnerError, did_you_mean
from limner.registry.listing import broken_packages
from limner.testing.collect import Check, package_checks

if TYPE_CHECKING:
    from limner.registry.commands import CommandIndex
    from limner.registry.registry import Registry


@dataclass(frozen=True)
class Outcome:
    """What came of a check.

    Attributes:
        check: the check's id, ``encoder-latent[1]-numpy-forward_dtype``.
        status: ``crashed`` means that it raised an error that is neither a failure nor a reason to skip it.
        reason: why it did not pass; empty if it did.
    """

    check: str
    status: Literal["passed", "skipped", "failed", "crashed"]
    reason: str = ""


def checks_of_package(package: str, registry: Registry, commands: CommandIndex) -> list[tuple[str, Check]]:
    """Return the checks of all that an installed package brings, each with its id.

    Raises:
        LimnerError: the package is broken, or none of its plugins is installed.
    """
    broken = broken_packages(registry, commands)
    if package in broken:
        raise LimnerError(f"{package} is broken: {broken[package]}")
    checks = package_checks(package, registry, commands=commands)
    if not checks:
        packages = {entry.package for entry in registry.entries()} | {command.package for command in commands}
        raise LimnerError(f"no plugin of a package {package!r} is installed{did_you_mean(package, packages)}")
    return checks


def run_checks(checks: Iterable[tuple[str, Check]]) -> Iterator[Outcome]:
    """Run checks, and yield the outcome of each as soon as it is known."""
    for identity, check in checks:
        try:
            check()
        except SkipTest as reason:
            yield Outcome(identity, "skipped", str(reason))
        except AssertionError as error:
            yield Outcome(identity, "failed", str(error))
        except Exception as error:  # noqa: BLE001 - a third party's stage may raise anything
            yield Outcome(identity, "crashed", f"{type(error).__name__}: {error}")
        else:
            yield Outcome(identity, "passed")
