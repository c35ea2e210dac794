"""The templates: a folder for each kind of plugin, which the role brings, filled in by ``string.Template``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

from limner.errors import LimnerError, PluginError, did_you_mean, reason
from limner.registry.registry import registry
from limner.utils.validation import with_article

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

TEMPLATES = "limner.scaffold:files"
COMMAND = "command"
VARIANTS = {"filter": "encoder", "discriminator": "network"}
"""Kinds that are a role's second interface, and the role."""
SUFFIX = ".tmpl"
FILES = {
    "stage.py.tmpl": "$source/$file.py",
    "recipe.toml.tmpl": "$source/$name.toml",
    "test.py.tmpl": "tests/test_$file.py",
}
"""The destinations of a template's files."""
FOLDER = "folder"
"""The folder in a template whose files go into ``$source/$file``, for roles that hold folders."""


@dataclass(frozen=True)
class StageTemplate:
    """A template that ``limner plugins new --kind`` fills in.

    Attributes:
        kind: what the user asks for.
        role: the role that it is registered under; ``command`` for commands.
        files: the texts to fill in, by the path of the file in the new package, which is filled in too.
        noun: what it is in a sentence: ``an encoder``.
        usage: a command line that uses it.
        extra: the extra of limner that it needs; empty for none.
    """

    kind: str
    role: str
    files: Mapping[str, str]
    noun: str
    usage: str
    extra: str = ""

    @property
    def has_recipe(self) -> bool:
        """Whether it brings a recipe."""
        return FILES["recipe.toml.tmpl"] in self.files


def kinds() -> dict[str, str]:
    """Return the kinds that have a template, each with the template's folder as ``"package:path"``."""
    found = {role.name: role.template for role in registry().roles() if role.template}
    return found | {kind: f"{TEMPLATES}/{kind}" for kind in (*VARIANTS, COMMAND)}


def load_template(kind: str) -> StageTemplate:
    """Return the template of a kind.

    Raises:
        LimnerError: there is none.
        PluginError: the package that brings it does not load, or its template is incomplete.
    """
    known = kinds()
    if kind not in known:
        raise LimnerError(f"--kind: there is no template of the kind {kind!r}{did_you_mean(kind, known)}")
    try:
        return _read(kind, known[kind])
    except (Exception, SystemExit) as error:  # a package is imported, and may raise anything
        raise PluginError(
            f"the template {known[kind]!r} of {with_article(kind)} does not load: {reason(error)}"
        ) from error


def package_file(name: str) -> str:
    """Return the text of a file that every package has."""
    return _own().joinpath("package", f"{name}{SUFFIX}").read_text("utf-8")


def fill(text: str, words: Mapping[str, str]) -> str:
    """Return the text with ``$name`` and so on filled in."""
    return Template(text).substitute(words)


def _own() -> Traversable:
    return _folder(TEMPLATES)


def _folder(target: str) -> Traversable:
    package, _, path = target.partition(":")
    return resources.files(package).joinpath(*path.split("/"))


def _read(kind: str, target: str) -> StageTemplate:
    folder = _folder(target)
    settings_file = folder.joinpath("template.toml")
    settings = tomllib.loads(settings_file.read_text("utf-8")) if settings_file.is_file() else {}
    files = {FILES[one.name]: one.read_text("utf-8") for one in folder.iterdir() if one.name in FILES}
    files |= {f"$source/$file/{path}": text for path, text in _inside(folder.joinpath(FOLDER))}
    if not files:
        raise FileNotFoundError(f"it has none of {', '.join(FILES)}")
    has_test = FILES["test.py.tmpl"] in files
    if FILES["recipe.toml.tmpl"] in files and not has_test:
        files[FILES["test.py.tmpl"]] = package_file("test.recipe.py")
    return StageTemplate(
        kind=kind,
        role=settings.get("role", kind),
        files=files,
        noun=settings.get("noun", with_article(kind)),
        usage=settings.get("usage", "limner paint $name"),
        extra=settings.get("extra", ""),
    )


def _inside(folder: Traversable, lead: str = "") -> Iterator[tuple[str, str]]:
    """Yield the files of a folder and of those in it, each with its path and its text."""
    for one in folder.iterdir() if folder.is_dir() else ():
        if one.is_dir():
            yield from _inside(one, f"{lead}{one.name}/")
        elif one.name.endswith(SUFFIX):
            yield f"{lead}{one.name.removesuffix(SUFFIX)}", one.read_text("utf-8")
