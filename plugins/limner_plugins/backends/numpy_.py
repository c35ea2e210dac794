"""The backend ``numpy``."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from pydantic import Field

from limner.plugin import Array, Backend, Runner, SerialRunner, Taps
from limner_plugins.backends import _sliding
from limner_plugins.backends._blocks import block_of, multiply, outer
from limner_plugins.backends._threads import Threads, here, opened_here
from limner_plugins.common.threads import available_cores

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # from malloc.h
MIN_BLOCK = 512  # smallest block of points of a product
Item = TypeVar("Item")
Result = TypeVar("Result")


class NumPy(Backend):
    """NumPy on all cores: each core works on a tile that stays in its cache, with a single BLAS thread.

    NumPy releases the interpreter lock inside its loops, so threads are enough.
    """

    threads: int = Field(default=0, ge=0, le=1024, description="tiles processed at once; 0 is one per core")

    @classmethod
    def missing(cls) -> str:
        """Return an empty string: limner depends on NumPy."""
        return ""

    def describe(self) -> str:
        """Return the version and the number of threads."""
        return f"NumPy {np.__version__}, {self.parallelism()} threads"

    def xp(self) -> Any:
        """Return NumPy, which follows the standard since 2.0."""
        return np

    def to_host(self, array: Array) -> np.ndarray:
        """Return the array unchanged."""
        return np.asarray(array)

    def parallelism(self) -> int:
        """Return the number of threads."""
        return self.threads or available_cores()

    @contextmanager
    def open_runner(self) -> Iterator[Runner]:
        """Open threads, each with a single BLAS thread."""
        _keep_freed_memory()
        threads = self.parallelism()
        # One limit for the whole run, not one per call, and for one thread as well: BLAS would split products, and the
        # last bits of the picture would depend on the number of cores.
        with _thread_pools(len(sys.modules)).limit(limits=1):
            if threads == 1:
                yield SerialRunner()
                return
            with ThreadPoolExecutor(threads, "limner") as pool, opened_here(Threads(pool, threads)) as runner:
                yield runner

    def product(self, weights: Any, x: Any) -> Array:
        """Return the product, in blocks of points for which BLAS uses its kernel for small matrices."""
        out = np.empty((weights.shape[0], x.shape[1]), np.result_type(weights, x))
        multiply(weights, x, out, MIN_BLOCK)
        return out

    def outer(self, dy: Any, x: Any) -> Array:
        """Return the outer product, summed over blocks of points."""
        return outer(dy, x, MIN_BLOCK)

    def write_outer(self, flat: Any, start: int, dy: Any, x: Any) -> None:
        """Write the outer product into the vector, directly if one product suffices."""
        rows, cols = dy.shape[0], x.shape[0]
        place = flat[start : start + rows * cols].reshape(rows, cols)
        if x.shape[1] == 1:  # a matrix product, which BLAS packs first, takes five times as long
            np.einsum("i,j->ij", dy[:, 0], x[:, 0], out=place)
        elif block_of(rows * cols, x.shape[1], MIN_BLOCK) == x.shape[1]:
            np.matmul(dy, x.T, out=place)
        else:
            place[:] = self.outer(dy, x)

    def convolve(self, weights: Any, x: Any, taps: Taps, n: int) -> Array:
        """Return the convolution, in blocks of columns that stay in a core's cache."""
        return _sliding.slide(weights, x, taps, n, self.parallel_map)

    def write_kernel_gradient(self, flat: Any, start: int, dy: Any, x: Any, taps: Taps, k: int) -> None:
        """Write the gradient of the kernel, in blocks of columns that stay in a core's cache."""
        _sliding.put_slide_outer(flat, start, dy, x, taps, k, self.parallel_map)

    def parallel_map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Return the results over the threads open on this thread; on a worker thread, one after the other."""
        return list(here().map(function, items))

    def scatter_add(self, index: Any, values: Any, size: int) -> Array:
        """Return the sums, each row as the only column of a sparse matrix with duplicate entries, times 1.

        This keeps float32, and holds the interpreter lock for a shorter time than a weighted histogram.
        """
        from scipy.sparse import csc_array

        one = np.ones(1, values.dtype)
        matrix = csc_array((values[0], index, np.asarray([0, index.size], dtype=index.dtype)), shape=(size, 1))
        out = np.empty((len(values), size), values.dtype)
        for row, sums in zip(values, out, strict=True):
            matrix.data = row
            sums[:] = matrix @ one
        return out


@lru_cache(maxsize=1)
def _thread_pools(num_modules: int) -> ThreadpoolController:  # noqa: ARG001 - a module may load a library
    """Return the thread pools of the libraries that are loaded, such as those of BLAS.

    The search reads the memory map of the process, which takes longer than painting a thumbnail. So its result is kept
    until another module is imported.
    """
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@cache
def _keep_freed_memory() -> None:
    """Make glibc keep freed tiles for the next ones instead of returning them to the system.

    Otherwise every page of every tile is faulted in again, which makes painting 1.6 times as slow (measured). Other C
    libraries have no such call and stay unchanged.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(M_TRIM_THRESHOLD, 2**28)
    mallopt(M_MMAP_THRESHOLD, 2**25)  # the largest value that glibc accepts
