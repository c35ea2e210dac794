"""limner translate preview: a sheet of filters."""

import json

import numpy as np
import pytest
from PIL import Image

from limner.cli.main import run
from limner.translation.filter_preview import GAP, LABEL, MARGIN, MIN_ROW_HEIGHT, filter_names, filter_rows, sheet_size

TWO = ["skimage:coffee", "skimage:chelsea"]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def cells(path, rows, count, size):
    """The pictures of a sheet, (rows, count, h, w, 3)."""
    page = np.asarray(Image.open(path))
    width, height = size
    assert page.shape[1::-1] == sheet_size(rows - 1, count, size)
    left = [MARGIN + LABEL + i * (width + GAP) for i in range(count)]
    top = [MARGIN + i * (height + GAP) for i in range(rows)]
    return np.asarray([[page[y : y + height, x : x + width] for x in left] for y in top])


def test_a_row_for_each_filter_under_the_pictures(capsys):
    args = ["--encoders", "grayscale,canny,average", "-s", "encoder.canny.sigma=2", "--size", "128x96", "--json"]
    assert run(["translate", "preview", *TWO, *args]) == 0
    reported = capsys.readouterr()
    wanted = {"path": "preview.png", "encoders": ["grayscale", "canny", "average"], "pictures": TWO, "size": [128, 96]}
    wanted["skipped"] = []
    assert json.loads(reported.out) == wanted
    assert reported.err == "2 of 2 pictures at 128x96, 3 filters\n"
    shown = cells("preview.png", 4, 2, (128, 96))
    assert np.ptp(shown[1], axis=-1).max() == 0
    assert np.abs(shown[1, 0, ..., 0] - np.asarray(Image.fromarray(shown[0, 0]).convert("L")).astype(float)).max() <= 1
    assert set(np.unique(shown[2])) == {0, 255}
    np.testing.assert_array_equal(shown[3], shown[0, ::-1])


def test_all_filters_where_none_is_named_the_small_ones_enlarged(capsys):
    assert run(["translate", "preview", "skimage:coffee", "--size", "32x32", "-o", "all.png", "--quiet"]) == 0
    assert capsys.readouterr() == ("all.png\n", "")
    names = [row.name for row in filter_rows(None, {})]
    assert names == [name for name in filter_names() if name != "identity"]
    shown = cells("all.png", 1 + len(names), 1, (96, 96))
    assert {"identity", "contours", "mask", "noise"} <= set(filter_names())
    assert "xy" not in filter_names()
    place = 1 + names.index("downscale")
    np.testing.assert_array_equal(shown[place], shown[place, :, ::12, ::12].repeat(12, axis=1).repeat(12, axis=2))


@pytest.mark.parametrize(
    ("size", "cell"), [("200x1", (400, 2)), ("1x200", (2, 400)), ("600x2", (600, 2)), ("1x1", (96, 96))]
)
def test_thin_pictures_are_enlarged_as_far_as_there_is_room(size, cell):
    Image.new("RGB", tuple(map(int, size.split("x"))), (200, 100, 0)).save("thin.png")
    args = ["--encoders", "identity,canny", "--size", size, "-s", "encoder.canny.sigma=2.5", "-q"]
    assert run(["translate", "preview", "thin.png", "thin.png", *args]) == 0
    page = np.asarray(Image.open("preview.png"))
    assert page.shape[1] == 2 * MARGIN + LABEL + 2 * cell[0] + GAP
    assert page.shape[0] == 2 * MARGIN + 3 * max(cell[1], MIN_ROW_HEIGHT) + 2 * GAP
    orange = np.argwhere((page == (200, 100, 0)).all(axis=-1))
    assert len(orange) == 2 * 2 * cell[0] * cell[1]  # of two pictures, and what identity makes of them
    middle = MARGIN + max(cell[1], MIN_ROW_HEIGHT) // 2
    first = orange[orange[:, 0] < MARGIN + max(cell[1], MIN_ROW_HEIGHT)]
    assert first[:, 0].min() == middle - cell[1] // 2


