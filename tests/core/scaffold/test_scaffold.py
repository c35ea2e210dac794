"""What ``limner plugins new`` writes installs, passes the kit and paints; so does the example package of the guide."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import limner
from limner import scaffold
from limner.errors import LimnerError
from limner.registry.commands import CommandIndex
from limner.registry.registry import build
from limner.testing import package_checks, paints

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
NAMES = {"encoder": "first-curl", "warp": "pond-3", "network": "shallow", "color": "dusk"}


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """A package of each kind, importable."""
    folder = tmp_path_factory.mktemp("packages")
    for kind, name in NAMES.items():
        scaffold.new(name, kind, folder / kind)
        sys.path.append(str(folder / kind / "src"))
    return folder


@pytest.fixture
def registry(packages):
    registry = build(third_party=False)
    for name in NAMES.values():
        module = import_module(f"limner_{name.replace('-', '_')}")
        assert not registry.install(module, name, f"limner-{name}", "0.1.0").problem
    return registry


@pytest.mark.parametrize("kind", NAMES)
def test_a_new_package_passes_the_kit(kind, registry):
    checks = package_checks(f"limner-{NAMES[kind]}", registry)
    assert len(checks) > 60
    for _, check in checks:
        check()


@pytest.mark.parametrize("kind", NAMES)
def test_a_new_package_paints(kind, registry):
    picture = paints(NAMES[kind], size=(32, 32), registry=registry)
    assert picture.shape == (32, 32, 3)
    assert np.ptp(picture) > 40
    assert f'kind = "{NAMES[kind]}"' in registry.read_recipe(NAMES[kind])


@pytest.mark.parametrize("kind", NAMES)
def test_a_new_package_is_complete(kind, packages):
    file, folder = NAMES[kind].replace("-", "_"), packages / kind
    written = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc")
    assert written == sorted(
        [
            "README.md",
            "pyproject.toml",
            f"src/limner_{file}/__init__.py",
            f"src/limner_{file}/py.typed",
            f"src/limner_{file}/{NAMES[kind]}.toml",
            f"src/limner_{file}/{file}.py",
            f"tests/test_{file}.py",
        ]
    )
    for path in written:
        assert "$" not in (folder / path).read_text("utf-8")
    assert f"limner paint {NAMES[kind]}" in (folder / "README.md").read_text("utf-8")


def test_a_new_theme_is_complete_and_passes_the_kit(tmp_path, monkeypatch):
    pytest.importorskip("jinja2", reason="waits for Jinja2: pip install '.[gallery]'")
    scaffold.new("harbour-blue", "theme", tmp_path / "new")
    written = {p.relative_to(tmp_path / "new").as_posix() for p in (tmp_path / "new").rglob("*") if p.is_file()}
    module = "src/limner_harbour_blue"
    ours = {f"{module}/__init__.py", f"{module}/py.typed", f"{module}/theme/style.css", "tests/test_harbour_blue.py"}
    assert written == {"README.md", "pyproject.toml", *ours}
    assert not [name for name in written if "$" in (tmp_path / "new" / name).read_text("utf-8")]
    assert "--theme harbour-blue" in (tmp_path / "new" / "README.md").read_text("utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "new" / "src"))
    registry = build(third_party=False)
    registry.install(import_module("limner_harbour_blue"), "harbour-blue", "limner-harbour-blue", "0.1.0")
    checks = dict(package_checks("limner-harbour-blue", registry))
    assert len(checks) == 5
    for check in checks.values():
        check()


def test_a_new_package_is_in_house_style(packages):
    if find_spec("ruff") is None:
        pytest.skip("ruff is not installed")
    config = Path(__file__).parents[3] / "pyproject.toml"
    ruff = [sys.executable, "-m", "ruff"]
    ignore = ["--extend-ignore", "ARG002,ANN,D,INP001,S101,I001"]  # the tests' and the import order's are the author's
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
            ("a" * 65, "at most 64 letters"),
            ("../escape", "lower-case words"),
            ("", "lower-case words"),
            ("limner-zigzag", "leave 'limner-' out"),
            ("class", "a word of the Python language; add a word, such as 'class-encoder'"),
            ("random", "a module of Python's own library; add a word, such as 'random-encoder'"),
            ("encoder", "one that limner uses itself; add a word, such as 'my-encoder'"),
            ("plugins", "one that limner uses itself"),
            ("radius", "has the encoder 'radius' already"),
            ("random-art", "has the recipe 'random-art' already"),
        ],
    )
    def test_a_name_that_will_not_do(self, name, sentence, tmp_path):
        with pytest.raises(LimnerError) as caught:
            scaffold.new(name, "encoder", tmp_path / "out")
        assert sentence in str(caught.value)
        assert not list(tmp_path.iterdir())

    def test_a_name_of_another_kind_is_free(self, tmp_path):
        assert scaffold.new("radius", "warp", tmp_path / "out")

    def test_a_kind_without_a_template(self, tmp_path):
        with pytest.raises(LimnerError, match=r"no template of the kind 'encodr'; did you mean 'encoder'\?"):
            scaffold.new("zigzag", "encodr", tmp_path / "out")

    def test_a_folder_that_is_not_empty(self, tmp_path):
        (tmp_path / "README.md").write_text("mine")
        with pytest.raises(LimnerError, match="is not empty; choose another folder"):
            scaffold.new("zigzag", "warp", tmp_path)
        assert (tmp_path / "README.md").read_text() == "mine"

    def test_a_folder_that_is_a_file_or_nowhere(self, tmp_path):
        (tmp_path / "file").write_text("mine")
        with pytest.raises(LimnerError, match="is a file"):
            scaffold.new("zigzag", "warp", tmp_path / "file")
        with pytest.raises(LimnerError, match="make it first"):
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


def check_installed(folder: Path, tmp_path: Path, name: str) -> None:
    source = shutil.copytree(folder, tmp_path / "source", ignore=shutil.ignore_patterns("__pycache__"))
    env = install(source, tmp_path / "site")
    shutil.rmtree(source / "src")  # what is tested is what was installed
    assert f"[limner-{name} " in run(env, tmp_path, "limner", "plugins", "list")
    assert " passed" in run(env, source, "pytest", "-q", "-p", "no:cacheprovider", "-W", "error")
    run(env, tmp_path, "limner", "paint", name, "--seed", "1", "--size", "32x32", "-o", "picture.png")
    assert (tmp_path / "picture.png").is_file()


def test_the_example_installs_passes_its_tests_and_paints(tmp_path):
    check_installed(EXAMPLES / "limner-spiral", tmp_path, "spiral")


def test_the_example_of_a_command_installs_passes_its_tests_and_runs(tmp_path):
    env = check_command_installed(EXAMPLES / "limner-palette", tmp_path, "palette")
    told = run(env, tmp_path, "limner", "palette", "ink.png", "--count", "3", "--json")
    colors = json.loads(told)["colors"]
    assert len(colors) == 3
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)
    command = [sys.executable, "-m", "limner", "palette", "ink.png", "--count", "0"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "error: --count: must be 1 to 32, got 0\n")


@pytest.mark.slow
def test_a_new_command_installs_passes_its_tests_and_runs(tmp_path):
    scaffold.new("glow", "command", tmp_path / "new")
    env = check_command_installed(tmp_path / "new", tmp_path, "glow")
    assert run(env, tmp_path, "limner", "glow", "ink.png").startswith("ink.png: ")


def test_a_new_command_is_complete_and_conforms(tmp_path, monkeypatch):
    scaffold.new("soft-glow", "command", tmp_path / "new")
    written = {p.relative_to(tmp_path / "new").as_posix() for p in (tmp_path / "new").rglob("*") if p.is_file()}
    module = "src/limner_soft_glow"
    own = {f"{module}/{file}" for file in ("__init__.py", "py.typed", "command.py", "commands.toml")}
    assert written == {"README.md", "pyproject.toml", "tests/test_soft_glow.py", *own}
    assert not [name for name in written if "$" in (tmp_path / "new" / name).read_text("utf-8")]
    assert 'entry-points."limner.commands"' in (tmp_path / "new" / "pyproject.toml").read_text("utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "new" / "src"))
    index = CommandIndex()
    index.add_package("limner_soft_glow", "limner-soft-glow", "0.1.0")
    checks = package_checks("limner-soft-glow", build(third_party=False), commands=index)
    assert [name for name, _ in checks] == [
        f"command-soft-glow-{what}" for what in ("unique", "loads", "light_import", "help")
    ]
    for _, check in checks:
        check()


@pytest.mark.parametrize("name", ["result", "options", "str", "a" * 60])
def test_a_command_may_have_the_name_of_what_its_module_uses(name, tmp_path, monkeypatch):
    scaffold.new(name, "command", tmp_path / "new")
    monkeypatch.syspath_prepend(str(tmp_path / "new" / "src"))
    index = CommandIndex()
    index.add_package(f"limner_{name}", f"limner-{name}", "0.1.0")
    assert index.get(name).load().__name__ == "run"


def test_a_command_that_is_taken_is_refused(tmp_path):
    with pytest.raises(LimnerError, match=r"limner [\d.]+ has the command 'sweep' already; choose another"):
        scaffold.new("sweep", "command", tmp_path / "out")


@pytest.mark.slow
@pytest.mark.parametrize("kind", NAMES)
def test_a_new_package_installs_passes_its_tests_and_paints(kind, tmp_path):
    scaffold.new(NAMES[kind], kind, tmp_path / "new")
    check_installed(tmp_path / "new", tmp_path, NAMES[kind])
