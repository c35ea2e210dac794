"""Dependencies between checks, so that one cause gives one failure.

A check does not run if a check that it depends on has failed. A check that fails for the same reason as an earlier one
is reported as skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from unittest import SkipTest

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])
_EXAMPLE = re.compile(r" \(example \d+\)")


class NotRunError(SkipTest):
    """Raised by a check that would only repeat the failure of another check.

    Attributes:
        cause: the id of the check that failed.
    """

    def __init__(self, reason: str, cause: str) -> None:
        self.cause = cause
        super().__init__(reason)


def needs(*names: str) -> Callable[[FunctionT], FunctionT]:
    """Return a decorator that declares the checks that a check depends on, by name without ``check_``.

    @needs("forward_shape")
    def check_range(subject): ...
    """

    def declare(check: FunctionT) -> FunctionT:
        check.__dict__["needs"] = names
        return check

    return declare


def needed_by(check: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names that were declared with ``needs``."""
    names: tuple[str, ...] = getattr(check, "needs", ())
    return names


class Results:
    """The failures so far among the checks of one stage, recipe or command.

    Only checks that ran in this process count. A check that runs alone, or in another pytest-xdist process than its
    dependencies, therefore reports its own failure, and no failure is lost.
    """

    def __init__(self) -> None:
        self._causes: dict[str, str] = {}
        self._failures: dict[str, str] = {}

    def cause(self, identities: Iterable[str]) -> str:
        """Return the id of the failure that affects one of these checks, or an empty string."""
        return next((self._causes[identity] for identity in identities if identity in self._causes), "")

    def same_failure(self, reason: str) -> str:
        """Return the id of a check that failed for the same reason, maybe on another example; empty if none did."""
        return self._failures.get(_EXAMPLE.sub("", reason), "")

    def add_failure(self, identity: str, reason: str) -> None:
        """Record that a check failed."""
        self._causes[identity] = identity
        self._failures[_EXAMPLE.sub("", reason)] = identity

    def add_cause(self, identity: str, cause: str) -> None:
        """Record that a check was not run because another one failed."""
        self._causes[identity] = cause

    def forget(self, identity: str) -> None:
        """Remove the result of a check that runs again."""
        self._causes.pop(identity, None)
        self._failures = {reason: failed for reason, failed in self._failures.items() if failed != identity}


@dataclass(frozen=True)
class Check:
    """A check to call.

    It raises AssertionError with a message if it fails. It raises SkipTest with the reason if this machine cannot run
    it, or if another check has failed for the same cause.

    Attributes:
        identity: the id, such as ``encoder-latent[1]-numpy-forward_dtype``.
        run: the function that performs the check.
        needs: the ids of the checks that it depends on.
        results: the results of the checks of the same stage; None for an independent check.
    """

    identity: str
    run: Callable[[], None]
    needs: Sequence[str] = ()
    results: Results | None = field(default=None, repr=False)

    def without_dependencies(self) -> Check:
        """Return the check without dependencies, so that an expected failure does not skip other checks."""
        return Check(self.identity, self.run)

    def __call__(self) -> None:
        """Run the check unless one of its dependencies has failed."""
        __tracebackhide__ = True
        if self.results is None:
            self.run()
            return
        self.results.forget(self.identity)
        cause = self.results.cause(self.needs)
        if cause:
            self.results.add_cause(self.identity, cause)
            raise NotRunError(f"not run: {cause} failed", cause)
        try:
            self.run()
        except SkipTest:
            raise
        except Exception as error:
            same = self.results.same_failure(str(error))
            if same:
                self.results.add_cause(self.identity, same)
                raise NotRunError(f"fails for the same reason as {same}", same) from error
            self.results.add_failure(self.identity, str(error))
            raise


def ordered(checks: Sequence[Check]) -> list[Check]:
    """Return the checks in the same order, except that each follows its dependencies."""
    pending, out = {check.identity: check for check in checks}, dict[str, Check]()

    def visit(check: Check) -> None:
        if pending.pop(check.identity, None) is None:
            return
        for name in check.needs:
            if name in pending:
                visit(pending[name])
        out[check.identity] = check

    for check in checks:
        visit(check)
    return list(out.values())
