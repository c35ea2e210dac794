"""limner translate train and apply, and the same from Python."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from skimage import data

import limner
from limner.cli.main import run
from limner.figures.example_grid import grid_size
from limner.translation.monitor import TrainingMonitor

SMALL = ["--size", "16x16", "--network", "unet", "-s", "network.width=2", "-s", "network.depth=2"]
SMALL += ["--seed", "5", "--quiet"]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def cuts(tmp_path_factory):
    """Ten cuts of photographs."""
    folder = tmp_path_factory.mktemp("cuts")
    pictures = data.astronaut(), data.coffee(), data.chelsea()
    for i in range(10):
        cut = pictures[i % 3][20 * i : 20 * i + 96, 20 * i : 20 * i + 96]
        Image.fromarray(cut).save(folder / f"{i}.png")
    return folder


@pytest.fixture
def photos(cuts):
    """The cuts, in a folder that a test may change."""
    return str(shutil.copytree(cuts, "photos"))


def train(*more):
    return run(["translate", "train", *more])


def output(capsys):
    said = capsys.readouterr()
    return said.out, said.err


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(float)


def test_it_learns_and_apply_needs_no_flags(photos, capsys):
    more = ["--history", "h.csv", "--report", "r.html", "--timelapse", "t.gif", "-s", "timelapse.frames=4", "--json"]
    args = [photos, *SMALL, "--steps", "40", "-s", "trainer.learning_rate=0.01", "-s", "trainer.schedule=constant"]
    assert train(*args, *more) == 0
    out, err = output(capsys)
    assert err == ""
    record = json.loads(out)
    assert record["path"] == "colorize.limner"
    assert (record["pictures"], record["validation_pictures"], record["steps"], record["stopped"]) == (
        10,
        1,
        40,
        "steps",
    )
    assert record["size"] == [16, 16]
    rows = list(csv.DictReader(Path("h.csv").read_text("utf-8").splitlines()))
    assert float(rows[-1]["loss"]) < 0.8 * float(rows[0]["loss"])
    assert all(row["ssim"] for row in rows)
    assert sorted(p.name for p in Path().iterdir()) == sorted(
        ["photos", "colorize.limner", "colorize.png", "h.csv", "r.html", "t.gif"]
    )
    with Image.open("t.gif") as movie:
        assert movie.n_frames >= 3
    assert train(*args, "--force", "--keep-checkpoint") == 0
    loud = [arg for arg in args if arg != "--quiet"]
    assert train(*loud, "--steps", "41", "--resume", "--timelapse", "u.gif") == 0
    assert "the timelapse starts at step 40" in output(capsys)[1]
    assert run(["translate", "apply", "colorize.limner", f"{photos}/3.png", "skimage:coffee", "-o", "out"]) == 0
    out, err = output(capsys)
    assert out.splitlines() == ["out/3.png", "out/coffee.png"]
    assert "Colorize: 2 pictures" in err
    assert pixels("out/3.png").shape == (96, 96, 3)
    assert pixels("out/coffee.png").shape == data.coffee().shape  # 400 x 600: no multiple of anything


def test_the_sheet_shows_input_output_and_target(photos):
    assert train(photos, *SMALL, "--steps", "2", "--validation-split", "0.3") == 0
    page = pixels("colorize.png")
    left = grid_size(0, (16, 16))[0] - 6  # where the pictures begin, behind their names, without a gap
    rows = [page[6 + 134 * j : 134 + 134 * j, left : left + 3 * 134] for j in range(3)]
    first, last = rows[0][:, 6:120], rows[2][:, 6:120]
    assert np.ptp(first, axis=-1).max() == 0
    assert np.ptp(last, axis=-1).max() > 20


def test_what_is_applied_is_what_was_learned(photos, capsys):
    """The sheet's output is what apply makes of the same picture at that size, to a level."""
    assert train(photos, *SMALL, "--steps", "3", "--json") == 0
    art = limner.open("colorize.limner")
    record = json.loads(output(capsys)[0])
    made = [limner.translate(art, f"{photos}/{i}.png", size=(16, 16)) for i in range(10)]
    again = [limner.translate(art, f"{photos}/{i}.png", size=(16, 16)) for i in range(10)]
    np.testing.assert_array_equal(made, again)
    originals = [
        np.asarray(Image.open(f"{photos}/{i}.png").resize((16, 16), Image.Resampling.LANCZOS)) for i in range(10)
    ]
    errors = [np.mean((a / 255.0 - b / 255.0) ** 2) for a, b in zip(made, originals, strict=True)]
    near = [abs(-10 * np.log10(error) - record["psnr"]) for error in errors]
    assert min(near) < 0.2  # the one that was held out


