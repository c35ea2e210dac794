"""The conformance checks of motions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limner_apps.animations.motion import Motion

if TYPE_CHECKING:
    from limner.testing import Subject


def check_interface(subject: Subject[Motion]) -> None:
    """Check that the class implements the interface."""
    assert isinstance(subject.stage, Motion), "must be a Motion"


CHECKS = (check_interface,)
