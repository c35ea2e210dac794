"""The search space of a sweep: axes with their values or ranges."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from limner.app import LimnerError
from limner.app.recipes import LIST_KEYS, ROLES
from limner.app.values import ListSyntaxError, TypedText, parse_value, split_commas

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
RANGE = re.compile(rf"({NUMBER})\.\.({NUMBER})(?:\s+(log|linear))?(?:\s+(\d+))?")
MAX_VALUES = 10**6
"""Maximum number of values of an axis."""


@dataclass(frozen=True)
class NumberRange:
    """A range of numbers.

    Attributes:
        low: lower end.
        high: upper end, inclusive.
        log: whether values are spaced logarithmically.
        integer: whether values are integers.
    """

    low: float
    high: float
    log: bool
    integer: bool

    def value_at(self, fraction: float) -> float | int:
        """Return the value at a fraction of the range, 0 to 1."""
        if self.log:
            value = math.exp(math.log(self.low) + fraction * (math.log(self.high) - math.log(self.low)))
        else:
            value = self.low + fraction * (self.high - self.low)
        value = min(max(value, self.low), self.high)
        return round(value) if self.integer else float(f"{value:.6g}")


@dataclass(frozen=True)
class Axis:
    """An axis of the search space.

    Attributes:
        path: path of a setting, ``network.depth``, or a role, ``network``, whose stage is swapped.
        values: the values of a grid.
        range: the range that random designs sample from; None if they choose from ``values``.
    """

    path: str
    values: Sequence[Any]
    range: NumberRange | None = None

    @property
    def swaps(self) -> bool:
        """Whether its values are stages."""
        return self.path in ROLES

    def value_at(self, fraction: float) -> Any:
        """Return the value at a fraction of the axis, 0 to 1 (exclusive)."""
        if self.range is None:
            return self.values[min(int(fraction * len(self.values)), len(self.values) - 1)]
        if self.range.integer and not self.range.log:
            steps = int(self.range.high - self.range.low)
            return int(self.range.low) + min(int(fraction * (steps + 1)), steps)
        return self.range.value_at(fraction)


def parse_axis(text: str) -> Axis:
    """Parse ``path=1,5,10``, ``path=0.001..0.1 log 5``, ``path=[1,2],[3,4]`` or ``network=mlp,siren``.

    Raises:
        LimnerError: the text has another form, or no value.
    """
    path, sign, values = text.partition("=")
    if not sign or not path.strip():
        raise LimnerError(
            f"`vary` {text[:80]!r}: write it as network.depth=1,3 or trainer.learning_rate=0.001..0.1 log 5"
        )
    return make_axis(path.strip(), values.strip())


def make_axis(path: str, values: Any) -> Axis:
    """Return an axis from a text, as on the command line, or from a list, as in TOML.

    Raises:
        LimnerError: there is no value, or a range is invalid.
    """
    if isinstance(values, str):
        match = RANGE.fullmatch(values)
        if match:
            return _range_axis(path, values, *match.groups())
        parsed: Sequence[Any] = [_parse_value(path, part) for part in _split(path, values)]
    elif isinstance(values, (list, tuple)):
        parsed = list(values)
    else:
        parsed = [values]
    if not parsed:
        raise LimnerError(f"{path}: has no values; write for example {path}=1,2")
    return Axis(path, tuple(parsed))


def parse_axes(table: Mapping[str, Any]) -> list[Axis]:
    """Return the axes of a ``[sweep.vary]`` table.

    Raises:
        LimnerError: an axis is invalid.
    """
    return [make_axis(path, values) for path, values in _flatten(table)]


def parse_seeds(text: Any) -> tuple[int, ...]:
    """Return seeds from ``0..9``, ``3,5,8``, a list, or a single seed.

    Raises:
        LimnerError: a seed is not a whole number of at least 0.
    """
    axis = make_axis("seeds", text if not isinstance(text, int) else [text])
    seeds = tuple(parse_value(seed) if isinstance(seed, TypedText) else seed for seed in axis.values)
    if not all(type(seed) is int and seed >= 0 for seed in seeds):
        raise LimnerError(f"seeds: must be whole numbers, 0..9 or 3,5,8, got {str(text)[:80]!r}")
    return seeds


def parse_steps(steps: str | Iterable[int]) -> tuple[int, ...]:
    """Return training steps in ascending order, from ``10,100,1000`` or numbers.

    Raises:
        LimnerError: a step is not a whole number above 0.
    """
    parts = [part.strip() for part in steps.split(",")] if isinstance(steps, str) else [str(step) for step in steps]
    if not all(part.isdecimal() and 0 < int(part) < 10**9 for part in parts):
        raise LimnerError(f"`at_steps` {steps!r}: must be steps above 0, such as 10,100,1000")
    return tuple(sorted({int(part) for part in parts}))


def _range_axis(path: str, text: str, low: str, high: str, spacing: str | None, count: str | None) -> Axis:
    """Return the axis of a range that was matched by ``RANGE``."""
    span = NumberRange(
        float(low), float(high), spacing == "log", all("." not in n and "e" not in n.lower() for n in (low, high))
    )
    if not (math.isfinite(span.low) and math.isfinite(span.high)) or span.low > span.high:
        raise LimnerError(f"{path}: range {text} is empty; write the smaller number first")
    if span.log and span.low <= 0:
        raise LimnerError(f"{path}: range {text} cannot be logarithmic; start above 0")
    if count is not None:
        number = int(count)
        if not 1 <= number <= MAX_VALUES:
            raise LimnerError(f"{path}: the number of values must be 1 to {MAX_VALUES:,}, got {count}")
        if span.high - span.low < number - 1:  # the range contains fewer integers
            span = replace(span, integer=False)
        fractions = [i / (number - 1) for i in range(number)] if number > 1 else [0.0]
        return Axis(path, tuple(dict.fromkeys(span.value_at(fraction) for fraction in fractions)), span)
    if span.integer and not span.log:
        if span.high - span.low >= MAX_VALUES:
            raise LimnerError(
                f"{path}: range {text} has more than {MAX_VALUES:,} values; append a number of values: {text} 10"
            )
        return Axis(path, range(int(span.low), int(span.high) + 1), span)
    return Axis(path, (), span)  # random designs need no values


def _split(path: str, text: str) -> list[str]:
    """Return the values between commas; commas inside brackets and quotes separate nothing.

    Raises:
        LimnerError: a value is empty, or a quote or a bracket has no partner.
    """
    try:
        parts = split_commas(text)
    except ListSyntaxError as error:
        raise LimnerError(f"`vary` {path}: {error}") from error
    if not all(parts):
        raise LimnerError(f"{path}: has an empty value between commas")
    return parts


def _parse_value(path: str, text: str) -> Any:
    """Return a value, which stays a text until its field is known; for encoders and warps, a list of names.

    Raises:
        LimnerError: a name in a list is empty.
    """
    if path in LIST_KEYS:
        *names, last = map(str.strip, text.strip("[]").split(","))
        if not all(names):
            raise LimnerError(f"{path}: has an empty name between commas")
        names += [last] if last else []
        return [] if names == ["none"] else names
    return parse_value(text) if path in ROLES else TypedText(text, path, "vary")


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted paths and values: TOML may contain ``network.depth`` or ``{"network": {"depth": [1]}}``."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