def test_input_and_output_are_chosen_and_travel_along(photos):
    args = ["--input", "contours,canny", "--output", "edges", "-s", "encoder.canny.sigma=0.5", "-s", "output.gain=1.5"]
    assert train(photos, *SMALL, *args, "--augment", "flip,jitter", "--steps", "2", "-o", "e.limner") == 0
    table = limner.open("e.limner").recipe.table()
    assert [e["kind"] for e in table["encoder"]] == ["contours", "canny"]
    assert table["encoder"][1]["sigma"] == 0.5
    assert (table["output"]["kind"], table["output"]["gain"]) == ("edges", 1.5)
    assert [a["kind"] for a in table["augment"]] == ["flip", "jitter"]
    assert run(["translate", "apply", "e.limner", f"{photos}/0.png", "-o", "out", "-q"]) == 0
    made = pixels("out/0.png")
    assert np.ptp(made) > 0


def test_pairs_of_folders(photos):
    Path("inverse").mkdir()
    for i in range(10):
        Image.fromarray(255 - np.asarray(Image.open(f"{photos}/{i}.png"))).save(f"inverse/{i}.png")
    args = [
        "--recipe",
        "autoencode",
        "--targets",
        "inverse",
        *SMALL,
        "--steps",
        "60",
        "-s",
        "trainer.learning_rate=0.02",
    ]
    assert train(photos, *args, "-s", "trainer.schedule=constant", "--loss", "mse", "-o", "i.limner") == 0
    made = limner.translate(limner.open("i.limner"), f"{photos}/0.png", size=(16, 16)).astype(float)
    small = np.asarray(Image.open(f"{photos}/0.png").resize((16, 16), Image.Resampling.LANCZOS)).astype(float)
    assert np.abs(made - (255 - small)).mean() < np.abs(made - small).mean()


def test_a_small_picture_is_enlarged_as_it_is(photos):
    args = ["--recipe", "super-resolution", "-s", "network.width=2", "-s", "network.blocks=0", "--size", "32x32"]
    assert train(photos, *args, "--steps", "1", "--seed", "1", "-q") == 0
    art = limner.open("super-resolution.limner")
    assert limner.translate(art, f"{photos}/0.png").shape == (192, 192, 3)
    assert limner.translate(art, f"{photos}/0.png", filtered=True).shape == (96, 96, 3)


def test_what_was_drawn_by_hand_is_taken_as_it_is(photos, capsys):
    assert train(photos, *SMALL, "--input", "canny", "--steps", "1", "-o", "c.limner") == 0
    drawing = np.zeros((20, 20, 3), np.uint8)
    drawing[5] = 255
    Image.fromarray(drawing).save("drawing.png")
    art = limner.open("c.limner")
    drawn, filtered = (limner.translate(art, "drawing.png", filtered=f) for f in (False, True))
    assert np.abs(drawn.astype(float) - filtered).max() > 0
    assert train(photos, *SMALL, "--input", "thresholds", "--steps", "1", "-o", "t.limner") == 0
    output(capsys)
    assert run(["translate", "apply", "t.limner", "drawing.png", "--as-is"]) == 2
    assert "thresholds outputs 12 channels, not 1 or 3 as a picture has" in output(capsys)[1]


def test_pictures_much_larger_than_those_of_the_training_are_noted_once(photos, capsys):
    assert train(photos, *SMALL, "--steps", "1", "-o", "s.limner") == 0
    for name, side in (("small", 63), ("large", 64), ("larger", 100)):
        Image.new("RGB", (side, side), "teal").save(f"{name}.png")
    output(capsys)
    apply = ["translate", "apply", "s.limner", "small.png", "large.png", "larger.png", "-o", "out", "--force"]
    assert run(apply) == 0
    err = output(capsys)[1]
    assert err.count("larger than those of the training (16x16), so the network sees only small details") == 1
    assert "large.png: at 64x64" in err
    assert "reduce it with --size" in err
    for more in (["--size", "32x32"], ["--quiet"]):
        assert run([*apply, *more]) == 0
        assert "larger than" not in output(capsys)[1]


