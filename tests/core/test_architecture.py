"""The structure of the code, as docs/architecture.md draws it."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import limner.app
import limner.plugin
import limner_plugins

ROOT = Path(__file__).parents[2]
STAGES = sorted((ROOT / "plugins" / "limner_plugins").rglob("*.py"))
APPLICATIONS = sorted((ROOT / "plugins" / "limner_apps").rglob("*.py"))
CORE = sorted(path for path in (ROOT / "core").rglob("*.py") if "templates" not in path.parts)


def imports(path):
    """Yield the module and the names of every import in a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or "", {alias.name for alias in node.names}
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, set()


def name_of(path):
    return str(path.relative_to(ROOT))


def test_the_import_contracts_hold():
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("path", STAGES, ids=name_of)
def test_a_built_in_stage_imports_what_a_third_party_may(path):
    for module, names in imports(path):
        if module.split(".")[0] == "limner":
            assert module == "limner.plugin"
            assert names <= set(limner.plugin.__all__)


@pytest.mark.parametrize("path", APPLICATIONS, ids=name_of)
def test_an_application_imports_what_a_third_party_may(path):
    public = {"limner", "limner.plugin", "limner.testing"} if path.name == "checks.py" else {"limner", "limner.plugin"}
    for module, names in imports(path):
        if module.split(".")[0] == "limner" and not (module + ".").startswith("limner.app."):
            assert module in public
        if module == "limner.plugin":
            assert names <= set(limner.plugin.__all__)
        if (module + ".").startswith(("limner.app.", "limner.testing.")):
            assert names <= set(import_module(module).__all__)


@pytest.mark.parametrize("module", [limner.plugin, limner.app], ids=["plugin", "app"])
def test_the_public_surface_is_what_it_says(module):
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "limner") != "__future__"
        and (type(value).__name__ != "module" or name in module.__all__)
    }  # fmt: skip
    inside = {path.stem for path in Path(module.__file__).parent.glob("*.py")} if module is limner.app else set()
    assert public - inside == set(module.__all__)
    assert sorted(module.__all__) == sorted(set(module.__all__))


def test_every_package_states_its_purpose_in_a_sentence():
    for path in [*CORE, *APPLICATIONS, *STAGES]:
        if path.name == "__init__.py" and path.parent.name != "limner":
            first = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n\n")[0]
            assert first.endswith("."), path


def test_no_package_is_crowded():
    for folder in {path.parent for path in [*CORE, *APPLICATIONS]}:
        assert len(list(folder.glob("*.py"))) <= 16, folder


def test_nothing_is_pickled_and_nothing_evaluated():
    forbidden = {"pickle", "marshal", "shelve", "dill"}
    for path in [*CORE, *STAGES, *APPLICATIONS]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert not forbidden & {a.name for a in node.names}, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec"), path


def test_the_core_names_the_built_ins_as_strings_only():
    assert limner_plugins.__doc__
    for path in CORE:
        allowed = {"limner_apps.faces.extract"} if path == ROOT / "core/limner/__init__.py" else set()  # a type alone
        for module in {module for module, _ in imports(path)} - allowed:
            assert not module.startswith(("limner_plugins", "limner_apps")), path
