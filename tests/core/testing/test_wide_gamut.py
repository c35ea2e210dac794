"""A colour mode stays in 0 to 1 unless it declares a wider gamut, and then it leaves it."""

from typing import ClassVar

import pytest

from limner.plugin import ColorMode
from limner.testing.checks.color import check_color_range, check_declared_gamut
from limner.testing.subject import Subject


class Plain(ColorMode):
    def forward(self, params, x, ctx):
        return x


class Bright(ColorMode):
    def forward(self, params, x, ctx):
        return 1.5 * x


class WidePlain(Plain):
    wide_gamut: ClassVar[bool] = True


class WideBright(Bright):
    wide_gamut: ClassVar[bool] = True


class WideInOneExample(WideBright):
    lower: bool = False

    @classmethod
    def examples(cls):
        return cls(lower=True), cls()

    def forward(self, params, x, ctx):
        return x if self.lower else 1.5 * x


def failures(cls):
    failed = {}
    for number, example in enumerate(cls.examples()):
        for check in (check_color_range, check_declared_gamut):
            try:
                check(Subject("color", "mode", example, number))
            except AssertionError as error:
                failed[check] = str(error)
    return failed


@pytest.mark.parametrize("cls", [Plain, WideBright, WideInOneExample])
def test_a_true_declaration_passes(cls):
    assert failures(cls) == {}


def test_an_undeclared_gamut_is_caught():
    assert failures(Bright) == {
        check_color_range: "color 'mode': components from 0 to 1 give RGB from 0 to 1.5; keep RGB in 0 to 1, "
        "or declare wide_gamut = True"
    }


def test_a_gamut_that_is_not_wide_is_caught():
    (sentence,) = failures(WidePlain).values()
    assert "RGB stays in 0 to 1; remove wide_gamut = True" in sentence