def test_it_goes_on_as_if_it_had_never_stopped(photos):
    args = [photos, *SMALL, "--augment", "flip,crop,jitter", "-s", "trainer.schedule=constant", "-s", "trainer.batch=4"]
    assert train(*args, "--steps", "9", "-o", "whole.limner") == 0
    assert train(*args, "--steps", "4", "-o", "half.limner", "--keep-checkpoint") == 0
    assert train(*args, "--steps", "9", "-o", "half.limner", "--resume", "--threads", "1") == 0
    whole, half = limner.open("whole.limner"), limner.open("half.limner")
    np.testing.assert_array_equal(whole.theta, half.theta)


def test_going_on_with_other_pictures_is_refused(photos, capsys):
    assert train(photos, *SMALL, "--steps", "2", "--keep-checkpoint") == 0
    Image.new("RGB", (96, 96)).save(f"{photos}/10.png")
    output(capsys)
    assert train(photos, *SMALL, "--steps", "4", "--resume") == 2
    assert "this checkpoint belongs to other pictures" in output(capsys)[1]


def test_the_report_stands_alone(photos):
    names = ["<b>.png", "it's.png", "ü.png"]
    for i, name in enumerate(names):
        Path(photos, f"{i}.png").rename(Path(photos, name))
    title = "<script>alert(1)</script>"
    assert (
        train(photos, *SMALL, "--steps", "2", "--validation-split", "0.9", "-s", f"title={title}", "--report", "r.html")
        == 0
    )
    page = Path("r.html").read_text("utf-8")
    assert title not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert not re.findall(r"(?:src|href)=\"(?!data:)", page)
    assert "translate apply ./colorize.limner" in page
    assert f"Diagram of the network: {limner.diagram('colorize.limner').summary}" in page
    assert sum(str(Path(photos, name)).split("/")[-1].replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
               in page for name in names) >= 2  # fmt: skip


def test_a_loss_that_is_no_number_keeps_the_best(photos, capsys):
    args = [photos, *SMALL, "-s", "trainer.learning_rate=900.0", "-s", "trainer.optimizer=sgd", "--loss", "mse"]
    args += ["-s", "network.output=identity", "-s", "network.norm=none", "--steps", "60"]
    assert train(*args) == 2
    out, err = output(capsys)
    assert err.startswith("error: the loss is not finite after step ")
    assert "lower trainer.learning_rate" in err
    if out:
        assert np.isfinite(limner.open("colorize.limner").theta).all()


