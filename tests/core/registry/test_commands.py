"""Commands by name: manifests are read without importing their packages, and what is wrong with one breaks it alone."""

import sys
from pathlib import Path

import pytest

from limner.errors import LimnerError, PluginError
from limner.registry import commands
from limner.registry.commands import CommandIndex, find_commands

GOOD = '[palette]\ntarget = "limner_tints.command:palette"\nsummary = "Print the main colours."\n'


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write an importable package with a manifest and return its name."""

    def make(manifest, name="limner_tints", **modules):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "commands.toml").write_bytes(manifest if isinstance(manifest, bytes) else manifest.encode())
        for module, text in modules.items():
            (folder / f"{module}.py").write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setattr(sys, "modules", dict(sys.modules))
        return name

    return make


def index_of(name):
    index = CommandIndex()
    index.add_package(name, "limner-tints", "1.2")
    return index


def test_built_in_commands_load_and_have_their_own_name():
    index = find_commands(third_party=False)
    assert index.names()[:2] == ["paint", "fit"]
    assert {"sweep", "faces", "gallery", "translate", "plugins"} <= set(index.names())
    for command in index:
        assert command.built_in
        assert callable(command.load())
        assert len(command.summary) < 64  # a line of a narrow terminal


def test_a_manifest_is_read_without_importing_its_package(package):
    name = package(GOOD)
    (command,) = index_of(name)
    assert (command.name, command.summary, command.owner) == ("palette", "Print the main colours.", "limner-tints 1.2")
    assert not [module for module in sys.modules if module.startswith("limner_tints")]


def test_a_command_is_imported_when_it_is_loaded(package):
    name = package(GOOD, command="def palette(): return 'colours'")
    assert index_of(name).get("palette").load()() == "colours"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("raise RuntimeError('two\\nlines')", "does not load: RuntimeError: two lines"),
        ("raise SystemExit(3)", "does not load: SystemExit: 3"),
        ("import limner_nowhere", "does not load: ModuleNotFoundError"),
        ("paint = 1", "does not load: AttributeError"),
        ("palette = 1", "limner_tints.command:palette is not a function"),
    ],
)
def test_a_command_that_does_not_load_names_its_package(package, text, words):
    name = package(GOOD, command=text)
    with pytest.raises(PluginError, match=r"the command 'palette' of limner-tints 1.2") as caught:
        index_of(name).get("palette").load()
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("[palette", "is not valid TOML"),
        (b"\xff\xfe", "is not valid TOML"),
        ("palette = 1", "must have two strings, target and summary"),
        ('[palette]\ntarget = "a:b"\n', "must have two strings"),
        ('[palette]\ntarget = 1\nsummary = "s"', "must have two strings"),
        ('[palette]\ntarget = "a:b"\nsumary = "s"', "must have two strings"),
        ('[palette]\ntarget = "a:b"\nsummary = "s"\nsumary = "x"', "unknown key 'sumary'; did you mean 'summary'?"),
        ("", "contains no commands"),
        ('[Palette]\ntarget = "a:b"\nsummary = "s"', "lower-case words"),
        ('["../x"]\ntarget = "a:b"\nsummary = "s"', "lower-case words"),
        ('[""]\ntarget = "a:b"\nsummary = "s"', "lower-case words"),
        ('[palette]\ntarget = "invalid"\nsummary = "s"', "must look like 'module:function'"),
        ('[palette]\ntarget = "os;x:b"\nsummary = "s"', "must look like 'module:function'"),
        ('[palette]\ntarget = "a:b"\nsummary = ""', "one line of 1 to 100 characters"),
        ('[palette]\ntarget = "a:b"\nsummary = "two\\nlines"', "one line of 1 to 100 characters"),
        (f'[palette]\ntarget = "a:b"\nsummary = "{"x" * 101}"', "one line of 1 to 100 characters"),
    ],
)
def test_a_manifest_with_errors_adds_nothing_and_is_reported(package, manifest, words):
    index = index_of(package(manifest))
    assert index.names() == []
    (broken,) = index.broken
    assert words in broken.problem
    assert broken.owner == "limner-tints 1.2"


def test_an_error_in_one_command_leaves_out_the_whole_package(package):
    index = index_of(package(GOOD + "[other]\n"))
    assert index.names() == []


@pytest.mark.parametrize("name", ["limner_nowhere", "limner_nowhere.inside", "os"])
def test_a_package_that_is_none_is_reported(name):
    (broken,) = index_of(name).broken
    assert broken.problem


def test_a_parent_package_that_ends_the_interpreter_is_reported(package, tmp_path):
    package(GOOD)
    (tmp_path / "limner_tints" / "__init__.py").write_text("raise SystemExit(3)")
    (broken,) = index_of("limner_tints.inside").broken
    assert broken.problem == "SystemExit: 3"


def test_a_package_that_is_announced_twice_counts_once(package):
    index = index_of(package(GOOD))
    index.add_package("limner_tints", "limner-tints", "1.2")
    assert len(index.commands_named("palette")) == 1


def test_what_a_module_prints_on_import_is_no_result(package, capsys):
    name = package(GOOD, command="print('hello')\ndef palette(): pass")
    index_of(name).get("palette").load()
    assert capsys.readouterr().out == ""


def test_a_package_without_a_manifest_is_reported(package, tmp_path):
    name = package(GOOD)
    (tmp_path / name / "commands.toml").unlink()
    (broken,) = index_of(name).broken
    assert "has no commands.toml" in broken.problem


def test_a_command_of_limner_keeps_its_name_and_the_other_has_a_qualified_one():
    index = find_commands(third_party=False)
    index.add_package("limner_apps", "limner-other", "9")
    assert index.get("sweep").built_in
    assert index.get("limner/sweep").built_in
    assert index.get("limner-other/sweep").package == "limner-other"
    assert index.get("Limner_Other/sweep").package == "limner-other"
    assert {"sweep", "limner-other/sweep"} <= set(index.names())


def test_a_name_of_two_packages_is_an_error_that_says_how_to_call_each(package):
    index = index_of(package(GOOD))
    index.add_package("limner_tints", "limner-other", "9")
    said = (
        "command 'palette': ambiguous between limner-tints 1.2 and limner-other 9; "
        "run limner limner-tints/palette or limner limner-other/palette"
    )
    with pytest.raises(PluginError, match=said):
        index.get("palette")
    assert index.get("limner-other/palette").owner == "limner-other 9"
    assert index.names() == ["limner-tints/palette", "limner-other/palette"]


def test_a_manifest_that_is_announced_as_stages_is_reported(plugins):
    plugins("limner-tints", "", "1.2", commands=GOOD)
    index = find_commands()
    index.add_misplaced()
    assert index.broken == []
    assert index.get("palette")
    plugins("limner-tints", "", "1.3", files={"commands.toml": GOOD})
    index = find_commands()
    for _ in range(2):
        index.add_misplaced()
    (broken,) = index.broken
    assert broken.owner == "limner-tints 1.3"
    assert "announces it in the entry group 'limner'; announce it in 'limner.commands'" in broken.problem


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(LimnerError, match=r"unknown command 'swep'; did you mean 'sweep'\?"):
        find_commands(third_party=False).get("swep")


def forbid(path):
    if path.name == "forbidden":
        raise PermissionError(13, "no entry", str(path))


def test_metadata_is_read_only_where_a_distribution_names_the_group(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert not commands._any_announced()
    info = tmp_path / "limner_tints-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[limner]\ntints = limner_tints\n")
    assert not commands._any_announced()
    (info / "entry_points.txt").write_text("[limner.commands]\ntints = limner_tints\n")
    assert commands._any_announced()
    monkeypatch.setattr(sys, "path", [str(tmp_path / "forbidden"), str(tmp_path)])
    for name in ("is_file", "is_dir"):  # pathlib raises where a folder above may not be entered
        real = getattr(Path, name)
        monkeypatch.setattr(Path, name, lambda path, real=real: forbid(path) or real(path))
    assert commands._any_announced()
    archive = tmp_path / "plugins.zip"
    archive.touch()
    monkeypatch.setattr(sys, "path", [str(archive)])
    assert commands._any_announced()
