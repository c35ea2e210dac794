"""Stages by role and name, backends, and the events that a run emits."""

from limner.composition.stage_choice import register as register_class
from limner.composition.stage_description import describe as describe_stage
from limner.registry.attribution import attribute, attributing, stage_error
from limner.registry.backends import choose_backend
from limner.registry.events import CheckpointFailed, CheckpointSaved, FileSaved, FitProgress, Progress
from limner.registry.instances import build_stage
from limner.registry.registry import registry

__all__ = [
    "CheckpointFailed",
    "CheckpointSaved",
    "FileSaved",
    "FitProgress",
    "Progress",
    "attribute",
    "attributing",
    "build_stage",
    "choose_backend",
    "describe_stage",
    "register_class",
    "registry",
    "stage_error",
]
