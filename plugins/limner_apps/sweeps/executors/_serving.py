"""A worker process: it answers calls from standard input, one at a time."""

from __future__ import annotations

import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread


def serve(index: int) -> None:
    """Answer calls from standard input until it ends, because the pool closed or its process died."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is handled by the parent, which kills this process
    gpus = _visible_gpus()
    if gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[index % len(gpus)]
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # output of stages and libraries must not mix with answers
    calls: SimpleQueue[bytes] = SimpleQueue()
    busy = Event()
    Thread(target=_read_calls, args=(calls, busy), daemon=True).start()
    while line := calls.get():
        busy.set()
        call = json.loads(line)
        module, _, name = call["function"].partition(":")
        try:
            answer = {"value": getattr(import_module(module), name)(*call["args"], **call["kwargs"])}
        except Exception as error:  # noqa: BLE001 - any error is sent to the caller
            answer = {"error": f"{type(error).__name__}: {error}"}
        busy.clear()
        try:
            answers.write(json.dumps(answer).encode() + b"\n")
            answers.flush()
        except OSError:  # the parent has been killed
            os._exit(1)


def _read_calls(calls: SimpleQueue[bytes], busy: Event) -> None:
    """Queue calls from standard input; when it ends during a task, end the process, as nobody waits for the answer."""
    for line in sys.stdin.buffer:
        calls.put(line)
    calls.put(b"")
    if busy.is_set():
        os._exit(1)


def _visible_gpus() -> list[str]:
    """Return the CUDA names of the GPUs that this process may use."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return [name for name in chosen.split(",") if name]
    devices = Path("/dev").glob("nvidia[0-9]*") if sys.platform == "linux" else []
    return sorted(device.name.removeprefix("nvidia") for device in devices)
