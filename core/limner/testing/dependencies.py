"""One cause, one failure: a check is not run if one that it depends on has failed, or fails for the same reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from unittest import SkipTest

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])
_EXAMPLE = re.compile(r" \(example \d+\)")


class NotRunError(SkipTest):
    """Signals that a check adds nothing to the failure of another one.

    Attributes:
        cause: the id of the check that failed.
    """

    def __init__(self, reason: str, cause: str) -> None:
        self.cause = cause
        super().__init__(reason)


def needs(*names: str) -> Callable[[FunctionT], FunctionT]:
    """Return a decorator that names the checks a check depends on, without ``check_``.

    @needs("forward_shape")
    def check_range(subject): ...
    """

    def declare(check: FunctionT) -> FunctionT:
        check.__dict__["needs"] = names
        return check

    return declare


def needed_by(check: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names that ``needs`` declared."""
    names: tuple[str, ...] = getattr(check, "needs", ())
    return names


class Results:
    """What has failed so far among the checks of one stage, recipe or command.

    Only checks that were called in this process count. So a check that runs alone, or in another process of
    pytest-xdist than what it depends on, reports its failure itself, and no failure is lost.
    """

    def __init__(self) -> None:
        self._causes: dict[str, str] = {}
        self._failures: dict[str, str] = {}

    def cause(self, identities: Iterable[str]) -> str:
        """Return the failed check that is behind one of these checks; empty if none has failed."""
        return next((self._causes[one] for one in identities if one in self._causes), "")

    def same_failure(self, reason: str) -> str:
        """Return the check that failed with the same reason, for another example perhaps; empty if none has."""
        return self._failures.get(_EXAMPLE.sub("", reason), "")

    def add_failure(self, identity: str, reason: str) -> None:
        """Note that a check failed."""
        self._causes[identity] = identity
        self._failures[_EXAMPLE.sub("", reason)] = identity

    def add_cause(self, identity: str, cause: str) -> None:
        """Record that a check was not run because another one failed."""
        self._causes[identity] = cause

    def forget(self, identity: str) -> None:
        """Forget what a check that runs again came to."""
        self._causes.pop(identity, None)
        self._failures = {reason: one for reason, one in self._failures.items() if one != identity}


@dataclass(frozen=True)
class Check:
    """A check to call.

    It raises AssertionError with a sentence if it fails, and SkipTest with the reason if this machine cannot tell, or
    if the failure of another check is the cause.

    Attributes:
        identity: ``encoder-latent[1]-numpy-forward_dtype``.
        run: the check itself.
        needs: the ids of the checks that it depends on.
        results: what those of the same stage came to; None for a check that stands alone.
    """

    identity: str
    run: Callable[[], None]
    needs: Sequence[str] = ()
    results: Results | None = field(default=None, repr=False)

    def without_dependencies(self) -> Check:
        """Return the check without its dependencies: one that is expected to fail hides no other."""
        return Check(self.identity, self.run)

    def __call__(self) -> None:
        """Run the check, unless one that it depends on has failed."""
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
                raise NotRunError(f"fails as {same} does", same) from error
            self.results.add_failure(self.identity, str(error))
            raise


def ordered(checks: Sequence[Check]) -> list[Check]:
    """Return the checks in the same order, but each after those that it depends on."""
    known, out = {check.identity: check for check in checks}, dict[str, Check]()

    def visit(check: Check) -> None:
        if known.pop(check.identity, None) is None:
            return
        for name in check.needs:
            if name in known:
                visit(known[name])
        out[check.identity] = check

    for check in checks:
        visit(check)
    return list(out.values())
