"""The executor ``local``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor as Pool
from contextlib import contextmanager

from pydantic import Field

from limner_apps.sweeps.executor import Executor
from limner_apps.sweeps.executors._workers import WorkerDiedError, Workers


class Local(Executor):
    """Processes on this machine, each with its share of the cores; where there are GPUs, each sees one of them.

    A process that dies takes its task with it and no other, and a new one takes its place.
    """

    workers: int = Field(default=0, ge=0, le=1024, description="processes; 0 is one for each core")

    @contextmanager
    def open(self) -> Iterator[Pool]:
        """The processes; they start when there is something to do."""
        with Workers(self.parallelism()) as pool:
            yield pool

    def parallelism(self) -> int:
        """The number of processes."""
        if self.workers:
            return self.workers
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def failed_workers(self, error: BaseException) -> bool:
        """Its process ended without an answer."""
        return isinstance(error, WorkerDiedError)
