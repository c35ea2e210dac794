"""Messages of the library, reworded for the command line.

Errors of the library name arguments of functions, in backticks: ``size``, ``force=True``, ``swap={'loss': 'mae'}``. The
command line prints the option instead: ``--size``, ``--force``, ``--loss mae``. It replaces only options that the
command has, and neither file names nor messages of plugins, where backticks mean something else. Functions are
replaced too: ``limner.train`` in backticks becomes ``limner translate train``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from limner.console.session import current
from limner.utils.shell import quote

ARGUMENT = re.compile(r"(?<![^\s(])`([a-z_]+)(?:=([^`]+))?`(?![\w`/'\"]|\.\w)")
OPTIONS = {"out": "-o", "path": "-o", "set": "-s", "encoder": "--encoders", "warp": "--warps"}
OPTIONS |= {
    "artworks": "limner animate FILE",
    "images": "limner fit IMAGE",
    "picture": "limner translate apply NETWORK IMAGE",
    "pictures": "limner translate train IMAGE",
    "photos": "limner faces PHOTO",
}
"""The options that have another name than the argument."""
COMMAND_OPTIONS = {("blend", "pictures"): "limner blend FILE"}
"""The options that have another name than in other commands, by command and argument."""
ALTERNATIVES = {"--encoders": "--input"}
"""The names of options in commands that call them otherwise: ``limner translate train``."""
FUNCTION = re.compile(r"`limner\.([a-z]+)`")
COMMANDS = {"gallery": "gallery build", "translate": "translate apply", "train": "translate train"}
"""The commands that have another name than the function."""
ENTRY = re.compile(r"\{'([\w.]+)': (?:'([^']*)'|([^}]*))\}")
QUOTED = re.compile(r"'([^']*)'")
PLUGIN = re.compile(r"(?<!\S)(?:[\w.-]+(?: [\w.+!-]+)?, [a-z-]+ '|[a-z-]+ 'local/)[^']+'(?::|, ).*", re.DOTALL)
"""Matches a message about a plugin: ``limner-foo 1.2, encoder 'rings': KeyError: 'phase'``.

The name of a local class has a prefix instead: ``encoder 'local/rings': KeyError: 'phase'``.
"""


def as_options(message: str, verbatim: Sequence[str] = ()) -> str:
    """Return a message in which options of the running command replace the arguments in backticks.

    Args:
        message: a message of the library.
        verbatim: texts in it that stay unchanged, like words of the command line and messages of plugins.
    """
    session = current()
    protected = [re.escape(text) for text in (*verbatim, *session.argv) if "`" in text]
    parts = re.compile("|".join([*sorted(protected, key=len, reverse=True), PLUGIN.pattern]), re.DOTALL)
    out, end = "", 0
    for match in parts.finditer(message):
        out += _reword(message[end : match.start()], session.options) + match[0]
        end = match.end()
    return out + _reword(message[end:], session.options)


def _reword(text: str, options: frozenset[str] | None) -> str:
    def option(match: re.Match[str]) -> str:
        spelled = _option(match)
        name, space, value = spelled.partition(" ")
        if options is not None and name not in options:
            spelled = ALTERNATIVES.get(name, name) + space + value
        known = options is None or spelled.startswith("limner ") or spelled.partition(" ")[0] in options
        return spelled if known else match[0]

    return ARGUMENT.sub(option, FUNCTION.sub(_command, text))


def _command(match: re.Match[str]) -> str:
    return f"limner {COMMANDS.get(match[1], match[1])}"


def _option(match: re.Match[str]) -> str:
    name, value = match[1], match[2]
    entry = ENTRY.fullmatch(value or "")
    if entry and name == "swap":
        return f"{_spelled(entry[1])} {entry[2] or ','.join(QUOTED.findall(entry[3]))}"
    if entry and name == "set":
        return f"-s {quote(f'{entry[1]}={entry[2] or entry[3]}')}"
    return _spelled(name) if value in (None, "True") else f"{_spelled(name)} {value}"


def _spelled(name: str) -> str:
    command = next(iter(current().argv), "")
    return COMMAND_OPTIONS.get((command, name)) or OPTIONS.get(name) or "--" + name.replace("_", "-")
