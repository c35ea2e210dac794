"""What a user wants to drive: ``frame.scale=loudness:1..1.5``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from limner.plugin import LimnerError
from limner_apps.animations.audio.signals import band_of

EXAMPLE = "encoder.latent=bass or frame.scale=loudness:1..1.5"


@dataclass(frozen=True)
class DriveRequest:
    """What a user wants to drive.

    Attributes:
        path: a setting, a stage with a latent vector, or ``motion``.
        signal: the name of the signal.
        range: the values at signals of 0 and 1, texts unless both are numbers; None to choose them.
        between: how they are mixed, if they are those of a recorded drive; otherwise empty.
    """

    path: str
    signal: str
    range: tuple[Any, Any] | None = None
    between: str = ""


def split_drives(texts: Iterable[str]) -> dict[str, str]:
    """Return the paths and signals in texts such as ``frame.scale=loudness:1..1.5``.

    Raises:
        LimnerError: a text has another form, or a path occurs twice.
    """
    out: dict[str, str] = {}
    for text in texts:
        path, equals, signal = (part.strip() for part in text.partition("="))
        if not (path and equals and signal):
            raise LimnerError(f"`drive` {text!r}: must have the form PATH=SIGNAL, for example {EXAMPLE}")
        if path in out:
            raise LimnerError(f"`drive` {path}: is driven by both {out[path]} and {signal}; use one signal for a path")
        out[path] = signal
    return out


def parse_drives(drives: Mapping[str, str]) -> list[DriveRequest]:
    """Return what signals are to drive.

    Args:
        drives: signals by path: ``{"frame.scale": "loudness:1..1.5"}``.

    Raises:
        LimnerError: a signal is unknown, or a range is invalid.
    """
    return [_parse(path, text) for path, text in drives.items()]


def _parse(path: str, text: str) -> DriveRequest:
    if not isinstance(text, str):
        raise LimnerError(f"`drive` {path}: must be a signal such as 'bass', got {text!r}")
    signal, colon, limits = (part.strip() for part in text.partition(":"))
    try:
        band_of(signal)
    except LimnerError as error:
        raise LimnerError(f"`drive` {path}: {error}") from error
    found = _range(limits)
    if colon and found is None:
        raise LimnerError(f"`drive` {path}: the range {limits!r} must have the form A..B, for example 1..1.5")
    if found is not None and found[0] == found[1]:
        raise LimnerError(f"`drive` {path}: the range {limits} has no effect; use two different values")
    return DriveRequest(path, signal, found)


def _range(text: str) -> tuple[Any, Any] | None:
    """Return the numbers in ``A..B``, or the two texts if one is not a number; None if it has another form."""
    for at in range(len(text) - 1):
        if text[at : at + 2] == "..":
            try:
                low, high = float(text[:at]), float(text[at + 2 :])
            except ValueError:
                continue
            if abs(low) < 1e9 and abs(high) < 1e9:
                return low, high
    parts = [part.strip() for part in text.split("..")]
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) and not all(map(_is_float, parts)) else None


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
