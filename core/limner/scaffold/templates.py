"""The templates of plugins: each kind has a folder, which its role names; ``string.Template`` fills in the files."""

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
"""Kinds for a second interface of a role, with the role."""
SUFFIX = ".tmpl"
FILES = {
    "stage.py.tmpl": "$source/$file.py",
    "recipe.toml.tmpl": "$source/$name.toml",
    "test.py.tmpl": "tests/test_$file.py",
}
"""The destinations of a template's files in the new package."""
FOLDER = "folder"
"""The folder in a template whose files go into ``$source/$file``, for roles that contain folders."""


@dataclass(frozen=True)
class StageTemplate:
    """A template that ``limner plugins new --kind`` fills in.

    Attributes:
        kind: the kind that the user chooses.
        role: the role to register under; ``command`` for commands.
        files: the texts by path in the new package; placeholders in both are filled in.
        noun: the kind in a sentence: ``an encoder``.
        usage: a command line that uses the plugin.
        extra: the extra of limner that the plugin needs; empty for none.
    """

    kind: str
    role: str
    files: Mapping[str, str]
    noun: str
    usage: str
    extra: str = ""

    @property
    def has_recipe(self) -> bool:
        """Whether the template contains a recipe."""
        return FILES["recipe.toml.tmpl"] in self.files


def kinds() -> dict[str, str]:
    """Return the kinds that have a template, with the folders of the templates as ``"package:path"``."""
    templates = {role.name: role.template for role in registry().roles() if role.template}
    return templates | {kind: f"{TEMPLATES}/{kind}" for kind in (*VARIANTS, COMMAND)}


def load_template(kind: str) -> StageTemplate:
    """Return the template for a kind.

    Raises:
        LimnerError: the kind is unknown.
        PluginError: the package of the template does not load, or the template is incomplete.
    """
    known = kinds()
    if kind not in known:
        raise LimnerError(f"--kind: unknown kind {kind!r}{did_you_mean(kind, known)}")
    try:
        return _read(kind, known[kind])
    except (Exception, SystemExit) as error:  # importing a third-party package may raise anything
        raise PluginError(
            f"the template {known[kind]!r} of {with_article(kind)} does not load: {reason(error)}"
        ) from error


def package_file(name: str) -> str:
    """Return the template of a file that every new package contains."""
    return _own().joinpath("package", f"{name}{SUFFIX}").read_text("utf-8")


def fill(text: str, words: Mapping[str, str]) -> str:
    """Return a text with its placeholders, such as ``$name``, filled in."""
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
        raise FileNotFoundError(f"it contains none of {', '.join(FILES)}")
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


def _inside(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and text of each template file in a folder and its subfolders."""
    for one in folder.iterdir() if folder.is_dir() else ():
        if one.is_dir():
            yield from _inside(one, f"{prefix}{one.name}/")
        elif one.name.endswith(SUFFIX):
            yield f"{prefix}{one.name.removesuffix(SUFFIX)}", one.read_text("utf-8")
