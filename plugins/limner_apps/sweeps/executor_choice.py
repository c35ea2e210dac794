"""The choice of an executor by name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from limner.app.registry import build_stage
from limner_apps.sweeps.executor import Executor


def get_executor(name: str, settings: Mapping[str, Any]) -> Executor:
    """Return the executor with a name, configured with settings.

    Raises:
        LimnerError: the name, a setting or a value is unknown.
    """
    return build_stage("executor", name, settings, Executor)


def threads_per_task(executor: Executor) -> int:
    """Return the number of threads for each task of an executor on this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // (executor.parallelism() or cores))