def test_pictures_of_many_kinds_make_one_set(photos, capsys):
    kinds = Path("kinds")
    kinds.mkdir()
    picture = Image.fromarray(data.coffee())
    for mode, name in (("L", "gray.png"), ("P", "palette.gif"), ("CMYK", "print.jpg"), ("RGBA", "clear.png")):
        picture.convert(mode).resize((40 + len(name), 50)).save(kinds / name)
    Image.fromarray((data.moon()[:64, :64].astype(np.uint16)) * 257).save(kinds / "deep.png")
    quiet = [arg for arg in SMALL if arg != "--quiet"]
    assert train("kinds", *quiet, "--steps", "2") == 0
    assert "4 more: cropped and resized to 16x16" in output(capsys)[1]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--recipe", "marbling"], "Marbling: this recipe does not convert pictures"),
        (["--recipe", "nonsense"], "unknown recipe or file 'nonsense'"),
        (["--input", "xy"], "works on points"),
        (
            ["--input", "downscale", "--network", "unet"],
            "pictures of 16x16: the network 'unet' turns downscale of 4x4 into 4x4",
        ),
        (["--network", "mlp"], "encoder 'grayscale' works on images and network 'mlp' on"),
        (["--trainer", "lm"], "trainer lm: supports up to 6000 trainable parameters"),
        (["--trainer", "lm", "-s", "network.width=1", "-s", "network.depth=1"], "too many values for a Jacobian"),
        (["-o", "art.png"], "a trained network is a .limner file"),
        (["--report", "r.pdf"], "the report is an HTML page; use the ending .html"),
        (["--validation-split", "1.5"], "--validation-split: must be between 0 and 1, got 1.5"),
        (["--steps", "0"], "--steps: must be at least 1"),
        (["--steps", "9" * 20], "--steps: must be at most 1000000000"),
        (["--steps", "2.5"], "--steps: must be a whole number, got '2.5'"),
        (["--seconds=long", "--steps", "2"], "--seconds: must be a number, got 'long'"),
        (["--seconds", "0"], "--seconds: must be a number above 0, got 0"),
        (["--seconds", "-1"], "--seconds: must be a number above 0, got -1"),
        (["--sheet-every", "nan"], "--sheet-every: must be 0 seconds or more"),
        (["--size", "0x5"], "0x5"),
        (["--targets", "nowhere.png"], "nowhere.png: no such file"),
        (["-s", "network.width=0"], "network.width: must be at least 1"),
        (["-s", "color.alpha=true"], "color.alpha: converted pictures have no opacity"),
        (["--sheet", "a.png", "--history", "a.png"], "a.png: the sheet and --history are the same file"),
        (["--sheet", "sheet.jpg"], "sheet.jpg: an example grid is a .png file"),
    ],
)
def test_bad_requests_get_one_line_and_leave_nothing(photos, capsys, more, words):
    small = ["--size", "16x16", "--seed", "5", "-q"]
    assert train(photos, *small, *(["--steps", "2"] if "--steps" not in more else []), *more) == 2
    out, err = output(capsys)
    assert out == ""
    assert err.count("\n") == 1
    assert words in err
    assert [p.name for p in Path().iterdir()] == ["photos"]


def test_bad_sets_get_one_line(photos, capsys):
    assert train(f"{photos}/0.png", *SMALL, "--steps", "1") == 2
    assert "1 picture is too few" in output(capsys)[1]
    Path("empty").mkdir()
    assert train("empty", *SMALL) == 2
    assert "the folder holds no pictures" in output(capsys)[1]
    for path in Path(photos).iterdir():
        path.write_bytes(path.read_bytes()[:60])
    assert train(photos, *SMALL, "--steps", "1") == 2
    assert "none of 10 pictures can be read; the first: photos/0.png: " in output(capsys)[1]


def test_apply_refuses_what_it_cannot_take(photos, capsys):
    assert run(["paint", "marbling", "--size", "16x16", "--seed", "1", "-q"]) == 0
    assert train(photos, *SMALL, "--steps", "1") == 0
    output(capsys)
    for args, words in (
        (["marbling-1.png", "skimage:coffee"], "renders a picture of its own and does not convert pictures"),
        (["colorize.limner", "nowhere.png"], "nowhere.png: no such file"),
        (["colorize.limner", f"{photos}/1.png", "-o", photos], "photos/1.png: is an input picture"),
        (["colorize.limner", f"{photos}/1.png", f"{photos}/./1.png"], "rename one of them"),
        (["colorize.limner", "skimage:coffee", "-o", "coffee.png"], "is not a folder"),
        (["colorize.limner", f"{photos}/1.png", "-o", "marbling-1.png"], "is not a folder"),
        (["colorize.limner", f"{photos}/1.png", "--size", "30000x30000"], "memory"),
    ):
        assert run(["translate", "apply", *args]) == 2
        out, err = output(capsys)
        assert (out, err.count("\n")) == ("", 1)
        assert words in err
    assert not Path("translated").exists()
    for command in (["render", "colorize.limner", "-o", "x.png"], ["verify", "colorize.limner"]):
        run(command)
        assert "Traceback" not in output(capsys)[1]
    assert run(["info", "colorize.limner"]) == 0
    assert "unet" in output(capsys)[0]


def test_recipes_of_translations_neither_paint_nor_fit(capsys):
    assert run(["paint", "colorize"]) == 2
    assert "converts pictures and has nothing to render alone" in output(capsys)[1]
    assert run(["fit", "skimage:coffee", "--recipe", "colorize"]) == 2
    assert "train it with limner translate train" in output(capsys)[1]
    assert list(Path().iterdir()) == []


