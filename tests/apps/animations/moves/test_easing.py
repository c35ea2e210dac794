"""Easing functions, against bisection on the curve that CSS defines."""

from __future__ import annotations

import numpy as np
import pytest

from limner.errors import LimnerError
from limner_apps.animations.moves.easing import easing

CURVES = {
    "ease": (0.25, 0.1, 0.25, 1.0),
    "in": (0.42, 0.0, 1.0, 1.0),
    "ease-out": (0.0, 0.0, 0.58, 1.0),
    "in-out": (0.42, 0.0, 0.58, 1.0),
    "cubic-bezier(0.1, -2, 0.9, 3)": (0.1, -2.0, 0.9, 3.0),
    "cubic-bezier(1,0,0,1)": (1.0, 0.0, 0.0, 1.0),
    "cubic-bezier(0,1,1,0)": (0.0, 1.0, 1.0, 0.0),
}


def point(curve, t):
    """Return the point of a Bézier curve by de Casteljau's construction."""
    points = np.array([(0.0, 0.0), curve[:2], curve[2:], (1.0, 1.0)])
    while len(points) > 1:
        points = points[:-1] + t * (points[1:] - points[:-1])
    return points[0]


@pytest.mark.parametrize("name", CURVES)
def test_curves(name):
    for share in np.linspace(0, 1, 22):
        low, high = 0.0, 1.0
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if point(CURVES[name], middle)[0] < share else (low, middle)
        expected = point(CURVES[name], high)
        assert easing(name)(float(share)) == pytest.approx(expected[1], abs=1e-6)


def test_linear():
    assert [easing("linear")(share) for share in (0.0, 0.3, 1.0)] == [0.0, 0.3, 1.0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("steps(4)", [0, 0, 0.25, 0.5, 0.75, 1]),
        ("steps(4, jump-start)", [0.25, 0.25, 0.5, 0.75, 1, 1]),
        ("steps(4, end)", [0, 0, 0.25, 0.5, 0.75, 1]),
        ("steps(4, jump-none)", [0, 0, 1 / 3, 2 / 3, 1, 1]),
        ("steps(4, jump-both)", [0.2, 0.2, 0.4, 0.6, 0.8, 1]),
        ("step-start", [1, 1, 1, 1, 1, 1]),
        ("step-end", [0, 0, 0, 0, 0, 1]),
    ],
)
def test_steps(name, expected):
    """The figures of the specification, at times just inside each interval and at both ends."""
    shares = [0.0, 0.1, 0.3, 0.6, 0.9, 1.0]
    assert [easing(name)(share) for share in shares] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ease-inn", "unknown easing 'ease-inn'; did you mean 'ease-in'?"),
        ("cubic-bezier(0,1)", "takes four numbers"),
        ("cubic-bezier(nan,0,0,1)", "must be 0 to 1"),
        ("cubic-bezier(0.5,inf,0.5,1)", "must be -10 to 10"),
        ("steps(0)", "takes a number from 1 to 10000"),
        ("steps(1,jump-none)", "takes a number from 2 to 10000"),
        ("steps(3,middle)", "takes a number from 1"),
    ],
)
def test_invalid_names(name, message):
    with pytest.raises(LimnerError) as error:
        easing(name)
    assert message in str(error.value)
