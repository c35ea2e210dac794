"""The codes of pictures that are learned together: what is pressed while each is learned."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from limner.errors import LimnerError
from limner.stages.conditioning import MAX_LABEL_LENGTH, MAX_WEIGHT, NUMBER_PREFIX


@dataclass(frozen=True, eq=False)
class ButtonCodes:
    """A row of weights for each picture.

    Attributes:
        table: float32, ``(pictures, buttons)``.
        labels: the buttons' names; none where the files' names were the codes.
    """

    table: np.ndarray
    labels: tuple[str, ...] = ()

    @property
    def buttons(self) -> int:
        """How many there are."""
        return int(self.table.shape[1])

    @cached_property
    def is_one_hot(self) -> bool:
        """Has each picture a button of its own, in their order?"""
        return self.table.shape[0] == self.table.shape[1] and bool((self.table == np.eye(len(self.table))).all())


def codes_of(names: Sequence[str]) -> ButtonCodes:
    """The codes that files' names spell, ``10000000.png`` or ``0.5,0,1.png``; else a button each, called by its name.

    Raises:
        LimnerError: the names are codes of different lengths, or two are the same.
    """
    stems = [stem_of(name) for name in names]
    spelt = [_spelt(stem) for stem in stems]
    if not all(spelt):
        return ButtonCodes(np.eye(len(names), dtype=np.float32), labels_of(stems))
    codes = [tuple(float(np.float32(weight)) for weight in code or ()) for code in spelt]
    for name, code in zip(names, codes, strict=True):
        if len(code) != len(codes[0]):
            raise LimnerError(
                f"{name}: is a code of {len(code)} weights, and {names[0]} one of {len(codes[0])}; "
                "rename them alike, or give one of them a name that is no number"
            )
        if not all(abs(weight) <= MAX_WEIGHT for weight in code):  # NaN is no less than anything
            raise LimnerError(f"{name}: is no code: its weights must be numbers from -{MAX_WEIGHT:g} to {MAX_WEIGHT:g}")
    twice = next((code for code, count in Counter(codes).items() if count > 1), None)
    if twice is not None:
        first, second = [name for name, code in zip(names, codes, strict=True) if code == twice][:2]
        raise LimnerError(f"{second}: has the code of {first}; rename one of them")
    return ButtonCodes(np.array(codes, dtype=np.float32))


def stem_of(name: str) -> str:
    """A file's name without its folder and ending; one of scikit-image's pictures is called by its own."""
    bare = name.removeprefix("skimage:")
    return Path(bare).name if bare != name else Path(bare).stem


def labels_of(stems: Sequence[str]) -> tuple[str, ...]:
    """A name for each button: the file's, without a number that puts it in order; told apart where two are the same."""
    named = [NUMBER_PREFIX.sub("", stem) for stem in stems]
    if len(set(named)) < len(named):
        named = list(stems)
    out: list[str] = []
    for i, name in enumerate(named, 1):
        label = re.sub(r"[,=]|[^\x20-\x7e\w]", "_", name).strip()[:MAX_LABEL_LENGTH].strip() or str(i)
        out.append(label if label not in out and label.isprintable() else f"{label[: MAX_LABEL_LENGTH - 6]}-{i}")
    return tuple(out)


def _spelt(stem: str) -> list[float] | None:
    """The weights that a name spells: digits 0 and 1, one a button, or numbers with commas; None where it is a name."""
    if re.fullmatch(r"[01]{2,}", stem):
        return [float(digit) for digit in stem]
    parts = stem.split(",")
    if len(parts) < 2:
        return None
    try:
        return [float(part) if math.isfinite(float(part)) else math.nan for part in parts]
    except ValueError:
        return None
