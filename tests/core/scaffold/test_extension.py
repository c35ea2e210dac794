"""``limner plugins new --into``: a stage added to an existing package, and nothing else in it changed."""

import subprocess
import sys
from importlib import import_module
from unittest import SkipTest

import pytest

from limner import scaffold
from limner.errors import LimnerError
from limner.registry.commands import CommandIndex
from limner.registry.registry import build
from limner.testing import package_checks

KINDS = tuple(scaffold.kinds())
QUICK = ("encoder", "trainer", "theme", "command")
SOME = [pytest.param(kind, marks=() if kind in QUICK else pytest.mark.slow) for kind in KINDS]
"""The kinds, of which the default run tries those that are made in different ways."""
COUNT = iter(range(1000))


@pytest.fixture
def package(tmp_path):
    """The folder and the name of a package with a writer, each with a name of its own: modules stay imported."""
    name = f"base-{next(COUNT)}"
    scaffold.new(name, "image-format", tmp_path / name, summary="a format to build on")
    return tmp_path / name, name


def texts(root):
    return {
        p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file() and p.suffix != ".pyc"
    }


def checks_of(root, name, monkeypatch):
    """The checks of the package, and those that fail."""
    monkeypatch.syspath_prepend(str(root / "src"))
    module, package = f"limner_{name.replace('-', '_')}", f"limner-{name}"
    registry, index = build(third_party=False), CommandIndex()
    assert not registry.install(import_module(f"{module}.plugin"), name, package, "0.1.0").problem
    if (root / "src" / module / "commands.toml").exists():
        index.add_package(module, package, "0.1.0")
    failed, checks = {}, package_checks(package, registry, commands=index)
    for identity, check in checks:
        try:
            check()
        except SkipTest:
            continue
        except AssertionError as error:
            failed[identity] = str(error)
    return [identity for identity, _ in checks], failed


@pytest.mark.parametrize("kind", SOME)
def test_every_kind_is_added_and_passes_the_kit(kind, package, monkeypatch):
    root, name = package
    before = texts(root)
    written = scaffold.extend("added-one", kind, root, summary="added by the tests")
    after = texts(root)
    changed = {path for path in before if after[path] != before[path]}
    module = f"src/limner_{name.replace('-', '_')}"
    assert changed == ({"pyproject.toml"} if kind == "command" else {f"{module}/plugin.py"})
    assert {path.relative_to(root).as_posix() for path in written} == changed | (after.keys() - before.keys())
    identities, failed = checks_of(root, name, monkeypatch)
    assert failed == {}
    assert any("-added-one" in identity for identity in identities)
    assert any(identity.startswith("image-format-base-") for identity in identities)


def test_several_are_added_one_after_the_other(package, monkeypatch):
    root, name = package
    for kind in ("frame", "frame", "command", "command", "recipe"):
        scaffold.extend(f"more-{next(COUNT)}", kind, root, summary="added by the tests")
    identities, failed = checks_of(root, name, monkeypatch)
    assert failed == {}
    assert len({identity.split("-")[2].partition("[")[0] for identity in identities if "-more-" in identity}) >= 5


def test_what_the_author_wrote_stays(package):
    root, name = package
    file = root / "src" / f"limner_{name.replace('-', '_')}" / "plugin.py"
    hook = '''"""Mine."""

from limner.plugin import Registry, hookimpl  # both


def before() -> int:
    return 1


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register."""
    names = ["base"]
    for each in names:  # a comment
        registry.add("frame", each, "a:B", summary="x")

    # the end


def after() -> int:
    return 2
'''
    file.write_text(hook)
    scaffold.extend("calm", "frame", root, summary="added by the tests")
    lines, got = hook.splitlines(), file.read_text().splitlines()
    assert [line for line in got if line in lines] == lines
    assert len(got) > len(lines)
    compile(file.read_text(), "x", "exec")


def test_another_name_of_the_registry_and_windows_line_ends_are_kept(package):
    root, name = package
    file = root / "src" / f"limner_{name.replace('-', '_')}" / "plugin.py"
    file.write_bytes(
        b"from limner.plugin import hookimpl\r\n\r\n\r\n@hookimpl\r\ndef limner_register(r):\r\n  return None\r\n"
    )
    scaffold.extend("calm", "recipe", root, summary="added by the tests")
    text = file.read_bytes().decode()
    assert "  r.add(\r\n" in text or "r.add(\r\n" in text
    assert "\n" not in text.replace("\r\n", "")
    compile(text, "x", "exec")


def test_a_package_of_commands_learns_to_register(tmp_path, monkeypatch):
    scaffold.new("only-commands", "command", tmp_path / "p", summary="commands alone")
    before = (tmp_path / "p" / "pyproject.toml").read_text()
    scaffold.extend("calm-frame", "frame", tmp_path / "p", summary="added by the tests")
    after = (tmp_path / "p" / "pyproject.toml").read_text()
    assert '[project.entry-points.limner]\ncalm-frame = "limner_only_commands.plugin"' in after
    kept = [line for line in before.splitlines() if line]  # the added table brings blank lines of its own
    assert [line for line in after.splitlines() if line in kept] == kept
    _, failed = checks_of(tmp_path / "p", "only-commands", monkeypatch)
    assert failed == {}


