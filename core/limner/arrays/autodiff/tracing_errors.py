"""Errors for code that cannot be traced; they name the line and the code to write instead."""

from __future__ import annotations

import sys
from inspect import unwrap
from pathlib import Path
from typing import Any

from limner.errors import TracingError, UnknownOperationError

_INTERNAL_MODULES = ("limner.arrays", "limner.stages.derived", "numpy", "array_api_compat", "array_api_strict")


def tracing_error(problem: str, kind: type[TracingError] = TracingError) -> TracingError:
    """Return an error that names the line which called an array operation."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_internal(str(frame.f_globals.get("__name__", ""))):
        frame = frame.f_back
    return kind(problem, Path(frame.f_code.co_filename).name, frame.f_lineno)


def unknown_operation(problem: str) -> TracingError:
    """Return the same error for an attribute that there is not, which is an ``AttributeError`` too."""
    return tracing_error(problem, UnknownOperationError)


def output_error(forward: Any, problem: str) -> TracingError:
    """Return an error about what a function returned; it names the line where the function begins."""
    code = unwrap(forward).__code__
    return TracingError(problem, Path(code.co_filename).name, code.co_firstlineno)


def _is_internal(module: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in _INTERNAL_MODULES)
