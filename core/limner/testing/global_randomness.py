"""The random generators that a whole process shares, which no stage may touch."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from limner.testing.probe import SEED


@contextmanager
def watch_global_generators() -> Iterator[Callable[[], bool]]:
    """Seed the shared generators, and hand out whether they were used since; restore their states afterwards."""
    numpy_state, python_state = np.random.get_state(), random.getstate()
    np.random.seed(SEED)
    random.seed(SEED)

    def seen() -> tuple[object, ...]:
        _, key, position, *_ = np.random.get_state()
        return np.asarray(key).tobytes(), position, random.getstate()

    before = seen()
    try:
        yield lambda: seen() != before
    finally:
        np.random.set_state(numpy_state)
        random.setstate(python_state)
