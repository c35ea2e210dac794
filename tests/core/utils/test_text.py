"""Names as they are shown, stored and compared, and as words of a shell."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from limner.utils import shell
from limner.utils.text import canonical, decodable, is_showable, printable

BYTES = os.fsdecode(b"caf\xe9")
KEPT = ("a  b ", "हिन्दी", "🦊", "👩\u200d🚀", "नमस्\u200dते", "e\u0301", "at 1.23\u202fPM", "日本", "\u3000")


@pytest.mark.parametrize("text", KEPT)
def test_what_can_be_shown_is_unchanged(text):
    assert printable(text) == text
    assert decodable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\t", r"a\nb\r\t"),
        ("\x1b[31m\0\x7f", r"\x1b[31m\x00\x7f"),
        ("\x9b\u202e\ufeff", r"\u009b\u202e\ufeff"),
        ("\U000e0001", r"\U000e0001"),
        (BYTES, r"caf\xe9"),
    ],
)
def test_control_characters_and_bytes_become_escapes(text, shown):
    assert printable(text) == shown
    assert all(map(is_showable, shown))


def test_a_name_that_is_not_utf8_can_be_stored():
    assert decodable(BYTES) == "caf\ufffd"
    assert decodable(BYTES).encode("utf-8")


def test_both_forms_of_an_accented_letter_are_equal():
    assert canonical("e\u0301te\u0301") == canonical("\xe9t\xe9") == "\xe9t\xe9"


@pytest.mark.parametrize("word", ["it's $HOME `x`", "a  b", "", "été", "🦊", "--x"])
def test_words_of_a_shell(word):
    assert shell.quote(word) == shlex.quote(word)
    assert shlex.split(shell.join(["limner", word])) == ["limner", word]


def test_a_path_that_begins_with_a_hyphen_is_no_option():
    assert shell.quote_path("-o.png") == "./-o.png"
    assert shell.quote_path("a b.png") == "'a b.png'"


@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="needs bash")
def test_bash_reads_quoted_names_of_any_kind():
    words = [os.fsdecode(b"caf\xe9 'x' \\n"), "two\nlines\t\x1b", "right\u202eleft\u200d", "\x9b"]
    command = f"printf '%s\\0' {shell.join(words)}"
    assert command.isprintable() or "\u200d" in command
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, check=True, env=env)
    assert done.stdout.split(b"\0")[:-1] == [os.fsencode(word) for word in words]
