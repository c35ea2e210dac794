"""Themes: by a plugin's name or a folder's path, whole or in part, and what a damaged one gets."""

import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

import limner
import limner_plugins
from limner.cli.main import run
from limner.errors import LimnerError, PluginError
from limner.registry.hookspecs import hookimpl
from limner.registry.registry import Registry, registry
from limner.testing import checks_for
from limner.testing.outcomes import run_checks
from limner_apps.galleries.build import gallery as build
from limner_apps.galleries.theme_loader import load_theme

pytest.importorskip("jinja2", reason="waits for Jinja2: pip install '.[gallery]'")
OURS = resources.files("limner_apps.galleries.themes") / "paper"


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    return limner.paint("ink", seed=1, size=(24, 16)).save(tmp_path_factory.mktemp("art") / "a.png")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with folders of files, and a registry in which each is a theme."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "limner_velvet", raising=False)  # that of the test before
    (tmp_path / "limner_velvet").mkdir()
    (tmp_path / "limner_velvet" / "__init__.py").write_text("")

    def make(**themes):
        known = Registry()
        known.add_role("theme", contents="folder", checks="limner_apps.galleries.checks:CHECKS")
        for name, files in themes.items():
            for file, text in files.items():
                path = tmp_path / "limner_velvet" / name / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)

        def limner_register(registry):
            for name in themes:
                registry.add("theme", name, f"limner_velvet:{name}", summary="soft")

        plugin = type("Plugin", (), {"limner_register": staticmethod(hookimpl(limner_register))})()
        assert not known.install(plugin, "velvet", "limner-velvet", "1").problem
        monkeypatch.setattr("limner_apps.galleries.theme_loader.registry", lambda: known)
        return known

    return make


def test_the_default_is_the_first_that_is_registered(picture, tmp_path):
    assert registry().names("theme") == ["paper", "salon"]
    for site, theme in (("a", None), ("b", "paper")):
        build([picture], tmp_path / site, theme=theme)
        assert (tmp_path / site / "style.css").read_bytes() == (OURS / "style.css").read_bytes()
        assert not (tmp_path / site / "limner.css").exists()


def test_a_style_of_ones_own_may_stand_on_ours(picture, tmp_path, capsys):
    site = tmp_path / "site"
    assert run(["gallery", "build", str(picture), "-o", str(site), "--theme", "salon", "-q"]) == 0
    assert '@import "limner.css"' in (site / "style.css").read_text("utf-8")
    assert (site / "limner.css").read_bytes() == (OURS / "style.css").read_bytes()
    assert (site / "gallery.js").read_bytes() == (OURS / "gallery.js").read_bytes()
    build([picture], site)
    assert not (site / "limner.css").exists(), "another theme takes its files away"


def test_a_plugins_theme_replaces_what_it_brings_and_nothing_else(picture, tmp_path, package):
    piece = '{% extends "limner/piece.html" %}{% block title %}Soft: {{ piece.title }}{% endblock %}'
    package(velvet={"piece.html": piece, "assets/rose.svg": "<svg/>"}, plush={"style.css": "body{}"})
    site = tmp_path / "site"
    build([picture], site, theme="velvet")
    assert "<title>Soft: Ink</title>" in next((site / "pieces").iterdir()).read_text("utf-8")
    assert (site / "assets" / "rose.svg").read_text() == "<svg/>"
    assert (site / "style.css").read_bytes() == (OURS / "style.css").read_bytes()
    build([picture], site, theme="plush")
    assert (site / "style.css").read_text() == "body{}"
    assert not (site / "assets" / "rose.svg").exists()


