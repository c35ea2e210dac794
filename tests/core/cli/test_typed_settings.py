"""Settings on the command line: the field decides what a value means, and an error shows one that works."""

import re
import shlex

import pytest

import limner
from limner.cli.main import run


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Runs a command line, as a list or a text of the shell, in an empty folder: exit code and errors."""
    monkeypatch.chdir(tmp_path)

    def result(line):
        code = run(shlex.split(line) if isinstance(line, str) else line)
        return code, capsys.readouterr().err

    return result


PAINT = ["paint", "signboard", "--size", "8x8", "--seed", "1", "-s", "network.depth=2", "-o", "a.png", "--force"]


@pytest.mark.parametrize(
    "text", ["2024", "2024-01-01", "07:32", "true", "nan", "1e5", "0x10", "007", "1.0", "a, b", "["]
)
def test_a_text_is_taken_as_it_was_typed(text, call):
    assert call([*PAINT, "-s", f"encoder.text.text={text}"]) == (0, "")
    assert limner.open("a.png").recipe.encoders[1].stage.text == text


def test_the_name_of_a_picture_may_be_a_number(call):
    assert call([*PAINT, "-s", "title=007"])[0] == 0
    assert limner.open("a.png").recipe.title == "007"


def test_lists_need_no_brackets(call):
    colours = ["--color", "palette", "-s", "color.colors=navy,orange", "-s", "size=6,4"]
    assert call(["paint", "ink", *colours, "-o", "a.png"])[0] == 0
    art = limner.open("a.png")
    assert art.recipe.color.stage.colors == ("navy", "orange")
    assert art.recipe.size == (6, 4)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("paint signboard --size 8x8 -o a.png", "network.depth=deep"),
        ("paint signboard --size 8x8 -o a.png", "encoder.text.soft=2"),
        ("paint signboard --size 8x8 -o a.png", "encoder.text.centre=1"),
        ("paint signboard --size 8x8 -o a.png", "encoder.text.cells=[64,64"),
        ("paint signboard --size 8x8 --warps wallpaper -o a.png", "warp.wallpaper.cells=0,5"),
        ("paint signboard --size 8x8 --color palette -o a.png", "color.colors=[navy,orange"),
        ("paint signboard --size 8x8 --network cppn -o a.png", "network.units=sin,tanh"),
        ("paint signboard -o a.png", "size=8"),
        ("paint signboard --size 8x8 -o a.jpg", "image-format.quality=best"),
        ("translate preview a.png --encoders thresholds -o b.png", "encoder.thresholds.levels=50,x"),
        ("sweep signboard --size 8x8 --dry-run -o s", "network.contrast=strong"),
    ],
)
def test_the_example_in_an_error_works_when_it_is_pasted(line, wrong, call):
    if "preview a.png" in line:
        limner.paint("ink", size=(8, 8)).save("a.png")
    code, err = call([*line.split(), "-s", wrong])
    assert code == 2
    assert err.startswith(f"error: setting {wrong.partition('=')[0]!r}: ")
    example = re.search(r"; for example: (-s .*)$", err.strip())[1]
    assert call(f"{line} {example}")[0] == 0


def test_several_wrong_values_are_reported_together(call):
    code, err = call([*PAINT, "-s", "encoder.text.size=large", "-s", "network.width=wide"])
    assert code == 2
    assert "encoder.text.size" in err
    assert "network.width" in err
    assert err.count("; for example: -s ") == 2
