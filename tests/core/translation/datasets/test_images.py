"""Pictures of a set: all RGB, all of one size, and refused in a line where they are none."""

import numpy as np
import pytest
from PIL import Image
from skimage import data

from limner.errors import LimnerError
from limner.translation.datasets.images import read_dataset


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(1)
    Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)).save("a.png")
    Image.fromarray(rng.integers(0, 256, (6, 8), dtype=np.uint8)).save("gray.png")
    Image.new("RGBA", (8, 6), (200, 0, 100, 128)).save("clear.png")
    Image.new("RGB", (40, 12), (10, 20, 30)).save("wide.png")
    return tmp_path


def test_levels_are_the_files(folder):
    got = read_dataset(["a.png", "gray.png"])
    assert got.planes.dtype == np.uint8
    assert (got.size, len(got), got.names, got.note) == ((8, 6), 2, ("a.png", "gray.png"), "")
    np.testing.assert_array_equal(got.planes[0], np.asarray(Image.open("a.png")).transpose(2, 0, 1))
    for plane in got.planes[1]:
        np.testing.assert_array_equal(plane, np.asarray(Image.open("gray.png")))
    assert not got.planes.flags.writeable


@pytest.mark.parametrize(("background", "wanted"), [(None, (227, 127, 177)), ("#000", (100, 0, 50))])
def test_what_is_clear_lies_on_paper(folder, background, wanted):
    got = read_dataset(["clear.png"], background=background)
    assert np.abs(got.planes[0, :, 0, 0].astype(int) - wanted).max() <= 1


def test_others_are_cropped_and_resized_and_it_is_reported(folder):
    got = read_dataset(["a.png", "wide.png", "gray.png", "clear.png"])
    assert got.planes.shape == (4, 3, 6, 8)
    assert got.note == "wide.png: cropped and resized to 8x6"
    assert (got.planes[1] == np.asarray([10, 20, 30])[:, None, None]).all()
    small = read_dataset(["a.png", "gray.png", "wide.png"], (4, 4))
    assert small.size == (4, 4)
    assert small.note == "a.png and 2 more: cropped and resized to 4x4"


def test_the_middle_stays(tmp_path):
    path = tmp_path / "c.png"
    Image.fromarray(data.coffee()).save(path)
    got = read_dataset([str(path)], (100, 100)).planes[0]
    middle = Image.fromarray(data.coffee()[:, 100:500]).resize((100, 100), Image.Resampling.LANCZOS)
    assert np.abs(got.astype(float) - np.asarray(middle).transpose(2, 0, 1)).mean() < 1


def test_bad_images_are_reported_in_a_line(folder, monkeypatch):
    (folder / "torn.png").write_bytes((folder / "a.png").read_bytes()[:60])
    for names, said in (
        (["torn.png"], "torn.png: "),
        (["a.png", "gone.png"], "gone.png: there is no such file"),
        ([], "no pictures: name at least one"),
    ):
        with pytest.raises(LimnerError) as refused:
            read_dataset(names)
        assert str(refused.value).startswith(said)
        assert "\n" not in str(refused.value)
    monkeypatch.setattr(
        "limner.utils.resources.available_memory", lambda: 200
    )  # 48 pixels: 3 bytes for each of both, 64 to read
    with pytest.raises(
        LimnerError, match=r"2 pictures of 8x6 would take 3\.4 kB of memory, but only 200 bytes are free"
    ):
        read_dataset(["a.png", "gone.png"])
