"""A pool of processes in which each death is known: which worker, and over which task.

The standard library's pool breaks as a whole when one of its processes dies, and does not say which task it was; and
it runs the program that started it once more in each of them, so that a script needs a guard, and a notebook cannot.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

PROGRAM = """import sys
sys.path[:] = [path for path in sys.path if path]  # a file of this folder is not the library of its name
from limner_apps.sweeps.executors._workers import serve
serve({place})
"""
Call = str
"""A line of JSON: a function's name and what it is called with."""


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
        """Ask a process to call a function of a module with plain data: what JSON holds.

        Raises:
            TypeError: it is something else.
        """
        if "<" in fn.__qualname__:
            raise TypeError(f"{fn.__qualname__} is no function of a module")
        call = json.dumps({"function": f"{fn.__module__}:{fn.__qualname__}", "args": args, "kwargs": kwargs})
        future: Future[Any] = Future()
        self._queue.put((future, call))
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
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        while (item := self._queue.get()) is not None:
            future, call = item
            if future.set_running_or_notify_cancel():
                self._ask(future, call)
        if self._process is not None:
            self._end(self._process)  # it takes the end of its input for its own

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.terminate()

    def _ask(self, future: Future[Any], call: Call) -> None:
        process = self._process
        try:
            if process is None or process.poll() is not None:
                process = self._process = _started(self._place)
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(call.encode() + b"\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())  # nothing at all, where it died
        except Exception:  # noqa: BLE001 - whatever came instead of an answer, whoever asked must hear of it
            code = self._end(process) if process else None
            future.set_exception(WorkerDiedError(f"the worker ended with code {code}"))
            return
        if "error" in answer:
            future.set_exception(RuntimeError(answer["error"]))
        else:
            future.set_result(answer["value"])

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        with suppress(OSError, ValueError):
            process.communicate()  # closes both pipes and waits
        process.wait()
        self._process = None
        return process.returncode


def _started(place: int) -> subprocess.Popen[bytes]:
    """A process that finds the modules that we find."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}
    command = [sys.executable, "-c", PROGRAM.format(place=place)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)  # noqa: S603 - our own


def serve(place: int) -> None:
    """A process: it answers calls until its input ends, by its keeper or by the keeper's death."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key that is pressed is the parent's affair, and it ends us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # half-written files are taken away on the way out
    gpus = _gpus()
    if gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[place % len(gpus)]
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a stage prints, or a library below it, is no answer
    calls: SimpleQueue[bytes] = SimpleQueue()
    busy = Event()
    Thread(target=_hear, args=(calls, busy), daemon=True).start()
    while line := calls.get():
        busy.set()
        call = json.loads(line)
        module, _, name = call["function"].partition(":")
        try:
            answer = {"value": getattr(import_module(module), name)(*call["args"], **call["kwargs"])}
        except Exception as error:  # noqa: BLE001 - it is the asker's
            answer = {"error": f"{type(error).__name__}: {error}"}
        busy.clear()
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _hear(calls: SimpleQueue[bytes], busy: Event) -> None:
    """Calls, as they come. When there is nobody to answer any more, what is going on is given up."""
    for line in sys.stdin.buffer:
        calls.put(line)
    calls.put(b"")
    if busy.is_set():
        os._exit(1)


def _gpus() -> list[str]:
    """The GPUs that this process may use, as CUDA names them."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return [name for name in chosen.split(",") if name]
    devices = Path("/dev").glob("nvidia[0-9]*") if sys.platform == "linux" else []
    return sorted(device.name.removeprefix("nvidia") for device in devices)
