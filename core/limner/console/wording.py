"""Messages of the library in the words of the command line.

Errors of the library name arguments of functions, in backticks: ``size``, ``force=True``, ``swap={'loss': 'mae'}``. The
command line prints the option in their place: ``--size``, ``--force``, ``--loss mae``. Functions are named likewise:
``limner.train`` in backticks becomes ``limner translate train``.
"""

from __future__ import annotations

import re

ARGUMENT = re.compile(r"(?<!`)`([a-z_]+)(?:=([^`]+))?`(?!`)")
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


def as_options(message: str) -> str:
    """Return a message with the options of the command line for the arguments that stand in backticks."""
    return ARGUMENT.sub(_option, FUNCTION.sub(_command, message))


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
