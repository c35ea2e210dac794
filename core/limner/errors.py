"""The errors that limner raises for invalid requests and inputs.

All of them are subclasses of ``LimnerError``. A message is one sentence, ``subject: problem; fix``. Arguments of
functions are in backticks, such as ``size`` or ``force=True``; the command line prints its own options instead.

    import limner
    from limner.errors import ArtworkError

    try:
        art = limner.open("picture.png")
    except ArtworkError as error:
        print(error)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

__all__ = [
    "ArtworkError",
    "BackendError",
    "DivergedError",
    "ForeignError",
    "LimnerError",
    "MissingParametersError",
    "NothingFoundError",
    "PictureError",
    "PluginError",
    "RecipeError",
    "TracingError",
    "UnknownOperationError",
]


class LimnerError(Exception):
    """An invalid request or input; the command line exits with code 2."""


class RecipeError(LimnerError):
    """A recipe has errors.

    Attributes:
        problems: all errors, each with its path: ``network.depth: must be at least 1, got 0``.
        source: the name of the recipe or its file; empty if the error is about an argument.
    """

    def __init__(self, problems: Iterable[str], source: str = "recipe") -> None:
        self.problems = tuple(problems)
        self.source = source
        count = len(self.problems)
        lead = f"{source}: " if count == 1 and source else f"{source} has {count} errors: " if count > 1 else ""
        super().__init__(lead + "; ".join(self.problems))


class ArtworkError(LimnerError):
    """A file does not contain an artwork, or contains a damaged or forged one."""


class ForeignError(ArtworkError):
    """A file is not a picture made by limner."""


class PictureError(LimnerError):
    """A picture file is damaged, too large, or has no format that limner reads."""


class MissingParametersError(ArtworkError):
    """An artwork file has a recipe, but its parameters are missing."""


class BackendError(LimnerError):
    """The requested array backend does not exist or cannot run on this machine."""


class TracingError(LimnerError):
    """A stage's ``forward`` does something that cannot be differentiated automatically.

    Attributes:
        problem: what it does, and what to write instead.
        file: the name of the source file.
        line: the line number in the file.
    """

    def __init__(self, problem: str, file: str, line: int, stage: str = "") -> None:
        self.problem, self.file, self.line = problem, file, line
        super().__init__(f"{stage + ', ' if stage else ''}{file}, line {line}: {problem}")

    def with_stage(self, stage: str) -> TracingError:
        """Return this error with the name of the stage at the beginning of the message."""
        return TracingError(self.problem, self.file, self.line, stage)


class UnknownOperationError(TracingError, AttributeError):
    """A stage's ``forward`` uses an operation that limner cannot differentiate.

    It is an ``AttributeError`` too, so that ``hasattr`` returns False for such operations.
    """


class PluginError(LimnerError):
    """A plugin is broken, raised an exception, or claims a name that another plugin has.

    The message has the package, its version, and the role and name of the stage, command or hook. The exception that
    the plugin raised, if any, is the cause.
    """


class PluginWarning(UserWarning):
    """A plugin failed, but the work continues without it; the exception that it raised is the cause."""


class DivergedError(LimnerError):
    """The loss is no longer finite during training.

    Attributes:
        fitted: the result of the training up to that point; ``fitted.artwork`` is the best artwork before.
    """

    def __init__(self, message: str, fitted: Any) -> None:
        super().__init__(message)
        self.fitted = fitted


class NothingFoundError(LimnerError):
    """A search found nothing in any of its inputs.

    Attributes:
        skipped: the inputs that could not be read, each with the reason.
    """

    def __init__(self, message: str, skipped: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.skipped = list(skipped)


def __dir__() -> Sequence[str]:
    return sorted(__all__)


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, its cause, the cause of that, and so on, each once: the chain may be a cycle."""
    seen = set[int]()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__


def reason(error: BaseException) -> str:
    """Return an exception as one line of at most 300 characters."""
    text = one_line(f"{type(error).__name__}: {error}").removesuffix(":")
    return text if len(text) <= 300 else text[:297] + "..."


def one_line(text: str) -> str:
    """Return a text with each line break, and the spaces around it, replaced by a space."""
    return re.sub(r"\s*[\n\r\v\f\x85\u2028\u2029]\s*", " ", text).strip()


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the closest known name, or the list of known names if none is close."""
    names = sorted(set(known))
    near = get_close_matches(name, names, n=1, cutoff=0.65 if len(name) > 2 else 0.5)  # allow one wrong letter of two
    if near:
        return f"; did you mean {near[0]!r}?"
    if not names:
        return ""
    shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    return f"; known: {shown}"
