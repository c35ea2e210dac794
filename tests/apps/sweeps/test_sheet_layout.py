"""The layout of a contact sheet: every picture of a sweep is on it, or a note says which are not."""

import itertools
from pathlib import Path

import pytest

from limner.cli.main import run
from limner_apps.sweeps.report import sheet_layout
from limner_apps.sweeps.report.animation import shown_trials
from limner_apps.sweeps.report.sheet_layout import SheetPicture, arrange
from limner_apps.sweeps.search_space.axes import parse_axis
from limner_apps.sweeps.sweep import Sweep

AXES = {"network.depth": (1, 2), "network.width": (3, 4), "seed": (0, 1)}
SWEEP = Sweep("ink", {}, [parse_axis("network.depth=1,2"), parse_axis("network.width=3,4")], seeds=(0, 1))


def pictures(axes=AXES, steps=(0,)):
    """Return a picture for every combination of values, named after them."""
    points = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    return [
        SheetPicture(Path("-".join(map(str, (*point.values(), step)))), {"image": "", **point, "step": step}, None)
        for point in points
        for step in steps
    ]


def names(table):
    return [
        [None if item is None else item if isinstance(item, str) else item.file.name for item in row] for row in table
    ]


def test_further_settings_take_further_lines():
    assert names(arrange(SWEEP, pictures(), "network.depth", "seed")) == [
        ["1-3-0-0", "1-3-1-0"],
        ["1-4-0-0", "1-4-1-0"],
        ["2-3-0-0", "2-3-1-0"],
        ["2-4-0-0", "2-4-1-0"],
    ]


def test_pictures_stay_beside_those_with_the_same_settings_if_some_are_missing():
    table = arrange(SWEEP, [one for one in pictures() if one.file.name != "1-3-0-0"], "network.depth", "seed")
    assert names(table) == [
        [None, "1-3-1-0"],
        ["1-4-0-0", "1-4-1-0"],
        ["2-3-0-0", "2-3-1-0"],
        ["2-4-0-0", "2-4-1-0"],
    ]


def test_without_columns_a_row_continues_to_the_right():
    assert names(arrange(SWEEP, pictures(), "network.depth", "")) == [
        ["1-3-0-0", "1-3-1-0", "1-4-0-0", "1-4-1-0"],
        ["2-3-0-0", "2-3-1-0", "2-4-0-0", "2-4-1-0"],
    ]


def test_all_steps_are_shown():
    table = arrange(SWEEP, pictures({"network.depth": (1, 2)}, steps=(50, 500)), "", "network.depth")
    assert names(table) == [["1-50", "2-50"], ["1-500", "2-500"]]


def test_designs_without_a_value_on_an_axis_have_a_row_of_their_own():
    alone = [SheetPicture(Path(str(value)), {"image": "", "seed": 0, path: value, "step": 0}, None)
             for path, value in (("network.depth", 1), ("network.depth", 2), ("network.width", 3))]  # fmt: skip
    assert names(arrange(SWEEP, alone, "network.depth", "seed")) == [["1"], ["2"], ["3"]]


@pytest.mark.parametrize(
    ("rows", "columns"), [("network.depth", ""), ("", "seed"), ("network.width", "seed"), ("", "")]
)
def test_every_picture_is_on_the_sheet_once(rows, columns):
    shown = [item for row in arrange(SWEEP, pictures(), rows, columns) for item in row if item is not None]
    assert sorted(one.file.name for one in shown) == sorted(one.file.name for one in pictures())


def test_random_designs_are_shown_without_many_gaps():
    points = [SheetPicture(Path(str(i)), {"image": "", "seed": i % 2, "network.depth": i % 3, "x": i, "step": 0}, None)
              for i in range(12)]  # fmt: skip
    table = arrange(SWEEP, points, "network.depth", "seed")
    assert (len(table), len(table[0])) == (6, 2)


def test_a_sheet_that_would_be_too_large_shows_the_first_in_each_place(monkeypatch):
    monkeypatch.setattr(sheet_layout, "MAX_SHEET_CELLS", 8)
    table = arrange(SWEEP, pictures(), "network.depth", "seed")
    assert names(table) == [["1-3-0-0", "1-3-1-0"], ["2-3-0-0", "2-3-1-0"]]


def test_the_command_says_how_many_pictures_are_missing(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    line = "sweep ink --vary network.output=tanh,sigmoid --seeds 0..1 --size 8x8 -o s --sheet s.png --columns seed"
    line += " --executor-set workers=1"
    assert run(line.split()) == 0
    assert "contact sheet: s.png" in capsys.readouterr().err
    monkeypatch.setattr(sheet_layout, "MAX_SHEET_CELLS", 4)
    assert run([*line.split(), "--force"]) == 0
    assert "s.png: shows 2 of 4 pictures, the first one in each row and column" in capsys.readouterr().err


def test_an_animation_says_which_trials_it_shows():
    assert shown_trials(64) == "all trials"
    assert shown_trials(1000) == "the first 64 of 1,000 trials"
