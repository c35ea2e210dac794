"""Random numbers: always drawn on the host, a child generator for each use.

A child depends on the seed and on its own name only, so that adding a stage to a recipe does not reshuffle the others,
and a resumed run draws what the run that was never stopped would have drawn.
"""

from __future__ import annotations

import hashlib
import secrets

import numpy as np


def child_rng(seed: int, *key: str | int) -> np.random.Generator:
    """Return the generator ``PCG64`` for ``seed`` and the use that ``key`` names."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    spawn_key = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=spawn_key)))


def draw_seed() -> int:
    """A fresh seed, short enough to be read out and typed again."""
    return secrets.randbelow(1_000_000)
