"""Moves of settings: what is typed, the values on the way, and the frames of a movie."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from coloraide import Color

import limner
from limner.app.artworks import Still, with_settings
from limner.app.values import validate
from limner.errors import LimnerError
from limner.plugin import parse_color
from limner_apps.animations.animation import Animation
from limner_apps.animations.moves.move import Move
from limner_apps.animations.moves.planned import plan_moves
from limner_apps.animations.moves.requests import parse_moves
from limner_apps.animations.planning.movie_options import MovieOptions
from limner_apps.animations.planning.plan import plan_movie

SIZE = (12, 8)


@pytest.fixture(scope="module")
def art():
    recipe = {
        "warp": [{"kind": "affine"}],
        "encoder": [{"kind": "xy"}, {"kind": "latent"}],
        "network": {"kind": "mlp", "width": 6, "depth": 2},
        "color": {"kind": "duotone", "dark": "navy", "light": "white"},
    }
    return limner.paint(recipe, seed=3, size=SIZE)


def planned(art, *texts, seconds=6.0, ease=""):
    return plan_moves(parse_moves(texts), lambda position: Still(art), seconds, ease)


def test_there_and_back(art):
    (move,) = planned(art, "encoder.latent.values=[0,1]..[1,-1]")
    assert move.returns
    np.testing.assert_allclose(move.value_at(0.0, 6.0), (0, 1))
    np.testing.assert_allclose(move.value_at(1.5, 6.0), (0.5, 0), atol=1e-12)
    np.testing.assert_allclose(move.value_at(3.0, 6.0), (1, -1))
    assert move.value_at(2.0, 6.0) == pytest.approx(move.value_at(4.0, 6.0))
    assert move.value_at(6.0, 6.0) == move.value_at(0.0, 6.0)
    start = move.value_at(0.01, 6.0)[0]
    assert 0 < start < 1e-4, "the turns are smooth unless there is an easing"
    assert move.value_at(0.01, 6.0, "linear")[0] == pytest.approx(0.01 / 3)


def test_a_full_turn_goes_one_way(art):
    (move,) = planned(art, "warp.affine.rotation=0..360")
    assert not move.returns
    assert [move.value_at(seconds, 6.0) for seconds in (0.0, 1.5, 4.5)] == pytest.approx([0, 90, 270])
    (part,) = planned(art, "warp.affine.rotation=0..90")
    assert part.returns


def test_scales_move_by_equal_ratios(art):
    (move,) = planned(art, "frame.scale=1..4")
    assert move.value_at(1.5, 6.0) == pytest.approx(2.0)
    assert move.value_at(0.75, 6.0, "linear") == pytest.approx(sqrt(2))


def test_whole_numbers_are_rounded():
    mandala = limner.paint("mandala", seed=5, size=SIZE)
    (move,) = planned(mandala, "warp.kaleidoscope.segments=3..7", seconds=8.0)
    assert [move.value_at(seconds, 8.0, "linear") for seconds in range(5)] == [3, 4, 5, 6, 7]
    assert isinstance(move.value_at(1.3, 8.0), int)


def test_colours_are_mixed_in_oklab(art):
    (move,) = planned(art, "color.dark=navy..gold")
    expected = Color("navy").mix("gold", 0.5, space="oklab").convert("srgb").coords()
    np.testing.assert_allclose(parse_color(move.value_at(1.5, 6.0)), expected, atol=1 / 255)
    assert move.value_at(3.0, 6.0) == "gold"


def test_hues_turn_the_short_way(art):
    (move,) = planned(art, "color.dark=oklch(60% 0.1 350)..oklch(60% 0.1 30)")
    middle = Color("srgb", parse_color(move.value_at(1.5, 6.0))).convert("oklch")
    assert middle["hue"] == pytest.approx(10, abs=2)
    assert middle["chroma"] == pytest.approx(0.1, abs=0.005)


def test_several_values_make_a_way_without_corners(art):
    (move,) = planned(art, "encoder.latent.values=0,0..1,0..1,1..0,0")
    assert not move.returns
    points = np.array([move.value_at(seconds, 6.0) for seconds in np.linspace(0, 6, 601)])
    np.testing.assert_allclose(points[[0, 200, 400, 600]], [(0, 0), (1, 0), (1, 1), (0, 0)], atol=1e-9)
    assert points.min() >= 0
    assert points.max() <= 1
    turns = np.abs(np.diff(points, n=2, axis=0)).max()
    assert turns < np.abs(np.diff(points, axis=0)).max() / 10


def test_an_easing_goes_from_value_to_value(art):
    (move,) = planned(art, "encoder.latent.values=0,0..1,0..1,1", ease="steps(2)")
    values = [move.value_at(seconds, 6.0, "steps(2)") for seconds in (0.1, 1.0, 1.6, 2.4, 3.0)]
    np.testing.assert_allclose(values, [(0, 0), (0.5, 0), (1, 0), (1, 0.5), (1, 1)])


def test_a_period_of_its_own(art):
    two, five = planned(art, "frame.scale=1..2@2s", "warp.affine.rotation=0..360@5s")
    assert two.value_at(0.3, 6.0) == pytest.approx(two.value_at(4.3, 6.0))
    assert (two.closes(6.0), five.closes(6.0)) == (True, False)
    assert two.note(6.0) == ""
    assert five.note(6.0).endswith("so the movie is no loop; the nearest period that fits is 6 s")
    assert parse_moves(["a.b=1..2@500ms"])[0].period == 0.5


def test_the_frames_of_an_animation_have_the_settings(art):
    options = MovieOptions(move=["frame.scale=1..4", "color.dark=navy..gold@3s"], seconds=6.0, ease="linear")
    animation = plan_movie(art, "x.gif", options).animation
    assert animation.motion.kind == "still"
    still = animation.still(art, 0.25)
    assert still.artwork == with_settings(art, {"frame.scale": 2.0, "color.dark": "gold"})
    assert animation.still(art, 0.0).artwork == with_settings(art, {"frame.scale": 1.0})
    again = validate(Animation, {**animation.model_dump(mode="json"), "motion": animation.motion.table()}, "")
    assert again.moves == animation.moves


def test_a_period_that_does_not_fit_opens_the_loop(art):
    options = MovieOptions(move=["frame.scale=1..4@4s"], seconds=6.0)
    plan = plan_movie(art, "x.gif", options)
    assert not plan.closes
    assert not plan.animation.closes(art)


def test_moves_add_to_a_motion(art):
    options = MovieOptions(move=["frame.scale=1..4"], motion="parameters", seed=1)
    animation = plan_movie(art, "x.gif", options).animation
    plain = animation.model_copy(update={"moves": ()})
    assert animation.still(art, 0.5).artwork == with_settings(plain.still(art, 0.5).artwork, {"frame.scale": 4.0})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("frame.scale", "must have the form PATH=A..B, for example frame.scale=1..3"),
        ("frame.scale=1", "must have the form frame.scale=A..B, got '1'"),
        ("frame.scale=1..", "must have the form frame.scale=A..B, got '1..'"),
        ("frame.scale=1..2@0s", "the period '0s' must be a time above 0"),
        ("frame.scale=1..2@2", "the period '2' must be a time above 0"),
        ("frame.scale=1..1", "all values are the same"),
        ("frame.scale=0..1", "frame.scale: must be more than 0.0, got 0"),
        ("frame.scael=1..2", "did you mean 'scale'?"),
        ("network.width=6..8", "'network.width': another value changes the number of parameters"),
        ("network.activation=tanh..sin", "is a text or a choice and cannot move"),
        ("network.bias=true..false", "is true or false and cannot move"),
        ("network.bias_scale=1..1.0000001", "does not change the picture"),
        ("encoder.latent.values=1,2..1", "size is 2, but there are 1 values"),
        ("color.dark=navy..nvay", "color.dark:"),
    ],
)
def test_moves_that_cannot_be(art, text, message):
    with pytest.raises(LimnerError) as error:
        planned(art, text)
    assert str(error.value).startswith("`move`")
    assert message in str(error.value)


def test_an_easing_needs_a_move_and_must_stay_in_range(art):
    with pytest.raises(LimnerError, match="`ease`: has no effect without a move"):
        plan_movie(art, "x.gif", MovieOptions(ease="in-out", motion="parameters"))
    with pytest.raises(LimnerError, match=r"`move`: .*color\.midpoint: must be at most"):
        planned(art, "color.midpoint=0.5..0.9", ease="cubic-bezier(0.5,0,0.5,3)")


def test_a_setting_moves_once(art):
    with pytest.raises(LimnerError, match="is given twice"):
        planned(art, "frame.scale=1..2", "frame.scale=1..3")
    with pytest.raises(LimnerError, match="are the same field"):
        planned(art, "encoder.0.scale=1..2", "encoder.xy.scale=1..3")


@pytest.mark.parametrize(
    ("values", "between"),
    [(("a", "b"), "linear"), ((1.0, "navy"), "colour"), (((1.0, 2.0), (1.0,)), "linear"), ((0.0, 1.0), "logarithmic")],
)
def test_values_in_a_movie_that_cannot_be_mixed_are_refused(values, between):
    with pytest.raises(LimnerError, match="values cannot be mixed"):
        validate(Move, {"path": "frame.scale", "values": values, "between": between}, "move")


@pytest.mark.parametrize(
    ("move", "message"),
    [
        ("mask.size=0.1..1", "`move`: setting 'mask.size': the recipe has no mask"),
        ("color.target=0..1", "`move`: Untitled: color.target: unknown setting; color recolor has it"),
    ],
)
def test_errors_name_the_option_and_the_command_that_adds_a_stage(art, move, message):
    with pytest.raises(LimnerError) as caught:
        planned(art, move)
    assert str(caught.value) == f"{message}; give the artwork this stage with `limner.restyle` first"
