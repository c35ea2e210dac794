"""Errors name arguments of functions; the command line prints its options instead."""

import ast
import re
from pathlib import Path

import pytest

import limner
from limner.cli.main import run
from limner.console.session import session
from limner.console.wording import as_options
from limner.errors import LimnerError

ROOT = Path(__file__).parents[3]
COMMAND_MODULES = {"command.py", "command_options.py"}
SOURCES = [
    path
    for folder in ("core/limner", "plugins")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not {"cli", "console", "scaffold"} & set(path.relative_to(ROOT).parts) and path.name not in COMMAND_MODULES
]
COMMAND_LINES = {
    "core/limner/artworks/files/parameters.py": "names the command that creates a picture again",
    "core/limner/artworks/preflight/trained.py": "names the command that fits a recipe",
    "core/limner/composition/stage_description.py": "describes a command",
    "core/limner/training/states/reading.py": "names the option that keeps states",
    "core/limner/translation/report.py": "shows the command that applies the network",
    "plugins/limner_apps/animations/motions/states.py": "names the option that keeps states",
    "plugins/limner_apps/animations/states/strip.py": "names the option that keeps states",
    "plugins/limner_apps/galleries/local_paths.py": "reads the command of a sweep",
    "plugins/limner_apps/galleries/pieces/texts.py": "shows the command that renders a picture again",
    "plugins/limner_plugins/recipes/__init__.py": "summaries of recipes show how to start some of them",
}
OPTION = re.compile(r"(?<![\w-])--[a-z]|(?:^|\s)-[os](?![\w-])")


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("lower `size`", "lower --size"),
        ("`train_size` 0: no", "--train-size 0: no"),
        ("with `path`, or `force=True` to", "with -o, or --force to"),
        ("name it with `out`", "name it with -o"),
        ("`patches=64`, say", "--patches 64, say"),
        ("try `swap={'trainer': 'backprop'}`", "try --trainer backprop"),
        ("try `swap={'encoder': 'xy'}`", "try --encoders xy"),
        ("try `swap={'encoder': ['grid', 'one-hot']}`", "try --encoders grid,one-hot"),
        ("say `set={'timelapse.every': 5}`", "say -s timelapse.every=5"),
        ("`vary=trainer=backprop`", "--vary trainer=backprop"),
        ("``code`` and `Two Words` stay", "``code`` and `Two Words` stay"),
    ],
)
def test_arguments_become_options(message, shown):
    assert as_options(message) == shown


@pytest.mark.parametrize(
    "message",
    [
        "`axis` is no option",
        "`swap={'trainer': 'backprop'}` is of another command",
        "no option like `force=True`",
        "x/`size`.png: there is no such file",
        "there is no file '`size`'",
        "limner-foo 1.2, encoder 'rings': ValueError: use `size=3`",
        "failed: cell-1: encoder 'local/rings': KeyError: `size`",
        "a plugin failed: `size` of it",
        "`size` b.png: there is no such file",
    ],
)
def test_only_limners_own_words_about_options_of_the_command_become_options(message):
    with session(["paint", "`size` b.png", "--size", "3x3"]) as opened:
        opened.options = frozenset({"--size", "-o"})
        assert as_options(message, verbatim=["a plugin failed: `size` of it"]) == message
        assert as_options("lower `size`, or see `out`; " + message).startswith("lower --size, or see -o; ")


def test_an_option_may_have_another_name_in_a_command():
    with session(["translate", "train"]) as opened:
        opened.options = frozenset({"--input"})
        assert as_options("use `swap={'encoder': 'xy'}`") == "use --input xy"


@pytest.mark.parametrize(
    ("argv", "shown"),
    [(["blend", "a"], "limner blend FILE"), (["translate", "train"], "limner translate train IMAGE")],
)
def test_an_argument_has_the_name_that_it_has_in_the_command(argv, shown):
    with session(argv):
        assert as_options("name a picture with `pictures`") == f"name a picture with {shown}"


def strings(path):
    """Yield every string of a module that is no docstring, with its line."""
    tree = ast.parse(path.read_text("utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def test_the_library_names_no_option_of_the_command_line():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in SOURCES
        if str(path.relative_to(ROOT)) not in COMMAND_LINES
        for line, text in strings(path)
        if OPTION.search(text)
    ]
    assert found == [], "\n".join(found)
    assert all((ROOT / name).is_file() for name in COMMAND_LINES)


@pytest.mark.parametrize(
    ("command", "call", "option", "argument"),
    [
        (
            "paint ink --seed 1 --size 8x8 -o a.png",
            lambda: limner.paint("ink", seed=1, size=(8, 8)).save("a.png"),
            "choose another name with -o, or --force to overwrite it",
            "choose another name with `path`, or `force=True` to overwrite it",
        ),
        (
            "fit a.png --recipe likeness --train-size -1 --steps 1 -o b.png",
            lambda: limner.fit("a.png", train_size=-1, steps=1),
            "--train-size -1: must be",
            "`train_size` -1: must be",
        ),
        (
            "fit a.png --recipe ink --steps 1 -o b.png",
            lambda: limner.fit("a.png", "ink", steps=1),
            "add one with --trainer backprop",
            "add one with `swap={'trainer': 'backprop'}`",
        ),
        (
            "sweep marbling --vary network.depth=1 --design random",
            lambda: limner.sweep("marbling", vary={"network.depth": [1]}, design="random"),
            "--design random: needs a number of points; set --samples",
            "`design` random: needs a number of points; set `samples`",
        ),
    ],
)
def test_one_error_in_the_words_of_each(command, call, option, argument, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    limner.paint("ink", seed=1, size=(8, 8)).save("a.png")
    assert run(command.split()) == 2
    assert option in capsys.readouterr().err
    with pytest.raises(LimnerError, match=re.escape(argument)):
        call()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("train it with `limner.train`", "train it with limner translate train"),
        ("give `limner.translate` a picture", "give limner translate apply a picture"),
        ("repaint it with `limner.paint`", "repaint it with limner paint"),
        ("name a picture with `images`", "name a picture with limner fit IMAGE"),
    ],
)
def test_functions_become_commands(message, expected):
    assert as_options(message) == expected


def test_the_error_about_a_wrong_number_shows_a_right_one(capsys):
    assert run(["paint", "signboard", "-s", "network.depth=x"]) == 2
    assert "for example: -s network.depth=8\n" in capsys.readouterr().err


COMMAND = re.compile(r"\blimner (?:animate|blend|faces|fit|gallery|info|paint|render|sweep|translate|verify)\b")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_errors_of_the_library_name_no_commands(path):
    raised = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Raise)]
    for text in (node.value for each in raised for node in ast.walk(each) if isinstance(node, ast.Constant)):
        found = COMMAND.search(text) if isinstance(text, str) else None
        assert not found or "on the command line, " in text, text
