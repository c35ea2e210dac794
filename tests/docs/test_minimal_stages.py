"""The smallest stages of each role pass the kit, and are as short as the guide says."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

from limner.plugin import Stage
from limner.testing import check

DOCS = Path(__file__).parents[2] / "docs"
FILES = sorted((DOCS / "examples" / "minimal").glob("*.py"))


def stage_of(path):
    spec = importlib.util.spec_from_file_location(f"minimal_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (cls,) = [v for v in vars(module).values() if isinstance(v, type) and v.__module__ == module.__name__]
    assert issubclass(cls, Stage)
    return cls


def lines_of(path):
    """Lines of the class that are not blank."""
    source = path.read_text("utf-8")
    (node,) = [one for one in ast.parse(source).body if isinstance(one, ast.ClassDef)]
    return sum(bool(line.strip()) for line in source.splitlines()[node.lineno - 1 : node.end_lineno])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_passes_the_kit(path):
    check(stage_of(path))


def test_the_guide_says_how_long_they_are():
    page = (DOCS / "plugins.md").read_text("utf-8")
    told = dict(re.findall(r"^\| \[[^\]]+\]\(examples/minimal/(\w+)\.py\) \| (\d+) \|$", page, re.MULTILINE))
    assert {stem: int(lines) for stem, lines in told.items()} == {path.stem: lines_of(path) for path in FILES}
