"""Paths that come from outside: their type, and questions about them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

StrPath: TypeAlias = "str | os.PathLike[str]"
"""A path as public functions take it."""


def exists(path: Path) -> bool:
    """Whether there is such a file. A name that no file can have has none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def os_reason(error: OSError | ValueError) -> str:
    """Return what an operating system's error says, without its number."""
    return getattr(error, "strerror", None) or str(error)
