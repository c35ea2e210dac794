"""The ``[sweep]`` table that a recipe in TOML may bring along."""

from __future__ import annotations

from typing import Any

from pydantic import Field, ValidationError

from limner.app import RecipeError
from limner.app.values import explain, to_tuples
from limner.plugin import Stage
from limner_apps.sweeps.designs import Design


class SweepTable(Stage):
    """What a sweep of a recipe does where the command line says nothing."""

    vary: dict[str, Any] = Field(default={}, description="values, or a range, by the path of a setting")
    design: Design = Field(default="grid", description="which points of the axes")
    samples: int = Field(default=0, ge=0, le=1_000_000, description="points of a random design")
    seeds: Any = Field(default=(), description="each point is painted with each of them: 0..9, a list; the recipe's")
    on: tuple[str, ...] = Field(default=(), max_length=4096, description="pictures to learn")
    steps: int = Field(default=0, ge=0, description="of a trainer; 0 is no bound")
    epochs: int = Field(default=0, ge=0, description="likewise")
    seconds: float = Field(default=0.0, ge=0, description="likewise")
    psnr: float = Field(default=0.0, ge=0, description="dB; likewise")
    train_size: int = Field(default=0, ge=0, description="pixels of the longer side that is learned")
    gray: bool = Field(default=False, description="learn in black and white")
    at_steps: tuple[int, ...] = Field(default=(), max_length=10_000, description="steps that are kept as pictures")
    animations: bool = Field(default=False, description="a timelapse of each cell, and all of them as one")


def sweep_table(table: Any, source: str) -> SweepTable:
    """The table, checked.

    Raises:
        RecipeError: it has mistakes; all of them are told.
    """
    fields = to_tuples(table)
    try:
        return SweepTable.model_validate(fields)
    except ValidationError as error:
        raise RecipeError(explain(error, SweepTable, "sweep", fields), source) from error
