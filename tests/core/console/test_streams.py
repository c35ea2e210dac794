"""Standard streams that are closed, full, or shared with plugins."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from limner.cli.main import run
from limner.console import streams
from limner.console.output import print_error, print_note, print_result
from limner.console.session import session


class Broken(io.StringIO):
    """A stream that fails as a pipe without a reader or a full disk does."""

    def __init__(self, number):
        super().__init__()
        self.number = number

    def write(self, _):
        raise OSError(self.number, os.strerror(self.number))


def test_messages_that_nobody_can_read_stop_nothing(monkeypatch):
    for number in (errno.EPIPE, errno.ENOSPC, errno.EBADF):
        monkeypatch.setattr("sys.stderr", Broken(number))
        print_note("a note", quiet=False)
        print_error("an error")


def test_results_that_cannot_be_written_end_the_command(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout", Broken(errno.EPIPE))
    with pytest.raises(typer.Exit) as stop:
        print_result({}, "a.png", as_json=False)
    assert stop.value.exit_code == 141
    assert run(["recipes", "list"]) == 141
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stdout", Broken(errno.ENOSPC))
    assert run(["recipes", "list"]) == 2
    assert run(["--version"]) == 2
    assert capsys.readouterr().err == "error: standard output: No space left on device\n" * 2
    monkeypatch.setattr("sys.stdout", Broken(errno.EPIPE))
    assert run(["--version"]) == 141
    assert capsys.readouterr().err == ""


def test_a_name_that_an_encoding_lacks_is_written_as_bytes_or_escapes(monkeypatch):
    name = os.fsdecode(b"caf\xe9 ") + "é🦊"
    for encoding, written in (("utf-8", b"caf\xe9 " + "é🦊".encode()), ("ascii", b"caf\xe9 \\xe9\\U0001f98a")):
        out = io.BytesIO()
        monkeypatch.setattr("sys.stdout", io.TextIOWrapper(out, encoding=encoding))
        with monkeypatch.context() as context:
            context.setattr("sys.stderr", io.TextIOWrapper(io.BytesIO()))
            streams.prepare()
        print_result({}, name, as_json=False)
        assert out.getvalue().strip() == written
    out = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(out, encoding="utf-8"))  # not set up
    print_result({}, name, as_json=False)
    assert out.getvalue().decode().strip() == "caf\\xe9 é🦊"


def test_what_others_print_goes_to_standard_error(capsys):
    with session([]), streams.results_only():
        print("noise")  # noqa: T201
        print_result({"a": 1}, "", as_json=True)
    print("afterwards")  # noqa: T201
    assert capsys.readouterr() == ('{"a": 1}\nafterwards\n', "noise\n")


NOISY = """
import os
print("noise at import")
os.system("echo noise of a program")
from limner.plugin import Encoder, hookimpl
class Loud(Encoder):
    def num_features(self):
        return 2
    def forward(self, params, samples, ctx):
        print("noise of the code")
        os.write(1, b"noise of a library")
        return samples.xy
@hookimpl
def limner_register(registry):
    registry.encoder("loud", "limner_noisy:Loud", summary="Loud")
"""


def started(tmp_path, name, *args, redirect="", stdout=subprocess.PIPE, **more):
    """Start a command line in a folder of its own."""
    folder = tmp_path / name
    folder.mkdir()
    command = ["sh", "-c", f'exec "$@" {redirect}', "sh", sys.executable, "-m", "limner", "paint", "ink", *args]
    env = {**os.environ, "LIMNER_PLUGINS": "off", "PYTHONPATH": os.pathsep.join(sys.path), **more}
    return subprocess.Popen(
        [*command, "--size", "8x8"], cwd=folder, env=env, stdout=stdout, stderr=subprocess.PIPE, text=True
    )


def ended(process):
    """Wait for a command, and return its exit code, output and errors."""
    out, err = process.communicate()
    return process.returncode, out, err


posix = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")


@posix
def test_streams_of_a_process(plugins, tmp_path):
    plugins("limner-noisy", NOISY)
    read, write = os.pipe()
    os.close(read)
    head = started(tmp_path, "head", "--seed", "1", "--count", "6", stdout=write)
    os.close(write)
    closed = started(tmp_path, "closed", redirect="<&- >&- 2>&-")
    noise = started(tmp_path, "noise", "--encoders", "loud", "--seed", "1", "--json", LIMNER_PLUGINS="")
    assert ended(head) == (141, None, "")
    assert [path.name for path in (tmp_path / "head").iterdir()] == ["ink-1.png"]
    assert ended(closed) == (0, "", "")
    assert [path.suffix for path in (tmp_path / "closed").iterdir()] == [".png"]
    code, out, err = ended(noise)
    assert (code, out) == (0, '{"path": "ink-1.png", "recipe": "ink", "seed": 1, "size": [8, 8]}\n')
    assert set(err.splitlines()) >= {"noise at import", "noise of a program", "noise of the code"}


@posix
@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full of Linux")
def test_full_streams_of_a_process(tmp_path):
    full = started(tmp_path, "out", "--seed", "1", redirect=">/dev/full")
    mute = started(tmp_path, "err", redirect="2>/dev/full")
    assert ended(full) == (2, "", "error: standard output: No space left on device\n")
    assert (tmp_path / "out" / "ink-1.png").exists()
    code, out, _ = ended(mute)
    assert code == 0
    assert (tmp_path / "err" / out.strip()).exists()
