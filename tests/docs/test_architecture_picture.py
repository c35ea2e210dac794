"""docs/pictures/architecture.svg is what its script draws from the imports, and no package is left out."""

import importlib.util
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LAYERS = """
[[tool.importlinter.contracts]]
type = "layers"
containers = ["limner"]
layers = ["high", "low | other"]
"""
REDRAW = "the packages or their imports have changed; run: python docs/make_architecture.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_architecture", DOCS / "make_architecture.py")
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(DOCS)
        spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def picture(script):
    """The picture of the code, which takes a second to draw."""
    return script.picture()


@pytest.fixture
def project(tmp_path):
    """Make a project of two layers, in which ``low`` is below ``high``."""
    files = {
        "pyproject.toml": LAYERS,
        "core/limner/__init__.py": '"""The root."""\nfrom limner.high import a\n',
        "core/limner/low/__init__.py": '"""Low things. Details follow."""\n',
        "core/limner/low/a.py": "",
        "core/limner/other/__init__.py": '"""Others."""\nvalue = 1\n',
        "core/limner/high/__init__.py": '"""High things."""\n',
        "core/limner/high/a.py": "def f():\n    from limner.low import a\n",
        "core/limner/high/templates/b.py": "import limner.other",
        "plugins/limner_apps/__init__.py": '"""Applications."""\n',
        "plugins/limner_apps/one/__init__.py": '"""One."""\nimport limner\n',
        "plugins/limner_plugins/__init__.py": '"""Stages."""\n',
        "plugins/limner_plugins/warps/__init__.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_the_committed_picture_is_that_of_the_code(picture):
    assert (DOCS / "pictures" / "architecture.svg").read_text("utf-8") == picture, REDRAW


def test_every_package_is_drawn_with_its_purpose(script, picture):
    elements = list(ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text"))
    titles = [element.text for element in elements if element.get("class", "").startswith("name")]
    core = [path.parent.name for path in (ROOT / "core" / "limner").glob("*/__init__.py")]
    assert len(core) > 10
    for name in [*core, "limner", "plugin", "sweeps", "faces", "galleries", "palettes"]:
        assert titles.count(script.SURFACES.get(name, name)) == 1, name
    chips = {element.text for element in elements if element.get("class") == "chip"}
    families = (ROOT / "plugins" / "limner_plugins").glob("*/__init__.py")
    assert chips == {path.parent.name for path in families}


def test_the_architecture_page_names_every_package():
    page = (DOCS / "architecture.md").read_text("utf-8")
    for path in (ROOT / "core" / "limner").glob("*/__init__.py"):
        assert re.search(rf"^\| .*`{path.parent.name}(\.py)?`.* \|", page, re.MULTILINE), path.parent


def test_lazy_imports_count_and_templates_do_not(script, project):
    code = script.Code(project)
    assert code.uses["high"] == {"low"}
    assert code.uses["limner_apps.one"] == set()
    assert code.reduced("limner") == {"high"}
    assert code.rows() == [["low", "other"], ["high"], ["limner"]]
    assert script.purpose(project / "core/limner/low") == "Low things"
    assert [script.count(project / "core/limner" / name) for name in ("low", "other", "high")] == [1, 1, 1]


def test_imports_that_follow_from_others_are_not_drawn(script, project):
    (project / "core/limner/__init__.py").write_text("from limner.high import a\nfrom limner.low import a as b\n")
    code = script.Code(project)
    assert code.uses["limner"] == {"high", "low"}
    assert code.reduced("limner") == {"high"}


def test_an_unknown_package_is_an_error(script, project):
    shutil.copytree(project / "core/limner/low", project / "core/limner/unheard")
    with pytest.raises(SystemExit, match="core/limner/unheard: no layer names it"):
        script.picture(project)


def test_an_import_that_runs_upward_is_an_error(script, project):
    (project / "core/limner/low/a.py").write_text("from limner.high import a\n")
    with pytest.raises(SystemExit, match=r"limner\.low imports limner\.high, which is not below it"):
        script.picture(project)


def test_a_project_without_layers_is_an_error(script, project):
    (project / "pyproject.toml").write_text('[[tool.importlinter.contracts]]\ntype = "forbidden"\n')
    with pytest.raises(SystemExit, match="no import-linter contract"):
        script.picture(project)
