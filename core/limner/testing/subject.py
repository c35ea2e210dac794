"""The subject of a check, and the functions by which checks report failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from unittest import SkipTest

from pydantic import ValidationError

from limner.arrays.autodiff.operators import BRANCH
from limner.errors import TracingError
from limner.utils.validation import explain

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
        name: the name that it is registered under.
        stage: the stage with its settings.
        number: the index of these settings in ``Stage.examples()``.
        summary: the summary that it is registered with.
        target: the location of its class, ``"module:Class"``.
        maps: function that returns the maps that its role declares; None for the roles of limner's own interfaces.
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
        """The name of the module that defines the stage."""
        return self.target.partition(":")[0]

    def __str__(self) -> str:
        return f"{self.role} {self.name!r}"


def require(condition: object, message: str) -> None:
    """Raise AssertionError with a message unless a condition holds; unlike ``assert``, also under ``python -O``.

    Raises:
        AssertionError: the condition is false.
    """
    __tracebackhide__ = True
    if not condition:
        raise AssertionError(message)


class InterfaceViolationError(Exception):
    """Raised if a stage returns something that its interface does not allow; the message is the end of a sentence."""


@contextmanager
def calling(
    subject: Subject[Stage],
    what: str | tuple[str, ...],
    case: ArrayCase | None = None,
    fix: str = "",
    inputs: str = "",
) -> Iterator[None]:
    """Turn any error of a stage into an AssertionError that names the stage, the array type and the likely fix.

    Args:
        subject: the stage.
        what: the method that is called, for the message; of several methods, the message names the one that raised.
        case: the type of the arrays that it gets.
        fix: the likely fix; by default the usual one for these arrays.
        inputs: description of the inputs, if only such inputs may cause the error.

    Raises:
        AssertionError: the stage raised an error.
    """
    __tracebackhide__ = True
    try:
        yield
    except (AssertionError, SkipTest):
        raise
    except InterfaceViolationError as error:
        raise AssertionError(f"{subject} (example {subject.number}): {_raising(error, what)} {error}") from error
    except TracingError as error:
        where = f"{subject} (example {subject.number}): {error.file}, line {error.line}"
        raise AssertionError(f"{where}: {error.problem}") from error
    except Exception as error:
        where = f"{subject} (example {subject.number})"
        what, reason = _raising(error, what), describe_error(error, type(subject.stage))
        if "read-only" in str(error):
            raise AssertionError(f"{where}: {what} changed its input in place; work on a copy") from error
        if "truth value of an array" in str(error):  # NumPy's words; a stage without a vjp is not traced
            raise AssertionError(f"{where}: {what}: {BRANCH}") from error
        on = f" on {case.name} arrays" if case and case.fix else ""
        given = f" for {inputs}" if inputs else ""
        fix = fix or (case.fix if case else "")
        raise AssertionError(f"{where}: {what} raised {reason}{on}{given}{fix and '; '}{fix}") from error


def _raising(error: Exception, what: str | tuple[str, ...]) -> str:
    """Return the method that was called; of several methods, the innermost one in the traceback."""
    if isinstance(what, str):
        return what
    calls = [frame.f_code.co_name for frame, _ in walk_tb(error.__traceback__) if "self" in frame.f_locals]
    return next((name for name in reversed(calls) if name in what), " or ".join(what))


def describe_error(error: Exception, cls: type[Stage]) -> str:
    """Return the type and the message of an error in one line; invalid settings of a class by name."""
    text = "; ".join(explain(error, cls, "", {})) if isinstance(error, ValidationError) else str(error)
    return " ".join(f"{type(error).__name__}: {text}".split()).rstrip(".")
