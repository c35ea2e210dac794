"""Which terminals get escape sequences."""

import io
import sys

import numpy as np
import pytest

from limner.console import terminal_preview
from limner.console.output import fitting_progress, print_note_above_bar, progress
from limner.registry.events import FitProgress, Progress
from limner.registry.registry import registry


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setattr("limner.console.output._Bar.DELAY", -1)
    return monkeypatch


def everything(monkeypatch):
    """Show all that may contain escape sequences, and return what standard error got."""
    monkeypatch.setattr("sys.stderr", Terminal())  # here, because pytest replaces the stream after a fixture
    if terminal_preview.is_supported():
        terminal_preview.show(np.zeros((2, 2, 3), np.uint8))
    print_note_above_bar("a note", quiet=False)
    with progress(quiet=False):
        registry().emit(Progress("paint", 1, 3))
        registry().emit(Progress("paint", 3, 3))
    with fitting_progress(quiet=False):
        registry().emit(FitProgress(step=1, loss=0.5, psnr=3.0, progress=0.5, seconds=1.0))
    return sys.stderr.getvalue()


def test_a_terminal_with_colours_gets_them(terminal):
    assert "\x1b[38;2" in everything(terminal)


def test_a_terminal_without_escape_sequences_gets_the_notes_alone(terminal):
    terminal.setenv("TERM", "dumb")
    assert everything(terminal) == "a note\n"


def test_no_color_hides_the_colours_and_keeps_the_progress_bars(terminal):
    terminal.setenv("NO_COLOR", "1")
    shown = everything(terminal)
    assert "\x1b[38;2" not in shown
    assert "paint" in shown
    assert "fit" in shown


def test_an_empty_no_color_counts_as_unset(terminal):
    terminal.setenv("NO_COLOR", "")
    terminal.setattr("sys.stderr", Terminal())
    assert terminal_preview.is_supported()


def test_a_closed_stream_is_no_terminal(terminal):
    terminal.setattr("sys.stderr", None)
    assert not terminal_preview.is_supported()
