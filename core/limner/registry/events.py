"""Events of a run, for progress bars, histories and loggers: plugins receive them through ``limner_event``."""

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
    """The progress of a training run.

    Attributes:
        step: number of steps so far.
        seconds: training time so far.
        loss: the loss of this step.
        psnr: the PSNR at the last evaluation, in dB.
        progress: the spent fraction of the budget, 0 to 1; 0 if only a PSNR limits the run.
    """

    step: int
    seconds: float
    loss: float
    psnr: float
    progress: float


@dataclass(frozen=True)
class CheckpointSaved:
    """A checkpoint of the run at ``step`` has been saved to ``path``."""

    path: Path
    step: int


@dataclass(frozen=True)
class CheckpointFailed:
    """The checkpoint of the run at ``step`` could not be saved to ``path``; the training continues.

    Attributes:
        path: the checkpoint's file, which still holds the previous checkpoint, if there is one.
        step: number of steps so far.
        problem: a sentence about the problem.
    """

    path: Path
    step: int
    problem: str


@dataclass(frozen=True)
class FileSaved:
    """A file has been written completely.

    Attributes:
        path: the file.
        single_color: the colour of a rendered picture with only one, ``#rrggbb``, ``#rrggbbaa`` or ``transparent``;
            empty for other files. A region of a picture may have a single colour, so it is not reported.
    """

    path: Path
    single_color: str = ""


Event: TypeAlias = Progress | FitProgress | CheckpointSaved | CheckpointFailed | FileSaved
