"""Choosing an executor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from limner.errors import LimnerError
from limner.parsing import explain, frozen
from limner.registry import registry

if TYPE_CHECKING:
    from limner.executor import Executor


def executor_of(name: str, settings: Mapping[str, Any]) -> Executor:
    """The executor of a name, with settings.

    Raises:
        LimnerError: there is none of that name, or it knows no such setting or value.
    """
    cls = registry().load("executor", name)
    try:
        return cast("Executor", cls.model_validate(frozen(settings)))
    except ValidationError as error:
        raise LimnerError("; ".join(explain(error, cls, f"executor {name}"))) from error


def threads_each(executor: Executor) -> int:
    """The cores that each of an executor's tasks may have on this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // (executor.parallelism() or cores))
