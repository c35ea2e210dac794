"""The executor ``local``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor as Pool
from contextlib import contextmanager

from pydantic import Field

from limner_apps.sweeps.executor import Executor
from limner_apps.sweeps.executors._workers import WorkerDiedError, WorkerPool


class Local(Executor):
    """Processes on this machine, each with its share of the cores and, if there are GPUs, with one of them.

    If a process dies, only its task fails, and a new process replaces it.
    """

    workers: int = Field(default=0, ge=0, le=1024, description="number of processes; 0: one per core")

    @contextmanager
    def open(self) -> Iterator[Pool]:
        """Yield a pool of processes, which start on demand."""
        with WorkerPool(self.parallelism()) as pool:
            yield pool

    def parallelism(self) -> int:
        """Return the number of processes."""
        if self.workers:
            return self.workers
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def failed_workers(self, error: BaseException) -> bool:
        """Return whether the process ended without an answer."""
        return isinstance(error, WorkerDiedError)