@pytest.mark.parametrize(("first", "second"), [("encoder", "command"), ("command", "encoder")])
def test_a_blank_line_is_on_both_sides_of_what_is_added_to_pyproject(tmp_path, first, second):
    scaffold.new("dawn", first, tmp_path / "p", summary="added by the tests")
    before = (tmp_path / "p" / "pyproject.toml").read_text()
    scaffold.extend("dusk", second, tmp_path / "p", summary="added by the tests")
    after = (tmp_path / "p" / "pyproject.toml").read_text()
    blocks, old = after.split("\n\n"), before.split("\n\n")
    (added,) = [block for block in blocks if block not in old]
    assert added.startswith("[project.entry-points")
    blocks.remove(added)
    assert blocks == old


def test_a_flat_package_with_a_module_of_its_own_for_plugins(tmp_path):
    package = tmp_path / "flat_art"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "plugin.py").write_text(
        "from limner.plugin import hookimpl\n\n\n@hookimpl\ndef limner_register(registry):\n    pass\n"
    )
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "flat-art"\nversion = "1"\n[project.entry-points.limner]\nflat = "flat_art.plugin"\n'
    )
    scaffold.extend("calm", "frame", tmp_path, summary="added by the tests")
    assert '"flat_art.calm:Calm"' in (package / "plugin.py").read_text()
    assert (package / "calm.py").is_file()
    assert 'parametrize_with_checks("flat-art")' in (tmp_path / "tests" / "test_conformance.py").read_text()


class TestRefusals:
    def refused(self, root, sentence, name="calm", kind="frame"):
        before = texts(root)
        with pytest.raises(LimnerError) as caught:
            scaffold.extend(name, kind, root, summary="added by the tests")
        assert sentence in str(caught.value)
        assert texts(root) == before

    def test_no_package(self, tmp_path):
        self.refused(tmp_path, "is not a package: cannot read pyproject.toml")
        (tmp_path / "pyproject.toml").write_text("= 3")
        self.refused(tmp_path, "is not valid TOML")
        (tmp_path / "pyproject.toml").write_text("[tool.x]\n")
        self.refused(tmp_path, "[project] has no name")
        (tmp_path / "pyproject.toml").write_text('[project]\nname = "gone"\n')
        self.refused(tmp_path, "module gone not found here or in src")

    def test_an_entry_point_that_is_an_object_or_a_single_module(self, tmp_path):
        project = '[project]\nname = "p"\n[project.entry-points.limner]\np = "{}"\n'
        (tmp_path / "pyproject.toml").write_text(project.format("p:plugin"))
        self.refused(tmp_path, "is an object in a module; register the stage by hand")
        (tmp_path / "pyproject.toml").write_text(project.format("p"))
        (tmp_path / "p.py").write_text("")
        self.refused(tmp_path, "is a single module; --into needs a package")

    def test_what_is_there_already(self, package):
        root, name = package
        self.refused(root, "already", name=name, kind="image-format")
        file = root / "src" / f"limner_{name.replace('-', '_')}" / "calm.py"
        file.write_text("mine")
        self.refused(root, "calm.py: already exists; choose another name than 'calm'")
        file.unlink()
        scaffold.extend("glow", "command", root, summary="added by the tests")
        (file.parent / "glow.py").unlink()
        (root / "tests" / "test_glow.py").unlink()
        self.refused(root, "already has the command 'glow'", name="glow", kind="command")

    @pytest.mark.parametrize(
        ("source", "sentence"),
        [
            ("def limner_register(registry): pass\n", "to which no line can be added"),
            ("def limner_register():\n    pass\n", "to which no line can be added"),
            ("def broken(:\n", "is not valid Python (line 1)"),
            ("from elsewhere import limner_register\n", "imports limner_register; register the stage by hand"),
            (
                'def limner_register(r):\n    r.frame("calm", "a:B", summary="x")\n',
                "already registers the frame 'calm'",
            ),
            ('def limner_register(r):\n    r.add("frame", "calm", "a:B", summary="")\n', "registers the frame 'calm'"),
        ],
    )
    def test_a_module_that_lines_cannot_be_added_to(self, package, source, sentence):
        root, name = package
        (root / "src" / f"limner_{name.replace('-', '_')}" / "plugin.py").write_text(source)
        self.refused(root, sentence)

    def test_a_command_beside_stages_that_the_package_itself_registers(self, package):
        root, name = package
        source = root / "src" / f"limner_{name.replace('-', '_')}"
        (source / "plugin.py").rename(source / "__init__.py")
        project = (root / "pyproject.toml").read_text()
        (root / "pyproject.toml").write_text(project.replace(f"{source.name}.plugin", source.name))
        self.refused(root, "move limner_register to plugin.py", kind="command")

    def test_an_error_of_the_disk_leaves_everything_as_it_was(self, package, monkeypatch):
        from pathlib import Path

        write = Path.write_text

        def full(self, *args, **kwargs):
            if self.name == "plugin.py":
                raise OSError(28, "No space left on device")
            return write(self, *args, **kwargs)

        monkeypatch.setattr(Path, "write_text", full)
        self.refused(package[0], "cannot be written: No space left on device")


def test_the_command_line_adds_and_says_what_to_do_next(package):
    root, _ = package
    command = [sys.executable, "-m", "limner", "plugins", "new", "calm", "--kind", "recipe", "--into", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == sorted(done.stdout.splitlines())
    assert "replace the TODO: summary; pip install -e" in done.stderr
    done = subprocess.run([*command, "-o", "elsewhere"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--into: cannot be combined with --out" in done.stderr
