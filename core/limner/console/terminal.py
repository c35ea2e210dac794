"""Whether standard error is a terminal that takes escape sequences."""

from __future__ import annotations

import os
import sys


def takes_escapes() -> bool:
    """Return whether escape sequences may be written to standard error.

    They may not if it is a file, if ``TERM`` is ``dumb``, or if ``NO_COLOR`` is set (https://no-color.org).
    """
    if sys.stderr is None or not sys.stderr.isatty():
        return False
    return os.environ.get("TERM", "") != "dumb" and not os.environ.get("NO_COLOR")
