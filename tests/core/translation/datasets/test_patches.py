"""Patches: where they are cut, what they are called, and which sets cannot be cut."""

import numpy as np
import pytest
from PIL import Image

from limner.errors import LimnerError
from limner.imaging.crop import CropBox
from limner.translation.datasets.pairs import read_pairs
from limner.translation.datasets.patches import patch_boxes, read_patches


def stored(path, size):
    """Noise: no patch is like another."""
    pixels = np.random.default_rng(len(path.stem)).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return pixels


@pytest.mark.parametrize("picture", [(64, 64), (70, 131), (33, 32)])
@pytest.mark.parametrize("size", [(16, 16), (32, 8)])
def test_patches_lie_side_by_side_within_the_picture(picture, size):
    covered = np.zeros(picture[::-1], dtype=int)
    found = patch_boxes(picture, 16, size)
    for left, top, width, height in found:
        assert (width, height) == (16, 16 * size[1] // size[0])
        assert min(left, top) >= 0
        covered[top : top + height, left : left + width] += 1
    assert covered.max() == 1
    assert covered.sum() == sum(cut.width * cut.height for cut in found)  # none of them beyond the edge
    for axis, side in ((0, 16), (1, found[0].height)):
        bare = np.flatnonzero(covered.any(axis=axis) == 0)
        assert len(bare) < side
        assert abs((bare < picture[axis] / 2).sum() - (bare >= picture[axis] / 2).sum()) <= 1


def test_patches_of_the_size_are_the_pixels_themselves(tmp_path):
    pixels = stored(tmp_path / "a.png", (10, 6))
    got = read_patches([str(tmp_path / "a.png")], 3)
    assert got.names == tuple(str(tmp_path / f"a-{i}.png") for i in range(1, 7))
    assert patch_boxes((10, 6), 3, (3, 3))[4] == CropBox(3, 3, 3, 3)
    np.testing.assert_array_equal(got.planes[4], pixels[3:6, 3:6].transpose(2, 0, 1))
    assert got.planes.shape == (6, 3, 3, 3)
    assert not got.note
    wide = read_patches([str(tmp_path / "a.png")], 5, (20, 10))
    assert wide.planes.shape == (6, 3, 10, 20)
    assert wide.note == "patches of 5x2: resized to 20x10"


def test_one_large_picture_is_a_set_and_its_partner_is_cut_alike(tmp_path):
    (tmp_path / "b").mkdir()
    one, other = stored(tmp_path / "one.png", (12, 8)), stored(tmp_path / "b" / "one.png", (12, 8))
    pairs = read_pairs([str(tmp_path / "one.png")], [str(tmp_path / "b" / "one.png")], patches=4)
    assert len(pairs.training) + len(pairs.validation) == len(pairs) == 6
    for collection, pixels in ((pairs.sources, one), (pairs.targets, other)):
        np.testing.assert_array_equal(collection.planes[5], pixels[4:8, 8:12].transpose(2, 0, 1))


@pytest.mark.parametrize(
    ("sizes", "patches", "reported"),
    [
        ([(12, 8)], -1, "`patches`: must be 1 pixel or more, got -1"),
        ([(12, 8), (3, 9)], 4, "3x9 is smaller than a patch of 4x4; reduce `patches`"),
        ([(12, 8)], 7, "a size of 7 pixels yields a single patch; training needs two or more, so reduce it"),
        ([(12, 8)], 0, "or split it with, for example, `patches=64`"),
    ],
)
def test_what_cannot_be_cut_is_reported(tmp_path, sizes, patches, reported):
    for i, size in enumerate(sizes):
        stored(tmp_path / f"{i}.png", size)
    with pytest.raises(LimnerError) as error:
        read_pairs([str(tmp_path / f"{i}.png") for i in range(len(sizes))], patches=patches)
    assert reported in str(error.value)


def test_partners_of_two_sizes_cannot_be_cut_alike(tmp_path):
    (tmp_path / "b").mkdir()
    stored(tmp_path / "one.png", (12, 8))
    stored(tmp_path / "b" / "one.png", (13, 8))
    with pytest.raises(LimnerError, match="a source is 12x8 but its target 13x8"):
        read_pairs([str(tmp_path / "one.png")], [str(tmp_path / "b" / "one.png")], patches=4)
