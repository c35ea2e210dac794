"""Corrupted input of every kind is read, or refused in a sentence: no traceback, no hang, nothing lost or written."""

import signal
import sys
from zlib import crc32

import numpy as np
import pytest
from subjects import ANSWERS, SUBJECTS

CHUNK = 2_000
SECONDS = 10  # of processor time, so that a busy machine fails nothing
TOTAL = 200_000


class HangError(BaseException):
    """An input that takes over ten seconds of processor time."""


@pytest.fixture(autouse=True)
def _no_hang():
    """End whatever takes too long; a training that is too long for a test is interrupted, as by its user."""
    if not hasattr(signal, "SIGPROF"):
        yield
        return

    def stop(signum, frame):
        names = set()
        while frame:
            names.add(frame.f_globals.get("__name__"))
            frame = frame.f_back
        raise KeyboardInterrupt if "limner.training.loop" in names else HangError

    previous = signal.signal(signal.SIGPROF, stop)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, previous)


def check(name, chunk, count, tmp_path, monkeypatch):
    """Read ``count`` corrupted inputs of a kind."""
    subject = SUBJECTS[name]
    monkeypatch.chdir(tmp_path)
    subject.prepare(tmp_path)
    refused = 0
    for i in range(count):
        rng = np.random.default_rng([crc32(name.encode()), chunk, i])
        subject.write(rng, tmp_path)
        before = set(tmp_path.iterdir())
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            subject.read(rng)
        except ANSWERS as error:
            assert str(error)
            refused += 1
        except BaseException as error:  # the input stays in tmp_path
            error.add_note(f"{name}, chunk {chunk}, input {i}: {getattr(subject, 'words', '')}")
            raise
        assert set(tmp_path.iterdir()) == before, f"{name} {chunk} {i}"
    return refused


def test_the_inputs_are_two_hundred_thousand():
    assert sum(subject.total for subject in SUBJECTS.values()) == TOTAL


@pytest.mark.parametrize("name", SUBJECTS)
def test_some_corrupted_inputs(name, tmp_path, monkeypatch):
    check(name, 10_000, SUBJECTS[name].quick, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "chunk"), [(name, i) for name in SUBJECTS for i in range(-(-SUBJECTS[name].total // CHUNK))]
)
def test_many_corrupted_inputs(name, chunk, tmp_path, monkeypatch):
    count = min(CHUNK, SUBJECTS[name].total - chunk * CHUNK)
    check(name, chunk, count, tmp_path, monkeypatch)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a timer of processor time")
def test_a_hang_is_noticed(tmp_path, monkeypatch):
    class Slow:
        def prepare(self, folder): ...
        def write(self, rng, folder): ...
        def read(self, rng):
            while True:
                pass

    monkeypatch.setitem(SUBJECTS, "Slow", Slow())
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 0.05)
    with pytest.raises(HangError):
        check("Slow", 0, 1, tmp_path, monkeypatch)
