"""Name the third-party package when one of its stages fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from limner.errors import LimnerError, PluginError

OWN = ("limner", "numpy")


def third_parties(packages: Mapping[str, str]) -> str:
    """Return the names and versions of the packages that are neither limner's nor NumPy, as one text."""
    return ", ".join(f"{name} {version}" for name, version in packages.items() if name not in OWN)


@contextmanager
def errors_named(packages: Mapping[str, str]) -> Iterator[None]:
    """Raise what a third party's stage raises while painting as an error that names the package.

    Raises:
        PluginError: a stage failed, and the recipe uses stages of others.
    """
    others = third_parties(packages)
    try:
        yield
    except (LimnerError, MemoryError):
        raise
    except Exception as error:
        if not others:
            raise
        text = " ".join(f"{type(error).__name__}: {error}".split())
        raise PluginError(f"a stage of {others} failed while painting: {text}") from error
