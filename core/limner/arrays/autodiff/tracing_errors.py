"""Errors for code that cannot be traced, with the line and the code to write instead."""

from __future__ import annotations

import sys
from inspect import unwrap
from pathlib import Path
from typing import Any

from limner.errors import TracingError, UnknownOperationError

_INTERNAL_MODULES = ("limner.arrays", "limner.stages.derived", "numpy", "array_api_compat", "array_api_strict")


def tracing_error(problem: str, kind: type[TracingError] = TracingError) -> TracingError:
    """Return an error with the line of the stage that called the current array operation."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_internal(str(frame.f_globals.get("__name__", ""))):
        frame = frame.f_back
    return kind(problem, Path(frame.f_code.co_filename).name, frame.f_lineno)


def unknown_operation(problem: str) -> TracingError:
    """Return a tracing error that is an ``AttributeError`` too, for a missing function or attribute."""
    return tracing_error(problem, UnknownOperationError)


def output_error(forward: Any, problem: str) -> TracingError:
    """Return an error about the result of a function, with the line where the function begins."""
    code = unwrap(forward).__code__
    return TracingError(problem, Path(code.co_filename).name, code.co_firstlineno)


def _is_internal(module: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in _INTERNAL_MODULES)
