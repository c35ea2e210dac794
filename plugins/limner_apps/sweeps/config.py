"""The optional ``[sweep]`` table of a recipe in TOML."""

from __future__ import annotations

from typing import Any

from pydantic import Field, ValidationError

from limner.app import RecipeError
from limner.app.values import explain, to_tuples
from limner.plugin import Stage
from limner_apps.sweeps.search_space.designs import Design


class SweepTable(Stage):
    """Settings of a sweep that apply unless the command line overrides them."""

    vary: dict[str, Any] = Field(default={}, description="values, or a range, by the path of a setting")
    design: Design = Field(default="grid", description="which points of the search space are tried")
    samples: int = Field(default=0, ge=0, le=1_000_000, description="number of combinations in a random design")
    seeds: Any = Field(default=(), description="seeds to try with every point: 0..9, or a list; default: the recipe's")
    on: tuple[str, ...] = Field(default=(), max_length=4096, description="pictures to fit")
    steps: int = Field(default=0, ge=0, description="stop each fit after this many steps; 0: no limit")
    epochs: int = Field(default=0, ge=0, description="stop each fit after this many epochs; 0: no limit")
    seconds: float = Field(default=0.0, ge=0, description="stop each fit after this many seconds; 0: no limit")
    psnr: float = Field(default=0.0, ge=0, description="stop each fit at this PSNR, dB; 0: no limit")
    train_size: int = Field(default=0, ge=0, description="longer side of the copy that is fitted, pixels; 0: full size")
    gray: bool = Field(default=False, description="fit in black and white")
    at_steps: tuple[int, ...] = Field(default=(), max_length=10_000, description="steps whose picture is also written")
    animations: bool = Field(default=False, description="write a timelapse of each fit, and of all")


def parse_sweep_table(table: Any, source: str) -> SweepTable:
    """Return the validated table.

    Raises:
        RecipeError: the table has errors; the message lists all of them.
    """
    fields = to_tuples(table)
    try:
        return SweepTable.model_validate(fields)
    except ValidationError as error:
        raise RecipeError(explain(error, SweepTable, "sweep", fields), source) from error
