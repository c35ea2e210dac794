"""Questions about paths that come from outside."""

from __future__ import annotations

from pathlib import Path


def exists(path: Path) -> bool:
    """Whether there is such a file. A name that no file can have has none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def os_reason(error: OSError | ValueError) -> str:
    """Return what an operating system's error says, without its number."""
    return getattr(error, "strerror", None) or str(error)
