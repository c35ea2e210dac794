"""Pictures that cannot be read are skipped and reported, with their partners; the rest makes the dataset."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run
from limner.errors import LimnerError, PictureError
from limner.translation.datasets.images import read_dataset
from limner.translation.datasets.pairs import read_pairs
from limner.translation.datasets.patches import read_patches

SETTINGS = ["--size", "16x16", "--network", "unet", "-s", "network.width=2", "--seed", "1"]
DAMAGED = {"b.png": "is not a picture that limner can read", "d.png": "the picture is damaged or incomplete"}


def picture(level, size=(16, 16)):
    return Image.fromarray(np.full((*size, 3), level, np.uint8))


def damage(folder):
    """Replace ``b.png`` by text, and cut off ``d.png``."""
    (folder / "b.png").write_text("text")
    noise = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    Image.fromarray(noise).save(folder / "d.png")
    (folder / "d.png").write_bytes((folder / "d.png").read_bytes()[:300])


@pytest.fixture
def photos(tmp_path, monkeypatch):
    """Four pictures in a folder, two of them damaged, and their targets, one of them damaged."""
    monkeypatch.chdir(tmp_path)
    for name in ("photos", "targets"):
        (tmp_path / name).mkdir()
        for i, letter in enumerate("abcdef"):
            picture(40 * i + (name == "targets")).save(tmp_path / name / f"{letter}.png")
    damage(tmp_path / "photos")
    return tmp_path / "photos"


def names(folder, letters):
    return [f"{folder}/{letter}.png" for letter in letters]


def test_a_dataset_is_what_can_be_read(photos):
    dataset = read_dataset(names("photos", "bacdef"))
    assert dataset.names == tuple(names("photos", "acef"))
    assert dataset.planes[:, 0, 0, 0].tolist() == [0, 80, 160, 200]
    assert [name for name, _ in dataset.skipped] == names("photos", "bd")
    assert all(reason.startswith(f"{name}: {DAMAGED[name[-5:]]}") for name, reason in dataset.skipped)


def test_patches_come_from_what_can_be_read(photos):
    dataset = read_patches(names("photos", "abcd"), 8)
    assert dataset.planes[:, 0, 0, 0].tolist() == [0] * 4 + [80] * 4
    assert [name for name, _ in dataset.skipped] == names("photos", "bd")


@pytest.mark.parametrize("patches", [0, 8])
def test_the_partner_of_a_damaged_picture_is_not_used(photos, patches):
    Path("targets/e.png").write_text("text")
    pairs = read_pairs(names("photos", "abcdef"), names("targets", "fedcba"), patches=patches)
    sources, targets = (dataset.planes[:, 0, 0, 0] for dataset in (pairs.sources, pairs.targets))
    assert list(dict.fromkeys(sources.tolist())) == [0, 80, 200]
    assert (targets == sources + 1).all()
    assert [skipped.name for skipped in pairs.skipped] == [*names("photos", "bd"), "targets/e.png"]
    assert len(pairs.training) + len(pairs.validation) == len(pairs)


def test_too_few_that_can_be_read_are_an_error(photos):
    with pytest.raises(PictureError, match=r"^none of 2 pictures can be read; the first: photos/b\.png: is not a pict"):
        read_dataset(names("photos", "bd"))
    with pytest.raises(PictureError, match=r"^photos/b\.png: is not a picture"):
        read_patches(names("photos", "b"), 8)
    with pytest.raises(
        LimnerError, match=r"^only 1 picture can be read, but training needs 2; not read: photos/b\.png"
    ):
        read_pairs(names("photos", "ab"))
    with pytest.raises(LimnerError, match="is not a colour"):  # no fault of the pictures
        read_dataset(names("photos", "a"), background="wite")


def test_train_reports_what_it_skips(photos, capsys):
    command = [
        "translate",
        "train",
        "photos",
        *SETTINGS,
        "--steps",
        "1",
        "-o",
        "n.limner",
        "--json",
        "--keep-checkpoint",
    ]
    assert run(command) == 0
    out, err = capsys.readouterr()
    assert [line.partition(": ")[2].partition(":")[0] for line in err.splitlines() if line.startswith("skipped")] == [
        *names("photos", "bd")
    ]
    assert "3 training pictures of 16x16, 1 for validation" in err
    record = json.loads(out)
    assert (record["pictures"], [one["name"] for one in record["skipped"]]) == (4, names("photos", "bd"))
    assert run([*command, "--resume"]) == 0  # the same pictures are skipped again


def test_train_warns_in_python(photos):
    with warnings.catch_warnings(record=True) as issued:
        warnings.simplefilter("always")
        limner.train("photos", steps=1, size=(16, 16), set={"network.width": 2})
    assert "photos/b.png, photos/d.png: cannot be read and are skipped" in [str(one.message) for one in issued]


def test_preview_shows_what_can_be_read(photos, capsys):
    assert run(["translate", "preview", "photos/b.png", "photos", "--encoders", "grayscale", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["pictures"] == names("photos", "acef")
    assert err.count("skipped: photos/d.png: the picture is damaged") == 1


def test_apply_names_all_that_it_skips(photos, capsys):
    assert run(["translate", "train", "photos", *SETTINGS, "--steps", "1", "-o", "n.limner", "-q"]) == 0
    capsys.readouterr()
    assert run(["translate", "apply", "n.limner", "photos"]) == 2
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 4
    assert "error: 2 of 6 pictures could not be converted; the first: photos/b.png: is not a picture" in err
    assert "skipped: photos/d.png: the picture is damaged" in err
    assert err.rstrip().endswith("; the others are written")
    assert run(["translate", "apply", "n.limner", "photos", "--background", "wite", "--force"]) == 2
    assert capsys.readouterr().err.startswith("error: background: 'wite' is not a colour")
