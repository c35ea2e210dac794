"""Checks of a backend: arrays go there and back, and map is in order, lazy and honest about errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, islice
from unittest import SkipTest

import numpy as np

from limner.arrays.namespace import device, namespace
from limner.stages.backend import Backend
from limner.testing.dependencies import needs
from limner.testing.subject import Subject, calling, require


def _backend(subject: Subject[Backend]) -> Backend:
    """The backend, where this machine has it.

    Raises:
        SkipTest: it has not; the reason is the backend's own.
    """
    backend = subject.stage
    missing = backend.missing()
    if missing:
        raise SkipTest(missing)
    return backend


def check_missing(subject: Subject[Backend]) -> None:
    """missing() tells in one line what the machine lacks, and raises nothing."""
    with calling(subject, "missing"):
        text = type(subject.stage).missing()
    valid = isinstance(text, str) and "\n" not in text
    require(
        valid, f"{subject}: missing() returned {text!r}; it must be one line of text, empty where nothing is missing"
    )


def check_backend_description(subject: Subject[Backend]) -> None:
    """The backend describes itself in a line, and says how many tiles it holds."""
    backend = _backend(subject)
    with calling(subject, "describe or parallelism"):
        text, tiles = backend.describe(), backend.parallelism()
    valid = isinstance(text, str) and text and "\n" not in text
    require(valid, f"{subject}: describe() returned {text!r}; it must be one line of text")
    require(type(tiles) is int and tiles >= 1, f"{subject}: parallelism() is {tiles!r}; it must be 1 at least")
    constant = type(backend.tile) is int and backend.tile >= 1 and "tile" not in type(backend).model_fields
    require(constant, f"{subject}: tile must be a whole number of its class, for pictures depend on it")


def check_transfer(subject: Subject[Backend]) -> None:
    """Host arrays come back as they went, and arrays speak the array API on the backend's device."""
    backend = _backend(subject)
    for dtype, shape in (("float32", (3, 5)), ("float32", (0,)), ("uint8", (4, 2)), ("uint16", (7,)), ("int64", (2,))):
        host = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
        with calling(subject, f"asarray or to_host of {dtype}"):
            array = backend.asarray(host)
            back = backend.to_host(array)
            namespace(array)
        require(isinstance(back, np.ndarray), f"{subject}: to_host gave {type(back).__name__}, not a NumPy array")
        same = back.dtype == host.dtype and back.shape == shape and np.array_equal(back, host)
        require(same, f"{subject}: {dtype} of shape {shape} comes back as {back.dtype} of {back.shape}, or changed")
        if backend.device() is not None:
            placed_on = device(array)
            require(
                placed_on == backend.device(),
                f"{subject}: asarray puts arrays on {placed_on}, and device() is {backend.device()}",
            )


def check_map_order(subject: Subject[Backend]) -> None:
    """Results come in the order of the items, for any number of them."""
    backend = _backend(subject)
    for n in (0, 1, 50):
        with calling(subject, "map"):
            got = list(backend.map(lambda i: i * i, range(n)))
        require(got == [i * i for i in range(n)], f"{subject}: map gives results out of order; keep that of the items")


@needs("map_order")
def check_map_lazy(subject: Subject[Backend]) -> None:
    """Items are taken a few ahead of the results, so that memory stays flat."""
    backend, taken = _backend(subject), 0

    def items() -> Iterator[int]:
        nonlocal taken
        for i in count():
            taken += 1
            if taken > 10_000:
                raise AssertionError(
                    f"{subject}: map takes items without end before it gives a result; look a few ahead"
                )
            yield i

    results = iter(backend.map(lambda i: i, items()))
    with calling(subject, "map"):
        first = list(islice(results, 3))
    _close(results)
    require(first == [0, 1, 2], f"{subject}: map gave {first} for the first three results")
    limit = 3 + 8 * backend.parallelism()
    require(taken <= limit, f"{subject}: map took {taken} items for three results; look at most {limit} ahead")


@needs("map_order")
def check_map_errors(subject: Subject[Backend]) -> None:
    """What the function raises, and what the items raise, comes out of map."""
    backend = _backend(subject)

    def broken(i: int) -> int:
        if i == 3:
            raise _ExpectedError
        return i

    def items() -> Iterator[int]:
        yield 0
        raise _ExpectedError

    runs: dict[str, Callable[[], Iterator[int]]] = {
        "function": lambda: backend.map(broken, range(100)),
        "iterable": lambda: backend.map(lambda i: i, items()),
    }
    for what, run in runs.items():
        try:
            list(run())
        except _ExpectedError:
            continue
        require(False, f"{subject}: map loses what the {what} raises; let it through")


def _close(results: object) -> None:
    """Let a generator end its threads."""
    close = getattr(results, "close", None)
    if close is not None:
        close()


class _ExpectedError(Exception):
    """Raised on purpose."""


OF_EXAMPLE = (
    check_missing,
    check_backend_description,
    check_transfer,
    check_map_order,
    check_map_lazy,
    check_map_errors,
)