def test_from_python(photos):
    art = limner.train(photos, "colorize", steps=2, size=(16, 16), seed=1, set={"network.width": 2})
    assert art.recipe.size == (16, 16)
    assert limner.translate(art, "skimage:coffee", size=(33, 21)).shape == (21, 33, 3)
    with pytest.raises(limner.LimnerError, match="converts pictures and has nothing to render alone"):
        art.render()


def test_no_photograph_is_written_over(photos, capsys):
    before = {path.name: path.read_bytes() for path in Path(photos).iterdir()}
    for more in (["--sheet", f"{photos}/3.png"], ["-o", f"{photos}/2.limner"], ["--history", f"{photos}/1.png"]):
        assert train(photos, *SMALL, "--steps", "1", "--force", *more) == 2
        assert "is one of the input pictures" in output(capsys)[1]
    assert {path.name: path.read_bytes() for path in Path(photos).iterdir()} == before
    Image.new("RGB", (5, 5)).save("mine.png")
    assert train(photos, *SMALL, "--steps", "1", "-o", "mine.limner", "--sheet", "other.png", "--keep-checkpoint") == 0
    assert train(photos, *SMALL, "--steps", "2", "-o", "mine.limner", "--resume") == 2
    assert "mine.png: exists already" in output(capsys)[1]


def test_going_on_replaces_its_own_network_and_sheet_and_nothing_else(photos, capsys):
    keep = "--keep-checkpoint"
    assert train(photos, *SMALL, "--steps", "1", "--history", "e.csv", "--highlights", "1", keep) == 0
    Path("s.png").write_bytes(Path("colorize.png").read_bytes())
    assert train(photos, *SMALL, "--steps", "2", "--resume", "--sheet", "s.png", keep) == 0
    for option, name in (
        ("--history", "e.csv"),
        ("--report", "r.html"),
        ("--sheet", "p.png"),
        ("--timelapse", "x.gif"),
    ):
        Path(name).write_text("step,seconds,loss,psnr,rate", "utf-8")
        output(capsys)
        assert train(photos, *SMALL, "--steps", "3", "--resume", option, name) == 2
        assert f"{name}: exists already; choose another name with {option}, or --force" in output(capsys)[1]
    assert train(photos, *SMALL, "--steps", "3", "--resume", "--highlights", "1") == 2
    assert train(photos, *SMALL, "--steps", "3", "--resume", "--history", "e.csv", "--highlights", "1", "--force") == 0
    assert [line.partition(",")[0] for line in Path("e.csv").read_text("utf-8").split()] == ["step", "0", "1", "2", "3"]


@pytest.mark.parametrize("other", ["my notes", "colorize-gan"])
def test_going_on_leaves_what_is_no_network_of_its_own(photos, capsys, other):
    assert train(photos, *SMALL, "--steps", "1", "-o", "a.limner", "--keep-checkpoint") == 0
    if other == "colorize-gan":
        assert train(photos, *SMALL, "--steps", "1", "--recipe", other, "-o", "b.limner") == 0
        Path("b.limner").replace("a.limner")
    else:
        Path("a.limner").write_text(other, "utf-8")
    before = Path("a.limner").read_bytes()
    output(capsys)
    assert train(photos, *SMALL, "--steps", "2", "-o", "a.limner", "--resume") == 2
    assert "a.limner: exists already; choose another name with -o, or --force" in output(capsys)[1]
    assert Path("a.limner").read_bytes() == before


def test_a_photograph_that_comes_to_lie_where_a_sheet_would_is_kept(photos, capsys, monkeypatch):
    write = TrainingMonitor._write

    def late(self, snapshot):
        Path("colorize.png").write_bytes(Path(photos, "1.png").read_bytes())
        write(self, snapshot)

    monkeypatch.setattr(TrainingMonitor, "_write", late)
    assert train(photos, *SMALL, "--steps", "1") == 0
    assert Path("colorize.png").read_bytes() == Path(photos, "1.png").read_bytes()
    assert "colorize.png" not in output(capsys)[0]


