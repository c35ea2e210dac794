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
class FitProgress:
    """A fit goes on: after ``step`` steps and ``seconds`` the loss was this, and the PSNR, in dB, when last looked at.

    ``progress`` is how much of its budget is spent, 0 to 1; 0 where a PSNR is all that bounds it.
    """

    step: int
    seconds: float
    loss: float
    psnr: float
    progress: float


@dataclass(frozen=True)
class CheckpointSaved:
    """A run's state at ``step`` lies in ``path``."""

    path: Path
    step: int


@dataclass(frozen=True)
class FileSaved:
    """A file has been written, whole."""

    path: Path


Event: TypeAlias = Progress | FitProgress | CheckpointSaved | FileSaved
