"""The conformance kit for a single class without a package, in a script or a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limner.composition.stage_choice import register
from limner.registry.registry import registry
from limner.testing.array_cases import CASES, ArrayCase
from limner.testing.collect import checks_for
from limner.testing.outcomes import CheckOutcome, run_checks

if TYPE_CHECKING:
    from limner.stages.base import Stage


@dataclass(frozen=True)
class CheckReport:
    """The outcomes of the checks of one stage, none of which failed.

    Attributes:
        stage: the role and the name of the stage, such as ``encoder local/rings``.
        outcomes: every check that ran, with the reason if it was skipped.
    """

    stage: str
    outcomes: tuple[CheckOutcome, ...]

    @property
    def passed(self) -> int:
        """The number of checks that passed."""
        return sum(outcome.status == "passed" for outcome in self.outcomes)

    @property
    def skipped(self) -> tuple[CheckOutcome, ...]:
        """The checks that could not run here, each with the reason."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == "skipped")

    def __str__(self) -> str:
        lines = [f"{self.stage}: {self.passed} checks passed, {len(self.skipped)} skipped"]
        lines += [f"  {reason}" for reason in dict.fromkeys(outcome.reason for outcome in self.skipped)]
        return "\n".join(lines)

    __repr__ = __str__


def check(stage: Stage | type[Stage], role: str = "", *, cases: Iterable[ArrayCase] = CASES) -> CheckReport:
    """Run the conformance kit on a class, or on an instance with its settings.

        from limner.testing import check

        print(check(Rings))         # the examples of the class
        print(check(Rings(k=9)))    # these settings

    The class may be defined anywhere, even in ``__main__`` or a notebook, so the checks of its module and its summary
    do not run.

    Args:
        stage: the class or the instance.
        role: its role, such as ``"encoder"``; by default that of the interface that it implements.
        cases: the array types to test it with.

    Returns:
        The outcomes, if no check failed.

    Raises:
        AssertionError: checks failed; the message lists them, one per line.
        LimnerError: the object is not a stage, or not a stage of the role.
    """
    role, name = register(stage, role)
    examples = () if isinstance(stage, type) else (stage,)
    outcomes = tuple(run_checks(checks_for(role, name, registry(), cases, examples)))
    failed = [outcome for outcome in outcomes if outcome.failed]
    if failed:
        count = f"{len(failed)} of {len(outcomes)} checks failed"
        raise AssertionError(
            "\n".join([f"{role} {name}: {count}", *(f"  {outcome.check}: {outcome.reason}" for outcome in failed)])
        )
    return CheckReport(f"{role} {name}", outcomes)
