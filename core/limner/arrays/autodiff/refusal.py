"""Errors for code that cannot be traced; they name the line and the code to write instead."""

from __future__ import annotations

import sys
from pathlib import Path

from limner.errors import TracingError

_INSIDE = ("limner.arrays", "limner.stages.derived", "numpy", "array_api_compat", "array_api_strict")


def refused(problem: str) -> TracingError:
    """Return an error that names the line which called an array operation."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_inside(str(frame.f_globals.get("__name__", ""))):
        frame = frame.f_back
    return TracingError(problem, Path(frame.f_code.co_filename).name, frame.f_lineno)


def _is_inside(module: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in _INSIDE)
