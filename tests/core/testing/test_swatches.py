"""A colour mode returns the colours that it mixes, and has the fields of a palette if it takes one."""

from typing import ClassVar

import numpy as np
import pytest

from limner.plugin import ColorMode
from limner.testing.checks.color import check_swatches
from limner.testing.subject import Subject


class Plain(ColorMode):
    def forward(self, params, x, ctx):
        return x


class Two(Plain):
    name: str = "day"
    colors: tuple[str, ...] = ()
    image: str = ""
    takes_palette: ClassVar[bool] = True

    def swatches(self, params):
        return np.array([[0.0, 0.0, 0.0], [1.0, 0.5, 0.25]])


class Columns(Plain):
    def swatches(self, params):
        return np.zeros((2, 4))


class Levels(Plain):
    def swatches(self, params):
        return np.array([[0.0, 128.0, 255.0]])


class Fieldless(Plain):
    name: str = "day"
    takes_palette: ClassVar[bool] = True


class Empty(Two):
    def swatches(self, params):
        return np.empty((0, 3))


@pytest.mark.parametrize("cls", [Plain, Two])
def test_sound_modes_pass(cls):
    check_swatches(Subject("color", "mode", cls()))


@pytest.mark.parametrize(
    ("cls", "problem"),
    [
        (Columns, r"returned \(2, 4\); return a NumPy array"),
        (Levels, r"leave 0 to 1"),
        (Fieldless, r"fields colors, image are missing"),
        (Empty, r"swatches\(\) is empty"),
    ],
)
def test_others_are_reported(cls, problem):
    with pytest.raises(AssertionError, match=problem):
        check_swatches(Subject("color", "mode", cls()))
