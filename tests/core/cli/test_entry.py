"""Stop signals: from the first import on, twice, ignored by nohup, and the exit codes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import limner
import limner_plugins
from limner.cli import __main__ as entry

HERE = [str(Path(module.__file__).parents[1]) for module in (limner, limner_plugins)]


@pytest.fixture
def handlers():
    """Begin with the system's handlers, which nohup changes, and restore this process's own at the end."""
    before = {which: signal.signal(which, signal.SIG_DFL) for which in entry.STOP_SIGNALS}
    yield
    for which, handler in before.items():
        signal.signal(which, handler)


@pytest.mark.parametrize(("which", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_during_the_imports_is_one_line_and_its_exit_code(handlers, tmp_path, which, code):
    stop = f"import os, signal\nos.kill(os.getpid(), signal.{which})\nsignal.pause()"
    (tmp_path / "typer.py").write_text(f"exec({stop!r})")  # after an interrupted exec, Python kills itself with SIGINT
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *HERE])}
    command = [sys.executable, "-m", "limner", "paint"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "error: interrupted\n")


def test_a_later_signal_does_not_interrupt_cleaning_up_unless_it_takes_long(handlers, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(entry.time, "monotonic", lambda: clock[0])
    stop = entry.StopHandler()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)
    clock[0] += entry.GRACE_SECONDS + 1
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert stop.received == signal.SIGTERM
    stop.restore()
    assert {signal.getsignal(which) for which in entry.STOP_SIGNALS} == {signal.SIG_DFL}


def test_nohup_keeps_its_effect(handlers):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    entry.StopHandler().restore()
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


@pytest.mark.parametrize(("ended", "code"), [(SystemExit(2), 2), (SystemExit(0), 0)])
def test_other_exit_codes_are_unchanged(handlers, monkeypatch, ended, code):
    monkeypatch.setattr("limner.cli.main.main", lambda: (_ for _ in ()).throw(ended))
    with pytest.raises(SystemExit) as raised:
        entry.main()
    assert raised.value.code == code
    assert signal.getsignal(signal.SIGINT) == signal.SIG_DFL
