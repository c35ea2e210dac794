"""A check of names for diagrams."""

from __future__ import annotations

from typing import Any

from limner.stages.base import Stage
from limner.testing.subject import Subject, require


def check_names(subject: Subject[Stage], method: str, names: Any, count: int) -> None:
    """Require a tuple of ``count`` names, or an empty one."""
    valid = isinstance(names, tuple) and all(isinstance(name, str) for name in names) and len(names) in (0, count)
    require(valid, f"{subject}: {method}() returned {names!r}; return a tuple of {count} names, or an empty one")
