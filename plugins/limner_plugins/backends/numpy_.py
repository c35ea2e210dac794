"""The backend ``numpy``."""

from __future__ import annotations

import ctypes
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Any, TypeVar

import numpy as np
from pydantic import Field

from limner.plugin import Array, Backend, InTurn, Runner, Taps
from limner_plugins.backends import _sliding

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h
SMALL = 1_000_000  # steps of a product that OpenBLAS takes for a small one
Item = TypeVar("Item")
Result = TypeVar("Result")
_HERE = threading.local()
"""The threads of the runner that was opened here: those of others are theirs, and within them nothing is opened."""


class NumPy(Backend):
    """NumPy on all cores: a tile stays in a core's cache, each core has one, and BLAS runs one thread a tile.

    NumPy releases the interpreter lock inside its loops, so threads are enough.
    """

    threads: int = Field(default=0, ge=0, le=1024, description="tiles at once; 0 is one for each core")

    @classmethod
    def missing(cls) -> str:
        """Nothing: limner depends on NumPy."""
        return ""

    def describe(self) -> str:
        """The version and the number of threads."""
        return f"NumPy {np.__version__}, {self.parallelism()} threads"

    def xp(self) -> Any:
        """NumPy itself: it speaks the standard since 2.0."""
        return np

    def to_host(self, array: Array) -> np.ndarray:
        """The array as it is."""
        return np.asarray(array)

    def parallelism(self) -> int:
        """The number of threads."""
        return self.threads or _cores()

    @contextmanager
    def running(self) -> Iterator[Runner]:
        """Threads, each with BLAS on one thread of its own."""
        from threadpoolctl import threadpool_limits

        _keep_freed_memory()
        threads = self.parallelism()
        # One limit for the whole run, not one a call. With one thread too: BLAS splits products otherwise, and the
        # last bits of the picture would tell how many cores the machine has.
        with threadpool_limits(1):
            if threads == 1:
                yield InTurn()
                return
            with ThreadPoolExecutor(threads, thread_name_prefix="limner") as pool:
                before, _HERE.threads = getattr(_HERE, "threads", None), Threads(pool, threads)
                try:
                    yield _HERE.threads
                finally:
                    _HERE.threads = before

    def product(self, weights: Array, x: Array) -> Array:
        """In blocks of points that BLAS has its kernel for small matrices for."""
        rows, n = weights.shape[0], x.shape[1]
        block = _block(rows, x.shape[0], n)
        if block == n:
            return weights @ x
        out = np.empty((rows, n), np.result_type(weights, x))
        whole = n - n % block
        np.matmul(weights, _blocks(x[:, :whole], block), out=_blocks(out[:, :whole], block))
        if whole < n:
            np.matmul(weights, x[:, whole:], out=out[:, whole:])
        return out

    def outer(self, dy: Array, x: Array) -> Array:
        """The same, summed over the blocks."""
        n = x.shape[1]
        block = _block(dy.shape[0], x.shape[0], n)
        if block == n:
            return dy @ x.T
        whole = n - n % block
        sums = np.matmul(_blocks(dy[:, :whole], block), _blocks(x[:, :whole], block).transpose(0, 2, 1)).sum(axis=0)
        return sums + dy[:, whole:] @ x[:, whole:].T if whole < n else sums

    def put_outer(self, flat: Array, start: int, dy: Array, x: Array) -> None:
        """Into the vector itself, where one product makes it."""
        rows, cols = dy.shape[0], x.shape[0]
        place = flat[start : start + rows * cols].reshape(rows, cols)
        if x.shape[1] == 1:  # a product of matrices, which BLAS packs first, takes five times as long
            np.einsum("i,j->ij", dy[:, 0], x[:, 0], out=place)
        elif _block(rows, cols, x.shape[1]) == x.shape[1]:
            np.matmul(dy, x.T, out=place)
        else:
            place[:] = self.outer(dy, x)

    def slide(self, weights: Array, x: Array, taps: Taps, n: int) -> Array:
        """In blocks of columns that stay in a core's cache."""
        return _sliding.slide(weights, x, taps, n, self.spread)

    def put_slide_outer(self, flat: Array, start: int, dy: Array, x: Array, taps: Taps, k: int) -> None:
        """The same."""
        _sliding.put_slide_outer(flat, start, dy, x, taps, k, self.spread)

    def spread(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Over the threads of the runner that this thread has opened; on one of its threads, one after the other."""
        threads: Threads | None = getattr(_HERE, "threads", None)
        return list(map(function, items) if threads is None else threads.map(function, items))

    def scatter_add(self, index: Array, values: Array, size: int) -> Array:
        """Each row as the one column of a sparse matrix, whose entries may stand twice, times 1.

        It keeps float32 and holds the interpreter's lock for a shorter time than a weighted histogram does.
        """
        from scipy.sparse import csc_array

        one = np.ones(1, values.dtype)
        matrix = csc_array((values[0], index, np.asarray([0, index.size], dtype=index.dtype)), shape=(size, 1))
        out = np.empty((len(values), size), values.dtype)
        for row, sums in zip(values, out, strict=True):
            matrix.data = row
            sums[:] = matrix @ one
        return out


@dataclass(frozen=True)
class Threads:
    """Items over threads, in order."""

    pool: ThreadPoolExecutor
    count: int

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Looks two items a thread ahead: memory stays flat however many there are. One alone is done here."""
        window: deque[Future[Result]] = deque()
        rest = iter(items)
        first = list(islice(rest, 2))
        if len(first) == 1:
            yield function(first[0])
            return
        try:
            for item in chain(first, rest):
                window.append(self.pool.submit(function, item))
                if len(window) >= 2 * self.count:
                    yield window.popleft().result()
            while window:
                yield window.popleft().result()
        finally:
            for future in window:
                future.cancel()


def _block(rows: int, cols: int, n: int) -> int:
    """How many points to multiply at once: OpenBLAS has a kernel for products of up to a million steps.

    It packs nothing, and is 2 to 3.5 times as fast on matrices this narrow (measured up to 36 x 36; beyond, the packed
    kernel is as good). Blocks of a power of two, so that most tiles divide into them.
    """
    block = 2 ** (SMALL // (rows * cols)).bit_length() // 2 if rows * cols else n
    return block if 512 <= block < n else n


def _blocks(x: np.ndarray, block: int) -> np.ndarray:
    """``(k, n)`` seen as ``(n / block, k, block)``, nothing copied."""
    return x.reshape(x.shape[0], -1, block).transpose(1, 0, 2)


@cache
def _keep_freed_memory() -> None:
    """Ask glibc to keep freed tiles for the next ones instead of handing them back to the system.

    It would fault every page of every tile in again: measured, painting then takes 1.6 times as long. Other C
    libraries have no such call, and are left alone.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(M_TRIM_THRESHOLD, 2**28)
    mallopt(M_MMAP_THRESHOLD, 2**25)  # the most that glibc takes


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
