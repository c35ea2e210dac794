"""What limner raises when a request or an input is wrong.

Each message is one sentence that names the thing and the mend: the command line prints it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class LimnerError(Exception):
    """The request or an input is wrong (exit code 2)."""


class RecipeError(LimnerError):
    """A recipe has mistakes; ``problems`` holds them all, each with its path."""

    def __init__(self, problems: Iterable[str], source: str = "recipe") -> None:
        self.problems = tuple(problems)
        self.source = source
        count = len(self.problems)
        lead = f"{source}: " if count == 1 else f"{source} has {count} mistakes: "
        super().__init__(lead + "; ".join(self.problems))


class ArtworkError(LimnerError):
    """A file holds no artwork, or a damaged or forged one."""


class ForeignError(ArtworkError):
    """A picture, and whole, but not one that limner made."""


class BackendError(LimnerError):
    """An array backend was asked for that this machine does not have."""


class TracingError(LimnerError):
    """A stage's ``forward`` does what cannot be differentiated automatically.

    Attributes:
        problem: what it does, and what to write instead.
        file: the name of its source file.
        line: the number of the line there.
    """

    def __init__(self, problem: str, file: str, line: int, stage: str = "") -> None:
        self.problem, self.file, self.line = problem, file, line
        super().__init__(f"{stage + ', ' if stage else ''}{file}, line {line}: {problem}")

    def of(self, stage: str) -> TracingError:
        """Return the error with the name of the stage in front."""
        return TracingError(self.problem, self.file, self.line, stage)


class PluginError(LimnerError):
    """The fault is a plugin's: it is broken, it raised an exception, or two of them claim one name.

    The message names the package, its version, and the role and the name of the stage, the command or the hook. The
    exception that the plugin raised, if any, is the cause.
    """


class PluginWarning(UserWarning):
    """A plugin failed where the work goes on without it; the exception that it raised is the cause."""


def reason(error: BaseException) -> str:
    """Return an exception as one line of at most 300 characters."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= 300 else text[:297] + "..."


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``", did you mean 'x'?"`` for the nearest known name; what is known where none is near."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return f"; did you mean {near[0]!r}?"
    if not names:
        return ""
    shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    return f"; known: {shown}"
