"""What a check is about, and how it says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from unittest import SkipTest

if TYPE_CHECKING:
    from limner.stages.base import Stage
    from limner.testing.array_cases import ArrayCase

StageT_co = TypeVar("StageT_co", bound="Stage", covariant=True)


@dataclass(frozen=True)
class Subject(Generic[StageT_co]):
    """A stage under test: its kind and name, its settings, and which of ``Stage.examples()`` these are.

    The checks of a role take a ``Subject`` of its interface: ``Subject[Network]``.
    """

    kind: str
    name: str
    stage: StageT_co
    number: int = 0
    summary: str = ""
    target: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r}"


def require(condition: object, sentence: str) -> None:
    """Raise the sentence where the condition does not hold; unlike ``assert``, also under ``python -O``.

    Raises:
        AssertionError: it does not.
    """
    __tracebackhide__ = True
    if not condition:
        raise AssertionError(sentence)


@contextmanager
def calling(subject: Subject[Stage], what: str, case: ArrayCase | None = None) -> Iterator[None]:
    """Turn whatever a stage raises into a sentence that names the stage, the case and the likely mend.

    Raises:
        AssertionError: the stage raised something.
    """
    __tracebackhide__ = True
    try:
        yield
    except (AssertionError, SkipTest):
        raise
    except Exception as error:
        where = f"{subject} (example {subject.number})"
        reason = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(".")
        if "read-only" in str(error):
            raise AssertionError(f"{where}: {what} changed its input in place; work on a copy") from error
        on, mend = (f" on {case.name} arrays", f"; {case.mend}") if case and case.mend else ("", "")
        raise AssertionError(f"{where}: {what} raised {reason}{on}{mend}") from error
