"""Checks of an executor: its declarations are valid, and its pool runs tasks and returns their errors."""

from __future__ import annotations

import json
from concurrent.futures import Executor as Pool
from typing import TYPE_CHECKING
from unittest import SkipTest

from limner.app import LimnerError
from limner.testing import Subject, calling, needs, require

if TYPE_CHECKING:
    from limner_apps.sweeps.executor import Executor

TASK_TIMEOUT = 60.0
"""Seconds to wait for a task, most of them for the start of a worker."""


def check_parallelism(subject: Subject[Executor]) -> None:
    """Check that ``parallelism`` returns a number of tasks, or 0 if only the open pool knows."""
    with calling(subject, "parallelism"):
        count = subject.stage.parallelism()
    valid = type(count) is int and count >= 0
    require(valid, f"{subject}: parallelism() is {count!r}; return a number of tasks, or 0 if only the open pool knows")


def check_max_attempts(subject: Subject[Executor]) -> None:
    """Check that ``max_attempts`` is an integer of at least 1."""
    attempts = subject.stage.max_attempts
    require(type(attempts) is int and attempts >= 1, f"{subject}: max_attempts is {attempts!r}; it must be at least 1")


@needs("parallelism")
def check_pool(subject: Subject[Executor]) -> None:
    """Check that ``open`` yields a pool that runs module-level functions, and that a failing task is no dead worker."""
    with calling(subject, "open"):
        try:
            opened = subject.stage.open()
            pool = opened.__enter__()
        except LimnerError as error:
            raise SkipTest(f"{subject} cannot be opened here: {error}") from error
    try:
        valid = isinstance(pool, Pool)
        require(valid, f"{subject}: open() yields a {type(pool).__name__}; yield a concurrent.futures.Executor")
        with calling(subject, "a task of the pool"):
            tasks = [pool.submit(json.dumps, [number]) for number in range(3)]
            results = [task.result(TASK_TIMEOUT) for task in tasks]
        require(
            results == ["[0]", "[1]", "[2]"],
            f"{subject}: three tasks return {results}; each must return its own result",
        )
        raised = pool.submit(json.loads, "no JSON").exception(TASK_TIMEOUT)
        require(raised is not None, f"{subject}: the pool loses the exception of a task; set it on the future")
        assert raised is not None
        with calling(subject, "failed_workers"):
            died = subject.stage.failed_workers(raised)
        require(died is False, f"{subject}: failed_workers() is not False for an error of the task; return False")
    finally:
        with calling(subject, "closing the pool"):
            opened.__exit__(None, None, None)


CHECKS = (check_parallelism, check_max_attempts, check_pool)
