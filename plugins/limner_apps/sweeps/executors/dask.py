"""The executor ``dask``."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor as Pool
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import resource_tracker
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, ClassVar

from pydantic import Field

from limner.plugin import LimnerError
from limner_apps.sweeps.executor import Executor
from limner_apps.sweeps.executors._workers import workers_ignore_ctrl_c

CONNECT_TIMEOUT = 8.0
"""Seconds to wait for a Dask scheduler."""
MAX_KILLED_WORKERS = 3
"""Number of workers that a task may kill before Dask gives it up."""


class Dask(Executor):
    """A Dask cluster: local processes started for the sweep, or a running cluster.

    The workers of a running cluster need limner, its plugins, and the folder of the sweep under the same path.
    """

    conditional_fields = (("workers", "address", ""),)

    max_attempts: ClassVar[int] = 1  # Dask's scheduler retries and counts by itself

    address: str = Field(
        default="", max_length=500, description="of a running scheduler, tcp://host:8786; empty: start a local cluster"
    )
    workers: int = Field(default=0, ge=0, le=1024, description="processes of the local cluster; 0: one per core")

    @contextmanager
    def open(self) -> Iterator[Pool]:
        """Yield the cluster's workers as a pool.

        Raises:
            LimnerError: Dask is not installed, or the scheduler does not answer.
        """
        try:
            import dask
            from distributed import Client, LocalCluster
        except ImportError as error:
            raise LimnerError("the executor dask needs Dask; install it with: pip install 'limner[dask]'") from error
        limits = {
            "distributed.scheduler.allowed-failures": MAX_KILLED_WORKERS - 1,
            "distributed.comm.timeouts.connect": f"{CONNECT_TIMEOUT:.0f}s",
            "distributed.worker.memory.terminate": False,
        }
        with ExitStack() as stack:
            stack.enter_context(dask.config.set(limits))
            stack.enter_context(_silence_logging())
            try:
                cluster: Any = self.address
                if not cluster:
                    open_cluster: Any = LocalCluster
                    settings = {"processes": True, "dashboard_address": ":0", "silence_logs": 50}
                    settings |= {"n_workers": self.workers or None, "threads_per_worker": 1}
                    cluster = stack.enter_context(_in_thread(lambda: open_cluster(**settings)))
                    stack.enter_context(_kill_workers_on_error(cluster))
                open_client: Any = Client
                client = stack.enter_context(
                    _in_thread(lambda: open_client(cluster, timeout=CONNECT_TIMEOUT), CONNECT_TIMEOUT)
                )
                if self.address:
                    client.wait_for_workers(1, timeout=CONNECT_TIMEOUT)
            except (OSError, ValueError, RuntimeError, MemoryError) as error:
                raise LimnerError(
                    f"no Dask scheduler with workers answers at {self.address or 'this machine'}; start them with "
                    "dask scheduler and dask worker, and set `executor_set=address=tcp://host:8786`"
                ) from error
            yield client.get_executor(pure=False)

    def parallelism(self) -> int:
        """Return the number of local processes; 0 for a running cluster, whose scheduler knows."""
        return self.workers

    def failed_workers(self, error: BaseException) -> bool:
        """Return whether the scheduler gave the task up because its workers died."""
        return type(error).__name__ == "KilledWorker"


@contextmanager
def _kill_workers_on_error(cluster: Any) -> Iterator[None]:
    """Kill the workers of a local cluster if the block raises an error; Dask would wait for their tasks."""
    try:
        yield
    except BaseException:
        for nanny in list(cluster.workers.values()):
            nanny.auto_restart = False
            if nanny.pid:
                with suppress(OSError):
                    os.kill(nanny.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        raise


def _in_thread(connect: Callable[[], Any], timeout: float | None = None) -> Any:
    """Return the result of ``connect``, called in a thread whose processes ignore Ctrl+C.

    There may be none: a port may accept connections and never answer.

    Raises:
        TimeoutError: there is no result within ``timeout`` seconds.
    """
    results: SimpleQueue[Any] = SimpleQueue()

    def call() -> None:
        try:
            with workers_ignore_ctrl_c():
                results.put(connect())
        except Exception as error:  # noqa: BLE001 - raised again below
            results.put(error)

    resource_tracker.ensure_running()  # when it starts, the thread that starts it stops ignoring Ctrl+C
    Thread(target=call, daemon=True).start()
    try:
        result = results.get(timeout=timeout)
    except Empty:
        raise TimeoutError from None
    if isinstance(result, Exception):
        raise result
    return result


@contextmanager
def _silence_logging() -> Iterator[None]:
    """Silence Dask's loggers, which report every worker that starts or stops."""
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
