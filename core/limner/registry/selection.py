"""The installed packages in use: all, unless the environment variable ``LIMNER_PLUGINS`` disables some.

This module uses the standard library alone, so that ``limner --help`` starts quickly.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from limner.errors import LimnerError
from limner.registry.names import BUILT_IN, normalized

VARIABLE = "LIMNER_PLUGINS"
_PACKAGE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Selection:
    """The packages in use.

    Attributes:
        off: whether all third-party packages are disabled.
        disabled: the normalised names of disabled packages.
    """

    off: bool = False
    disabled: frozenset[str] = frozenset()

    def uses(self, package: str) -> bool:
        """Return whether a package is in use."""
        return package == BUILT_IN or not (self.off or normalized(package) in self.disabled)


def selection() -> Selection:
    """Return the selection in ``LIMNER_PLUGINS``: ``off`` disables all third parties, ``-limner-foo,-limner-bar`` some.

    Raises:
        LimnerError: the value is invalid.
    """
    value = os.environ.get(VARIABLE, "").strip()
    if not value or value.lower() == "off":
        return Selection(off=bool(value))
    disabled = set()
    for part in (item.strip() for item in value.split(",")):
        package = normalized(part[1:])
        if not part.startswith("-") or not _PACKAGE.fullmatch(package):
            raise LimnerError(
                f"{VARIABLE}: {part[:60]!r} is not valid; use off, or -PACKAGE,-PACKAGE to disable packages"
            )
        if package == BUILT_IN:
            raise LimnerError(f"{VARIABLE}: the built-in stages cannot be disabled; remove {part!r}")
        disabled.add(package)
    return Selection(disabled=frozenset(disabled))
