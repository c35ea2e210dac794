"""The closed curve through points, compared with SciPy's cubic Hermite spline."""

import numpy as np
import pytest
from scipy.interpolate import CubicHermiteSpline

from limner_apps.animations.curves import closed_curve


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_curve_is_the_hermite_spline_with_slopes_of_half_the_chord(count):
    points = np.random.default_rng(3).normal(size=(count, 4))
    wrapped = np.concatenate([points, points[:1]])
    slopes = (np.roll(wrapped[:-1], -1, axis=0) - np.roll(wrapped[:-1], 1, axis=0)) / 2
    spline = CubicHermiteSpline(np.arange(count + 1), wrapped, np.concatenate([slopes, slopes[:1]]))
    for position in np.linspace(0, count, 23):
        assert closed_curve(points, float(position)) == pytest.approx(spline(position), abs=1e-12)


def test_the_curve_starts_again_after_its_last_point():
    points = list(np.random.default_rng(4).normal(size=(5, 2, 3)))
    assert np.array_equal(closed_curve(points, 5.0), points[0])
    assert closed_curve(points, 6.25) == pytest.approx(closed_curve(points, 1.25))
