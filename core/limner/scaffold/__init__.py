"""``limner plugins new``: a plugin package from a template."""

from __future__ import annotations

import keyword
import secrets
import shutil
import sys
from importlib import resources
from pathlib import Path
from string import Template

from limner.errors import LimnerError, did_you_mean
from limner.utils.paths import os_reason

SUMMARIES = {
    "encoder": "waves along an Archimedean spiral",
    "warp": "rings, as of a stone in water",
    "network": "one hidden layer of tanh",
    "color": "one channel, from a dark colour to a light one",
    "theme": "a gallery in shades of blue",
    "command": "Print how light artworks are.",
}
"""The kinds that there are templates of, and what those do."""

FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "src/$module/__init__.py": "init.py",
    "src/$module/$file.py": "$kind.py",
    "src/$module/$name.toml": "$kind.toml",
    "tests/test_$file.py": "test.py",
}
"""What is written, and the template that it is written from."""

OF_THEME = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "theme.README.md",
    "src/$module/__init__.py": "theme.init.py",
    "src/$module/theme/style.css": "theme.style.css",
    "tests/test_$file.py": "theme.test.py",
}
"""The files of a theme, which is no class and has no recipe."""

OF_COMMAND = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "command.README.md",
    "src/$module/__init__.py": "command.init.py",
    "src/$module/commands.toml": "command.toml",
    "src/$module/command.py": "command.py",
    "tests/test_$file.py": "command.test.py",
}
"""The files of a command."""

LAYOUTS = {"theme": OF_THEME, "command": OF_COMMAND}
"""What is written for kinds that are not stages with a recipe."""

LOCALS = {"Annotated", "Coordinate", "Field", "Level"}  # names that templates use besides those of limner.plugin


def new(name: str, kind: str, folder: str | Path, *, force: bool = False) -> list[Path]:
    """Write the package ``limner-NAME`` into ``folder``, whole or not at all; returns the files, in order.

    Args:
        name: the stage's name and, behind ``limner-``, the package's: lower-case words joined by hyphens.
        kind: encoder, warp, network, color, theme or command.
        folder: where; it must not exist, or be empty.
        force: write into a folder that is not empty, over files of the same names.

    Raises:
        LimnerError: the name, the kind or the folder will not do.
    """
    if kind not in SUMMARIES:
        raise LimnerError(f"there is no template of the kind {kind!r}{did_you_mean(kind, SUMMARIES)}")
    check_name(name, kind)
    folder = Path(folder)
    _check_folder(folder, force=force)
    words = _words(name, kind)
    files = LAYOUTS.get(kind, FILES)
    contents = {_fill(path, words): _fill(_template(_fill(source, words)), words) for path, source in files.items()}
    contents[f"src/{words['module']}/py.typed"] = ""
    try:
        _write(folder, contents)
    except OSError as error:
        raise LimnerError(f"{folder}: cannot be written: {os_reason(error)}") from error
    return sorted(folder / path for path in contents)


def check_name(name: str, kind: str) -> None:
    """Refuse a name that could not be registered or imported, or is somebody else's.

    Raises:
        LimnerError: the message tells why, and the mend.
    """
    from limner import plugin
    from limner.registry.commands import find_commands
    from limner.registry.names import is_name
    from limner.registry.registry import registry

    lead = f"the name {name!r}"
    if name.startswith("limner-"):
        raise LimnerError(f"{lead}: leave 'limner-' out, it is put before the package's name by itself")
    if not is_name(name):
        raise LimnerError(
            f"{lead} must be lower-case words joined by hyphens, at most 64 letters, such as 'soft-swirl'"
        )
    module = name.replace("-", "_")
    if keyword.iskeyword(module) or module in sys.stdlib_module_names:
        whose = "a word of the Python language" if keyword.iskeyword(module) else "a module of Python's own library"
        raise LimnerError(f"{lead} is {whose}; add a word, such as '{name}-{kind}'")
    if module == "plugins" or _class_name(name) in {*plugin.__all__, *LOCALS}:
        raise LimnerError(f"{lead} is one that limner uses itself; add a word, such as 'my-{name}'")
    for command in find_commands() if kind == "command" else ():
        if command.name == name and command.package != f"limner-{name}":
            raise LimnerError(f"{lead}: {command.owner} has the command {name!r} already; choose another")
    for entry in registry().entries() if kind != "command" else ():
        taken = entry.name == name and entry.kind in (kind, "recipe")
        if taken and entry.package != f"limner-{name}":
            owner = f"{entry.package} {entry.version}"
            raise LimnerError(f"{lead}: {owner} has the {entry.kind} {name!r} already; choose another")


def _check_folder(folder: Path, *, force: bool) -> None:
    if not folder.absolute().parent.is_dir():
        raise LimnerError(f"{folder}: there is no folder {folder.parent}; make it first")
    if folder.exists() and not folder.is_dir():
        raise LimnerError(f"{folder}: is a file; choose another folder with -o")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise LimnerError(f"{folder}: is not empty; choose another folder with -o")


def _class_name(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("-"))


def _words(name: str, kind: str) -> dict[str, str]:
    """What stands in the templates as $name, $Class and so on."""
    module = name.replace("-", "_")
    return {
        "name": name,
        "kind": kind,
        "group": '"limner.commands"' if kind == "command" else "limner",
        "test": '"pytest>=8.3"' if kind == "command" else '"array-api-strict>=2.4", "pytest>=8.3"',
        "limner": "limner[gallery]" if kind == "theme" else "limner",
        "package": f"limner-{name}",
        "module": f"limner_{module}",
        "file": module,
        "Class": _class_name(name),
        "title": name.replace("-", " ").capitalize(),
        "summary": SUMMARIES[kind],
    }


def _template(name: str) -> str:
    return resources.files(__name__).joinpath("templates", f"{name}.tmpl").read_text("utf-8")


def _fill(text: str, words: dict[str, str]) -> str:
    return Template(text).substitute(words)


def _write(folder: Path, contents: dict[str, str]) -> None:
    """All files into a folder beside the place, which is then moved in; into a folder that is there, file by file."""
    place = folder.absolute()
    part = place.with_name(f".{place.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        for path, text in contents.items():
            file = part / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="\n")
        if not place.exists():
            part.rename(place)
            return
        for path in contents:
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (part / path).replace(place / path)
    finally:
        shutil.rmtree(part, ignore_errors=True)
