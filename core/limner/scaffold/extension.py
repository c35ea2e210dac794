"""Adding a stage or a command to an existing package, without changing its other contents."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from limner.errors import LimnerError
from limner.registry.manifests import MANIFEST
from limner.scaffold import source_code
from limner.scaffold.names import check_name, file_of, summary_of, template_words
from limner.scaffold.package import command_table
from limner.scaffold.templates import COMMAND, StageTemplate, fill, load_template, package_file
from limner.utils.paths import os_reason

PLUGIN = "plugin.py"
GROUPS = {False: "limner", True: "limner.commands"}
"""The entry-point group of stages (False) and of commands (True)."""


@dataclass(frozen=True)
class Project:
    """An existing package.

    Attributes:
        root: the folder with ``pyproject.toml``.
        name: the name of the distribution.
        package: the folder of the Python package.
        module: the dotted name of the Python package.
        plugin: the file that registers the stages; ``plugin.py`` if there is none yet.
        text: the text of ``pyproject.toml``.
        groups: the entry points by group.
    """

    root: Path
    name: str
    package: Path
    module: str
    plugin: Path
    text: str
    groups: dict[str, Any]


def extend(name: str, kind: str, root: str | Path, *, summary: str = "") -> list[Path]:
    """Add a stage or a command to the package in ``root``; return the sorted paths of new and changed files.

    Args:
        name: the name to register: lower-case words joined by hyphens.
        kind: one of ``kinds()``.
        root: the folder of the package, with ``pyproject.toml``.
        summary: one line on what it does; if empty, a placeholder that the conformance kit rejects.

    Raises:
        LimnerError: the package cannot be extended; nothing is written.
    """
    template = load_template(kind)
    command = template.role == COMMAND
    project = _project(Path(root), command=command)
    check_name(name, template, project.name)
    words = template_words(name, template, project.name, project.module, summary_of(name, summary))
    words["source"] = project.package.relative_to(project.root).as_posix()
    added = {project.root / fill(path, words): fill(text, words) for path, text in template.files.items()}
    if not _runs_the_kit(project.root / "tests"):
        added[project.root / "tests" / "test_conformance.py"] = fill(package_file("test.py"), words)
    for path in added:
        if path.exists():
            raise LimnerError(f"{path}: already exists; choose another name than {name!r}")
    changed = _with_command(project, words) if command else _with_stage(project, template, words)
    if GROUPS[command] not in project.groups:
        point = project.module if command else _module_of(project, project.plugin)
        changed[project.root / "pyproject.toml"] = _with_entry_point(project, GROUPS[command], file_of(name), point)
    _write(added, changed)
    return sorted([*added, *changed])


def _project(root: Path, *, command: bool) -> Project:
    """Return the package in a folder.

    Raises:
        LimnerError: the folder contains no package, or its Python package is not found.
    """
    file = root / "pyproject.toml"
    try:
        text = file.read_bytes().decode("utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise LimnerError(f"{root}: is not a package: cannot read {file.name} ({os_reason(error)})") from error
    except ValueError as error:
        raise LimnerError(f"{file}: is not valid TOML: {error}") from error
    name = table.get("project", {}).get("name")
    if not isinstance(name, str):
        raise LimnerError(f"{file}: [project] has no name; --into needs a package that pip can install")
    groups = table["project"].get("entry-points", {})
    points = [point for group in GROUPS.values() for point in groups.get(group, {}).values()]
    stages = groups.get(GROUPS[False], {})
    target = next(iter(stages.values())) if stages else (points[0] if points else name.lower().replace("-", "_"))
    if ":" in target and not command:
        raise LimnerError(f"{file}: the entry point {target!r} is an object in a module; register the stage by hand")
    module = target.partition(":")[0]
    plugin = _find(root, module)
    package = plugin.parent
    if plugin.name != "__init__.py":
        module = module.rpartition(".")[0]
        if not module:
            raise LimnerError(f"{plugin}: is a single module; --into needs a package, a folder with __init__.py")
    elif not stages:
        plugin = package / PLUGIN
    elif command:
        raise LimnerError(
            f"{plugin}: registers stages, and limner --help would import it for the command; "
            f"move limner_register to {PLUGIN} and change the entry point to {module}.plugin"
        )
    return Project(root, name, package, module, plugin, text, groups)


def _find(root: Path, module: str) -> Path:
    """Return the file of a module, in ``src`` or in the folder itself.

    Raises:
        LimnerError: it is in neither.
    """
    relative = Path(*module.split("."))
    names = (relative / "__init__.py", relative.with_suffix(".py"))
    candidates = [base / name for base in (root / "src", root) for name in names]
    file = next((candidate for candidate in candidates if candidate.is_file()), None)
    if file is None:
        raise LimnerError(f"{root}: module {module} not found here or in src; give the folder with pyproject.toml")
    return file


def _module_of(project: Project, file: Path) -> str:
    return project.module if file.name == "__init__.py" else f"{project.module}.{file.stem}"


def _runs_the_kit(tests: Path) -> bool:
    files = tests.rglob("*.py") if tests.is_dir() else ()
    return any("parametrize_with_checks" in file.read_text("utf-8", errors="replace") for file in files)


def _with_stage(project: Project, template: StageTemplate, words: dict[str, str]) -> dict[Path, str]:
    """Return the file that registers the package's stages, with a registration added."""
    source = project.plugin.read_bytes().decode("utf-8") if project.plugin.exists() else source_code.EMPTY
    try:
        return {project.plugin: source_code.with_registration(source, template, words)}
    except ValueError as error:
        raise LimnerError(f"{project.plugin}: {error}") from error


def _with_command(project: Project, words: dict[str, str]) -> dict[Path, str]:
    """Return the manifest of the package's commands, with a command added."""
    path = project.package / MANIFEST
    if not path.exists():
        return {path: command_table(words)}
    text = path.read_bytes().decode("utf-8")
    if words["name"] in tomllib.loads(text):
        raise LimnerError(f"{path}: already has the command {words['name']!r}; choose another name")
    return {path: f"{text.rstrip()}\n\n{command_table(words)}"}


def _with_entry_point(project: Project, group: str, name: str, target: str) -> str:
    """Return the text of ``pyproject.toml`` with an entry point added and everything else unchanged."""
    document = tomlkit.parse(project.text)
    table: Any = document["project"]
    if "entry-points" not in table:
        table["entry-points"] = tomlkit.table(is_super_table=True)
    table["entry-points"][group] = tomlkit.table()
    table["entry-points"][group][name.replace("_", "-")] = target
    entry = f'\n{name.replace("_", "-")} = "{target}"\n'
    return tomlkit.dumps(document).replace(f"{entry}[", f"{entry}\n[")  # a blank line before the next table


def _write(added: dict[Path, str], changed: dict[Path, str]) -> None:
    """Write new files, then changed ones; after an error, remove the former and restore the latter.

    Raises:
        LimnerError: a file cannot be written.
    """
    before = {path: path.read_bytes() for path in changed if path.exists()}
    done: list[Path] = []
    try:
        for path, text in {**added, **changed}.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            done.append(path)
            path.write_text(text, "utf-8", newline="")
    except OSError as error:
        for path in done:
            path.unlink(missing_ok=True)
            if path in before:
                path.write_bytes(before[path])
        raise LimnerError(f"{done[-1] if done else path}: cannot be written: {os_reason(error)}") from error
