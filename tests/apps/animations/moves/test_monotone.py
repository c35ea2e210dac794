"""The monotone cubic curve, compared with SciPy."""

import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator

from limner_apps.animations.moves.monotone import curve_at, monotone_slopes


@pytest.mark.parametrize("count", [3, 4, 9])
@pytest.mark.parametrize("closed", [False, True])
def test_the_curve_is_that_of_scipy(count, closed):
    rows = np.random.default_rng(count).normal(size=(count, 5)).round(1)
    places = np.arange(count)
    if closed:
        rows[-1] = rows[0]
        around = np.concatenate([rows[-4:-1], rows, rows[1:4]]) if count > 3 else np.concatenate([rows[:-1]] * 4)
        first = 3 if count > 3 else 2
        expected = PchipInterpolator(np.arange(len(around)) - first, around)
    else:
        expected = PchipInterpolator(places, rows)
    slopes = monotone_slopes(rows, closed=closed)
    for share in np.linspace(0, 1, 31):
        np.testing.assert_allclose(curve_at(rows, slopes, share), expected(share * (count - 1)), atol=1e-12)
