"""The axes of a sweep: what is varied, and over which values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from limner.app import LimnerError
from limner.app.recipes import ROLES, parse_value

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
RANGE = re.compile(rf"({NUMBER})\.\.({NUMBER})(?:\s+(log|linear))?(?:\s+(\d+))?")
MAX_VALUES = 10**6
"""Values of an axis."""


@dataclass(frozen=True)
class NumberRange:
    """A range of numbers.

    Attributes:
        low: where it starts.
        high: where it ends; it belongs to it.
        log: are its values spread by their logarithms?
        whole: are they whole numbers?
    """

    low: float
    high: float
    log: bool
    whole: bool

    def at(self, share: float) -> float | int:
        """The value at a share of the way, 0 to 1."""
        if self.log:
            value = math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        else:
            value = self.low + share * (self.high - self.low)
        value = min(max(value, self.low), self.high)
        return round(value) if self.whole else float(f"{value:.6g}")


@dataclass(frozen=True)
class Axis:
    """What is varied.

    Attributes:
        path: a setting's path, ``network.depth``, or a role, ``network``, whose stage is swapped.
        values: what a grid goes through.
        span: the range that random designs draw from; None where the values are all there are.
    """

    path: str
    values: Sequence[Any]
    span: NumberRange | None = None

    @property
    def swaps(self) -> bool:
        """Are its values stages?"""
        return self.path in ROLES

    def at(self, share: float) -> Any:
        """The value at a share of the axis, 0 to 1 (exclusive)."""
        if self.span is None:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.span.whole and not self.span.log:
            steps = int(self.span.high - self.span.low)
            return int(self.span.low) + min(int(share * (steps + 1)), steps)
        return self.span.at(share)


def parse_axis(text: str) -> Axis:
    """``path=1,5,10``, ``path=0.001..0.1 log 5``, ``path=[1,2],[3,4]`` or ``network=mlp,siren``.

    Raises:
        LimnerError: it is not written so, or holds no value.
    """
    path, sign, values = text.partition("=")
    if not sign or not path.strip():
        raise LimnerError(
            f"`vary` {text[:80]!r}: write it as network.depth=1,3 or trainer.learning_rate=0.001..0.1 log 5"
        )
    return axis_of(path.strip(), values.strip())


def axis_of(path: str, values: Any) -> Axis:
    """An axis from a text, as on the command line, or from a list, as in TOML.

    Raises:
        LimnerError: there is no value, or a range that is none.
    """
    if isinstance(values, str):
        found = RANGE.fullmatch(values)
        if found:
            return _ranged(path, values, *found.groups())
        chosen: Sequence[Any] = [_value(path, part) for part in _parts(values)]
    elif isinstance(values, (list, tuple)):
        chosen = list(values)
    else:
        chosen = [values]
    if not chosen:
        raise LimnerError(f"{path}: varies over nothing; name its values: {path}=1,2")
    return Axis(path, tuple(chosen))


def axes_of(table: Mapping[str, Any]) -> list[Axis]:
    """The axes of a ``[sweep.vary]`` table.

    Raises:
        LimnerError: one is none.
    """
    return [axis_of(path, values) for path, values in _flat(table)]


def seeds_of(text: Any) -> tuple[int, ...]:
    """``0..9``, ``3,5,8``, a list, or one seed.

    Raises:
        LimnerError: these are no whole numbers.
    """
    axis = axis_of("seeds", text if not isinstance(text, int) else [text])
    if not all(type(seed) is int and seed >= 0 for seed in axis.values):
        raise LimnerError(f"seeds: must be whole numbers, 0..9 or 3,5,8, got {str(text)[:80]!r}")
    return tuple(axis.values)


def steps_of(steps: str | Iterable[int]) -> tuple[int, ...]:
    """Return steps of a training, from ``10,100,1000`` or as numbers, in ascending order.

    Raises:
        LimnerError: these are no whole numbers above 0.
    """
    parts = [part.strip() for part in steps.split(",")] if isinstance(steps, str) else [str(step) for step in steps]
    if not all(part.isdecimal() and 0 < int(part) < 10**9 for part in parts):
        raise LimnerError(f"`at_steps` {steps!r}: write steps above 0: 10,100,1000")
    return tuple(sorted({int(part) for part in parts}))


def _ranged(path: str, text: str, low: str, high: str, spread: str | None, count: str | None) -> Axis:
    span = NumberRange(
        float(low), float(high), spread == "log", all("." not in n and "e" not in n.lower() for n in (low, high))
    )
    if not (math.isfinite(span.low) and math.isfinite(span.high)) or span.low > span.high:
        raise LimnerError(f"{path}: the range {text} is empty; write the smaller number first")
    if span.log and span.low <= 0:
        raise LimnerError(f"{path}: the range {text} has no logarithm at {low}; start above 0")
    if count is not None:
        number = int(count)
        if not 1 <= number <= MAX_VALUES:
            raise LimnerError(f"{path}: a range has 1 to {MAX_VALUES:,} values, not {count}")
        if span.high - span.low < number - 1:  # there are not so many whole numbers
            span = replace(span, whole=False)
        shares = [i / (number - 1) for i in range(number)] if number > 1 else [0.0]
        return Axis(path, tuple(dict.fromkeys(span.at(share) for share in shares)), span)
    if span.whole and not span.log:
        if span.high - span.low >= MAX_VALUES:
            raise LimnerError(f"{path}: the range {text} has more than {MAX_VALUES:,} values; say how many: {text} 10")
        return Axis(path, range(int(span.low), int(span.high) + 1), span)
    return Axis(path, (), span)  # enough for what is drawn


def _parts(text: str) -> Iterator[str]:
    """The text cut at commas that stand in no brackets and no quotes."""
    depth, quote, start = 0, "", 0
    for i, c in enumerate(text):
        if quote:
            quote = "" if c == quote else quote
        elif c in "\"'":
            quote = c
        elif c in "[{(":
            depth += 1
        elif c in "]})":
            depth -= 1
        elif c == "," and depth == 0:
            yield text[start:i].strip()
            start = i + 1
    if text.strip():
        yield text[start:].strip()


def _value(path: str, text: str) -> Any:
    """A value; of encoders and warps, names in brackets."""
    if not text:
        raise LimnerError(f"{path}: has an empty value between its commas")
    if path in ("encoder", "warp"):
        return [name.strip() for name in text.strip("[]").split(",") if name.strip()]
    return parse_value(text)


def _flat(table: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    """``{"network": {"depth": [1]}}`` as ``network.depth``: TOML may be written either way."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{at}{key}.")
        else:
            yield f"{at}{key}", value
