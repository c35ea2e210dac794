"""The executor: where the cells of a sweep are worked on."""

from __future__ import annotations

from abc import abstractmethod
from concurrent.futures import Executor as Pool
from contextlib import AbstractContextManager
from typing import ClassVar

from limner.plugin import Stage


class Executor(Stage):
    """Gives a ``concurrent.futures.Executor`` whose workers are processes, here or elsewhere.

    A task that is submitted is a function of a module and plain data, what JSON holds. Workers share the folder that
    the sweep writes to.
    """

    max_attempts: ClassVar[int] = 3
    """Workers that a task may kill before it is given up: 1 where the pool hands it on by itself."""

    @abstractmethod
    def open(self) -> AbstractContextManager[Pool]:
        """The pool, for as long as the block runs.

        Raises:
            LimnerError: it cannot be reached or started.
        """

    @abstractmethod
    def parallelism(self) -> int:
        """About how many tasks run at once; 0 where only the open pool knows."""

    @abstractmethod
    def failed_workers(self, error: BaseException) -> bool:
        """Does a task's error say that its worker died, rather than that the task failed?"""
