"""What a check is about, and how it says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from unittest import SkipTest

from limner.arrays.autodiff.operators import BRANCH
from limner.errors import TracingError

if TYPE_CHECKING:
    from limner.stages.base import Stage
    from limner.testing.array_cases import ArrayCase
    from limner.testing.probe import Map

StageT_co = TypeVar("StageT_co", bound="Stage", covariant=True)


@dataclass(frozen=True)
class Subject(Generic[StageT_co]):
    """A stage under test.

    The checks of a role take a ``Subject`` of its interface: ``Subject[Network]``.

    Attributes:
        role: its role, such as ``network``.
        name: the name that it is registered by.
        stage: its settings.
        number: which of ``Stage.examples()`` these are.
        summary: the line that it is registered with.
        target: ``"module:Class"``.
        maps: returns the ways to call it that its role declares; None for those of limner's interfaces.
    """

    role: str
    name: str
    stage: StageT_co
    number: int = 0
    summary: str = ""
    target: str = ""
    maps: Callable[[Any], list[Map]] | None = None

    @property
    def module(self) -> str:
        """The module that it is imported from."""
        return self.target.partition(":")[0]

    def __str__(self) -> str:
        return f"{self.role} {self.name!r}"


def require(condition: object, sentence: str) -> None:
    """Raise the sentence where the condition does not hold; unlike ``assert``, also under ``python -O``.

    Raises:
        AssertionError: it does not.
    """
    __tracebackhide__ = True
    if not condition:
        raise AssertionError(sentence)


class InterfaceViolationError(Exception):
    """What a stage returned is not what its interface promises; the message is the end of a sentence about it."""


@contextmanager
def calling(subject: Subject[Stage], what: str, case: ArrayCase | None = None, fix: str = "") -> Iterator[None]:
    """Turn whatever a stage raises into a sentence that names the stage, the case and the likely mend.

    Args:
        subject: the stage.
        what: what of it is called.
        case: the arrays that it is handed.
        mend: what to mend; by default what the arrays ask for.

    Raises:
        AssertionError: the stage raised something.
    """
    __tracebackhide__ = True
    try:
        yield
    except (AssertionError, SkipTest):
        raise
    except InterfaceViolationError as error:
        raise AssertionError(f"{subject} (example {subject.number}): {what} {error}") from error
    except TracingError as error:
        where = f"{subject} (example {subject.number}): {error.file}, line {error.line}"
        raise AssertionError(f"{where}: {error.problem}") from error
    except Exception as error:
        where = f"{subject} (example {subject.number})"
        reason = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(".")
        if "read-only" in str(error):
            raise AssertionError(f"{where}: {what} changed its input in place; work on a copy") from error
        if "truth value of an array" in str(error):  # NumPy's words; a stage without a vjp is not traced
            raise AssertionError(f"{where}: {what}: {BRANCH}") from error
        on = f" on {case.name} arrays" if case and case.fix else ""
        fix = fix or (case.fix if case else "")
        raise AssertionError(f"{where}: {what} raised {reason}{on}{fix and '; '}{fix}") from error
