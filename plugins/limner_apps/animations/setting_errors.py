"""Errors about settings of a recipe, in the words of an option that changes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from limner.app import LimnerError, PluginError

OTHER_STAGE = re.compile(r"(: |; add (one|it) with )`(swap|set)=\{[^`]*`")
"""The end of a hint at arguments that choose another stage. A movie shows its artwork, with the stages that it has."""
RESTYLE = "; give the artwork this stage with `limner.restyle` first"


@contextmanager
def naming(option: str) -> Iterator[None]:
    """Let errors about settings that are raised in the block begin with the name of an option.

    Args:
        option: the argument of ``limner.animate``: ``move``.

    Raises:
        LimnerError: the block raises one.
    """
    try:
        yield
    except PluginError:
        raise
    except LimnerError as error:
        text = OTHER_STAGE.sub(RESTYLE, str(error))
        raise LimnerError(text if text.startswith("`") else f"`{option}`: {text}") from error