def test_files_with_ambiguous_names(photos, capsys):
    both = ["--sheet", "one.png", "--history", "./one.png"]
    assert train(photos, *SMALL, "--steps", "2", "--force", "--sheet", "nodir/s.png") == 2
    assert "or choose another with --sheet" in output(capsys)[1]
    assert train(photos, *SMALL, "--steps", "2", *both) == 2
    assert "the sheet and --history are the same file; choose another with --history" in output(capsys)[1]


def test_a_sheet_among_the_photographs_is_none_of_them(photos, capsys):
    assert train(photos, *SMALL, "--steps", "1", "-o", f"{photos}/net.limner", "--keep-checkpoint") == 0
    output(capsys)
    assert train(photos, *SMALL, "--steps", "2", "-o", f"{photos}/net.limner", "--resume", "--json") == 0
    assert json.loads(output(capsys)[0])["pictures"] == 10


def test_pictures_named_twice_are_refused(photos, capsys):
    assert train(photos, photos, *SMALL, "--steps", "1") == 2
    assert "named twice" in output(capsys)[1]
    assert train("nowhere", *SMALL, "--steps", "1") == 2
    assert "nowhere: no such file or folder" in output(capsys)[1]


def test_paths_on_standard_input(photos, capsys, monkeypatch):
    paths = "\n".join(f"{photos}/{i}.png" for i in range(4))
    monkeypatch.setattr("sys.stdin", io.StringIO(paths))
    assert train("-", *SMALL, "--steps", "1", "--json") == 0
    assert json.loads(output(capsys)[0])["pictures"] == 4
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run(["translate", "apply", "colorize.limner", "-"]) == 2
    assert "-: standard input is empty; pipe in one path per line" in output(capsys)[1]


def test_a_damaged_picture_keeps_no_other_from_being_made(photos, capsys):
    assert train(photos, *SMALL, "--steps", "1") == 0
    Path(photos, "3.png").write_bytes(Path(photos, "3.png").read_bytes()[:60])
    output(capsys)
    assert run(["translate", "apply", "colorize.limner", photos, "-q"]) == 2
    out, err = output(capsys)
    assert len(out.splitlines()) == len(list(Path("translated").iterdir())) == 9
    assert (err.count("\n"), "3.png" in err, "the others are written" in err) == (1, True, True)


def test_a_network_is_called_after_filters_of_ones_own(photos, capsys):
    assert train(photos, *SMALL, "--input", "canny,edges", "--output", "posterize", "--steps", "1") == 0
    assert output(capsys)[0] == "canny-edges-to-posterize.limner\n"
    assert limner.open("canny-edges-to-posterize.limner").recipe.title == "canny, edges to posterize"


def test_other_filters_stand_before_a_plain_network(photos):
    wide = ["--size", "16x16", "--steps", "1", "--seed", "1", "-q"]
    assert train(photos, *wide, "--recipe", "colorize", "--input", "contours,canny", "-o", "a.limner") == 0
    assert train(photos, *wide, "--input", "grayscale", "-s", "network.residual=true", "-o", "b.limner") == 0
    assert train(photos, *wide, "-o", "c.limner") == 0
    residual = [limner.open(f"{name}.limner").recipe.table()["network"]["residual"] for name in "abc"]
    assert residual == [False, True, "chroma"]


def test_the_last_row_is_of_the_last_step(photos):
    args = [photos, *SMALL, "-s", "trainer.learning_rate=0.3", "-s", "trainer.schedule=constant", "--loss", "mse"]
    assert train(*args, "--steps", "6", "--history", "h.csv") == 0
    rows = list(csv.DictReader(Path("h.csv").read_text("utf-8").splitlines()))
    assert [int(row["step"]) for row in rows] == [0, 1, 2, 4, 6]
    assert len({row["loss"] for row in rows}) == 5  # none is told twice, whichever was the best


def test_too_large_for_memory_is_reported_before_a_picture_is_read(photos, capsys, monkeypatch):
    monkeypatch.setattr("limner.training.memory.available_memory", lambda: 10**8)
    monkeypatch.setattr("limner.translation.datasets.pairs.read_dataset", lambda *_: pytest.fail("a picture was read"))
    assert train(photos, "--size", "4000x4000", "--steps", "1", "-q") == 2
    assert "training with this network at 4000x4000 would take about" in output(capsys)[1]


