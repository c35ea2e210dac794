"""What ``limner plugins new`` writes installs, passes the kit and paints; so does the example package of the guide."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from unittest import SkipTest

import numpy as np
import pytest

import limner
from limner import scaffold
from limner.errors import LimnerError, PluginError
from limner.registry.commands import CommandIndex
from limner.registry.registry import build
from limner.scaffold.package import requirement
from limner.scaffold.templates import load_template
from limner.testing import package_checks, render_recipe

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
SUMMARY = "tried by the tests"
KINDS = tuple(scaffold.kinds())
QUICK = ("encoder", "trainer", "theme", "command", "motion", "detector")
SOME = [pytest.param(kind, marks=() if kind in QUICK else pytest.mark.slow) for kind in KINDS]
"""The kinds, of which the default run tries those that are made in different ways."""
FEW = [pytest.param(kind, marks=() if kind in QUICK[:-1] else pytest.mark.slow) for kind in KINDS]
"""The kinds, without the detector by default, whose checks take a second."""
NAMES = {kind: f"first-{kind}" for kind in KINDS}
PAINTS = [kind for kind in KINDS if load_template(kind).has_recipe]


def package_of(kind):
    return f"limner-{NAMES[kind]}"


def module_of(kind):
    return f"limner_first_{kind}".replace("-", "_")


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """A package of each kind, importable."""
    folder = tmp_path_factory.mktemp("packages")
    for kind, name in NAMES.items():
        scaffold.new(name, kind, folder / kind, summary=SUMMARY)
        sys.path.append(str(folder / kind / "src"))
    return folder


@pytest.fixture(scope="module")
def registry(packages):
    registry = build(third_party=False)
    for kind in set(KINDS) - {"command"}:
        assert not registry.install(
            import_module(f"{module_of(kind)}.plugin"), NAMES[kind], package_of(kind), "0.1.0"
        ).problem
    return registry


@pytest.fixture(scope="module")
def commands(packages):
    index = CommandIndex()
    index.add_package(module_of("command"), package_of("command"), "0.1.0")
    return index


def failures(checks):
    failed = {}
    for name, check in checks:
        try:
            check()
        except SkipTest:
            continue
        except AssertionError as error:
            failed[name] = str(error)
    return failed


def test_every_role_has_a_template(registry):
    roles = {role.name for role in registry.roles()} - {"playback"}  # it belongs to the command that makes the movies
    assert roles <= set(KINDS)
    assert set(KINDS) - roles == {"filter", "discriminator", "command"}


@pytest.mark.parametrize("kind", SOME)
def test_a_new_package_passes_the_kit(kind, registry, commands):
    if kind == "theme":
        pytest.importorskip("jinja2", reason="waits for Jinja2: pip install '.[gallery]'")
    checks = package_checks(package_of(kind), registry, commands=commands)
    assert len(checks) > 4
    assert failures(checks) == {}


@pytest.mark.parametrize("kind", PAINTS)
def test_a_new_package_paints(kind, registry):
    picture = render_recipe(NAMES[kind], size=(32, 32), registry=registry)
    assert picture.shape == (32, 32, 4 if kind == "mask" else 3)
    assert np.ptp(picture) > 40


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_package_is_complete(kind, packages):
    folder, source = packages / kind, f"src/{module_of(kind)}"
    written = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"}
    always = {"README.md", "LICENSE", ".gitignore", "pyproject.toml", "tests/test_conformance.py"}
    assert written >= always | {f"{source}/__init__.py", f"{source}/py.typed"}
    own = {
        "command": {f"{source}/first_command.py", f"{source}/commands.toml"},
        "theme": {f"{source}/first_theme/style.css"},
        "recipe": {f"{source}/first-recipe.toml"},
    }
    assert (f"{source}/plugin.py" in written) == (kind != "command")
    assert written >= own.get(kind, {f"{source}/first_{kind}.py".replace("-", "_")})
    assert not [path for path in written if "$" in (folder / path).read_text("utf-8")]
    assert NAMES[kind] in (folder / "README.md").read_text("utf-8")
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    (requirement,) = project["dependencies"]
    assert re.fullmatch(rf"limner(\[\w+\])?>={re.escape(limner.__version__)},<\d+(\.\d+)?", requirement)
    assert project["license"] == "MIT"
    assert project["license-files"] == ["LICENSE"]


@pytest.mark.parametrize(
    ("version", "bounds"), [("0.1.0", ">=0.1.0,<0.2"), ("0.12.3", ">=0.12.3,<0.13"), ("2.3.0", ">=2.3.0,<3")]
)
def test_the_requirement_ends_where_plugins_may_break(version, bounds, monkeypatch):
    monkeypatch.setattr("limner.scaffold.package.__version__", version)
    assert requirement() == f"limner{bounds}"
    assert requirement("gallery") == f"limner[gallery]{bounds}"


@pytest.mark.parametrize("kind", FEW)
def test_a_summary_that_is_left_to_the_author_fails_the_kit_and_nothing_else_does(kind, tmp_path, monkeypatch):
    if kind == "theme":
        pytest.importorskip("jinja2", reason="waits for Jinja2: pip install '.[gallery]'")
    scaffold.new(f"left-{kind}", kind, tmp_path / "new")
    monkeypatch.syspath_prepend(str(tmp_path / "new" / "src"))
    registry, index = build(third_party=False), CommandIndex()
    module, package = f"limner_left_{kind}".replace("-", "_"), f"limner-left-{kind}"
    if kind == "command":
        index.add_package(module, package, "0.1.0")
    else:
        registry.install(import_module(f"{module}.plugin"), kind, package, "0.1.0")
    failed = failures(package_checks(package, registry, commands=index))
    assert {name.rpartition("-")[2] for name in failed} - {"docstring", "recipe"} == {"summary"}
    assert all("is unfinished; replace the TODO in the " in sentence for sentence in failed.values())


def test_a_new_package_is_in_house_style(packages):
    if find_spec("ruff") is None:
        pytest.skip("ruff is not installed")
    config = Path(__file__).parents[3] / "pyproject.toml"
    ruff = [sys.executable, "-m", "ruff"]
    ignore = ["--extend-ignore", "ARG002,ANN,D,INP001,S,I001"]  # the tests' and the import order's are the author's
    for command in (["check", *ignore], ["format", "--check"]):
        done = subprocess.run(
            [*ruff, *command, "--no-cache", "--config", str(config), str(packages)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("Zigzag", "lower-case words joined by hyphens"),
            ("two words", "lower-case words joined by hyphens"),
            ("a" * 65, "at most 64 characters"),
            ("../escape", "lower-case words"),
            ("", "lower-case words"),
            ("limner-zigzag", "omit 'limner-'"),
            ("class", "a keyword of Python; add a word, such as 'class-encoder'"),
            ("random", "a module of Python's standard library; add a word, such as 'random-encoder'"),
            ("encoder", "used by limner itself; add a word, such as 'my-encoder'"),
            ("plugins", "used by limner itself"),
            ("radius", "already has the encoder 'radius'"),
            ("random-art", "already has the recipe 'random-art'"),
        ],
    )
    def test_a_name_that_will_not_do(self, name, sentence, tmp_path):
        with pytest.raises(LimnerError) as caught:
            scaffold.new(name, "encoder", tmp_path / "out")
        assert sentence in str(caught.value)
        assert not list(tmp_path.iterdir())

    def test_a_name_of_another_kind_is_free(self, tmp_path):
        assert scaffold.new("radius", "warp", tmp_path / "out")

    @pytest.mark.parametrize("summary", ["two\nlines", " spaces ", 'a "quote"', "a\\slash", "$name", "x" * 101])
    def test_a_summary_that_does_not_fit_into_code(self, summary, tmp_path):
        with pytest.raises(LimnerError, match="--summary: must be one line of at most 100 characters"):
            scaffold.new("zigzag", "warp", tmp_path / "out", summary=summary)
        assert not list(tmp_path.iterdir())

    def test_a_kind_without_a_template(self, tmp_path):
        with pytest.raises(LimnerError, match=r"unknown kind 'encodr'; did you mean 'encoder'\?"):
            scaffold.new("zigzag", "encodr", tmp_path / "out")

    def test_a_folder_that_is_not_empty(self, tmp_path):
        (tmp_path / "README.md").write_text("mine")
        with pytest.raises(LimnerError, match="is not empty; choose another folder"):
            scaffold.new("zigzag", "warp", tmp_path)
        assert (tmp_path / "README.md").read_text() == "mine"

    def test_a_folder_that_is_a_file_or_nowhere(self, tmp_path):
        (tmp_path / "file").write_text("mine")
        with pytest.raises(LimnerError, match="exists and is not a folder"):
            scaffold.new("zigzag", "warp", tmp_path / "file")
        with pytest.raises(LimnerError, match="create it, or choose another"):
            scaffold.new("zigzag", "warp", tmp_path / "nowhere" / "out")


def test_an_empty_folder_is_filled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written = scaffold.new("zigzag", "warp", ".")
    assert Path("src/limner_zigzag/zigzag.py") in written
    assert all(path.is_file() for path in written)
    assert not list(tmp_path.parent.glob(".*.part"))


def test_force_writes_over_files_of_the_same_names_alone(tmp_path):
    (tmp_path / "notes.md").write_text("mine")
    (tmp_path / "README.md").write_text("old")
    scaffold.new("zigzag", "warp", tmp_path, force=True)
    assert (tmp_path / "notes.md").read_text() == "mine"
    assert "limner-zigzag" in (tmp_path / "README.md").read_text()


def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(self, *args, **kwargs):
        if self.name == "README.md":
            raise OSError(28, "No space left on device")
        return write(self, *args, **kwargs)

    write = Path.write_text
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(LimnerError, match="cannot be written: No space left on device"):
        scaffold.new("zigzag", "warp", tmp_path / "out")
    assert not list(tmp_path.iterdir())


def install(folder: Path, target: Path) -> dict[str, str]:
    """The environment of an interpreter that finds the installed package, and this limner."""
    for tool in ("pip", "hatchling"):
        if find_spec(tool) is None:
            pytest.skip(f"{tool} is not installed")
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    command += ["--disable-pip-version-check", "--target", str(target), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    here = [str(Path(limner.__file__).parents[1]), str(Path(import_module("limner_plugins").__file__).parents[1])]
    env = {k: v for k, v in os.environ.items() if k != "LIMNER_PLUGINS"}
    return env | {"PYTHONPATH": os.pathsep.join([str(target), *here])}


def run(env, cwd, *args):
    done = subprocess.run([sys.executable, "-m", *args], env=env, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check_command_installed(folder: Path, tmp_path: Path, name: str) -> dict[str, str]:
    """Install a package that adds a command, run its tests, and find it in the help; return the environment."""
    source = shutil.copytree(folder, tmp_path / "source", ignore=shutil.ignore_patterns("__pycache__"))
    env = install(source, tmp_path / "site")
    shutil.rmtree(source / "src")
    listed = run(env, tmp_path, "limner", "--help")
    assert re.search(rf"^  {name} .*\n?.*\[limner-{name} [\d.]+\]", listed, re.MULTILINE), listed
    assert f"[limner-{name} " in run(env, tmp_path, "limner", "plugins", "list", "--kind", "command")
    assert " passed" in run(env, source, "pytest", "-q", "-p", "no:cacheprovider", "-W", "error")
    run(env, tmp_path, "limner", "paint", "ink", "--seed", "8", "--size", "48x48", "-o", "ink.png")
    return env


def check_installed(folder: Path, tmp_path: Path, name: str, *, paint: bool = True) -> None:
    source = shutil.copytree(folder, tmp_path / "source", ignore=shutil.ignore_patterns("__pycache__"))
    env = install(source, tmp_path / "site")
    shutil.rmtree(source / "src")  # what is tested is what was installed
    listed = run(env, tmp_path, "limner", "plugins", "list") + run(env, tmp_path, "limner", "recipes", "list")
    assert f"[limner-{name} " in listed or f"\n{name} " in listed  # recipes are listed without their package
    assert " passed" in run(env, source, "pytest", "-q", "-p", "no:cacheprovider", "-W", "error")
    if paint:
        run(env, tmp_path, "limner", "paint", name, "--seed", "1", "--size", "32x32", "-o", "picture.png")
        assert (tmp_path / "picture.png").is_file()


@pytest.mark.slow
def test_the_example_installs_passes_its_tests_and_paints(tmp_path):
    check_installed(EXAMPLES / "limner-spiral", tmp_path, "spiral")


@pytest.mark.slow
def test_the_example_of_a_command_installs_passes_its_tests_and_runs(tmp_path):
    env = check_command_installed(EXAMPLES / "limner-palette", tmp_path, "palette")
    printed = run(env, tmp_path, "limner", "palette", "ink.png", "--count", "3", "--json")
    colors = json.loads(printed)["colors"]
    assert len(colors) == 3
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)
    command = [sys.executable, "-m", "limner", "palette", "ink.png", "--count", "0"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "error: --count: must be 1 to 32, got 0\n")


@pytest.mark.slow
def test_a_new_command_installs_passes_its_tests_and_runs(tmp_path):
    scaffold.new("glow", "command", tmp_path / "new", summary=SUMMARY)
    env = check_command_installed(tmp_path / "new", tmp_path, "glow")
    assert run(env, tmp_path, "limner", "glow", "ink.png").startswith("ink.png: ")


@pytest.mark.parametrize("name", ["result", "options", "str", "a" * 60])
def test_a_command_may_have_the_name_of_what_its_module_uses(name, tmp_path, monkeypatch):
    scaffold.new(name, "command", tmp_path / "new")
    monkeypatch.syspath_prepend(str(tmp_path / "new" / "src"))
    index = CommandIndex()
    index.add_package(f"limner_{name}", f"limner-{name}", "0.1.0")
    assert index.get(name).load().__name__ == "run"


def test_a_command_that_is_taken_is_refused(tmp_path):
    with pytest.raises(LimnerError, match=r"limner [\d.]+ already has the command 'sweep'; choose another"):
        scaffold.new("sweep", "command", tmp_path / "out")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "command"])
def test_a_new_package_installs_and_passes_its_tests(kind, tmp_path):
    scaffold.new(NAMES[kind], kind, tmp_path / "new", summary=SUMMARY)
    check_installed(tmp_path / "new", tmp_path, NAMES[kind], paint=kind in PAINTS)


@pytest.fixture
def arrangement(tmp_path, monkeypatch):
    """A package that adds a role with a template of two files."""
    template = tmp_path / "limner_album" / "template"
    template.mkdir(parents=True)
    (template.parent / "__init__.py").write_text("")
    (template / "stage.py.tmpl").write_text('class $Class:\n    """$doc"""\n')
    (template / "template.toml").write_text('noun = "an arrangement"\nusage = "limner album ART --arrangement $name"\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "limner_album", raising=False)
    registry = build(third_party=False)
    registry.add_role("arrangement", "limner_album:Arrangement", template="limner_album:template")
    monkeypatch.setattr("limner.scaffold.templates.registry", lambda: registry)
    return template


def test_a_role_of_another_package_brings_its_template(arrangement, tmp_path):
    scaffold.new("spiral", "arrangement", tmp_path / "new", summary="a wide spiral")
    source = tmp_path / "new" / "src" / "limner_spiral"
    assert (source / "spiral.py").read_text() == 'class Spiral:\n    """A wide spiral."""\n'
    assert (
        '"arrangement",\n        "spiral",\n        "limner_spiral.spiral:Spiral",'
        in (source / "plugin.py").read_text()
    )
    readme = (tmp_path / "new" / "README.md").read_text()
    assert "`spiral`, an arrangement for limner." in readme
    assert "limner album ART --arrangement spiral" in readme


def test_a_template_that_is_broken_is_the_fault_of_the_package_that_brings_it(arrangement, tmp_path):
    (arrangement / "stage.py.tmpl").unlink()
    with pytest.raises(
        PluginError, match=r"the template 'limner_album:template' of an arrangement does not load: .* contains none"
    ):
        scaffold.new("spiral", "arrangement", tmp_path / "new")
    (arrangement / "template.toml").write_text("= 3")
    with pytest.raises(PluginError, match="'limner_album:template' of an arrangement does not load"):
        scaffold.new("spiral", "arrangement", tmp_path / "new")
    assert not (tmp_path / "new").exists()
