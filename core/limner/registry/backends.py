"""Backends by name: chosen, and surveyed for those that run on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from limner.errors import BackendError, PluginError, did_you_mean
from limner.stages.backend import Backend
from limner.utils.arguments import show_value

if TYPE_CHECKING:
    from limner.registry.registry import Registry

AUTO = ("cupy", "numpy")
"""What ``auto`` tries, in this order."""


class BackendState(NamedTuple):
    """Whether a backend runs on this machine.

    Attributes:
        name: the backend's.
        detail: what it computes with; why it does not run, if it does not.
        runs: whether it does.
        auto: whether ``auto`` chooses it.
    """

    name: str
    detail: str
    runs: bool
    auto: bool


def choose_backend(backend: str | Backend, registry: Registry, *, threads: int = 0) -> Backend:
    """Return the backend of a name; ``auto`` is the first of CuPy and NumPy that runs here.

    Args:
        backend: the name, or a backend.
        registry: where names are looked up.
        threads: tiles at once where the backend runs threads; 0 leaves it to the backend.

    Raises:
        BackendError: the backend does not run on this machine, or ``threads`` is out of range.
        LimnerError: the name is unknown.
    """
    if isinstance(backend, Backend):
        return backend
    if not isinstance(backend, str):
        raise BackendError(f"`backend`: must be a name or a backend, got {show_value(backend)}")
    if backend == "auto":
        found = next(name for name in AUTO if not registry.load("backend", name, Backend).missing())
        return _make(found, registry, threads)
    if not registry.has("backend", backend):
        raise BackendError(f"unknown backend {backend!r}{did_you_mean(backend, ['auto', *registry.names('backend')])}")
    reason = registry.load("backend", backend, Backend).missing()
    if reason:
        raise BackendError(f"backend {backend!r} does not run here: {reason}")
    return _make(backend, registry, threads)


def backend_states(registry: Registry) -> Iterator[BackendState]:
    """Yield every registered backend, and whether it runs on this machine."""
    chosen = type(choose_backend("auto", registry))
    for name in registry.names("backend"):
        try:
            cls = registry.load("backend", name, Backend)
            reason = cls.missing()
        except PluginError as error:
            yield BackendState(name, str(error), runs=False, auto=False)
        else:
            yield BackendState(name, reason or cls().describe(), runs=not reason, auto=cls is chosen)


def _make(name: str, registry: Registry, threads: int) -> Backend:
    cls = registry.load("backend", name, Backend)
    if "threads" not in cls.model_fields or not threads:
        return cls()
    if not 1 <= threads <= 1024:
        raise BackendError(f"threads: must be 1 to 1024, got {threads}")
    return cls.model_validate({"threads": threads})
