"""The name and the summary of a new plugin, and the values that fill its templates."""

from __future__ import annotations

import ast
import keyword
import sys
from collections.abc import Mapping

from limner.errors import LimnerError
from limner.registry.names import PLACEHOLDER, is_name
from limner.scaffold.templates import COMMAND, StageTemplate

MAX_SUMMARY = 100  # characters
OWN_MODULES = ("apps", "plugin", "plugins")
"""Taken names: limner has packages ``limner_apps`` and ``limner_plugins``, and every plugin has a ``plugin.py``."""


def check_name(name: str, template: StageTemplate, package: str) -> None:
    """Raise an error for a name that cannot be registered or imported, or that another package has.

    Raises:
        LimnerError: the name is not usable.
    """
    from limner import plugin
    from limner.registry.commands import find_commands
    from limner.registry.registry import registry

    subject, kind = f"the name {name!r}", template.kind
    if name.startswith("limner-"):
        raise LimnerError(f"{subject}: omit 'limner-', which is added to the package name automatically")
    if not is_name(name):
        raise LimnerError(
            f"{subject} must be lower-case words joined by hyphens, at most 64 characters, such as 'soft-swirl'"
        )
    module = file_of(name)
    if keyword.iskeyword(module) or module in sys.stdlib_module_names:
        conflict = "a keyword of Python" if keyword.iskeyword(module) else "a module of Python's standard library"
        raise LimnerError(f"{subject} is {conflict}; add a word, such as '{name}-{kind}'")
    if module in OWN_MODULES or class_of(name) in {*plugin.__all__, *_imported(template)}:
        raise LimnerError(f"{subject} is used by limner itself; add a word, such as 'my-{name}'")
    for command in find_commands() if kind == COMMAND else ():
        if command.name == name and command.package != package:
            raise LimnerError(f"{subject}: {command.owner} already has the command {name!r}; choose another")
    roles = {template.role, *(["recipe"] if template.has_recipe else [])}
    for entry in registry().entries():
        if entry.name == name and entry.role in roles and entry.package != package:
            owner = f"{entry.package} {entry.version}"
            raise LimnerError(f"{subject}: {owner} already has the {entry.role} {name!r}; choose another")


def summary_of(name: str, text: str) -> str:
    """Return the summary; if it is empty, a placeholder that the conformance kit rejects.

    Raises:
        LimnerError: the summary is not one short line, or contains characters that need escaping.
    """
    if not text:
        return f"{PLACEHOLDER} describe {name} in one line"
    if not (text.strip() == text and text.isprintable() and len(text) <= MAX_SUMMARY) or set(text) & set('"\\$'):
        raise LimnerError(
            f"--summary: must be one line of at most {MAX_SUMMARY} characters, without quotation marks, "
            "backslashes or dollar signs"
        )
    return text.rstrip(".")


def file_of(name: str) -> str:
    """Return the module name for a plugin name."""
    return name.replace("-", "_")


def class_of(name: str) -> str:
    """Return the class name for a plugin name."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("-"))


def template_words(name: str, template: StageTemplate, package: str, module: str, summary: str) -> dict[str, str]:
    """Return the values of ``$name``, ``$Class`` and the other placeholders of the templates."""
    noun = template.noun
    return {
        "name": name,
        "kind": template.kind,
        "role": template.role,
        "noun": noun,
        "Noun": noun[:1].upper() + noun[1:],
        "package": package,
        "module": module,
        "file": file_of(name),
        "Class": class_of(name),
        "title": name.replace("-", " ").capitalize(),
        "summary": summary,
        "doc": f"{summary[:1].upper()}{summary[1:]}.",
    }


def registration_lines(
    template: StageTemplate, words: Mapping[str, str], registry: str = "registry", indent: int = 4
) -> str:
    """Return the lines that register the stage and its recipe, for the body of ``limner_register``."""
    name, module, file = words["name"], words["module"], words["file"]
    recipe = (f"{module}:{name}.toml", f"shows the {words['noun'].removeprefix('a ').removeprefix('an ')} {name}")
    targets: list[tuple[str, str, str]] = []
    if any(path.startswith("$source/$file/") for path in template.files):
        targets.append((template.role, f"{module}:{file}", words["summary"]))
    elif template.role == "recipe":
        recipe = (recipe[0], words["summary"])
    else:
        targets.append((template.role, f"{module}.{file}:{words['Class']}", words["summary"]))
    if template.has_recipe:
        targets.append(("recipe", *recipe))
    calls = []
    for role, target, summary in targets:
        lines = [f'"{role}",', f'"{name}",', f'"{target}",', f'summary="{summary}",']
        calls += [f"{registry}.add(", *(f"    {line}" for line in lines), ")"]
    return "\n".join(" " * indent + line for line in calls)


def _imported(template: StageTemplate) -> set[str]:
    """Return the names that the template's module imports; a class of the same name would shadow them."""
    text = template.files.get("$source/$file.py", "").replace("$", "")
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    return {alias.asname or alias.name for node in nodes for alias in node.names}
