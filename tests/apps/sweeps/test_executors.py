"""The pool of processes: what is asked is answered, and a death is one task's."""

import math
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from queue import SimpleQueue
from types import SimpleNamespace

import pytest

from limner_apps.sweeps.executors import _workers, dask
from limner_apps.sweeps.executors._workers import WorkerDiedError, WorkerPool


@pytest.fixture(scope="module")
def pool():
    with WorkerPool(2) as workers:
        yield workers


def test_functions_are_called_in_other_processes(pool):
    answers = [pool.submit(math.hypot, 3 * k, 4 * k) for k in range(20)]
    assert [answer.result() for answer in answers] == [5.0 * k for k in range(20)]
    assert pool.submit(os.getpid).result() != os.getpid()
    assert pool.submit(sorted, [3, 1, 2], reverse=True).result() == [3, 2, 1]


def test_what_a_function_raises_is_reported(pool):
    with pytest.raises(RuntimeError, match="ValueError: "):
        pool.submit(math.sqrt, -1).result()
    assert pool.submit(math.sqrt, 4).result() == 2.0


def test_a_death_is_that_tasks_alone(pool):
    tasks = [pool.submit(os._exit, 7) if k == 3 else pool.submit(math.sqrt, k) for k in range(8)]
    with pytest.raises(WorkerDiedError, match="code 7"):
        tasks[3].result()
    assert [task.result() for k, task in enumerate(tasks) if k != 3] == [math.sqrt(k) for k in range(8) if k != 3]


def test_what_is_printed_is_no_answer(pool):
    assert pool.submit(print, "hello").result() is None
    assert pool.submit(os.system, "echo hello").result() == 0  # nor what another program prints
    assert pool.submit(math.sqrt, 9).result() == 3.0


def test_a_file_of_this_folder_is_not_the_library_of_its_name(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('foreign')")
    monkeypatch.chdir(tmp_path)
    with WorkerPool(1) as workers:
        assert workers.submit(math.sqrt, 16).result() == 4.0


def test_only_functions_of_modules_and_plain_data(pool):
    with pytest.raises(TypeError, match="not a module-level function"):
        pool.submit(lambda: 1)
    with pytest.raises(TypeError, match="JSON"):
        pool.submit(math.sqrt, object())


def test_leaving_by_an_error_ends_what_goes_on():
    futures = []

    def leave():
        with WorkerPool(1) as workers:
            futures.extend([workers.submit(time.sleep, 60), workers.submit(math.sqrt, 4)])
            while workers._threads[0]._process is None:
                time.sleep(0.01)
            raise KeyError

    with pytest.raises(KeyError):
        leave()
    going, waiting = futures
    assert isinstance(going.exception(), WorkerDiedError)  # it did not sleep its minute
    assert waiting.cancelled()


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="needs POSIX signals")
def test_workers_leave_ctrl_c_to_their_parent(pool):
    child = pool.submit(os.getpid).result()
    assert pool.submit(os.kill, child, signal.SIGINT).result() is None
    assert pool.submit(math.sqrt, 25).result() == 5.0


def test_a_pool_that_is_stopped_starts_no_process(monkeypatch):
    """Ctrl+C while a worker starts; before, nobody ended it, and the pool waited for its trial."""
    monkeypatch.setattr(_workers, "_start_process", lambda index: pytest.fail("a process was started"))
    queue = SimpleQueue()
    thread = _workers._WorkerThread(queue, 0)
    thread.stop()
    future = Future()
    queue.put((future, "{}"))
    queue.put(None)
    thread.run()
    with pytest.raises(WorkerDiedError):
        future.result()


def test_a_worker_whose_parent_was_killed_ends_without_a_word():
    """The answer to a task finds a closed pipe, or standard input ends while a task runs."""
    read, write = os.pipe()
    os.close(read)
    code = "import sys; from limner_apps.sweeps.executors._serving import serve; serve(0)"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=write, stderr=subprocess.PIPE
    )
    os.close(write)
    process.stdin.write(b'{"function": "math:sqrt", "args": [4], "kwargs": {}}\n')
    process.stdin.flush()
    assert process.wait() == 1
    assert process.stderr.read() == b""
    process.communicate()


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="needs POSIX signals")
def test_what_dask_starts_leaves_ctrl_c_to_this_process():
    def mask():
        return signal.pthread_sigmask(signal.SIG_BLOCK, [])

    assert signal.SIGINT in dask._in_thread(mask, 60)
    assert signal.SIGINT not in mask()


def test_an_error_kills_the_workers_of_dask_which_do_not_start_again():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as worker:
        nannies = {0: SimpleNamespace(pid=worker.pid, auto_restart=True), 1: SimpleNamespace(pid=None)}
        with pytest.raises(KeyError), dask._kill_workers_on_error(SimpleNamespace(workers=nannies)):
            raise KeyError
        assert worker.wait() == -signal.SIGKILL
    assert [nanny.auto_restart for nanny in nannies.values()] == [False, False]
