"""Array backends: chosen by name, and listed with their availability on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from limner.errors import BackendError, PluginError, did_you_mean
from limner.stages.backend import Backend
from limner.utils.arguments import show_value

if TYPE_CHECKING:
    from limner.registry.registry import Registry

AUTO = ("cupy", "numpy")
"""The backends that ``auto`` tries, in this order."""


class BackendState(NamedTuple):
    """The availability of a backend on this machine.

    Attributes:
        name: the name of the backend.
        detail: the library and device it uses, or the reason why it does not run.
        runs: whether it runs.
        auto: whether ``auto`` chooses it.
    """

    name: str
    detail: str
    runs: bool
    auto: bool


def choose_backend(backend: str | Backend, registry: Registry, *, threads: int = 0) -> Backend:
    """Return the backend of a name; ``auto`` is the first of CuPy and NumPy that runs here.

    Args:
        backend: a name or a backend; a backend is returned unchanged.
        registry: the registry to look names up in.
        threads: number of tiles computed at once, if the backend uses threads; 0 for the backend's default.

    Raises:
        BackendError: the backend does not run on this machine or uses no threads, or ``threads`` is out of range.
        LimnerError: the name is unknown.
    """
    if isinstance(backend, Backend):
        return backend
    if not isinstance(backend, str):
        raise BackendError(f"`backend`: must be a name or a backend, got {show_value(backend)}")
    if backend == "auto":
        available = next(name for name in AUTO if not registry.load("backend", name, Backend).missing())
        return _make(available, registry, threads)
    if not registry.has("backend", backend):
        raise BackendError(f"unknown backend {backend!r}{did_you_mean(backend, ['auto', *registry.names('backend')])}")
    reason = registry.load("backend", backend, Backend).missing()
    if reason:
        raise BackendError(f"backend {backend!r} does not run here: {reason}")
    return _make(backend, registry, threads)


def backend_states(registry: Registry) -> Iterator[BackendState]:
    """Yield every registered backend with its availability on this machine."""
    automatic = type(choose_backend("auto", registry))
    for name in registry.names("backend"):
        try:
            cls = registry.load("backend", name, Backend)
            reason = cls.missing()
        except PluginError as error:
            yield BackendState(name, str(error), runs=False, auto=False)
        else:
            yield BackendState(name, reason or cls().describe(), runs=not reason, auto=cls is automatic)


def _make(name: str, registry: Registry, threads: int) -> Backend:
    cls = registry.load("backend", name, Backend)
    if not threads:
        return cls()
    if "threads" not in cls.model_fields:
        raise BackendError(f"`threads`: have no effect on the backend {name!r}; omit it, or use `backend=numpy`")
    if not 1 <= threads <= 1024:
        raise BackendError(f"`threads`: must be 0 to 1024, got {threads}")
    return cls.model_validate({"threads": threads})
