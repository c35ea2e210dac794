"""The structure of the code, as design.md draws it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import limner.plugin
import limner_plugins

ROOT = Path(__file__).parents[2]
BUILT_IN = sorted((ROOT / "plugins").rglob("*.py"))


def test_the_import_contracts_hold():
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("path", BUILT_IN, ids=lambda p: str(p.relative_to(ROOT / "plugins")))
def test_built_ins_import_what_a_stranger_may(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "limner":
            assert node.module == "limner.plugin"
            assert {alias.name for alias in node.names} <= set(limner.plugin.__all__)
        if isinstance(node, ast.Import):
            assert not [a.name for a in node.names if a.name.split(".")[0] == "limner"]


def test_the_public_surface_is_what_it_says():
    public = {
        name
        for name, value in vars(limner.plugin).items()
        if not name.startswith("_") and getattr(value, "__module__", "limner") != "__future__"
        and type(value).__name__ != "module"
    }  # fmt: skip
    assert public == set(limner.plugin.__all__)
    assert sorted(limner.plugin.__all__) == limner.plugin.__all__


def test_nothing_is_pickled_and_nothing_evaluated():
    forbidden = {"pickle", "marshal", "shelve", "dill"}
    for path in [*(ROOT / "core").rglob("*.py"), *BUILT_IN]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert not forbidden & {a.name for a in node.names}, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec"), path


def test_the_core_names_the_built_ins_as_strings_only():
    assert limner_plugins.__doc__
    for path in (ROOT / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
            module = getattr(node, "module", None) or ""
            assert not [n for n in [*names, module] if n.startswith("limner_plugins")], path
