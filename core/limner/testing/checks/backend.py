"""Checks of a backend: transfers are exact, and ``map`` is ordered, lazy and passes errors on."""

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
    """Return the backend under test.

    Raises:
        SkipTest: this machine does not run the backend.
    """
    backend = subject.stage
    missing = backend.missing()
    if missing:
        raise SkipTest(missing)
    return backend


def check_missing(subject: Subject[Backend]) -> None:
    """Require that ``missing()`` returns one line of text and raises nothing."""
    with calling(subject, "missing"):
        text = type(subject.stage).missing()
    valid = isinstance(text, str) and "\n" not in text
    require(
        valid,
        f"{subject}: missing() returned {text!r}; return one line of text, or an empty string if nothing is missing",
    )


def check_backend_description(subject: Subject[Backend]) -> None:
    """Require a one-line description, a parallelism of at least 1 and a constant tile size."""
    backend = _backend(subject)
    with calling(subject, "describe or parallelism"):
        text, tiles = backend.describe(), backend.parallelism()
    valid = isinstance(text, str) and text and "\n" not in text
    require(valid, f"{subject}: describe() returned {text!r}; return one line of text")
    require(
        type(tiles) is int and tiles >= 1,
        f"{subject}: parallelism() returned {tiles!r}; return an integer of at least 1",
    )
    constant = type(backend.tile) is int and backend.tile >= 1 and "tile" not in type(backend).model_fields
    require(constant, f"{subject}: tile must be an integer class constant, not a field; rendered pictures depend on it")


def check_transfer(subject: Subject[Backend]) -> None:
    """Require that host arrays survive the round trip, and that device arrays follow the array API standard."""
    backend = _backend(subject)
    for dtype, shape in (("float32", (3, 5)), ("float32", (0,)), ("uint8", (4, 2)), ("uint16", (7,)), ("int64", (2,))):
        host = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
        with calling(subject, f"asarray or to_host of {dtype}"):
            array = backend.asarray(host)
            back = backend.to_host(array)
            namespace(array)
        require(
            isinstance(back, np.ndarray), f"{subject}: to_host returned {type(back).__name__}; return a NumPy array"
        )
        same = back.dtype == host.dtype and back.shape == shape and np.array_equal(back, host)
        require(
            same,
            f"{subject}: an array of {dtype} {shape} comes back as {back.dtype} {back.shape}, or with other values",
        )
        if backend.device() is not None:
            placed_on = device(array)
            own = backend.device()
            require(placed_on == own, f"{subject}: asarray puts arrays on {placed_on}, but device() returns {own}")


def check_map_order(subject: Subject[Backend]) -> None:
    """Require results in the order of the items, for any number of items."""
    backend = _backend(subject)
    for n in (0, 1, 50):
        with calling(subject, "map"):
            got = list(backend.map(lambda i: i * i, range(n)))
        require(
            got == [i * i for i in range(n)],
            f"{subject}: map returns results out of order; keep the order of the items",
        )


@needs("map_order")
def check_map_lazy(subject: Subject[Backend]) -> None:
    """Require that ``map`` takes only a few items ahead of its results, so that memory use stays constant."""
    backend, taken = _backend(subject), 0

    def items() -> Iterator[int]:
        nonlocal taken
        for i in count():
            taken += 1
            if taken > 10_000:
                raise AssertionError(
                    f"{subject}: map takes over 10,000 items before its first result; take only a few ahead"
                )
            yield i

    results = iter(backend.map(lambda i: i, items()))
    with calling(subject, "map"):
        first = list(islice(results, 3))
    _close(results)
    require(first == [0, 1, 2], f"{subject}: the first three results of map are {first}; they must be [0, 1, 2]")
    limit = 3 + 8 * backend.parallelism()
    require(taken <= limit, f"{subject}: map took {taken} items for three results; take at most {limit}")


@needs("map_order")
def check_map_errors(subject: Subject[Backend]) -> None:
    """Require that ``map`` passes on errors of the function and of the items."""
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
        require(False, f"{subject}: map loses an error that the {what} raises; let it propagate")


def _close(results: object) -> None:
    """Close a generator, so that it ends its threads."""
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
