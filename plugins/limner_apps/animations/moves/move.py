"""A move: a setting, its values, and how long they take. It is stored in the movie."""

from __future__ import annotations

from functools import cached_property
from math import cos, pi
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from limner.plugin import LimnerError
from limner_apps.animations.moves.tracks import Track

LARGEST = 2**63
"""The largest number that a setting can be moved to; the setting itself has narrower bounds."""

Number: TypeAlias = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Whole: TypeAlias = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Text: TypeAlias = Annotated[str, Field(max_length=200)]
Numbers: TypeAlias = Annotated[tuple[Number, ...], Field(max_length=1000)]
Wholes: TypeAlias = Annotated[tuple[Whole, ...], Field(max_length=1000)]
Texts: TypeAlias = Annotated[tuple[Text, ...], Field(max_length=1000)]
Value: TypeAlias = Number | Whole | Text | Numbers | Wholes | Texts


class Move(BaseModel):
    """A setting that changes while a movie plays."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    path: str = Field(min_length=1, max_length=200, description="path of the setting")
    values: tuple[Value, ...] = Field(min_length=2, max_length=1000, description="values that the setting passes")
    between: Literal["linear", "logarithmic", "whole", "colour", "hue"] = Field(
        default="linear",
        description="how values are mixed: in proportion, in equal ratios, rounded, in OKLab, or in OKLCH",
    )
    period: float = Field(default=0.0, ge=0, le=86_400, description="seconds of a cycle; 0 for the whole movie")
    returns: bool = Field(default=True, description="go back the same way; otherwise the last value is like the first")

    @model_validator(mode="after")
    def _check_values(self) -> Move:
        try:
            with np.errstate(all="raise"):
                self.track.rows  # noqa: B018 - computed once, and kept
        except (LimnerError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise ValueError(f"values cannot be mixed: {self.between} between values of other kinds") from error
        return self

    def value_at(self, seconds: float, length: float, ease: str = "") -> Any:
        """Return the value at a time.

        Args:
            seconds: the time since the start of the movie.
            length: the length of the movie in seconds.
            ease: the name of an easing, from each value to the next; empty for a smooth way through all values.
        """
        cycles = seconds / (self.period or length)
        phase = 0.0 if abs(cycles - round(cycles)) < 1e-9 else cycles % 1.0
        if not self.returns:
            return self.track.eased(phase, ease) if ease else self.track.smooth(phase)
        if ease:
            return self.track.eased(1.0 - abs(1.0 - 2.0 * phase), ease)
        return self.track.smooth((1.0 - cos(2 * pi * phase)) / 2)

    @cached_property
    def track(self) -> Track:
        """The way through the values."""
        return Track(self.values, self.between, closed=not self.returns)

    def closes(self, length: float) -> bool:
        """Return whether a movie of a length in seconds ends with the value that it starts with."""
        return not self.period or abs(length / self.period - round(length / self.period)) < 1e-6 * length / self.period

    def fitting_period(self, length: float) -> float:
        """Return the nearest period of which a movie has a whole number, in seconds."""
        count = max(1, int(length / self.period))
        return min((length / count, length / (count + 1)), key=lambda period: abs(period - self.period))

    def note(self, length: float) -> str:
        """Return what to know about the period in a movie of a length in seconds; empty if it fits."""
        if self.closes(length):
            return ""
        fitting = f"{self.fitting_period(length):.4g}"
        return (
            f"{self.path}: {length:g} s are no multiple of its period of {self.period:g} s, so the movie is no loop; "
            f"the nearest period that fits is {fitting} s"
        )