def test_what_was_set_stands_beside_the_filter():
    rows = filter_rows(["canny", "canny", "contours"], {"encoder.1.sigma": 3.0, "encoder.contours.levels": [9, 99]})
    assert [row.settings for row in rows] == ["", "sigma=3.0", "levels=[9, 99]"]
    assert rows[1].stage.sigma == 3


def test_pictures_are_taken_evenly_and_from_standard_input(tmp_path, monkeypatch, capsys):
    import io

    for i in range(9):
        Image.new("RGB", (200, 100), (i, i, i)).save(f"{i}.png")
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{i}.png\n" for i in range(9))))
    assert run(["translate", "preview", "-", "--count", "3", "--encoders", "identity", "--json", "-q"]) == 0
    reported = json.loads(capsys.readouterr().out)
    assert reported["pictures"] == ["0.png", "3.png", "6.png"]
    assert reported["size"] == [128, 64]
    assert run(["translate", "preview", ".", "--count", "100", "--encoders", "blur", "-o", "a.png", "-q"]) == 0


def test_the_same_seed_the_same_sheet(capsys):
    for out, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        args = ["--encoders", "mask,noise", "--size", "16x16", "--seed", seed, "-o", f"{out}.png", "-q"]
        assert run(["translate", "preview", *TWO, *args]) == 0
    a, b, c = (np.asarray(Image.open(f"{out}.png")) for out in "abc")
    np.testing.assert_array_equal(a, b)
    assert (a != c).any()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--encoders", "cany"], "unknown encoder 'cany'; did you mean 'canny'?"),
        (["--encoders", "xy"], "encoder 'xy' takes points, not pictures; choose one of identity"),
        (["--encoders", ","], "--encoders: has an empty name between commas, got ','; omit a comma"),
        (["--encoders", ""], "--encoders: no filter is named; omit it to show all filters"),
        (["--encoders", "canny", "-s", "encoder.canny.sigma=-1"], "encoder.canny.sigma: must be more than 0"),
        (
            ["--encoders", "canny", "-s", "encoder.canny.sgma=1"],
            "encoder.canny.sgma: unknown setting; did you mean",
        ),
        (["--encoders", "blur,blur", "-s", "encoder.1.sigma=0"], "encoder.1.sigma: must be more than 0"),
        (
            ["-s", "network.width=3"],
            "setting 'network.width': not a setting of a filter; write encoder.grayscale.field=",
        ),
        (["--count", "0"], "--count: must be 1 to 100, got 0"),
        (["--seed", "-1"], "--seed: must be 0 to"),
        (["--size", "9000x9000"], "preview.png: a sheet of"),
        (["-o", "a.jpg"], "a.jpg: the sheet is a PNG file; use the ending .png"),
        (["-o", "there.png"], "there.png: exists already"),
        (["--background", "nocolour"], "background: 'nocolour' is not a colour"),
    ],
)
def test_bad_requests_are_reported_in_a_line(args, said, tmp_path, capsys):
    (tmp_path / "there.png").write_bytes(b"mine")
    assert run(["translate", "preview", "skimage:coffee", *args]) == 2
    reported = capsys.readouterr().err
    assert reported.startswith(f"error: {said}")
    assert reported.count("\n") == 1
    assert (tmp_path / "there.png").read_bytes() == b"mine"
    assert not (tmp_path / "preview.png").exists()


def test_a_large_folder_needs_no_buttons(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("limner.imaging.discovery.MAX_PICTURES", 3)
    for i in range(5):
        Image.new("RGB", (8, 8), (i, i, i)).save(f"{i}.png")
    assert run(["translate", "preview", ".", "--count", "2", "--encoders", "blur", "-o", "a.png"]) == 0
    assert "2 of 5 pictures at 8x8, 1 filter" in capsys.readouterr().err


def test_no_pictures_and_too_little_memory(capsys, monkeypatch):
    assert run(["translate", "preview", "gone"]) == 2
    assert "gone: there is no such file" in capsys.readouterr().err
    monkeypatch.setattr("limner.utils.resources.available_memory", lambda: 1000)
    assert run(["translate", "preview", "skimage:coffee"]) == 2
    assert "of memory, but only 1.0 kB are free; reduce --size or --count" in capsys.readouterr().err
