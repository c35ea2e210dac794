"""Folders of pictures: every format that is read by name is read in a folder, and what is not read is reported."""

import warnings
from pathlib import PurePath

import numpy as np
import pytest
from PIL import Image

from limner.cli.main import run
from limner.errors import LimnerError
from limner.imaging.decoding.picture_formats import (
    PICTURE_FORMATS,
    PICTURE_SUFFIXES,
    UNREADABLE_SUFFIXES,
    begins_like_picture,
)
from limner.imaging.discovery import list_pictures, training_pictures
from limner.imaging.folders import list_folder
from limner.imaging.reader import read_picture
from limner.training.plan import prepare
from limner.training.run import Budget

PIXELS = np.random.default_rng(1).integers(0, 256, (8, 8, 3), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder ``photos`` in the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    return tmp_path / "photos"


def saved(path, **options):
    Image.fromarray(PIXELS).save(path, **options)
    return str(path)


def test_the_suffixes_are_those_of_pillow():
    Image.init()
    ours = {suffix for suffix, name in Image.registered_extensions().items() if name in PICTURE_FORMATS}
    assert ours <= PICTURE_SUFFIXES
    assert not PICTURE_SUFFIXES & UNREADABLE_SUFFIXES


def test_many_files_without_a_suffix_are_not_compared_with_each_other(folder, monkeypatch):
    for i in range(40):
        (folder / f"{i:02d}").write_bytes(b"\x89PNG\r\n\x1a\n")
        (folder / f"{i:02d}.heic").touch()
    compared = []
    monkeypatch.setattr(PurePath, "__eq__", lambda one, other: compared.append(one) or str(one) == str(other))
    notes = list_folder(folder).notes
    assert [note.rpartition(" and ")[2].partition(":")[0] for note in notes] == ["37 more"] * 2
    assert not compared


@pytest.mark.parametrize("name", sorted(PICTURE_FORMATS.keys() - {"MPO", "PCX", "TGA"}))
def test_a_picture_with_any_suffix_is_reported(folder, name):
    try:
        Image.fromarray(PIXELS).save(folder / "named", format=name)
    except (KeyError, OSError) as error:
        pytest.skip(f"this Pillow cannot write {name}: {error}")
    assert begins_like_picture(folder / "named")
    (folder / "text").write_text("Painters of 1900\nBM is no bitmap\n")
    assert not begins_like_picture(folder / "text")


@pytest.mark.parametrize("suffix", sorted(PICTURE_SUFFIXES))
def test_what_is_read_by_name_is_read_in_a_folder(folder, suffix):
    name = next(name for name, suffixes in PICTURE_FORMATS.items() if suffix in suffixes)
    image = Image.fromarray(PIXELS).convert({".pgm": "L", ".pbm": "1", ".pfm": "F", ".bw": "L"}.get(suffix, "RGB"))
    path = folder / f"a{suffix.upper()}"
    try:
        image.save(path, format=name)
    except (KeyError, OSError) as error:
        pytest.skip(f"this Pillow cannot write {name}: {error}")
    (found,) = list_pictures(["photos"], pytest.fail)
    assert found == f"photos/a{suffix.upper()}"
    assert read_picture(found, "a test").size == (8, 8)


def test_pictures_that_are_not_read_are_reported(folder):
    saved(folder / "a.png")
    saved(folder / ".hidden.png")
    saved(folder / "named", format="JPEG")
    saved(folder / "b.old", format="WEBP")
    (folder / "c.HEIC").write_bytes(b"any")
    (folder / "notes.txt").write_text("not a picture")
    (folder / "gone.jpg").symlink_to("nowhere")
    for name in ("more", "about", "texts", ".thumbnails"):
        (folder / name).mkdir()
    for name in ("more", "about", ".thumbnails"):
        saved(folder / name / "a.png")
    notes = []
    assert list_pictures(["photos"], notes.append) == ["photos/a.png"]
    assert notes == [
        "photos/c.HEIC: limner does not read this format; convert to PNG or JPEG",
        "photos/b.old, photos/named: a picture without a known suffix is skipped; name it, or rename it to *.png",
        "photos/gone.jpg: is a broken link and skipped",
        "photos/more: subfolders are not searched; name them to read their pictures",
    ]
    with warnings.catch_warnings(record=True) as issued:
        warnings.simplefilter("always")
        assert training_pictures(["photos"]) == ["photos/a.png"]
    assert [str(warning.message) for warning in issued] == notes
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list_pictures(["photos/more", "photos/named"]) == ["photos/more/a.png", "photos/named"]


def test_a_folder_without_pictures_says_where_they_are(folder):
    with pytest.raises(LimnerError, match="photos: the folder holds no pictures; name another"):
        list_pictures(["photos"])
    (folder / "more").mkdir()
    saved(folder / "more" / "a.png")
    with pytest.raises(LimnerError, match=r"no pictures that limner reads \(photos/more: subfolders are not searched"):
        list_pictures(["photos"])


def test_long_lists_are_cut(folder):
    saved(folder / "a.png")
    for number in range(5):
        (folder / f"{number}.cr2").write_bytes(b"")
    notes = []
    list_pictures(["photos"], notes.append)
    assert notes[0].startswith("photos/0.cr2, photos/1.cr2, photos/2.cr2 and 2 more: limner does not read")


COMMANDS = {
    "fit": ["fit", "photos", "--steps", "1", "--train-size", "8", "-o", "f.png"],
    "faces": ["faces", "photos"],
    "preview": ["translate", "preview", "photos", "--encoders", "grayscale", "--size", "8x8"],
    "train": ["translate", "train", "photos", "--steps", "1", "--size", "16x16", "-s", "network.width=2"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_report_alike(folder, capsys, command):
    for name in ("a.png", *(["b.png"] if command == "train" else [])):
        saved(folder / name)
    (folder / "more").mkdir()
    saved(folder / "more" / "a.png")
    run(COMMANDS[command])
    err = capsys.readouterr().err
    assert err.count("photos/more: subfolders are not searched; name them to read their pictures\n") == 1
    assert "UserWarning" not in err


def test_half_of_a_set_is_no_longer_lost(folder):
    saved(folder / "a.jpg")
    saved(folder / "b.jfif", format="JPEG")
    plan = prepare("photos", None, Budget(steps=1))
    assert [target.name for target in plan.target_set.targets] == ["photos/a.jpg", "photos/b.jfif"]
