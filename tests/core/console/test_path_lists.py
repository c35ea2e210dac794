"""Lists of paths on standard input."""

import io
import os
import random
from pathlib import Path

import pytest

from limner.console import options, path_lists
from limner.errors import LimnerError


def stdin(monkeypatch, data):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (b"a.png\nb.png\n", ["a.png", "b.png"]),
        (b"a.png\r\n\r\n  \nb  c.png \r\n", ["a.png", "b  c.png "]),
        (b"a.png\0b\nc.png\0", ["a.png", "b\nc.png"]),
        (b" a.png\r\0\x1b.png", [" a.png\r", "\x1b.png"]),
        (b"\xef\xbb\xbfa.png\n", ["a.png"]),
        (b"\xef\xbb\xbfa.png\0", ["a.png"]),
        ("é.png\r\n".encode("utf-16"), ["é.png"]),
        ("é.png\n🦊.png".encode(), ["é.png", "🦊.png"]),
        (b"caf\xe9.png\n\xff\n", [os.fsdecode(b"caf\xe9.png"), os.fsdecode(b"\xff")]),
        (b"a" * 255 + b"/" + b"b" * 255 + b"\n", ["a" * 255 + "/" + "b" * 255]),
        (b"caf\xe9\n.png\0", [os.fsdecode(b"caf\xe9\n.png")]),
        (b"tab\t.png\n", ["tab\t.png"]),
        (b"\n\n", []),
        (b"", []),
    ],
)
def test_paths_are_read_from_every_kind_of_list(monkeypatch, data, paths):
    stdin(monkeypatch, data)
    assert path_lists.read_paths() == paths


def test_a_stream_of_text_is_read_too(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a.png\né.png\n"))
    assert path_lists.read_paths() == ["a.png", "é.png"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not a list of paths; pipe in one path per line"),
        (b"a.png\0\0b.png\0", "is not a list of paths"),
        (b"\xff\xd8\xff\xe0\x10JFIF", "is not a list of paths"),
        (b"\xff\xfea", "is not a list of paths"),
        (b"x" * 100_000, "is not a list of paths"),
        (b"a" * 256 + b".png\n", "is not a list of paths"),
        (b"b.png\0sub/" + b"a" * 256 + b"/c.png\0", "is not a list of paths"),
        (b"b.png\n" + b"sub/" * 1024 + b"c.png\n", "is not a list of paths"),
        (b"\x81%\x18?\x1e\0\x1a\x8a\xfd", "is not a list of paths"),
        (random.Random(1).randbytes(3000), "is not a list of paths"),
        (b"a.png\n" * 100, "has more than 0 MB"),
    ],
)
def test_what_is_no_list_of_paths_is_refused_in_a_sentence(monkeypatch, data, said):
    if said.endswith("MB"):
        monkeypatch.setattr(path_lists, "MAX_BYTES", 100)
    stdin(monkeypatch, data)
    with pytest.raises(LimnerError) as error:
        options.artworks(["-"])
    assert str(error.value).startswith("-: standard input ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


class Unreadable(io.RawIOBase):
    def readable(self):
        return True

    def readinto(self, _):
        raise OSError(5, "Input/output error")


def test_a_stream_that_cannot_be_read_is_reported(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(Unreadable())))
    with pytest.raises(LimnerError, match=r"^-: standard input cannot be read: Input/output error; name the files"):
        options.pictures(["-"])
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(LimnerError, match=r"^-: standard input is closed; name the files"):
        options.pictures(["-"])


def test_names_and_lists_together(monkeypatch):
    stdin(monkeypatch, b"b.png\0c.png\0")
    assert options.artworks(["a.png", "-", "d.png"]) == [Path(f"{c}.png") for c in "abcd"]
    stdin(monkeypatch, b"\n")
    with pytest.raises(LimnerError, match=r"^-: standard input is empty; pipe in one path per line"):
        options.artworks(["-"])
