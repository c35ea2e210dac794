"""The interface of executors, which run the trials of a sweep."""

from __future__ import annotations

from abc import abstractmethod
from concurrent.futures import Executor as Pool
from contextlib import AbstractContextManager
from typing import ClassVar

from limner.plugin import Stage


class Executor(Stage):
    """A stage that opens a ``concurrent.futures.Executor`` whose workers are processes, on this machine or others.

    A submitted task consists of a module-level function and JSON data. All workers share the output folder of the
    sweep.
    """

    max_attempts: ClassVar[int] = 3
    """How often a task is tried if its worker dies; 1 if the pool retries tasks itself."""

    @abstractmethod
    def open(self) -> AbstractContextManager[Pool]:
        """Return a context manager that opens the pool and closes it at the end.

        Raises:
            LimnerError: the pool cannot be reached or started.
        """

    @abstractmethod
    def parallelism(self) -> int:
        """Return roughly how many tasks run at once; 0 if only the open pool knows."""

    @abstractmethod
    def failed_workers(self, error: BaseException) -> bool:
        """Return whether a task's error means that its worker died, rather than that the task failed."""
