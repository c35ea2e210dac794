"""The names that stages, roles, recipes and commands can have."""

from __future__ import annotations

import re

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MAX_NAME = 64  # characters
PLACEHOLDER = "TODO:"
"""The beginning of a summary or a docstring that a template leaves to the author; the conformance kit rejects it."""


def is_name(text: str) -> bool:
    """Whether the text is lower-case words joined by hyphens, and not too long."""
    return len(text) <= MAX_NAME and NAME.fullmatch(text) is not None
