"""Messages as one line."""

import os

import pytest

import limner
from limner.cli.main import run
from limner.console.message_text import shown


@pytest.mark.parametrize("command", ["fit", "info", "verify", "render", "paint"])
@pytest.mark.parametrize("path", ["x" * 5000, "sub/" * 1200 + "x", "a b " * 1500])
def test_a_path_that_is_too_long_is_shortened(command, path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run([command, path]) == 2
    message = capsys.readouterr().err
    assert message.startswith("error: ")
    assert "..." in message
    assert len(message) < 800


def test_paths_that_may_exist_stay_complete():
    message = f"{'a' * 255}/{'b' * 255}/{'c' * 251}.png: there is no such file"
    assert shown(message) == message


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (f"unknown button {os.fsdecode(b'caf' + bytes([0xE9]))!r}", r"unknown button 'caf\xe9'"),
        (os.fsdecode(b"caf\xe9.png: no"), r"caf\xe9.png: no"),
        (r"'\\udce9'", r"'\\udce9'"),
        (r"'\\\udce9'", r"'\\\xe9'"),
    ],
)
def test_bytes_that_are_not_utf8_have_one_escape(message, line):
    assert shown(message) == line


def test_an_unknown_button_has_the_same_escapes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    limner.paint("button-field", seed=1, size=(8, 8), set={"encoder.one-hot.size": 2}).save("b.png")
    assert run(["render", "b.png", "--press", os.fsdecode(b"caf\xe9=1"), "-o", "c.png"]) == 2
    assert r"unknown button 'caf\xe9'" in capsys.readouterr().err
