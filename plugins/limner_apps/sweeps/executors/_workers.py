"""A pool of worker processes that survives the death of a worker, and knows which task it was running.

The standard library's ``ProcessPoolExecutor`` breaks entirely when a process dies, without saying which task it ran.
Its processes also import the main program, so that scripts need a guard, and notebooks cannot use it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

PROGRAM = """import sys
sys.path[:] = [path for path in sys.path if path]  # a file in this folder must not shadow a library
from limner_apps.sweeps.executors._serving import serve
serve({index})
"""
Call = str
"""A line of JSON: the name of a function and its arguments."""


class WorkerDiedError(RuntimeError):
    """A worker process ended before it answered."""


class WorkerPool(Executor):
    """A pool of processes, each fed by its own thread with one task at a time."""

    def __init__(self, count: int) -> None:
        self._queue: SimpleQueue[tuple[Future[Any], Call] | None] = SimpleQueue()
        self._threads = [_WorkerThread(self._queue, index) for index in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Let a process call a module-level function with JSON data.

        Raises:
            TypeError: the function is not at module level, or an argument is not JSON data.
        """
        if "<" in fn.__qualname__:
            raise TypeError(f"{fn.__qualname__} is not a module-level function")
        call = json.dumps({"function": f"{fn.__module__}:{fn.__qualname__}", "args": args, "kwargs": kwargs})
        future: Future[Any] = Future()
        self._queue.put((future, call))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; busy ones are terminated if nobody waits for their results."""
        if cancel_futures:
            while not self._queue.empty():
                item = self._queue.get()
                if item:
                    item[0].cancel()
        if not wait or cancel_futures:
            for thread in self._threads:
                thread.stop()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """Wait for running tasks, or cancel them if the block raised an error."""
        self.shutdown(cancel_futures=kind is not None)


class _WorkerThread(Thread):
    """A thread that feeds tasks to its process, and starts a new process if that one dies."""

    def __init__(self, queue: SimpleQueue[tuple[Future[Any], Call] | None], index: int) -> None:
        super().__init__(name=f"limner-worker-{index}", daemon=True)
        self._queue, self._index = queue, index
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._starting = Lock()  # a process that starts while the pool is stopped must not be missed

    def run(self) -> None:
        """Run tasks until the queue yields None."""
        while (item := self._queue.get()) is not None:
            future, call = item
            if future.set_running_or_notify_cancel():
                self._call(future, call)
        if self._process is not None:
            self._end(self._process)  # it exits at the end of its input

    def stop(self) -> None:
        """Kill the process, even if it is busy, and start no other."""
        with self._starting:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def _call(self, future: Future[Any], call: Call) -> None:
        """Send a call to the process, and set the result or the error of its future."""
        process = self._process
        try:
            if process is None or process.poll() is not None:
                process = self._start()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(call.encode() + b"\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())  # an empty line if it died, which is not JSON
        except Exception:  # noqa: BLE001 - any failure must reach the future
            code = self._end(process) if process else None
            future.set_exception(WorkerDiedError(f"the worker ended with code {code}"))
            return
        if "error" in answer:
            future.set_exception(RuntimeError(answer["error"]))
        else:
            future.set_result(answer["value"])

    def _start(self) -> subprocess.Popen[bytes]:
        """Start the process.

        Raises:
            WorkerDiedError: the pool was stopped.
        """
        with self._starting:
            if self._stopped:
                raise WorkerDiedError("the pool was stopped")
            self._process = _start_process(self._index)
            return self._process

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for the process to end, and return its exit code."""
        with suppress(OSError, ValueError):
            process.communicate()  # closes both pipes and waits
        process.wait()
        self._process = None
        return process.returncode


@contextmanager
def workers_ignore_ctrl_c() -> Iterator[None]:
    """Let processes and threads that this thread starts in the block inherit a mask that blocks SIGINT.

    Ctrl+C reaches all processes of a terminal, but is left to the parent, which ends its workers.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_process(index: int) -> subprocess.Popen[bytes]:
    """Start a worker process with the same import path as this process."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}
    command = [sys.executable, "-c", PROGRAM.format(index=index)]
    with workers_ignore_ctrl_c():
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)  # noqa: S603 - the command is fixed
