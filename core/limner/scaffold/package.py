"""Creating a new plugin package: all of its files are written, or none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from limner._version import __version__
from limner.errors import LimnerError
from limner.scaffold.names import check_name, file_of, registration_lines, summary_of, template_words
from limner.scaffold.templates import COMMAND, FILES, StageTemplate, fill, load_template, package_file
from limner.utils.atomic_folders import atomic_write_folder
from limner.utils.paths import is_existing_folder, list_contents, os_reason
from limner.utils.temporary.leftovers import partial_folder

MODULE = "src/$module"
TEST_REQUIREMENTS = {"array-api-strict": ">=2.4", "pytest": ">=8.3"}


def new(name: str, kind: str, folder: str | Path, *, summary: str = "", force: bool = False) -> list[Path]:
    """Write the package ``limner-NAME`` into ``folder``; return the sorted paths of its files.

    Args:
        name: the name to register, and the name of the package after ``limner-``: lower-case words joined by hyphens.
        kind: one of ``kinds()``.
        folder: the folder to write, which must be missing or empty.
        summary: one line on what it does; if empty, a placeholder that the conformance kit rejects.
        force: whether to write into a folder that is not empty, overwriting files of the same names.

    Raises:
        LimnerError: the name, the kind, the summary or the folder is invalid.
    """
    template, package = load_template(kind), f"limner-{name}"
    check_name(name, template, package)
    summary = summary_of(name, summary)
    folder = Path(folder)
    write = _merge if _has_files(folder, force=force) else _write
    contents = _contents(template, name, package, summary)
    try:
        write(folder, contents)
    except OSError as error:
        raise LimnerError(f"{folder}: cannot be written: {os_reason(error)}") from error
    return sorted(folder / path for path in contents)


def requirement(extra: str = "") -> str:
    """Return the requirement of limner: this version or later, below the next one that may break plugins.

    That is the next major version or, before 1.0, the next minor version.
    """
    major, minor = (int(part) for part in __version__.split(".")[:2])
    return f"limner{f'[{extra}]' if extra else ''}>={__version__},<{major + 1 if major else f'0.{minor + 1}'}"


def _contents(template: StageTemplate, name: str, package: str, summary: str) -> dict[str, str]:
    """Return the texts of all files by path."""
    command = template.role == COMMAND
    words = template_words(name, template, package, f"limner_{file_of(name)}", summary)
    words["source"] = fill(MODULE, words)
    tests = [f'"{one}{bound}"' for one, bound in TEST_REQUIREMENTS.items() if not command or one == "pytest"]
    words |= {
        "description": f"{words['Noun']} for limner: {name}.",
        "requirement": f'"{requirement(template.extra)}"',
        "test_requirements": ", ".join(tests),
        "group": '"limner.commands"' if command else "limner",
        "entry": name,
        "target": words["module"] if command else f"{words['module']}.plugin",
        "year": str(datetime.now(tz=UTC).year),
        "usage": fill(template.usage, words),
        "registrations": "" if command else registration_lines(template, words),
    }
    stage_files = {fill(path, words): fill(text, words) for path, text in template.files.items()}
    if command:
        stage_files[f"{words['source']}/commands.toml"] = command_table(words)
    words["contents"] = _file_list(stage_files, template, words)
    files = {
        "pyproject.toml": "pyproject.toml",
        "README.md": "README.md",
        "LICENSE": "LICENSE",
        ".gitignore": "gitignore",
        f"{words['source']}/__init__.py": "init.py",
        "tests/test_conformance.py": "test.py",
    }
    if not command:
        files[f"{words['source']}/plugin.py"] = "plugin.py"
    return {
        **{path: fill(package_file(source), words) for path, source in files.items()},
        **stage_files,
        f"{words['source']}/py.typed": "",
    }


def command_table(words: dict[str, str]) -> str:
    """Return the table of a command in ``commands.toml``."""
    summary = words["doc"] if len(words["doc"]) <= 100 else words["summary"]
    return f'[{words["name"]}]\ntarget = "{words["module"]}.{words["file"]}:run"\nsummary = "{summary}"\n'


def _file_list(files: dict[str, str], template: StageTemplate, words: dict[str, str]) -> str:
    """Return the list of the README: a line for each file that the author will edit."""
    descriptions = {fill(FILES["stage.py.tmpl"], words): f"the {template.kind}"}
    descriptions |= {
        fill(FILES["recipe.toml.tmpl"], words): "a recipe that shows it" if len(files) > 2 else "the recipe"
    }
    descriptions |= {f"{words['source']}/commands.toml": "the name of the command and its line in `limner --help`"}
    lines = [f"- `{path}`: {descriptions[path]}" for path in sorted(files) if path in descriptions]
    lines += [f"- `{path}`: a file of the {template.kind}" for path in sorted(files) if f"/{words['file']}/" in path]
    if template.role != COMMAND:
        lines += [f"- `{words['source']}/plugin.py`: the registration"]
    return "\n".join(lines)


def _has_files(folder: Path, *, force: bool) -> bool:
    """Return whether the folder holds files, which only ``force`` allows.

    Raises:
        LimnerError: the folder cannot be written, or holds files and ``force`` is not set.
    """
    if not is_existing_folder(folder, "-o") or not list_contents(folder):
        return False
    if not force:
        raise LimnerError(f"{folder}: is not empty; choose another folder with -o")
    return True


def _write(folder: Path, contents: dict[str, str]) -> None:
    """Write all files into a new or empty folder, all or none."""
    with atomic_write_folder(folder, "*") as part:
        _write_texts(part, contents)


def _merge(folder: Path, contents: dict[str, str]) -> None:
    """Write all files, then move them one by one into a folder that holds others."""
    with partial_folder(folder / "files") as part:
        _write_texts(part, contents)
        for path in contents:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (part / path).replace(folder / path)


def _write_texts(folder: Path, contents: dict[str, str]) -> None:
    """Write texts to files below a folder."""
    for path, text in contents.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
