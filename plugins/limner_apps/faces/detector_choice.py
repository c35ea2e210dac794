"""Choosing a detector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from limner.app.registry import build_stage
from limner_apps.faces.detector import Detector


def detector_of(name: str, settings: Mapping[str, Any]) -> Detector:
    """The detector of a name, with settings.

    Raises:
        LimnerError: there is none of that name, or it knows no such setting or value.
    """
    return build_stage("detector", name, settings, Detector)