def test_a_sheet_that_cannot_be_written_stops_nothing(photos, capsys, monkeypatch):
    def full(path, *, force):
        raise limner.LimnerError(f"{path}: cannot be written: No space left on device")

    monkeypatch.setattr("limner.translation.monitor.atomic_write", full)
    loud = [arg for arg in SMALL if arg != "--quiet"]
    assert train(photos, *loud, "--steps", "3", "--sheet-every", "0.000001") == 0
    assert output(capsys)[1].count("colorize.png: cannot be written: No space left on device") == 1
    assert limner.open("colorize.limner").recipe.size == (16, 16)


def test_what_cannot_be_written_in_the_end_keeps_nothing_else_from_it(photos, capsys, monkeypatch):
    @contextmanager
    def full(path, *_, **__):
        yield SimpleNamespace(add=lambda frame: None)
        raise limner.LimnerError(f"{path}: cannot be written: No space left on device")

    monkeypatch.setattr("limner.training.timelapse.recording.open_recorder", full)
    loud = [arg for arg in SMALL if arg != "--quiet"]
    more = ["--timelapse", "t.gif", "--history", "h.csv", "--highlights", "1"]
    assert train(photos, *loud, "--steps", "2", *more) == 2
    out, err = output(capsys)
    assert out.splitlines() == ["colorize.limner"]
    assert "validation:" in err
    last = "error: t.gif: cannot be written: No space left on device; the artwork is in colorize.limner"
    assert err.splitlines()[-4:] == ["colorize.png", "h.csv", "colorize-highlights", last]
    assert len(list(Path("colorize-highlights").iterdir())) == 1
    assert run(["fit", f"{photos}/0.png", "--steps", "2", "--timelapse", "t.gif", "--history", "f.csv"]) == 2
    assert "cannot be written: No space left on device; the artwork is in 0.limner.png" in output(capsys)[1]
    assert Path("f.csv").exists()


@pytest.mark.parametrize("command", [["translate", "train"], ["fit"]])
def test_an_interrupt_tells_what_it_leaves(command, photos, capsys, interrupt_at_step):
    interrupt_at_step(3)
    args = [*command, photos if command[0] == "translate" else f"{photos}/0.png", "--steps", "9", "-q"]
    args += ["--size", "16x16", *(["-s", "network.width=2"] if command[0] == "translate" else [])]
    for more in ([], ["--resume"]):
        assert run([*args, *more]) == 130
        err = output(capsys)[1]
        assert ".ckpt holds the run after step 3; continue it with --resume" in err
        assert err.startswith("error: interrupted; ")
    interrupt_at_step(0)
    assert run([*args, "--force"]) == 130
    assert output(capsys)[1] == "error: interrupted\n"


def test_thin_pictures_make_no_absurd_sheet():
    assert grid_size(1, (1500, 1))[0] < 2000
    assert grid_size(2, (64, 64))[0] > 256


def started(out, photos, *more):
    """A process that trains."""
    args = [*SMALL, "-s", "network.norm=batch", "--augment", "flip,crop", "--steps", "150", "--checkpoint-every", "0"]
    args.append("--keep-checkpoint")  # a run may be complete before it is killed
    code = "from limner.cli.main import main; main()"
    command = [sys.executable, "-c", code, "translate", "train", photos, *args, "-o", str(out), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_bit_for_bit_the_same(photos, kill_at_step):
    _, err = (first := started("whole.limner", photos)).communicate()
    assert first.returncode == 0, err
    whole = limner.open("whole.limner").theta
    rng = np.random.default_rng(13)
    for i in range(8):
        kill_at_step(started(f"{i}.limner", photos), Path(f"{i}.limner.ckpt"), int(rng.integers(1, 140)))
        last = started(f"{i}.limner", photos, "--resume")
        _, err = last.communicate()
        assert last.returncode == 0, err
        np.testing.assert_array_equal(limner.open(f"{i}.limner").theta, whole)


@pytest.mark.parametrize(("ratio", "said"), [(0.964, "96 % of"), (1.5, "150 % of"), (1.74, "1.7 times")])
def test_large_ratios_are_told_as_multiples(ratio, said):
    from limner.cli.commands.translate._report import _share

    assert _share(ratio) == said
