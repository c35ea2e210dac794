"""Whether standard error is a terminal that takes escape sequences and colours."""

from __future__ import annotations

import os
import sys


def takes_escapes() -> bool:
    """Return whether escape sequences may be written to standard error: not to a file, nor if ``TERM`` is ``dumb``."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "") != "dumb"


def takes_colors() -> bool:
    """Return whether colours may be written to standard error: not if ``NO_COLOR`` is set (https://no-color.org)."""
    return takes_escapes() and not os.environ.get("NO_COLOR")
