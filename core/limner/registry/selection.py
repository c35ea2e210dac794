"""Which installed packages are used: all, unless the environment variable ``LIMNER_PLUGINS`` disables some.

This module uses the standard library alone, as ``limner --help`` does.
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
    """The packages that are used.

    Attributes:
        off: whether no third-party package is.
        disabled: the normalised names of those that are not.
    """

    off: bool = False
    disabled: frozenset[str] = frozenset()

    def uses(self, package: str) -> bool:
        """Whether a package is used."""
        return package == BUILT_IN or not (self.off or normalized(package) in self.disabled)


def selection() -> Selection:
    """Return what ``LIMNER_PLUGINS`` selects: ``off`` for no third party, ``-limner-foo,-limner-bar`` for the others.

    Raises:
        LimnerError: the value is neither.
    """
    value = os.environ.get(VARIABLE, "").strip()
    if not value or value.lower() == "off":
        return Selection(off=bool(value))
    disabled = set()
    for part in (each.strip() for each in value.split(",")):
        package = normalized(part[1:])
        if not part.startswith("-") or not _PACKAGE.fullmatch(package):
            raise LimnerError(
                f"{VARIABLE}: {part[:60]!r} is not valid; use off, or -PACKAGE,-PACKAGE to disable packages"
            )
        if package == BUILT_IN:
            raise LimnerError(f"{VARIABLE}: the built-in stages cannot be disabled; leave out {part!r}")
        disabled.add(package)
    return Selection(disabled=frozenset(disabled))
