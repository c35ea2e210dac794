"""The public names of ``import limner``: what is announced, what is found, and what type checkers see."""

import ast
import io
import pydoc
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import limner
import limner.app
import limner.errors
import limner.plugin
import limner.testing
from limner.errors import LimnerError, PluginError
from limner.registry.commands import CommandIndex, find_commands

MODULES = [limner, limner.errors, limner.plugin, limner.app, limner.testing]


def stub():
    """Return the names of ``__init__.pyi``, each with the module and the attribute that it stands for."""
    tree = ast.parse(Path(limner.__file__).with_suffix(".pyi").read_text("utf-8"))
    found = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module != "limner":  # the modules are no listed names
            found |= {alias.asname: (node.module, alias.name) for alias in node.names}
    return found, next(ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign))


def test_type_checkers_see_the_names_that_are_there():
    found, public = stub()
    assert public == sorted(found) == limner.__all__ == dir(limner)


def test_each_name_is_what_the_stub_says():
    for name, (module, attribute) in stub()[0].items():
        assert getattr(limner, name) is getattr(import_module(module), attribute)


def test_an_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'sweeep'"):
        _ = limner.sweeep


def test_importing_limner_loads_nothing_heavy():
    script = "import sys, limner; print({'numpy', 'pydantic', 'PIL', 'typer', 'limner_apps'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_every_command_that_has_a_function_shares_its_name():
    functions = {command.name: command.function for command in find_commands(third_party=False) if command.function}
    assert functions
    assert all(getattr(limner, name).__name__ == name for name in functions)


def test_a_third_party_adds_no_function_to_limner():
    index = CommandIndex()
    index.add_package("limner_apps", "limner-foreign", "1.0")
    assert any(command.function for command in index)
    assert "limner-foreign" not in {command.package for command in find_commands(third_party=False)}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_dir_shows_the_public_names_alone(module):
    assert list(dir(module)) == sorted(module.__all__)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_help_shows_the_public_names_alone(module):
    text = io.StringIO()
    pydoc.Helper(output=text)(module)
    functions = pydoc.plain(text.getvalue()).partition("\nFUNCTIONS\n")[2].partition("\nDATA\n")[0]
    shown = set(re.findall(r"^    (?:\w+ = )?(\w+)\(", functions, re.MULTILINE))
    assert shown <= {getattr(getattr(module, name), "__name__", name) for name in module.__all__}


def test_every_error_can_be_imported_from_one_module():
    assert {error.__module__ for error in _errors(LimnerError)} == {"limner.errors"}
    assert {error.__name__ for error in _errors(LimnerError)} == set(limner.errors.__all__)
    assert issubclass(PluginError, LimnerError)


def _errors(base):
    """Return a class and all its subclasses that are limner's."""
    return {base}.union(*(_errors(one) for one in base.__subclasses__() if one.__module__.startswith("limner")))


@pytest.mark.parametrize("name", ["app", "errors", "plugin", "testing"])
def test_a_public_module_needs_no_import_of_its_own(name):
    script = f"import limner; print(limner.{name}.__name__, {name!r} in dir(limner))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [f"limner.{name}", "False"]
