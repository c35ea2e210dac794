"""Docstrings of everything public are complete enough for an API reference."""

import inspect
import pkgutil
import re
from functools import cached_property
from importlib import import_module

import pytest

import limner
import limner.app
import limner.errors
import limner.plugin
import limner.testing

MODULES = [
    limner,
    limner.errors,
    limner.plugin,
    limner.app,
    *(import_module(f"limner.app.{found.name}") for found in pkgutil.iter_modules(limner.app.__path__)),
    limner.testing,
]
VERBS = set(
    re.findall(
        r"\w+",
        """Add Apply Begin Blend Build Call Check Compute Convert Count Create Draw Emit Find Fit Hold Install Load Mark
        Measure Move Open Paint Print Raise Read Register Remove Render Replace Report Require Reserve Retry Return
        Run Save Send Set Show Take Train Translate Turn Update Whether Wrap Write Yield""",
    )
)


def members(cls):
    """Yield the public methods and properties that a class defines or inherits from limner, by name."""
    ours = [base for base in reversed(cls.__mro__) if base.__module__.startswith("limner")]
    for name, value in {name: value for base in ours for name, value in vars(base).items()}.items():
        if name.startswith("_"):
            continue
        if isinstance(value, classmethod | staticmethod):
            value = value.__func__
        if inspect.isfunction(value):
            yield name, value, True
        elif isinstance(value, property):
            yield name, value.fget, False
        elif isinstance(value, cached_property):
            yield name, value.func, False


def public():
    """Yield what is exported: where it is, the object, and whether it is called."""
    seen = set()
    for module in MODULES:
        for name in module.__all__:
            found = getattr(module, name)
            own = [(name, found, inspect.isfunction(found))]
            inside = inspect.isclass(found) and name != "Namespace"  # whose functions the array API standard describes
            own += [(f"{name}.{inner}", *rest) for inner, *rest in members(found)] if inside else []
            for path, one, called in own:
                ours = callable(one) and (getattr(one, "__module__", None) or "").startswith("limner")
                if ours and id(one) not in seen:
                    seen.add(id(one))
                    yield f"{module.__name__}.{path}", one, called


PUBLIC = list(public())
FUNCTIONS = [(path, one) for path, one, called in PUBLIC if called]
MAIN = [(path, one) for path, one in FUNCTIONS if path.startswith("limner.") and path.count(".") == 1]


def first_line(one):
    return (one.__doc__ or "").strip().split("\n")[0]


def test_everything_public_is_found():
    names = {path for path, *_ in PUBLIC}
    assert len(names) > 300
    assert {"limner.fit", "limner.Artwork.render", "limner.sweep", "limner.testing.check"} <= names


def test_everything_public_has_a_docstring():
    wrong = [(path, first_line(one)) for path, one, _ in PUBLIC if not first_line(one).endswith((".", ":", ")", "``"))]
    assert wrong == []
    assert all(first_line(one) for _, one, _ in PUBLIC)


def test_what_is_called_says_what_it_does():
    wrong = [(path, first_line(one)) for path, one in FUNCTIONS if first_line(one).split()[0] not in VERBS]
    assert wrong == []


@pytest.mark.parametrize(("path", "one"), MAIN, ids=[path for path, _ in MAIN])
def test_the_main_functions_are_documented_in_full(path, one):
    text = inspect.getdoc(one)
    for name in inspect.signature(one).parameters:
        assert f"    {name}: " in text, (path, name)
    assert "limner." in text  # an example
    assert "Raises:" in text or path == "limner.recipes"


@pytest.mark.parametrize("name", ["render", "save", "press"])
def test_the_main_methods_are_documented_in_full(name):
    method = getattr(limner.Artwork, name)
    text = inspect.getdoc(method)
    for parameter in list(inspect.signature(method).parameters)[1:]:
        assert f"    {parameter}: " in text, parameter
    assert all(section in text for section in ("Args:", "Returns:", "Raises:"))
