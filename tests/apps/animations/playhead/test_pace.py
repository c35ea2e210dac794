"""Tests of the even pace on trajectories whose speed is known."""

import numpy as np
import pytest

from limner_apps.animations.playhead.knots import check_knots, position_at
from limner_apps.animations.playhead.pace import even_playhead
from limner_apps.animations.playhead.samples import changes, sample

STEPS = 40
PIXELS = np.linspace(0.2, 1.0, 8)


def playhead_of(level, steps=STEPS, bounds=()):
    """Return the playhead of pictures whose pixels all follow a function of the position, from 0 to 1."""

    def pictures(positions):
        return [np.round(level(position) * PIXELS * 65535).astype(np.uint16) for position in positions]

    return even_playhead(sample(pictures, lambda a, b: level(a) == level(b), steps), steps, bounds)


def test_a_movement_of_known_speed_becomes_constant():
    times = np.linspace(0, 1, STEPS + 1)
    assert playhead_of(lambda s: s**3) == pytest.approx(times ** (1 / 3), abs=2e-3)


def test_a_movement_of_constant_speed_stays():
    assert playhead_of(lambda s: s) == pytest.approx(np.linspace(0, 1, STEPS + 1), abs=1e-4)


def test_a_way_there_and_back_is_even_in_both_directions():
    knots = playhead_of(lambda s: np.sin(np.pi * s) ** 2)
    levels = np.sin(np.pi * np.array(knots)) ** 2
    assert np.abs(np.diff(levels)) == pytest.approx(2 / STEPS, rel=0.05)


def test_a_pause_keeps_its_share_of_time():
    knots = playhead_of(lambda s: float(np.interp(s, [0, 0.3, 0.5, 1], [0, 0.2, 0.2, 1])))
    inside = [knot for knot in knots if 0.3 < knot < 0.5]
    assert len(inside) == pytest.approx(0.2 * STEPS, abs=1)
    assert np.diff(inside) == pytest.approx(1 / STEPS, abs=1e-4)
    before = sum(knot <= 0.3 for knot in knots)
    assert before == pytest.approx(1 + 0.8 * STEPS * 0.2, abs=1), "the rest moves at one speed"


def test_parts_keep_their_time_and_are_even_in_themselves():
    """A part that changes nine times less would otherwise get a ninth of the time of the other."""
    knots = playhead_of(lambda s: 0.1 * (2 * s) ** 2 if s < 0.5 else 0.1 + 0.9 * (2 * s - 1), bounds=[0.5])
    assert sum(knot < 0.499 for knot in knots) == pytest.approx(STEPS / 2, abs=1)
    assert np.array(knots[: STEPS // 2]) == pytest.approx(np.sqrt(np.arange(STEPS // 2) / (2 * STEPS)), abs=0.02)
    assert np.diff(knots[STEPS // 2 + 1 :]) == pytest.approx(1 / STEPS, abs=2e-3)


def test_a_place_where_nothing_visible_changes_is_passed_at_once_unless_it_is_a_pause():
    def pictures(positions):
        return [
            np.round(np.interp(s, [0, 0.3, 0.5, 1], [0, 0.2, 0.2, 1]) * PIXELS * 65535).astype(np.uint16)
            for s in positions
        ]

    knots = even_playhead(sample(pictures, lambda a, b: False, STEPS), STEPS)
    assert sum(0.31 < knot < 0.49 for knot in knots) <= 1


def test_a_cut_takes_no_time():
    knots = np.array(playhead_of(lambda s: 0.2 * s + 0.8 * (s >= 0.6)))
    assert knots == pytest.approx(np.linspace(0, 1, STEPS + 1), abs=0.03)


def test_a_trajectory_of_cuts_alone_keeps_its_pace():
    assert playhead_of(lambda s: np.floor(s * 5) / 5) == ()


def test_a_picture_that_never_changes_has_no_playhead():
    assert playhead_of(lambda s: 0.5) == ()


def test_pixels_that_swing_within_a_step_do_not_count_as_a_large_step():
    def pictures(positions):
        return [
            np.round(32768 + 20000 * np.array([s, 0.2 * np.sin(40 * np.pi * s) * (s < 0.5)])).astype(np.uint16)
            for s in positions
        ]

    knots = even_playhead(sample(pictures, lambda a, b: False, 20), 20)
    plain = changes(pictures(np.linspace(0, 1, 21)))
    steps = changes(pictures(knots))
    assert plain.max() / np.median(plain) < 1.01, "at every step, the swinging pixel is back"
    assert steps.max() / np.median(steps) < 1.5


@pytest.mark.parametrize("steps", [2, 3, 1500])
def test_few_and_many_steps(steps):
    knots = playhead_of(lambda s: s**2, steps)
    check_knots(knots)
    assert (knots[0], knots[-1]) == (0, 1)
    assert knots == pytest.approx(np.linspace(0, 1, len(knots)) ** 0.5, abs=5e-3)


def test_knots_are_joined_by_straight_lines():
    assert [position_at((0, 0.5, 1), t) for t in (0, 0.25, 0.5, 1)] == [0, 0.25, 0.5, 1]
    assert position_at((0, 0.8, 1), 0.25) == pytest.approx(0.4)
    assert position_at((), 0.3) == 0.3


@pytest.mark.parametrize("knots", [(0.5,), (0, 0.6, 0.5, 1), (0, float("nan")), (-0.1, 1), (0, 1.1)])
def test_knots_that_are_no_playhead(knots):
    with pytest.raises(ValueError, match="positions"):
        check_knots(knots)


def test_a_swing_that_is_back_at_every_frame_keeps_its_pace():
    def pictures(positions):
        return [np.full(4, max(0.0, np.sin(2 * np.pi * s) ** 2 - 0.5) * 65535).astype(np.uint16) for s in positions]

    assert even_playhead(sample(pictures, lambda a, b: False, 2), 2) == pytest.approx((0, 0.5, 1), abs=0.05)
