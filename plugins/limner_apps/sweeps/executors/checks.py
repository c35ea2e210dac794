"""Checks of an executor: it says how much it runs at once, and its pool runs tasks and hands back their errors."""

from __future__ import annotations

import json
from concurrent.futures import Executor as Pool
from typing import TYPE_CHECKING
from unittest import SkipTest

from limner.app import LimnerError
from limner.testing import Subject, calling, needs, require

if TYPE_CHECKING:
    from limner_apps.sweeps.executor import Executor

PATIENCE = 60.0
"""Seconds to wait for a task, most of which starting a worker takes."""


def check_parallelism(subject: Subject[Executor]) -> None:
    """``parallelism`` is a whole number of tasks, 0 if only the open pool knows."""
    with calling(subject, "parallelism"):
        count = subject.stage.parallelism()
    good = type(count) is int and count >= 0
    require(good, f"{subject}: parallelism() is {count!r}; return a number of tasks, or 0 if only the open pool knows")


def check_lives(subject: Subject[Executor]) -> None:
    """``lives`` is a whole number, 1 at least."""
    lives = subject.stage.max_attempts
    require(type(lives) is int and lives >= 1, f"{subject}: lives is {lives!r}; a task must be tried once at least")


@needs("parallelism")
def check_pool(subject: Subject[Executor]) -> None:
    """``open`` gives a pool that runs functions of modules on plain data; a task that fails killed no worker."""
    with calling(subject, "open"):
        try:
            opened = subject.stage.open()
            pool = opened.__enter__()
        except LimnerError as error:
            raise SkipTest(f"{subject} cannot be opened here: {error}") from error
    try:
        good = isinstance(pool, Pool)
        require(good, f"{subject}: open() gives {type(pool).__name__}; give a concurrent.futures.Executor")
        with calling(subject, "a task of the pool"):
            tasks = [pool.submit(json.dumps, [number]) for number in range(3)]
            results = [task.result(PATIENCE) for task in tasks]
        require(results == ["[0]", "[1]", "[2]"], f"{subject}: three tasks give {results}; each must give its own")
        raised = pool.submit(json.loads, "no JSON").exception(PATIENCE)
        require(raised is not None, f"{subject}: the pool loses what a task raises; hand it on in the future")
        assert raised is not None
        with calling(subject, "died"):
            died = subject.stage.failed_workers(raised)
        require(died is False, f"{subject}: died() says that a task which failed killed its worker; return False")
    finally:
        with calling(subject, "closing the pool"):
            opened.__exit__(None, None, None)


CHECKS = (check_parallelism, check_lives, check_pool)
