"""The colour behind a picture until it is loaded, and behind its transparent areas."""

import numpy as np
import pytest
from PIL import Image

from limner_apps.galleries.pieces.thumbnails import mean_color


def picture(left, right):
    pixels = np.empty((8, 8, 4), dtype=np.uint8)
    pixels[:, :4], pixels[:, 4:] = left, right
    return Image.fromarray(pixels)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ((0, 0, 0, 255), (90, 90, 90, 255), 45),
        ((0, 0, 0, 255), (0, 0, 0, 0), 127),  # black lines stay visible on gray
        ((255, 255, 255, 255), (0, 0, 0, 0), (255 + 40) / 2),  # and white ones
        ((10, 10, 10, 0), (10, 10, 10, 0), 255),
    ],
)
def test_transparent_areas_differ_from_what_is_visible(left, right, expected):
    levels = bytes.fromhex(mean_color(picture(left, right))[1:])
    assert list(levels) == pytest.approx([expected] * 3, abs=2)
