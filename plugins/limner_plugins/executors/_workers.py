"""A pool of processes in which each death is known: which worker, and over which task.

The standard library's pool breaks as a whole when one of its processes dies, and does not say which task it was.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class WorkerDiedError(RuntimeError):
    """A process ended before it had answered."""


class Workers(Executor):
    """So many processes, each looked after by a thread of its own, which hands it one task at a time."""

    def __init__(self, count: int) -> None:
        self._queue: SimpleQueue[tuple[Future[Any], Call] | None] = SimpleQueue()
        self._keepers = [_Keeper(self._queue, place) for place in range(count)]
        for keeper in self._keepers:
            keeper.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Ask a process to call a function of a module with plain data."""
        future: Future[Any] = Future()
        self._queue.put((future, (fn, args, kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, those that are busy too where nobody waits for what they do."""
        if cancel_futures:
            while not self._queue.empty():
                item = self._queue.get()
                if item:
                    item[0].cancel()
        for _ in self._keepers:
            self._queue.put(None)
        if not wait or cancel_futures:
            for keeper in self._keepers:
                keeper.stop()
        for keeper in self._keepers:
            keeper.join()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """What is still going on is waited for, but not where the block was left by an error."""
        self.shutdown(cancel_futures=kind is not None)


class _Keeper(Thread):
    """Hands tasks to its process, and starts a new one when it died."""

    def __init__(self, queue: SimpleQueue[tuple[Future[Any], Call] | None], place: int) -> None:
        super().__init__(name=f"limner-worker-{place}", daemon=True)
        self._queue, self._place = queue, place
        self._process: Any = None
        self._pipe: Connection | None = None

    def run(self) -> None:
        while (item := self._queue.get()) is not None:
            future, call = item
            if future.set_running_or_notify_cancel():
                self._ask(future, call)
        if self._process is not None:
            assert self._pipe is not None
            self._pipe.close()  # it takes this for the end
            self._process.join()

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.terminate()

    def _ask(self, future: Future[Any], call: Call) -> None:
        try:
            if self._process is None or not self._process.is_alive():
                self._start()
            assert self._pipe is not None
            self._pipe.send(call)
            right, answer = self._pipe.recv()
        except (EOFError, OSError):
            code = self._end()
            future.set_exception(WorkerDiedError(f"the worker ended with code {code}"))
        except BaseException as error:  # noqa: BLE001 - a call that cannot be pickled, say: whoever asked is told
            future.set_exception(error)
        else:
            future.set_result(answer) if right else future.set_exception(answer)

    def _start(self) -> None:
        spawning = multiprocessing.get_context("spawn")  # a fork would copy the locks of our threads
        self._pipe, theirs = spawning.Pipe()
        self._process = spawning.Process(target=_serve, args=(theirs, self._place), daemon=True)
        self._process.start()
        theirs.close()  # so that the end of the process is the end of the pipe

    def _end(self) -> int | None:
        if self._process is None:
            return None
        self._process.join()
        code: int | None = self._process.exitcode
        self._process = None
        return code


def _serve(pipe: Connection, place: int) -> None:
    """A process: it answers calls until the pipe is closed, by its keeper or by the keeper's death."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key that is pressed is the parent's affair, and it ends us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # half-written files are taken away on the way out
    gpus = _gpus()
    if gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[place % len(gpus)]
    while True:
        try:
            function, args, kwargs = pipe.recv()
        except EOFError:
            return
        try:
            answer: tuple[bool, Any] = (True, function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is the asker's
            answer = (False, RuntimeError(f"{type(error).__name__}: {error}"))
        pipe.send(answer)


def _gpus() -> list[str]:
    """The GPUs that this process may use, as CUDA names them."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return [name for name in chosen.split(",") if name]
    devices = Path("/dev").glob("nvidia[0-9]*") if sys.platform == "linux" else []
    return sorted(device.name.removeprefix("nvidia") for device in devices)
