"""Names of stages, roles, recipes and commands, and qualified names with a package: PACKAGE/NAME."""

from __future__ import annotations

import re

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MAX_NAME = 64  # characters
PLACEHOLDER = "TODO:"
"""The start of a summary or docstring that the author of a plugin must replace; the conformance kit rejects it."""
BUILT_IN = "limner"
"""The package of the built-ins: ``limner/xy`` is the built-in ``xy``."""
LOCAL = "local"
"""The reserved package of classes that belong to no installed package: ``local/rings``."""


def is_name(text: str) -> bool:
    """Return whether a text is lower-case words joined by hyphens, and not too long."""
    return len(text) <= MAX_NAME and NAME.fullmatch(text) is not None


def normalized(package: str) -> str:
    """Return the name of a distribution, normalised as in PEP 503: ``limner-foo`` for ``Limner_Foo``."""
    return re.sub(r"[-_.]+", "-", package).lower()


def qualified(package: str, name: str) -> str:
    """Return the qualified name: ``limner-foo/xy``."""
    return f"{normalized(package)}/{name}"


def split_name(name: str) -> tuple[str, str]:
    """Return the normalised package of a name, empty if the name is unqualified, and the name without it."""
    package, _, short = name.rpartition("/")
    return normalized(package), short


def short_name(name: str) -> str:
    """Return a name without its package: ``xy`` for ``limner-foo/xy``."""
    return split_name(name)[1]


def kebab_case(identifier: str) -> str:
    """Return a class name as lower-case words joined by hyphens: ``my-rings`` for ``MyRings``."""
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3-\2\4", identifier)
    return words.replace("_", "-").strip("-").lower()
