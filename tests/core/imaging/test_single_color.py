"""Pictures of a single colour are recognised while they are written."""

import numpy as np
import pytest

from limner.imaging.single_color import SingleColor, single_color


def plain(color, size=(4, 3), dtype=np.uint8):
    return np.full((size[1], size[0], len(color)), color, dtype)


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (plain((0, 0, 0)), "#000000"),
        (plain((255, 128, 1)), "#ff8001"),
        (plain((255, 128, 1, 7)), "#ff800107"),
        (plain((65535, 256, 0), dtype=np.uint16), "#ff0100"),
        (plain((9, 9, 9), size=(1, 1)), ""),  # a single pixel cannot have more
    ],
)
def test_the_only_color_is_named(pixels, expected):
    assert single_color(pixels) == expected


def test_one_other_pixel_in_the_last_band_is_enough():
    color = SingleColor()
    for _ in range(3):
        color.update(plain((1, 2, 3)))
    assert color() == "#010203"
    last = plain((1, 2, 3))
    last[-1, -1, 2] = 4
    color.update(last)
    assert color() == ""
    color.update(plain((1, 2, 3)))
    assert color() == ""


def test_invisible_colors_do_not_count():
    pixels = np.zeros((4, 5, 4), np.uint8)
    pixels[..., :3] = np.arange(60).reshape(4, 5, 3)
    assert single_color(pixels) == "transparent"
    pixels[3, 4, 3] = 1
    assert single_color(pixels) == ""
