"""Choosing an executor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from limner.app.registry import build_stage
from limner_apps.sweeps.executor import Executor


def executor_of(name: str, settings: Mapping[str, Any]) -> Executor:
    """The executor of a name, with settings.

    Raises:
        LimnerError: there is none of that name, or it knows no such setting or value.
    """
    return build_stage("executor", name, settings, Executor)


def threads_each(executor: Executor) -> int:
    """The cores that each of an executor's tasks may have on this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // (executor.parallelism() or cores))
