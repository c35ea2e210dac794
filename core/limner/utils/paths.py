"""Helpers for paths that come from users."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

StrPath: TypeAlias = "str | os.PathLike[str]"
"""A path as an argument of public functions."""


def exists(path: Path) -> bool:
    """Return whether a path exists; False for names that are not valid."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def os_reason(error: OSError | ValueError) -> str:
    """Return the message of an operating system error, without its number."""
    return getattr(error, "strerror", None) or str(error)
