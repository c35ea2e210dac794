"""Fits: planned, run, filmed and measured."""

from limner.training.evaluation import measure
from limner.training.fit import Fitted, Moment
from limner.training.fit import run as run_fit
from limner.training.plan import Job, bounded, prepare
from limner.training.timelapse import filming, timelapse

__all__ = [
    "Fitted",
    "Job",
    "Moment",
    "bounded",
    "filming",
    "measure",
    "prepare",
    "run_fit",
    "timelapse",
]
