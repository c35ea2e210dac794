"""The executor ``dask``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor as Pool
from contextlib import ExitStack, contextmanager
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, ClassVar

from pydantic import Field

from limner.plugin import LimnerError
from limner_apps.sweeps.executor import Executor

PATIENCE = 8.0
"""Seconds to wait for a scheduler."""
KILLED = 3
"""Workers that a task may kill."""


class Dask(Executor):
    """Dask's workers: a cluster of processes on this machine, started for the run, or one that runs already.

    Workers of a cluster need limner, its plugins, and the folder of the sweep under the same path.
    """

    max_attempts: ClassVar[int] = 1  # the scheduler hands a task on by itself, and counts

    address: str = Field(
        default="", max_length=500, description="of a scheduler that runs, tcp://host:8786; without one, one is started"
    )
    workers: int = Field(
        default=0, ge=0, le=1024, description="processes of a cluster that is started; 0 is one a core"
    )

    @contextmanager
    def open(self) -> Iterator[Pool]:
        """The cluster's workers, as a pool.

        Raises:
            LimnerError: Dask is not installed, or the scheduler does not answer.
        """
        try:
            import dask
            from distributed import Client, LocalCluster
        except ImportError as error:
            raise LimnerError("the executor dask needs Dask; install it with: pip install 'limner[dask]'") from error
        limits = {
            "distributed.scheduler.allowed-failures": KILLED - 1,
            "distributed.comm.timeouts.connect": f"{PATIENCE:.0f}s",
            "distributed.worker.memory.terminate": False,
        }
        with ExitStack() as stack:
            stack.enter_context(dask.config.set(limits))
            stack.enter_context(_quiet())
            try:
                cluster: Any = self.address or stack.enter_context(
                    LocalCluster(  # type: ignore[no-untyped-call]
                        n_workers=self.workers or None,
                        threads_per_worker=1,
                        processes=True,
                        dashboard_address=":0",
                        silence_logs=50,
                    )
                )
                open_client: Any = Client
                client = stack.enter_context(_soon(lambda: open_client(cluster, timeout=PATIENCE)))
                if self.address:
                    client.wait_for_workers(1, timeout=PATIENCE)
            except (OSError, ValueError, RuntimeError, MemoryError) as error:
                raise LimnerError(
                    f"no Dask scheduler that has workers answers at {self.address or 'this machine'}; start them with "
                    "dask scheduler and dask worker, and name it with `executor_set=address=tcp://host:8786`"
                ) from error
            yield client.get_executor(pure=False)

    def parallelism(self) -> int:
        """What was asked for; of a cluster that runs, only its scheduler knows."""
        return self.workers

    def failed_workers(self, error: BaseException) -> bool:
        """The scheduler gave it up."""
        return type(error).__name__ == "KilledWorker"


def _soon(connect: Callable[[], Any]) -> Any:
    """What ``connect`` gives, if it does within ``PATIENCE``: a port that takes calls and says nothing is no scheduler.

    Raises:
        TimeoutError: it does not.
    """
    found: SimpleQueue[Any] = SimpleQueue()

    def ask() -> None:
        try:
            found.put(connect())
        except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
            found.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        answer = found.get(timeout=PATIENCE)
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask tells of every worker that comes and goes."""
    import logging

    names = ("distributed", "distributed.nanny", "distributed.core", "distributed.client", "distributed.comm")
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
