"""limner faces: what is cropped, reported and skipped, and what bad input gets."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage
from skimage.color import rgb2ycbcr

import limner
from limner.cli.main import run
from limner.errors import ForeignError, LimnerError
from limner.imaging.crop import CropBox, crop, crop_box
from limner.imaging.discovery import find_picture
from limner.imaging.statistics import image_statistics
from limner_apps.faces.contact_sheet import SheetPhoto
from limner_apps.faces.detector import Detection
from limner_apps.faces.photos import file_stems, read_photograph

HEAD = Detection(55, 30, 55, 60)
"""Where the face is in the small photograph."""


@pytest.fixture(scope="session")
def head():
    """A small photograph with one face in it."""
    picture = Image.open(find_picture("skimage:astronaut", "a test")).convert("RGB").crop((60, 0, 380, 320))
    return picture.resize((160, 160), Image.Resampling.LANCZOS)


@pytest.fixture
def there(tmp_path, monkeypatch, head):
    """A folder with the photograph in it."""
    monkeypatch.chdir(tmp_path)
    head.save("head.png")
    return tmp_path


class Fixed:
    """A detector that finds the same boxes in any picture."""

    def __init__(self, *boxes):
        self.boxes = list(boxes)

    def find(self, pixels):
        return self.boxes

    def with_lower_thresholds(self):
        return ""


@pytest.fixture
def finds(monkeypatch):
    return lambda *boxes: monkeypatch.setattr("limner_apps.faces.extract.get_detector", lambda *_: Fixed(*boxes))


def table(folder="faces"):
    with Path(folder, "faces.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


# The output.


def test_a_face_is_cropped_and_recorded(there, capsys):
    assert run(["faces", "head.png", "--json"]) == 0
    out, err = capsys.readouterr()
    (record,) = [one for one in map(json.loads, out.splitlines()) if one["kept"]]
    assert record["path"] == str(Path("faces/head-1.png"))
    assert Detection(*record["box"]).overlap(HEAD) > 0.8
    assert "1 face, " in err
    with Image.open(record["path"]) as picture:
        assert (picture.size, picture.mode, picture.format) == ((256, 320), "RGB", "PNG")
        assert not picture.info
        pixels = np.asarray(picture)
    with pytest.raises(ForeignError):
        limner.open(record["path"])
    luma = (rgb2ycbcr(pixels)[..., 0] - 16) / 219
    assert record["brightness"] == pytest.approx(luma.mean(), abs=1e-3)
    assert record["contrast"] == pytest.approx(luma.std(), abs=1e-3)
    sharpness = ndimage.laplace(luma * 255)[1:-1, 1:-1].var()
    assert record["sharpness"] == pytest.approx(sharpness, rel=1e-2)
    row = next(row for row in table() if row["kept"] == "yes")
    assert row["file"] == "head-1.png"
    assert row["source"] == "head.png"
    assert [float(row[side]) for side in ("left", "top", "width", "height")] == record["box"]
    for name in ("score", "brightness", "contrast", "sharpness"):
        assert float(row[name]) == record[name]
    assert row["colors"].split() == [each["color"] for each in record["colors"]]
    left, top, width, height = record["crop"]
    seen = np.asarray(Image.open("head.png"))[top : top + height, left : left + width].mean(axis=(0, 1))
    np.testing.assert_allclose(pixels.mean(axis=(0, 1)), seen, atol=2)


def test_faces_come_from_left_to_right_and_what_is_dropped_behind_them(there, finds, capsys):
    right, left = Detection(90, 20, 40, 40, 0.9), Detection(10, 60, 40, 40, 0.8)
    finds(right, left, Detection(0, 0, 20, 20, 0.3, "a flower pot"))
    assert run(["faces", "head.png", "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(t["path"], t["score"], t["reason"]) for t in records] == [
        (str(Path("faces/head-1.png")), 0.8, ""),
        (str(Path("faces/head-2.png")), 0.9, ""),
        (None, 0.3, "a flower pot"),
    ]
    assert [(row["file"], row["kept"], row["reason"]) for row in table()][2] == ("", "no", "a flower pot")
    assert everything(there / "faces") == ["about", "about/sheet.png", "faces.csv", "head-1.png", "head-2.png"]
    assert run(["faces", "head.png", "-o", "again", "--size", "32x40"]) == 0
    assert capsys.readouterr().out.split() == [str(Path(f"again/head-{i}.png")) for i in (1, 2)]


def test_the_sheet_marks_what_was_dropped(there, finds):
    def page(*boxes):
        finds(*boxes)
        limner.faces("head.png", size=(64, 80), force=True)
        with Image.open("faces/about/sheet.png") as sheet:
            return np.asarray(sheet)

    face, pot = Detection(50, 30, 60, 60), Detection(0, 0, 20, 20, 0.3, "a flower pot")
    red = [(p == (214, 92, 84)).all(axis=-1).sum() for p in (page(face), page(face, pot))]
    assert red[0] == 0
    assert red[1] > 400
    wide, tall = page(*[face] * 3, *[pot] * 9).shape[1::-1]
    assert 0.5 < wide / tall < 3


def test_words_have_room_below_small_faces():
    long = "holiday-in-the-mountains-with-everybody-2023-12.png"
    shown = SheetPhoto(np.zeros((16, 16, 3), np.uint8), ["not confirmed by the second look", "score 0.25", long])
    assert " ".join(shown.heading) == "not confirmed by the second look"
    assert shown.lines[0] == "score 0.25"
    assert shown.lines[1].endswith("-12.png")
    shown = SheetPhoto(np.zeros((80, 64, 3), np.uint8), [long, "score 0.25"])
    assert shown.picture.size == (64, 80)
    assert shown.heading[-1].endswith("-12.png")


@pytest.mark.parametrize("ending", ["jpg", "webp", "tif"])
def test_other_formats_and_sizes(ending, there, finds):
    finds(Detection(40, 30, 60, 70))
    found = limner.faces("head.png", size=(64, 48), format=ending)
    with Image.open(f"faces/head-1.{ending}") as picture:
        assert picture.size == (64, 48)
    assert found.paths[0].suffix == f".{ending}"


def test_from_python(there, capsys):
    found = limner.faces("head.png", "out", set={"smallest": 0.2})
    assert [find.kept for find in found.detected] == [True]
    assert found.dropped == []
    assert found.table.is_file()
    assert found.sheet.is_file()
    with pytest.raises(LimnerError, match=r"detector cascade\.scale: must be at most"):
        limner.faces("head.png", "other", set={"scale": 9.0})


# Which photographs.


def photographs(head):
    """The same face as files of many kinds."""
    deep = np.asarray(head.convert("L")).astype(np.uint16) * 257
    clear = head.convert("RGBA")
    clear.putalpha(Image.fromarray(np.pad(np.full((160, 140), 255, np.uint8), ((0, 0), (20, 0)))))
    turned = Image.Exif()
    turned[0x112] = 6
    return {
        "cmyk.jpg": (head.convert("CMYK"), {}),
        "palette.png": (head.quantize(64), {}),
        "gray.png": (head.convert("L"), {}),
        "deep.png": (Image.fromarray(deep), {}),
        "clear.png": (clear, {}),
        "moving.gif": (head, {"save_all": True, "append_images": [Image.new("RGB", head.size)]}),
        "turned.jpg": (head.transpose(Image.Transpose.ROTATE_90), {"exif": turned}),
    }


def test_every_kind_of_picture_is_looked_at_alike(there, head):
    for name, (picture, options) in photographs(head).items():
        picture.save(name, **options)
    found = limner.faces(list(photographs(head)), size=(32, 40), set={"smallest": 0.2})
    places = {find.source: find.box for find in found.detected if find.kept}
    assert list(places) == list(photographs(head))
    assert all(box.overlap(HEAD) > 0.75 for box in places.values())
    assert read_photograph("clear.png")[:, :20].min() == 255
    assert read_photograph("gray.png").ndim == 2


def test_what_is_damaged_is_skipped_and_reported(there, finds, capsys):
    finds(Detection(40, 30, 60, 70))
    whole = (there / "head.png").read_bytes()
    (there / "half.png").write_bytes(whole[: len(whole) // 2])
    (there / "none.png").write_text("hello")
    assert run(["faces", ".", "-o", "out", "--json"]) == 0
    out, err = capsys.readouterr()
    assert "skipped: half.png: the picture is damaged" in err
    records = [json.loads(line) for line in out.splitlines()]
    assert [t["source"] for t in records] == ["head.png", "half.png", "none.png"]
    assert "is not a picture" in records[2]["skipped"]
    assert run(["faces", "half.png", "none.png", "-o", "no"]) == 2
    assert "none of 2 pictures could be read; the first: half.png" in capsys.readouterr().err
    assert not (there / "no").exists()


def test_what_is_skipped_is_reported_without_a_face_too(there, finds, capsys):
    finds(Detection(0, 0, 30, 30, 0.25, "a flower pot"))
    for name in ("a.png", "b.png"):
        (there / name).write_text("hello")
    assert run(["faces", "head.png", "a.png", "b.png", "--json"]) == 2
    out, err = capsys.readouterr()
    first, second, last = err.splitlines()
    assert first.startswith("skipped: a.png: is not a picture")
    assert second.startswith("skipped: b.png: is not a picture")
    assert last.startswith("error: no face in 1 picture; dropped 1 candidate")
    assert last.endswith("; 2 others could not be read")
    assert [json.loads(line)["source"] for line in out.splitlines()] == ["a.png", "b.png"]
    assert run(["faces", "a.png"]) == 2
    assert capsys.readouterr().err.count("a.png") == 1


@pytest.mark.parametrize("command", ["faces", "translate preview"])
def test_no_path_on_standard_input(command, there, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n"))
    assert run([*command.split(), "-"]) == 2
    message = "error: -: standard input is empty; pipe in one path per line, or name the files as arguments\n"
    assert capsys.readouterr().err == message


def test_paths_come_from_standard_input_and_each_photograph_once(there, finds, monkeypatch, capsys):
    finds(Detection(40, 30, 60, 70))
    (there / "link.png").symlink_to("head.png")
    monkeypatch.setattr("sys.stdin", io.StringIO("head.png\n./head.png\r\nlink.png\nskimage:coffee\n"))
    assert run(["faces", "-", "--size", "32x40"]) == 0
    assert [Path(line).name for line in capsys.readouterr().out.split()] == ["link-1.png", "coffee-1.png"]


def test_names_in_another_form_of_unicode_are_those_of_an_earlier_run(there, finds, head):
    finds(Detection(40, 30, 60, 70))
    head.save(there / "\xe9.png")
    assert run(["faces", "\xe9.png", "-o", "out"]) == 0
    (there / "out" / "\xe9-1.png").rename(there / "out" / "e\u0301-1.png")
    assert run(["faces", "\xe9.png", "-o", "out", "--force"]) == 0
    assert [path.name for path in (there / "out").glob("*.png")] == ["\xe9-1.png"]


def test_names_do_not_clash(there, finds, head):
    finds(Detection(40, 30, 60, 70), Detection(0, 0, 30, 30))
    for name in ("a/x.png", "b/X.jpg", "b/x-2.png", "b/x-1.png"):
        (there / name).parent.mkdir(exist_ok=True)
        head.save(name)
    found = limner.faces(["a/x.png", "b/X.jpg", "b/x-2.png", "b/x-1.png"], size=(32, 40))
    names = [path.name for path in found.paths]
    assert len(names) == len({name.casefold() for name in names}) == 8
    assert file_stems(["a/x.png", "b/X.jpg", "x-2.png", "new\nline.png"]) == ["x", "X-2", "x-2-2", "new_line"]


# The folder.


def test_a_folder_is_replaced_only_where_it_holds_faces_found_before(there, finds, capsys):
    finds(Detection(40, 30, 60, 70), Detection(0, 0, 30, 30))
    assert run(["faces", "head.png"]) == 0
    assert run(["faces", "head.png"]) == 2
    assert "faces: exists already" in capsys.readouterr().err
    finds(Detection(40, 30, 60, 70))
    assert run(["faces", "head.png", "--force"]) == 0
    assert everything(there / "faces") == ["about", "about/sheet.png", "faces.csv", "head-1.png"]
    for name in ("mine.txt", "about/mine.txt"):
        (there / "faces" / name).write_text("mine")
        assert run(["faces", "head.png", "--force"]) == 2
        assert f"faces: also holds '{name}', which would be deleted" in capsys.readouterr().err
        (there / "faces" / name).unlink()
    assert run(["faces", "faces/head-1.png", "--force"]) == 2
    assert "faces: would be replaced, but contains the photograph faces/head-1.png" in capsys.readouterr().err


def test_nothing_is_left_where_there_is_no_face_or_an_error(there, monkeypatch, finds, capsys):
    before = everything(there)
    finds(Detection(0, 0, 30, 30, 0.25, "a flower pot"))
    assert run(["faces", "head.png"]) == 2
    err = capsys.readouterr().err
    assert "no face in 1 picture; dropped 1 candidate, the best with score 0.25 (a flower pot)" in err
    finds(Detection(0, 0, 30, 30))
    monkeypatch.setattr("limner_apps.faces.extract.write_face_sheet", lambda *_: 1 / 0)
    assert run(["faces", "head.png"]) == 70
    monkeypatch.setattr("limner_apps.faces.extract.write_face_sheet", interrupted)
    assert run(["faces", "head.png"]) == 130
    assert everything(there) == before


def interrupted(*_):
    raise KeyboardInterrupt


def test_no_face_names_what_to_loosen(there, capsys):
    Image.new("RGB", (40, 40)).save("plain.png")
    assert run(["faces", "plain.png"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: no face in 1 picture; to find more: -s detector.neighbors=1")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["gone.png"], "gone.png: there is no such file"),
        (["skimage:nobody"], "skimage:nobody: scikit-image has no such picture; it has astronaut,"),
        (["head.png", "--size", "8x8"], "size 8x8: each side must be 16 to 4096 pixels"),
        (["head.png", "--size", "64x9999"], "each side must be 16 to 4096"),
        (["head.png", "--size", "big"], "size 'big': write it as"),
        (["head.png", "--margin", "-1"], "margin -1: must be 0 to 5"),
        (["head.png", "--margin", "nan"], "margin nan: must be 0 to 5"),
        (["head.png", "--format", "gif"], "format 'gif': must be one of png, jpg, webp, tif; did you mean 'tif'?"),
        (["head.png", "--detector", "cascad"], "unknown detector 'cascad'; did you mean 'cascade'?"),
        (["head.png", "-s", "detector.scal=2"], "detector cascade.scal: unknown setting; did you mean 'scale'?"),
        (
            ["head.png", "-s", "network.width=2"],
            "setting 'network.width': must be written as detector.field=value",
        ),
        (["head.png", "-o", "no/such"], "no/such: the folder no does not exist; create it"),
        (["head.png", "-o", "head.png"], "head.png: exists and is not a folder"),
    ],
)
def test_bad_input_gets_one_line(args, message, there, capsys):
    assert run(["faces", *args]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1
    assert everything(there) == ["head.png"]


# Cutting, and the figures.

side = st.integers(24, 300)


@settings(max_examples=80, deadline=None)
@given(side, side, st.tuples(*[st.floats(0, 1)] * 4), st.tuples(*[st.integers(16, 400)] * 2), st.floats(0, 2))
def test_a_cut_holds_the_face_in_the_proportions_that_are_wanted(width, height, place, size, margin):
    box_width, box_height = 2 + place[2] * (width - 2), 2 + place[3] * (height - 2)
    box = Detection(place[0] * (width - box_width), place[1] * (height - box_height), box_width, box_height)
    cut = crop_box(box, (width, height), size, margin)
    assert abs(cut.width * size[1] - cut.height * size[0]) <= (size[0] + size[1]) / 2 + 1e-6
    for start, length, box_start, box_length, whole in (
        (cut.left, cut.width, box.left, box.width, width),
        (cut.top, cut.height, box.top, box.height, height),
    ):
        assert start <= box_start + 1
        assert start + length >= box_start + box_length - 1
        if length <= whole:
            assert 0 <= start <= whole - length
        else:
            assert start + length >= whole


def test_a_margin_is_left_on_each_side():
    assert crop_box(Detection(400, 300, 100, 100), (1000, 1000), (256, 320), 0.4) == CropBox(360, 238, 180, 225)
    assert crop_box(Detection(0, 0, 100, 100), (1000, 1000), (256, 320), 0.4) == CropBox(0, 0, 180, 225)
    assert crop_box(Detection(900, 900, 100, 100), (1000, 1000), (256, 320), 0.4) == CropBox(820, 775, 180, 225)
    assert crop_box(Detection(10, 10, 80, 80), (100, 100), (256, 320), 0.4) == CropBox(10, 0, 80, 100)


def test_nothing_is_stretched_and_beyond_the_edges_the_picture_is_mirrored():
    rng = np.random.default_rng(5)
    pixels = rng.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    padded = np.pad(pixels, ((40, 40), (60, 60), (0, 0)), mode="symmetric")
    for cut in (CropBox(3, 4, 16, 12), CropBox(-5, -7, 40, 30), CropBox(-50, -30, 128, 80)):
        same = crop(pixels, cut, (cut.width, cut.height))
        expected = padded[cut.top + 40 :, cut.left + 60 :][: cut.height, : cut.width]
        np.testing.assert_array_equal(same, expected)
    rows, columns = np.mgrid[:200, :200]
    disc = np.repeat((np.hypot(rows - 100, columns - 80) < 30)[..., None] * np.uint8(255), 3, axis=-1)
    face = crop(disc, crop_box(Detection(50, 70, 60, 60), (200, 200), (64, 96), 0.3), (64, 96))[..., 0] > 127
    tall, wide = (np.ptp(np.flatnonzero(face.any(axis=axis))) + 1 for axis in (1, 0))
    assert abs(int(tall) - int(wide)) <= 1


def test_the_figures_are_what_others_count():
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (40, 30, 3), dtype=np.uint8)
    luma = (rgb2ycbcr(pixels)[..., 0] - 16) / 219
    traits = image_statistics(pixels)
    assert traits.brightness == pytest.approx(luma.mean(), abs=1e-5)
    assert traits.contrast == pytest.approx(luma.std(), abs=1e-5)
    assert traits.sharpness == pytest.approx(ndimage.laplace(luma * 255)[1:-1, 1:-1].var(), rel=1e-4)
    assert sum(share for _, share in traits.colors) == pytest.approx(1)
    blurred = np.stack([ndimage.uniform_filter(pixels[..., i], 3) for i in range(3)], axis=-1)
    assert image_statistics(blurred).sharpness < traits.sharpness / 5


def test_dominant_colours_come_with_their_shares():
    pixels = np.zeros((10, 10, 3), dtype=np.uint8)
    pixels[:6] = (200, 30, 40)
    pixels[6:9] = (10, 220, 30)
    assert image_statistics(pixels).colors == (("#c81e28", 0.6), ("#0adc1e", 0.3), ("#000000", 0.1))
    one = image_statistics(np.zeros((1, 1, 3), dtype=np.uint8))
    assert one == type(one)(0.0, 0.0, 0.0, (("#000000", 1.0),))
