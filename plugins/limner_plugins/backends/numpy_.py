"""The backend ``numpy``."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import numpy as np
from pydantic import Field

from limner.plugin import Array, Backend, Runner, SerialRunner, Taps
from limner_plugins.backends import _sliding
from limner_plugins.backends._blocks import block_of, multiply, outer
from limner_plugins.backends._threads import Threads, here, opened_here
from limner_plugins.common.threads import available_cores

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h
LEAST = 512  # points of a block of a product
Item = TypeVar("Item")
Result = TypeVar("Result")


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
        return self.threads or available_cores()

    @contextmanager
    def open_runner(self) -> Iterator[Runner]:
        """Threads, each with BLAS on one thread of its own."""
        from threadpoolctl import threadpool_limits

        _keep_freed_memory()
        threads = self.parallelism()
        # One limit for the whole run, not one a call. With one thread too: BLAS splits products otherwise, and the
        # last bits of the picture would tell how many cores the machine has.
        with threadpool_limits(1):
            if threads == 1:
                yield SerialRunner()
                return
            with ThreadPoolExecutor(threads, "limner") as pool, opened_here(Threads(pool, threads)) as runner:
                yield runner

    def product(self, weights: Any, x: Any) -> Array:
        """In blocks of points that BLAS has its kernel for small matrices for."""
        out = np.empty((weights.shape[0], x.shape[1]), np.result_type(weights, x))
        multiply(weights, x, out, LEAST)
        return out

    def outer(self, dy: Any, x: Any) -> Array:
        """The same, summed over the blocks."""
        return outer(dy, x, LEAST)

    def write_outer(self, flat: Any, start: int, dy: Any, x: Any) -> None:
        """Into the vector itself, where one product makes it."""
        rows, cols = dy.shape[0], x.shape[0]
        place = flat[start : start + rows * cols].reshape(rows, cols)
        if x.shape[1] == 1:  # a product of matrices, which BLAS packs first, takes five times as long
            np.einsum("i,j->ij", dy[:, 0], x[:, 0], out=place)
        elif block_of(rows * cols, x.shape[1], LEAST) == x.shape[1]:
            np.matmul(dy, x.T, out=place)
        else:
            place[:] = self.outer(dy, x)

    def convolve(self, weights: Any, x: Any, taps: Taps, n: int) -> Array:
        """In blocks of columns that stay in a core's cache."""
        return _sliding.slide(weights, x, taps, n, self.parallel_map)

    def write_kernel_gradient(self, flat: Any, start: int, dy: Any, x: Any, taps: Taps, k: int) -> None:
        """The same."""
        _sliding.put_slide_outer(flat, start, dy, x, taps, k, self.parallel_map)

    def parallel_map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Over the threads of the runner that this thread has opened; on one of its threads, one after the other."""
        return list(here().map(function, items))

    def scatter_add(self, index: Any, values: Any, size: int) -> Array:
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
