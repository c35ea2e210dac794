"""The conditioning codes of images that are fitted together, spelt by their file names."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

import numpy as np

from limner.errors import LimnerError
from limner.stages.conditioning import MAX_LABEL_LENGTH, MAX_WEIGHT, NUMBER_PREFIX, label_of


@dataclass(frozen=True, eq=False)
class ButtonCodes:
    """The conditioning codes of several images: a row of button weights for each.

    Attributes:
        table: the weights, float32 ``(images, buttons)``.
        labels: the names of the buttons; empty if the file names spell the codes.
    """

    table: np.ndarray
    labels: tuple[str, ...] = ()

    @property
    def num_buttons(self) -> int:
        """The number of buttons."""
        return int(self.table.shape[1])

    @cached_property
    def is_one_hot(self) -> bool:
        """Whether each image has its own button, in the order of the images."""
        return self.table.shape[0] == self.table.shape[1] and bool((self.table == np.eye(len(self.table))).all())


def codes_of(names: Sequence[str]) -> ButtonCodes:
    """Return the codes that file names spell, as ``10000000.png`` or ``0.5,0,1.png``; else one button for each file.

    Raises:
        LimnerError: the names are codes of different lengths, or two are the same.
    """
    stems = [stem_of(name) for name in names]
    parsed = [_parse_code(stem) for stem in stems]
    if not all(parsed):
        return ButtonCodes(np.eye(len(names), dtype=np.float32), labels_of(stems))
    codes = [tuple(float(np.float32(weight)) for weight in code or ()) for code in parsed]
    for name, code in zip(names, codes, strict=True):
        if len(code) != len(codes[0]):
            raise LimnerError(
                f"{name}: its name is a code of {len(code)} weights, but that of {names[0]} has {len(codes[0])}; "
                "use codes of equal length, or rename one file to something that is not a number"
            )
        if not all(abs(weight) <= MAX_WEIGHT for weight in code):  # also false for NaN
            raise LimnerError(f"{name}: invalid code; weights must be numbers from -{MAX_WEIGHT:g} to {MAX_WEIGHT:g}")
    duplicate = next((code for code, times in Counter(codes).items() if times > 1), None)
    if duplicate is not None:
        first, second = [name for name, code in zip(names, codes, strict=True) if code == duplicate][:2]
        raise LimnerError(f"{second}: has the same code as {first}; rename one of them")
    return ButtonCodes(np.array(codes, dtype=np.float32))


def stem_of(name: str) -> str:
    """Return a file's name without folder and suffix; a scikit-image sample keeps its full name."""
    bare = name.removeprefix("skimage:")
    return Path(bare).name if bare != name else Path(bare).stem


def labels_of(stems: Sequence[str]) -> tuple[str, ...]:
    """Return a unique label for each button: the file's name without a leading number that only sets the order.

    The first file of a name has that name as its label. The next ones have ``-2``, ``-3`` and so on, the first number
    that no other label has.
    """
    labels = [label_of(NUMBER_PREFIX.sub("", stem)) for stem in stems]
    if len(set(labels)) < len(labels):
        labels = [label_of(stem) for stem in stems]
    labels = [label or str(i) for i, label in enumerate(labels, 1)]
    taken, numbers = set(labels), defaultdict[str, "count[int]"](lambda: count(2))
    seen = set[str]()
    for i, label in enumerate(labels):
        if label in seen:
            short = label[: MAX_LABEL_LENGTH - 6]
            labels[i] = next(new for k in numbers[short] if (new := f"{short}-{k}") not in taken)
            taken.add(labels[i])
        seen.add(label)
    return tuple(labels)


def _parse_code(stem: str) -> list[float] | None:
    """Return the weights that a name spells, as digits 0 and 1 or as comma-separated numbers; None for other names."""
    if re.fullmatch(r"[01]{2,}", stem):
        return [float(digit) for digit in stem]
    parts = stem.split(",")
    if len(parts) < 2:
        return None
    try:
        return [float(part) if math.isfinite(float(part)) else math.nan for part in parts]
    except ValueError:
        return None
