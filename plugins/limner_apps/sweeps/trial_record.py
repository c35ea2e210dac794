"""The record of a trial: a JSON file beside its pictures, which is validated when a sweep goes on."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAX_BYTES = 2**24
"""The maximum size of a record, in bytes."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class TrialRow(_Strict):
    """A picture of a trial.

    Attributes:
        file: its name in the folder of trials.
        step: the training step that it shows; 0 if it is painted.
        psnr: PSNR in decibels; None if it is infinite or not measured.
        ssim: SSIM; None if it is not measured.
        loss: the loss; None if it is not known.
        seconds: how long painting or training took.
        single_color: its colour if it has only one, ``#rrggbb``, ``#rrggbbaa`` or ``transparent``; otherwise empty.
    """

    file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    step: int
    psnr: float | None = None
    ssim: float | None = None
    loss: float | None = None
    seconds: float
    single_color: str = ""


class TrialRecord(_Strict):
    """A complete trial.

    Attributes:
        name: its name, a digest.
        at_steps: the steps whose pictures were asked for.
        rows: its pictures; the last one is the result.
    """

    name: str
    at_steps: list[int]
    rows: list[TrialRow] = Field(min_length=1)


def read_trial_record(path: Path, name: str) -> TrialRecord | None:
    """Return the record of a trial; None if the file is missing, damaged, or the record of another trial."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        record = TrialRecord.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return record if record.name == name else None
