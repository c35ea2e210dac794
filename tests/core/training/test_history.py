"""Histories: what stays of many rows, and the tables and plots that are written of them."""

import csv
import json
import math
import re
import sys
import warnings
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from limner.errors import LimnerError
from limner.figures.plots import draw_curves
from limner.training import history as histories
from limner.training.history import MAX_ROWS, History, check_history

TWO = (
    {"step": 0, "seconds": 0, "loss": 0.5, "learning_rate": 1e-3},
    {"step": 3, "seconds": 0.25, "loss": 0.125, "psnr": 18.5},
)


def history(rows=TWO):
    made = History()
    for row in rows:
        made.append(row)
    return made


def row_of(step):
    return {"step": step, "seconds": step / 100, "loss": 1 / (step + 1)} | ({"psnr": 9.0} if step % 500 == 0 else {})


def test_few_rows_are_all_kept():
    rows = [row_of(step) for step in range(MAX_ROWS)]
    assert list(history(rows).rows) == rows


def test_many_rows_are_thinned_evenly():
    count = 30_000
    made = history(row_of(step) for step in range(count))
    assert len(made) <= MAX_ROWS
    assert all(row == row_of(row["step"]) for row in made.rows)  # none is made up
    steps = np.array([row["step"] for row in made.rows])
    assert steps[0] == 0
    assert steps[-1] == count - 1
    gaps = np.diff(steps)
    assert gaps.min() > 0
    older = gaps[steps[1:] < 0.8 * count]
    assert older.max() <= 3 * count / (MAX_ROWS // 2)
    assert np.ptp(np.histogram(steps[: len(older)], 10)[0]) <= 0.2 * len(older) / 10
    assert [row["step"] for row in made.rows if "psnr" in row] == list(range(0, count, 500))


def test_rows_that_are_all_rated_are_thinned_too():
    made = history({"step": s, "seconds": s, "loss": 1, "psnr": s} for s in range(0, 70_000, 7))
    assert MAX_ROWS / 3 < len(made) <= MAX_ROWS
    assert (made.rows[0]["step"], made.rows[-1]["step"]) == (0, 69_993)


@pytest.mark.parametrize("rated", [lambda step: True, lambda step: False, lambda step: step % 2])
def test_half_of_the_rows_remain_at_even_distances(rated):
    """Whether rows have a PSNR or not: one row more than fit, and every second remains."""
    row = {"seconds": 0, "loss": 1}
    made = history({**row, "step": s} | ({"psnr": 1} if rated(s) else {}) for s in range(MAX_ROWS + 1))
    steps = np.array([row["step"] for row in made.rows])
    assert MAX_ROWS / 2 - 10 < len(made) <= MAX_ROWS / 2
    assert (steps[0], steps[-1]) == (0, MAX_ROWS)
    assert np.diff(steps).min() >= 1
    assert np.diff(steps).max() <= 4
    assert np.ptp(np.histogram(steps, 10)[0]) <= 4


def test_rows_nearest_to_even_distances_in_steps_remain(monkeypatch):
    """Most steps lie at the start; those that remain are nearly even all the same."""
    monkeypatch.setattr(histories, "MAX_ROWS", 100)
    steps = [s * s for s in range(101)]
    made = history({"step": s, "seconds": 0, "loss": 1} for s in steps)
    assert len(made) <= 50
    kept = [row["step"] for row in made.rows]
    for even in np.linspace(1, 99 * 99, 48):  # 48 inner rows, with the first and the last
        nearest = min(steps[1:-1], key=lambda step: abs(step - even))
        assert nearest in kept


def test_columns_are_removed_from_all_rows():
    made = history()
    made.drop_columns("learning_rate", "psnr", "unknown")
    assert made.rows == tuple({name: row[name] for name in ("step", "seconds", "loss")} for row in TWO)


def test_thinning_does_not_depend_on_when_it_was_stored():
    whole, stored = history(), history()
    for step in range(4, 9000):
        whole.append(row_of(step))
        if step % 1000 == 0:
            stored = History.from_list(json.loads(json.dumps(stored.to_list())))
        stored.append(row_of(step))
    assert whole.rows == stored.rows


def test_a_step_twice_is_one_row():
    made = history()
    made.append({"step": 3, "loss": 0.1, "damping": 7})
    assert made.rows[-1] == {"step": 3, "seconds": 0.25, "loss": 0.1, "psnr": 18.5, "damping": 7}
    assert len(made) == 2
    with pytest.raises(ValueError, match="step 2 comes after step 3"):
        made.append({"step": 2, "seconds": 1, "loss": 1})
    with pytest.raises(ValueError, match="needs seconds"):
        History().append({"step": 2, "loss": 1})


def test_lists_hold_what_json_does_not():
    made = history()
    made.append({"step": 4, "seconds": 1, "loss": np.float32(math.nan), "psnr": math.inf})
    again = History.from_list(json.loads(json.dumps(made.to_list(), allow_nan=False)))
    assert again.rows[:2] == made.rows[:2]
    assert math.isnan(again.rows[2]["loss"])
    assert again.rows[2]["psnr"] == math.inf


GOOD = {"step": 1, "seconds": 1, "loss": 1}


@pytest.mark.parametrize(
    "damaged",
    [None, {}, [1], [{"step": 1}], [GOOD | {"loss": "low"}], [GOOD | {"loss": None}], [GOOD | {"step": "nan"}],
     [GOOD | {"step": True}], [GOOD | {"loss": [1]}], [GOOD | {"loss": 10**400}], [GOOD, GOOD], [GOOD] * (MAX_ROWS + 1),
     [GOOD | {"step": math.nan}], [GOOD | {7: 7}]],
)  # fmt: skip
def test_damaged_lists_are_refused(damaged):
    with pytest.raises(LimnerError, match="start over with `force`"):
        History.from_list(damaged)


def wild():
    made = history()
    made.append({"step": 9, "seconds": 2, "loss": math.nan, "psnr": math.inf, "damping": 2})
    return made


def test_csv(tmp_path):
    wild().write(tmp_path / "a.csv", "title")
    with (tmp_path / "a.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["step", "seconds", "loss", "psnr", "learning_rate", "damping"]
    assert list(rows[0].values()) == ["0", "0.0", "0.5", "", "0.001", ""]
    assert [row["step"] for row in rows] == ["0", "3", "9"]
    assert math.isnan(float(rows[2]["loss"]))
    assert float(rows[2]["psnr"]) == math.inf
    assert np.genfromtxt(tmp_path / "a.csv", delimiter=",", names=True)["loss"][1] == 0.125


@pytest.mark.parametrize("name", ["a.jsonl"])
def test_json_lines(tmp_path, name):
    def refuse(word):
        raise AssertionError(word)

    wild().write(tmp_path / name, "title")
    rows = [json.loads(line, parse_constant=refuse) for line in (tmp_path / name).read_text().splitlines()]
    assert rows[0] == {"step": 0, "seconds": 0, "loss": 0.5, "learning_rate": 0.001}
    assert rows[2] == {"step": 9, "seconds": 2, "loss": None, "psnr": None, "damping": 2}
    assert type(rows[0]["step"]) is int


def test_plots(tmp_path):
    pytest.importorskip("matplotlib")
    from pypdf import PdfReader

    title = "a$b$c^{ \n 漢字.jpg"
    for name in ("a.png", "a.svg", "b.svg", "a.pdf"):
        wild().write(tmp_path / name, title)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        assert image.width > 2 * image.height
        page = np.asarray(image.convert("RGB"))
    assert 0.6 < (page == 255).mean() < 0.99
    assert ElementTree.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")
    words = PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    for word in ("a$b$c^{", "loss", "PSNR, dB", "step", "seconds"):
        assert word in words


@pytest.mark.parametrize(
    ("losses", "there"),
    [
        ((0.45, 0.22), ["0.25", "0.3", "0.35", "0.4", "0.45"]),
        ((0.6, 0.02), ["0.03", "0.1", "0.4"]),
        ((0.0318, 0.0312), ["0.0312", "0.0316"]),
        ((0.3, 1e-5), ["10^{-2}"]),
        ((9e-6, 2e-6), ["10^{-6}"]),
    ],
)
def test_losses_of_less_than_two_decades_are_plain_decimals(losses, there):
    pytest.importorskip("matplotlib")
    rows = [{"step": 4.0 * i, "seconds": 4.0 * i, "loss": loss} for i, loss in enumerate(losses)]
    words = re.findall("<!-- (.*) -->", draw_curves(rows, "", "svg").decode())
    assert all(any(wanted == word or f"{wanted}}}" in word for word in words) for wanted in there), words
    assert any("10^" in word for word in words) == ("10^" in there[0])


def test_a_trainers_own_curves_have_panels_below():
    pytest.importorskip("matplotlib")
    curves = ({"one": "the first", "two": "the second"}, {"share": "how often, %"}, {"none": "nobody's"})
    rows = [GOOD | {"one": 1.0, "two": 7.0, "share": 0.25}, GOOD | {"step": 2, "two": math.nan, "share": 0.5}]
    page = draw_curves(rows, "", "svg", curves).decode()
    words = re.findall("<!-- (.*) -->", page)
    assert {"the first", "the second", "how often, %", "100"} <= set(words)
    assert "nobody's" not in words
    assert float(re.findall('height="(.*?)pt"', page)[0]) == pytest.approx(72 * 7.6)  # two rows, and no third


def test_there_is_paper_between_the_panels():
    pytest.importorskip("matplotlib")
    with Image.open(BytesIO(draw_curves([GOOD, GOOD | {"step": 2, "psnr": 9}], "", "png"))) as image:
        page = np.asarray(image.convert("L"))
    blank = (page[:, 7 * page.shape[1] // 16 : 9 * page.shape[1] // 16] == 255).all(axis=0)
    assert max(map(len, "".join(" x"[int(i)] for i in blank).split())) > 30


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [GOOD],
        [GOOD | {"seconds": 0, "step": 0}],
        [GOOD | {"loss": math.nan, "psnr": math.nan}],
        [GOOD | {"loss": 0}, GOOD | {"step": 2, "loss": -3, "psnr": math.inf}],
        [GOOD | {"loss": 1e-38}, GOOD | {"step": 2, "loss": 1e38}, GOOD | {"step": 3, "loss": 1e300}],
        [GOOD | {"seconds": math.inf}, GOOD | {"step": 1e9, "seconds": 1e6, "psnr": 3}],
    ],
)
def test_plots_of_odd_rows(rows):
    pytest.importorskip("matplotlib")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert draw_curves(rows, "", "png").startswith(b"\x89PNG")


def test_a_plot_without_matplotlib(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(LimnerError, match=r"pip install 'limner\[plot\]'"):
        check_history(tmp_path / "a.png", force=False)
    with pytest.raises(LimnerError, match=r"name a \.csv file"):
        history().write(tmp_path / "a.png", "title")
    check_history(tmp_path / "a.csv", force=False)
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path):
    for bad in ("a.txt", "a"):
        with pytest.raises(LimnerError, match=r"use one of \.csv, \.jsonl, \.png, \.svg, \.pdf"):
            check_history(tmp_path / bad, force=True)
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(LimnerError, match="exists already"):
        history().write(tmp_path / "a.csv", "title")
    assert (tmp_path / "a.csv").read_text() == "mine"
    history().write(tmp_path / "a.CSV", "title")
    history().write(tmp_path / "a.csv", "title", force=True)
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 3


def test_the_file_of_a_history_is_checked_before_the_training_and_at_its_end(tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(LimnerError, match=r"a\.csv: exists already"):
        check_history(tmp_path / "a.csv", force=False)
    check_history(tmp_path / "a.csv", force=True)
    with pytest.raises(LimnerError, match="no"):
        check_history(tmp_path / "no" / "a.csv", force=True)
    with pytest.raises(LimnerError, match="unknown format for a history"):
        history().write(tmp_path / "a.txt", "title")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "mine"


def test_only_steps_are_written_as_whole_numbers(tmp_path):
    history([{"step": 3, "seconds": 0.5, "loss": 2.75, "damping": 4.5}]).write(tmp_path / "a.csv", "title")
    assert (tmp_path / "a.csv").read_text() == "step,seconds,loss,psnr,learning_rate,damping\n3,0.5,2.75,,,4.5\n"
