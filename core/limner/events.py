"""What happens during a run, for progress bars, histories and loggers: plugins hear it through ``limner_event``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` units of ``task`` are finished."""

    task: str
    done: int
    total: int


@dataclass(frozen=True)
class Checkpoint:
    """A run's state at ``step`` lies in ``path``."""

    path: Path
    step: int


@dataclass(frozen=True)
class Saved:
    """A file has been written, whole."""

    path: Path


Event: TypeAlias = Progress | Checkpoint | Saved
