"""Plan, run, record and evaluate fits."""

from limner.training.evaluation import measure
from limner.training.fit import FitSnapshot, TrainingOutcome
from limner.training.fit import run as run_fit
from limner.training.plan import FitPlan, make_budget, prepare
from limner.training.timelapse import record_fit, timelapse

__all__ = [
    "FitPlan",
    "FitSnapshot",
    "TrainingOutcome",
    "make_budget",
    "measure",
    "prepare",
    "record_fit",
    "run_fit",
    "timelapse",
]
