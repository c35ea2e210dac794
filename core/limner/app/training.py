"""Plan, run, record and evaluate fits."""

from limner.training.evaluation import measure
from limner.training.fit import FitSnapshot, TrainingOutcome
from limner.training.fit import run as run_fit
from limner.training.plan import FitPlan, make_budget, prepare
from limner.training.states import (
    FitStates,
    Strip,
    caption_of,
    check_strip,
    is_states,
    read_states,
    strip_settings,
    write_strip,
)
from limner.training.timelapse import record_fit, timelapse

__all__ = [
    "FitPlan",
    "FitSnapshot",
    "FitStates",
    "Strip",
    "TrainingOutcome",
    "caption_of",
    "check_strip",
    "is_states",
    "make_budget",
    "measure",
    "prepare",
    "read_states",
    "record_fit",
    "run_fit",
    "strip_settings",
    "timelapse",
    "write_strip",
]