def test_a_path_is_a_path_and_a_name_a_name(picture, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_theme("salon").name == "theme 'salon' of limner"
    Path("salon").mkdir()
    Path("salon", "style.css").write_text("i{}")
    assert load_theme("salon").name == "`theme` salon"
    assert load_theme(Path("salon")).name == "`theme` salon"
    with pytest.raises(LimnerError, match="is not a folder"):
        load_theme("paper/")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"piece.html": "{% if %}"}, "limner-velvet 1, theme 'velvet': piece.html, line 1: the template is invalid"),
        ({"index.html": "{{ entries.nothing }}"}, "index.html: the template is invalid: UndefinedError"),
        ({"index.html": "{{ 1 / 0 }}"}, "index.html: the template is invalid: ZeroDivisionError"),
        ({"index.html": '{% include "index.html" %}'}, "index.html: the template is invalid: RecursionError"),
        ({"piece.html": '{% include "../secret" %}'}, "TemplateNotFound"),
        ({"notes.txt": "nothing of a theme"}, "contains no file of a theme"),
        ({"style.css": "", "assets/two words.svg": ""}, "rename it"),
    ],
)
def test_a_damaged_theme_gets_one_line_and_no_site(files, says, picture, tmp_path, package, capsys):
    package(velvet=files)
    (tmp_path / "limner_velvet" / "secret").write_text("secret")
    assert run(["gallery", "build", str(picture), "-o", str(tmp_path / "site"), "--theme", "velvet"]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert not (tmp_path / "site").exists()


def test_a_theme_whose_folder_or_package_is_gone():
    known = Registry()
    known.add_role("theme", contents="folder")

    def limner_register(registry):
        registry.add("theme", "hollow", "limner:no-such-folder", summary="s")
        registry.add("theme", "adrift", "limner_nowhere:theme", summary="s")

    known.install(type("P", (), {"limner_register": staticmethod(hookimpl(limner_register))})(), "p", "limner-p", "1")
    with pytest.raises(PluginError, match="limner-p 1, theme 'hollow': limner:no-such-folder is not a folder"):
        known.folder("theme", "hollow")
    with pytest.raises(PluginError, match="limner-p 1, theme 'adrift' does not load: ModuleNotFoundError"):
        known.folder("theme", "adrift")
    with pytest.raises(LimnerError, match="unknown theme 'hollo'; did you mean 'hollow'"):
        known.folder("theme", "hollo")


def test_an_installed_package_brings_its_theme(picture, tmp_path):
    """As pip leaves it: a package, and its metadata with the entry points."""
    package, info = tmp_path / "limner_velvet", tmp_path / "limner_velvet-1.dist-info"
    (package / "theme").mkdir(parents=True)
    info.mkdir()
    hook = 'registry.add("theme", "velvet", "limner_velvet:theme", summary="soft")'
    text = f"from limner.plugin import hookimpl\n\n\n@hookimpl\ndef limner_register(registry):\n    {hook}\n"
    (package / "__init__.py").write_text(text)
    (package / "theme" / "style.css").write_text("body { color: plum }")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: limner-velvet\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[limner]\nvelvet = limner_velvet\n")
    here = [str(Path(module.__file__).parents[1]) for module in (limner, limner_plugins)]
    env = {name: value for name, value in os.environ.items() if name != "LIMNER_PLUGINS"}
    env["PYTHONPATH"] = os.pathsep.join([str(tmp_path), *here])
    command = [sys.executable, "-m", "limner", "gallery", "build", str(picture), "-o", "site", "--theme", "velvet"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "style.css").read_text() == "body { color: plum }"


def test_the_commands_know_themes(capsys):
    assert run(["plugins", "list", "--kind", "theme"]) == 0
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["paper", "salon"]
    assert run(["plugins", "show", "salon"]) == 0
    assert "style.css" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("files", "check", "says"),
    [
        ({"index.html": '{% extends "limner/index.html" %}{% block title %}{{ x }}{% endblock %}'}, "theme", "invalid"),
        ({"piece.html": "<h1>{{ piece.title|safe }}</h1>"}, "theme_escapes", "a piece page contains script"),
        ({"base.html": "<body>{% block body %}{% endblock %}"}, "theme_escapes", "no strict Content-Security-Policy"),
        ({"style.css": '@import "https://example.org/a.css";'}, "theme_fetches_nothing", "fetches https://example.org"),
        ({"sweep.html": '<img src="//example.org/a.png">'}, "theme_fetches_nothing", "fetches //example.org/a.png"),
        ({"sweep.html": '<img src="a.png">'}, "theme_is_reachable", "lacks the ids columns, command, compare"),
        ({"gallery.js": "", "piece.html": '<img src="a.png">'}, "theme_is_reachable", "a picture without alt"),
    ],
)
def test_the_kit_catches_a_fault(files, check, says, package):
    known = package(velvet=files)
    failed = {}
    for outcome in run_checks(checks_for("theme", "velvet", known)):
        if outcome.failed:
            failed[outcome.check.removeprefix("theme-velvet-")] = outcome.reason
    assert says in failed[check]
    assert "velvet" in failed[check]


def test_an_empty_folder_does_not_shadow_a_theme(tmp_path, monkeypatch, package):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "salon").mkdir()
    assert load_theme("salon").name == "theme 'salon' of limner"
    with pytest.raises(LimnerError, match="`theme` salon: contains no file of a theme"):
        load_theme("./salon")
    package(velvet={"style.css": "p {}"})
    (tmp_path / "limner-velvet" / "velvet").mkdir(parents=True)
    assert load_theme("limner-velvet/velvet").name == "limner-velvet 1, theme 'limner-velvet/velvet'"
