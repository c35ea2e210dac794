"""Messages of the library in the words of the command line.

Errors of the library name arguments of functions, in backticks: ``size``, ``force=True``, ``swap={'loss': 'mae'}``. The
command line prints the option in their place: ``--size``, ``--force``, ``--loss mae``. It does so for options that the
command has, and neither in names of files nor in what a plugin says: backticks mean something else there. Functions are
translated too: ``limner.train`` in backticks becomes ``limner translate train``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from limner.console.session import current

ARGUMENT = re.compile(r"(?<![^\s(])`([a-z_]+)(?:=([^`]+))?`(?![\w`/'\"]|\.\w)")
OPTIONS = {"out": "-o", "path": "-o", "set": "-s", "encoder": "--encoders", "warp": "--warps"}
OPTIONS |= {
    "images": "limner fit PICTURE",
    "picture": "limner translate apply ART PICTURE",
    "pictures": "limner translate train PICTURE",
    "photos": "limner faces PHOTO",
}
"""The options that are not spelled as the argument."""
FUNCTION = re.compile(r"`limner\.([a-z]+)`")
COMMANDS = {"gallery": "gallery build", "translate": "translate apply", "train": "translate train"}
"""The commands that are not called as the function."""
ENTRY = re.compile(r"\{'([\w.]+)': (?:'([^']*)'|([^}]*))\}")
PLUGIN = re.compile(r"(?<!\S)[\w.-]+(?: [\w.+!-]+)?, [a-z-]+ '[^']+'(?::|, ).*", re.DOTALL)
"""What a plugin is the subject of: ``limner-foo 1.2, encoder 'rings': KeyError: 'phase'``."""


def as_options(message: str, verbatim: Sequence[str] = ()) -> str:
    """Return a message with the options of the command that runs for the arguments that stand in backticks.

    Args:
        message: a message of the library.
        verbatim: texts in it that stay as they are, besides words of the command line and what a plugin says.
    """
    session = current()
    kept = [re.escape(text) for text in (*verbatim, *session.argv) if "`" in text]
    parts = re.compile("|".join([*sorted(kept, key=len, reverse=True), PLUGIN.pattern]), re.DOTALL)
    out, end = "", 0
    for found in parts.finditer(message):
        out += _translated(message[end : found.start()], session.options) + found[0]
        end = found.end()
    return out + _translated(message[end:], session.options)


def _translated(text: str, options: frozenset[str] | None) -> str:
    def option(found: re.Match[str]) -> str:
        spelled = _option(found)
        known = options is None or spelled.startswith("limner ") or spelled.partition(" ")[0] in options
        return spelled if known else found[0]

    return ARGUMENT.sub(option, FUNCTION.sub(_command, text))


def _command(found: re.Match[str]) -> str:
    return f"limner {COMMANDS.get(found[1], found[1])}"


def _option(found: re.Match[str]) -> str:
    name, value = found[1], found[2]
    entry = ENTRY.fullmatch(value or "")
    if entry and name == "swap":
        return f"{_spelled(entry[1])} {entry[2]}"
    if entry and name == "set":
        return f"-s {entry[1]}={entry[2] or entry[3]}"
    return _spelled(name) if value in (None, "True") else f"{_spelled(name)} {value}"


def _spelled(name: str) -> str:
    return OPTIONS.get(name) or "--" + name.replace("_", "-")
