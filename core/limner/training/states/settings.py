"""The settings of the states that a fit keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from limner.stages.base import Stage
from limner.utils.validation import validate

MAX_STATES = 100_000
"""The largest number of states in a file."""


class StateSettings(Stage):
    """Which states of a fit are kept."""

    count: int = Field(
        default=100, ge=2, le=MAX_STATES, description="number of states over the fit; fewer if it has fewer steps"
    )
    every: int = Field(
        default=0, ge=0, le=10**9, description="steps between two states; 0 uses count and spacing instead"
    )
    spacing: Literal["even", "log"] = Field(
        default="log", description="spacing of the states: even, or log for more states early in the fit"
    )


def state_settings(settings: Mapping[str, Any]) -> StateSettings:
    """Return the settings of the states that a fit keeps.

    Raises:
        LimnerError: a setting is unknown, or a value is invalid.
    """
    return validate(StateSettings, settings, "states")
