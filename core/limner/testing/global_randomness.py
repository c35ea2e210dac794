"""The global random generators of a process, which no stage may use."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from limner.testing.probe import SEED


@contextmanager
def watch_global_generators() -> Iterator[Callable[[], bool]]:
    """Seed the global generators, yield a function that returns whether they were used, and restore their states."""
    numpy_state, python_state = np.random.get_state(), random.getstate()
    np.random.seed(SEED)
    random.seed(SEED)

    def states() -> tuple[object, ...]:
        _, key, position, *_ = np.random.get_state()
        return np.asarray(key).tobytes(), position, random.getstate()

    before = states()
    try:
        yield lambda: states() != before
    finally:
        np.random.set_state(numpy_state)
        random.setstate(python_state)
