"""The case: a few commands in a folder of their own, whose every trace is digested."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

CODE = ">>> "  # a step that begins so is Python, not a command line


@dataclass(frozen=True)
class Case:
    """Say what is run.

    Attributes:
        name: as ``fit/rprop``; ``--only`` matches it.
        steps: command lines without the word limner, ``a | b`` for a pipe; or Python behind ``>>> ``.
        inputs: files that lie there before, by their names in ``inputs.py``.
        leave: patterns of the traces that no two runs have in common.
    """

    name: str
    steps: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()

    def leaves(self, trace: str) -> bool:
        """Tell whether a trace is left out."""
        return any(fnmatchcase(trace, pattern) for pattern in self.leave)


def labels(steps: tuple[str, ...]) -> list[str]:
    """Name each step by what it runs, so that a step between two others renames none."""
    named: list[str] = []
    for step in steps:
        line = "; ".join(part.strip() for part in step.split("\n"))
        short = line if len(line) <= 90 else line[:87] + "..."
        told = sum(label == short or label.startswith(f"{short} #") for label in named)
        named.append(f"{short} #{told + 1}" if told else short)
    return named


def words(text: str) -> tuple[str, ...]:
    """Take a text apart into its words."""
    return tuple(text.split())


def lines(text: str) -> tuple[str, ...]:
    """Take a text apart into its lines, each a step."""
    return tuple(text.strip("\n").split("\n"))
