"""Products of a narrow matrix and many points, in blocks for which OpenBLAS uses its kernel for small matrices.

That kernel packs nothing, and is 2 to 3.5 times as fast on matrices this narrow (measured up to 36 x 36; beyond, the
packed kernel is as fast).
"""

from __future__ import annotations

import numpy as np

SMALL = 1_000_000  # multiplications up to which OpenBLAS treats a product as small


def block_of(weights: int, n: int, least: int) -> int:
    """Return how many of n points to multiply at once by a matrix of ``weights`` numbers; n if blocks do not pay.

    Blocks are a power of two, at least ``least``, so that most tiles divide into them.
    """
    block = power(SMALL // weights) if weights else n
    return block if least <= block < n else n


def multiply(weights: np.ndarray, x: np.ndarray, out: np.ndarray, least: int) -> None:
    """Write ``weights @ x`` into ``out``, block by block."""
    n = x.shape[1]
    block = block_of(weights.size, n, least)
    if block == n:
        np.matmul(weights, x, out=out)
        return
    whole = n - n % block
    np.matmul(weights, _blocks(x[:, :whole], block), out=_blocks(out[:, :whole], block))
    if whole < n:
        np.matmul(weights, x[:, whole:], out=out[:, whole:])


def outer(dy: np.ndarray, x: np.ndarray, least: int) -> np.ndarray:
    """Return ``dy @ x.T``, summed over the blocks."""
    n = x.shape[1]
    block = block_of(dy.shape[0] * x.shape[0], n, least)
    if block == n:
        plain: np.ndarray = dy @ x.T
        return plain
    whole = n - n % block
    parts = np.matmul(_blocks(dy[:, :whole], block), _blocks(x[:, :whole], block).transpose(0, 2, 1))
    sums: np.ndarray = parts.sum(axis=0)
    if whole < n:
        sums += dy[:, whole:] @ x[:, whole:].T
    return sums


def power(number: int) -> int:
    """Return the greatest power of two up to a number; 0 for 0."""
    return (1 << number.bit_length()) // 2


def _blocks(x: np.ndarray, block: int) -> np.ndarray:
    """Return ``(k, n)`` seen as ``(n / block, k, block)``, nothing copied."""
    return x.reshape(x.shape[0], -1, block).transpose(1, 0, 2)
