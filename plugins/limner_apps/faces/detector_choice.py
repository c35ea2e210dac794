"""The choice of a detector by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from limner.app.registry import build_stage
from limner_apps.faces.detector import Detector


def get_detector(name: str, settings: Mapping[str, Any]) -> Detector:
    """Return the detector with a name, configured with settings.

    Raises:
        LimnerError: the name, a setting or a value is unknown.
    """
    return build_stage("detector", name, settings, Detector)
