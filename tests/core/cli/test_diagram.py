"""``limner diagram``, and the line about the network that ``limner info`` prints."""

import json
from pathlib import Path

import pytest

import limner
from limner.cli.main import run


@pytest.fixture
def cli(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*args):
        code = run(list(args))
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def art(tmp_path):
    limner.paint("marbling", seed=1, size=(8, 8)).save(tmp_path / "night.png")
    return tmp_path / "night.png"


def test_an_artwork_and_a_preset_are_drawn(cli, art):
    assert cli("diagram", "night.png", "ink", "--theme", "light") == (0, "night-diagram.svg\nink-diagram.svg\n", "")
    assert Path("night-diagram.svg").read_text("utf-8") == limner.diagram(art, theme="light").svg
    assert Path("ink-diagram.svg").read_text("utf-8") == limner.diagram("ink", theme="light").svg


def test_settings_and_a_seed_give_a_recipe_its_weights(cli):
    code, out, _ = cli(
        "diagram", "ink", "-s", "network.depth=4", "--seed", "3", "--transparent", "-o", "a.svg", "--json"
    )
    expected = limner.diagram("ink", seed=3, transparent=True)
    assert code == 0
    assert json.loads(out) == {"path": "a.svg", "from": "ink", "network": expected.summary}
    assert Path("a.svg").read_text("utf-8") == expected.svg


def test_a_folder_holds_several(cli, art):
    assert cli("diagram", "night.png", "-o", "drawn/", "-q") == (0, str(Path("drawn/night-diagram.svg")) + "\n", "")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nonsuch"], "unknown recipe or file 'nonsuch'"),
        (["ink", "--theme", "drak"], "--theme: unknown theme 'drak'; did you mean 'dark'"),
        (["ink", "-o", "net.png"], "net.png: diagrams are SVG files, not .png; use the ending .svg"),
        (["ink", "-s", "network.dept=3"], "network.dept"),
        (["ink", "ink"], "ink-diagram.svg: two pictures would go into this file; draw them one at a time"),
        (["ink", "quilt", "-o", "a.svg"], "a.svg: is one file for several pictures; give a folder"),
        (["there", "-o", "there.svg"], "there.svg: exists already; choose another name with -o, or --force"),
        (["text.txt"], "text.txt"),
    ],
)
def test_bad_input_is_one_line(cli, args, message):
    for name in ("there.svg", "text.txt"):
        Path(name).write_text("kept", "utf-8")
    code, out, err = cli("diagram", *args)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert {path.name for path in Path().iterdir()} == {"there.svg", "text.txt"}


def test_an_existing_diagram_is_replaced_by_force_only(cli):
    Path("ink-diagram.svg").write_text("kept", "utf-8")
    assert cli("diagram", "ink")[0] == 2
    assert Path("ink-diagram.svg").read_text("utf-8") == "kept"
    assert cli("diagram", "ink", "--force")[0] == 0
    assert Path("ink-diagram.svg").read_text("utf-8").startswith("<svg")


def test_info_prints_the_network_as_a_line(cli, art):
    summary = limner.diagram(art).summary
    assert f"\nnetwork: {summary}\n" in cli("info", "night.png")[1]
    assert json.loads(cli("info", "night.png", "--json")[1])["network"] == summary
