"""Commands of third parties on the command line: listed with their package, and broken without harm to others."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import limner
import limner_plugins
from limner.cli.main import run as run_here

HERE = [str(Path(module.__file__).parents[1]) for module in (limner, limner_plugins)]


@pytest.fixture
def environment(tmp_path):
    """Write packages as pip leaves them, and return a function that runs limner beside them."""

    def make(**packages):
        for name, (manifest, code) in packages.items():
            folder, info = tmp_path / name, tmp_path / f"{name}-1.5.dist-info"
            folder.mkdir()
            info.mkdir()
            (folder / "__init__.py").write_text("")
            (folder / "commands.toml").write_text(manifest)
            (folder / "command.py").write_text(code)
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.5\n")
            (info / "entry_points.txt").write_text(f"[limner.commands]\n{name} = {name}\n")

        def run(*args, **variables):
            env = {k: v for k, v in os.environ.items() if k != "LIMNER_PLUGINS"} | variables
            env |= {"PYTHONPATH": os.pathsep.join([str(tmp_path), *HERE]), "COLUMNS": "200"}
            command = [sys.executable, "-m", "limner", *args]
            return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

        return run

    return make


def manifest(name, package):
    return f'[{name}]\ntarget = "{package}.command:run"\nsummary = "Do a thing."\n'


WORKS = 'def run() -> None:\n    """Do a thing."""\n    print("done")\n'
FAILS = 'def run() -> None:\n    """Do a thing."""\n    raise KeyError("oh")\n'
BROKEN = "import limner_nowhere\n"


def test_commands_are_listed_with_their_package_and_a_broken_one_harms_nobody(environment):
    run = environment(
        limner_good=(manifest("good", "limner_good"), WORKS),
        limner_bad=(manifest("bad", "limner_bad"), BROKEN),
        limner_ugly=("[ugly", WORKS),
    )
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "  good " in done.stdout
    assert "Do a thing. [limner-good 1.5]" in done.stdout
    listed = " ".join(done.stdout.split())
    assert "broken: ModuleNotFoundError: No module named 'limner_nowhere' [limner-bad 1.5]" in listed
    assert "[limner-ugly 1.5]" in listed
    assert run("good").stdout == "done\n"
    near = run("goood")
    assert (near.returncode, near.stderr) == (2, "error: unknown command 'goood'; did you mean 'good'?\n")
    bad = run("bad")
    assert bad.returncode == 2
    assert bad.stderr.startswith("error: the command 'bad' of limner-bad 1.5 does not load: ModuleNotFoundError")
    assert bad.stderr.count("\n") == 1
    ugly = run("limner-ugly")
    assert ugly.returncode == 2
    assert "limner-ugly 1.5: its commands cannot be listed" in ugly.stderr
    listed = [json.loads(line) for line in run("plugins", "list", "--json").stdout.splitlines()]
    problems = {row["package"]: row.get("problem", "") for row in listed if row["package"] != "limner"}
    assert problems["limner-good"] == ""
    assert "does not load" in problems["limner-bad"]
    assert "is not valid TOML" in problems["limner-ugly"]
    assert run("recipes", "list").returncode == 0


def test_an_exception_is_the_plugins_and_debug_shows_where(environment):
    run = environment(limner_bad=(manifest("bad", "limner_bad"), FAILS))
    done = run("bad")
    assert done.returncode == 2
    said = "error: limner-bad 1.5, command 'bad': KeyError: 'oh'; run with --debug for the traceback\n"
    assert done.stderr == said
    done = run("--debug", "bad")
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert "limner_bad" in done.stderr


@pytest.mark.slow
def test_a_name_claimed_twice_names_both_packages(environment):
    run = environment(
        limner_one=(manifest("thing", "limner_one"), WORKS),
        limner_two=(manifest("thing", "limner_two"), WORKS),
        limner_thief=(manifest("backends", "limner_thief"), WORKS),
    )
    done = run("thing")
    assert done.returncode == 2
    assert (
        "command 'thing': ambiguous between limner-one 1.5 and limner-two 1.5; run limner limner-one/thing or"
        in done.stderr
    )
    assert run("limner-two/thing").stdout == "done\n"
    done = run("backends")
    assert done.returncode == 0
    assert "numpy" in done.stdout
    note = "limner-thief 1.5 also has a command 'backends'; run it with: limner limner-thief/backends"
    assert done.stderr == note + "\n"
    assert run("limner-thief/backends").stdout == "done\n"
    assert run("recipes", "list").returncode == 0
    listed = " ".join(run("--help").stdout.split())
    assert "limner-one/thing Do a thing. [limner-one 1.5]" in listed
    assert "limner-thief/backends Do a thing. [limner-thief 1.5]" in listed
    assert "FAIL  command-thing-unique" in run("plugins", "check", "limner-one").stdout
    listed = run("plugins", "list").stdout
    assert "CLASH with limner-two: use limner-one/thing" in listed
    assert "CLASH with limner-thief: 'backends' means this one" in listed
    assert "CLASH with limner: use limner-thief/backends" in listed


def test_single_packages_can_be_disabled(environment):
    run = environment(
        limner_one=(manifest("one", "limner_one"), WORKS),
        limner_two=(manifest("two", "limner_two"), WORKS),
        limner_three=(manifest("three", "limner_three"), WORKS),
    )
    some = {"LIMNER_PLUGINS": "-limner-one, -Limner_Two"}
    assert [run(name, **some).returncode for name in ("one", "two", "three")] == [2, 2, 0]
    assert "limner-one" not in run("--help", **some).stdout
    assert "limner-two" not in run("plugins", "list", **some).stdout
    done = run("recipes", "list", LIMNER_PLUGINS="-limner-onne")
    assert done.returncode == 0
    assert done.stderr == (
        "warning: LIMNER_PLUGINS: package 'limner-onne' is not installed or has no plugins; "
        "did you mean 'limner-one'?\n"
    )


def test_plugins_can_be_turned_off(environment):
    run = environment(limner_good=(manifest("good", "limner_good"), WORKS))
    assert "limner-good" in run("--help").stdout
    assert "limner-good" not in run("--help", LIMNER_PLUGINS="off").stdout
    assert run("good").returncode == 0
    assert run("good", LIMNER_PLUGINS="off").returncode == 2


@pytest.mark.parametrize(
    "error", ["OSError('oh')", "FileNotFoundError(2, 'oh', '/nope')", "ConnectionRefusedError(111, 'oh')"]
)
def test_an_error_of_the_system_is_the_plugins_too(environment, error):
    code = FAILS.replace('KeyError("oh")', error)
    done = environment(limner_bad=(manifest("bad", "limner_bad"), code))("bad")
    assert done.returncode == 2
    assert done.stderr.startswith("error: limner-bad 1.5, command 'bad': ")
    assert done.stderr.count("\n") == 1


def test_debug_shows_why_a_command_does_not_load(environment):
    run = environment(limner_bad=(manifest("bad", "limner_bad"), BROKEN))
    assert "Traceback" not in run("bad").stderr
    assert "import limner_nowhere" in run("--debug", "bad").stderr


def test_only_the_help_imports_the_commands_of_others(environment):
    loud = "import sys; print('loaded', file=sys.stderr)\n" + WORKS
    run = environment(limner_good=(manifest("good", "limner_good"), loud))
    assert "loaded" in run("--help").stderr
    assert "loaded" not in run("--version").stderr
    assert "loaded" not in run("recipes", "list").stderr


def test_completion_knows_the_options_of_the_command_that_is_typed():
    env = {**os.environ, "_LIMNER_COMPLETE": "complete_bash", "COMP_WORDS": "limner sweep --des", "COMP_CWORD": "2"}
    done = subprocess.run([sys.executable, "-m", "limner"], env=env, capture_output=True, text=True, check=False)
    assert "--design" in done.stdout


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("limner-foo", "'limner-foo' is not valid; use off, or -PACKAGE,-PACKAGE to disable packages"),
        ("on", "'on' is not valid"),
        ("-limner-foo,", "'' is not valid"),
        ("-", "'-' is not valid"),
        ("off,-limner-foo", "'off' is not valid"),
        ("-limner", "the built-in stages cannot be disabled; remove '-limner'"),
    ],
)
def test_a_wrong_selection_of_plugins_is_refused_with_one_line(value, said, monkeypatch, capsys):
    monkeypatch.setenv("LIMNER_PLUGINS", value)
    assert run_here(["recipes", "list"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: LIMNER_PLUGINS: {said}")
    assert error.count("\n") == 1


@pytest.mark.parametrize(("name", "end"), [("pant", "; did you mean 'paint'?"), ("xylophone", "; known: ")])
def test_an_unknown_command_suggests_the_nearest(name, end, capsys):
    assert run_here([name]) == 2
    assert f"unknown command {name!r}{end}" in capsys.readouterr().err
