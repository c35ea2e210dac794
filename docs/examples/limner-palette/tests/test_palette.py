"""limner's conformance kit for the command, and tests of the colours that it finds."""

import numpy as np
from limner_palette.colors import main_colors

from limner.testing import parametrize_with_checks


@parametrize_with_checks("limner-palette")
def test_conforms(check):
    check()


def test_flat_areas_are_found_the_largest_first():
    picture = np.zeros((10, 10, 3), dtype=np.uint8)
    picture[:7] = (200, 30, 40)
    picture[7:] = (10, 20, 240)
    assert main_colors(picture, 5) == ["#c81e28", "#0a14f0"]


def test_transparent_pixels_do_not_count():
    picture = np.zeros((4, 4, 4), dtype=np.uint8)
    picture[0] = (255, 255, 255, 255)
    assert main_colors(picture, 3) == ["#ffffff"]
    assert main_colors(picture[1:], 3) == []
