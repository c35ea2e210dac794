"""A palette or a list of colours, as settings and swaps of a recipe."""

from typing import ClassVar, Literal

import numpy as np
import pytest

import limner
from limner import LimnerError
from limner.composition.overrides import apply
from limner.composition.palette_choice import palette_names, palette_overrides
from limner.plugin import ColorMode
from limner_plugins.colors.hsv import Hsv
from limner_plugins.colors.palette import PaletteColor

PLAIN = {"color": {"kind": "oklch", "alpha": True, "hues": [0.5, 0.3]}}
BANDS = {"color": {"kind": "palette", "name": "ember", "repeats": 3, "steps": 9, "cyclic": True}}


def colour_table(table, settings=(), swaps=(), **choice):
    return apply(table, *palette_overrides(table, dict(settings), dict(swaps), **choice))["color"]


def test_nothing_is_added_without_a_choice():
    assert palette_overrides(PLAIN, {"network.width": 3}, {"network": "siren"}) == (
        {"network.width": 3},
        {"network": "siren"},
    )


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"palette": "glacier"}, {"name": "glacier"}),
        ({"palette": "skimage:coffee"}, {"image": "skimage:coffee"}),
        ({"colors": "navy,rgb(1, 2, 3), '#fff'"}, {"colors": ("navy", "rgb(1, 2, 3)", "#fff")}),
        ({"colors": ["navy", "oklch(70% 0.2 40)"]}, {"colors": ("navy", "oklch(70% 0.2 40)")}),
    ],
)
def test_a_mode_that_takes_palettes_keeps_its_settings(choice, field):
    kept = {key: value for key, value in BANDS["color"].items() if key != "name"}
    assert colour_table(BANDS, **choice) == kept | field


def test_another_mode_is_replaced_and_keeps_its_opacity():
    assert colour_table(PLAIN, palette="fog") == {"kind": "palette", "name": "fog", "alpha": True}
    assert colour_table({}, colors="red,blue") == {"kind": "palette", "colors": ("red", "blue")}


def test_settings_of_the_palette_are_allowed():
    got = colour_table(PLAIN, {"color.repeats": 4, "color.alpha": False}, palette="fog")
    assert got == {"kind": "palette", "name": "fog", "alpha": False, "repeats": 4}


def test_a_swapped_mode_keeps_its_settings():
    assert colour_table(PLAIN, swaps={"color": PaletteColor(repeats=5)}, palette="fog")["repeats"] == 5
    assert colour_table(PLAIN, swaps={"color": "palette"}, palette="fog") == {"kind": "palette", "name": "fog"}


@pytest.mark.parametrize(
    ("problem", "choice", "settings", "swaps"),
    [
        ("`palette` and `colors`: both", {"palette": "fog", "colors": "red,blue"}, {}, {}),
        ("`palette`: color.name is also set", {"palette": "fog"}, {"color.name": "ember"}, {}),
        ("`colors`: color.image is also set", {"colors": "red,blue"}, {"color.image": "a.png"}, {}),
        (r"`palette` and `swap={'color': 'hsv'}`: this colour mode takes no", {"palette": "fog"}, {}, {"color": "hsv"}),
        (r"`palette` and `swap={'color': 'Hsv'}`: this", {"palette": "fog"}, {}, {"color": Hsv}),
        ("`colors` and color.kind=hsv: this", {"colors": "red,blue"}, {"color.kind": "hsv"}, {}),
        ("color.kind: unknown colour mode 'hvs'; did you mean", {"palette": "fog"}, {}, {"color": "hvs"}),
        ("`swap`: color: takes one stage, not a list", {"palette": "fog"}, {}, {"color": ["palette"]}),
        ("`swap`: color: must be a colour mode, got 7", {"palette": "fog"}, {}, {"color": 7}),
        ("'mlp' is a network, not a color", {"palette": "fog"}, {}, {"color": "mlp"}),
        ("`palette`: unknown palette 'glacer'; did you mean 'glacier'?", {"palette": "glacer"}, {}, {}),
        ("nope.jpg: there is no such file", {"palette": "nope.jpg"}, {}, {}),
        ("`palette`: must be the name of a palette or a picture, got 7", {"palette": 7}, {}, {}),
        ("`palette`: must be the name", {"palette": " "}, {}, {}),
        ("`colors`: has one colour, and a palette needs at least two", {"colors": "red"}, {}, {}),
        ("`colors`: has no colour", {"colors": []}, {}, {}),
        ("`colors`: must be a list of colours", {"colors": [1, 2]}, {}, {}),
        ("`colors`: 'nvay' is not a colour; did you mean 'navy'?", {"colors": "red,nvay"}, {}, {}),
        ("`colors`: '#fff8' is partly or fully transparent", {"colors": "red,#fff8"}, {}, {}),
        (r"`colors`: the bracket \( has no partner", {"colors": "red,rgb(1,2"}, {}, {}),
    ],
)
def test_contradictions_name_both(problem, choice, settings, swaps):
    with pytest.raises(LimnerError, match=problem):
        palette_overrides(PLAIN, settings, swaps, **choice)


def test_layers_are_set_one_by_one():
    with pytest.raises(LimnerError, match=r"the recipe has 2 layers .* `set={'layer.0.color.name': 'glacier'}`"):
        palette_overrides({"layer": [PLAIN, BANDS]}, {}, {}, palette="fog")


class Bands(ColorMode):
    takes_palette: ClassVar[bool] = True
    name: Literal["day", "night"] = "day"
    colors: tuple[str, ...] = ()
    image: str = ""

    def forward(self, params, x, ctx):
        return x


def test_a_mode_of_others_has_its_own_names():
    assert palette_names(Bands) == ("day", "night")
    assert palette_names(Hsv) == ()
    assert colour_table(PLAIN, swaps={"color": Bands}, palette="night")["name"] == "night"
    with pytest.raises(LimnerError, match="unknown palette 'glacier'; known: day, night"):
        palette_overrides(PLAIN, {}, {"color": Bands}, palette="glacier")


def test_a_picture_is_painted_in_the_colours():
    art = limner.paint("random-art", seed=3, size=(24, 24), colors="navy,white")
    red, _, blue = (art.render()[..., channel] for channel in range(3))
    assert (blue >= red).all()
    assert blue.min() >= 127
    assert np.ptp(red) > 200
    assert art == limner.paint(
        "random-art", seed=3, size=(24, 24), swap={"color": PaletteColor(colors=("navy", "white"))}
    )
    with pytest.raises(LimnerError, match="`palette` and `colors`"):
        limner.paint("marbling", palette="fog", colors=["red", "blue"])
