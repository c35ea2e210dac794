"""Random numbers: always drawn on the host, with one child generator per use.

A child generator depends only on the seed and on the name of its use. Adding a stage to a recipe therefore does not
change the random numbers of the others, and a resumed run draws the same numbers as an uninterrupted one.
"""

from __future__ import annotations

import hashlib
import secrets

import numpy as np


def child_rng(seed: int, *key: str | int) -> np.random.Generator:
    """Return a ``PCG64`` generator for ``seed`` and the use that ``key`` names."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    spawn_key = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=spawn_key)))


def draw_seed() -> int:
    """Return a random seed from 0 to 999,999, short enough to read aloud and type again."""
    return secrets.randbelow(1_000_000)
