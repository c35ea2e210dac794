"""The kit's finite differences: right about known slopes, fair at kinks, deaf to nothing."""

import numpy as np
import pytest

from limner.testing import slopes, worst_slope
from limner.testing.finite_differences import MAX_ENTRIES, sample_evenly

AT = np.asarray([[0.5, -1.0], [2.0, 100.0]])
EVERY = range(AT.size)


def cubes(x):
    return float(np.sum(x**3))


def test_slopes_of_a_cube():
    left, right = slopes(cubes, AT, EVERY)
    np.testing.assert_allclose(left, (3 * AT**2).ravel(), rtol=1e-4)
    np.testing.assert_allclose(right, (3 * AT**2).ravel(), rtol=1e-4)
    assert AT[0, 0] == 0.5  # untouched


def test_the_true_gradient_passes():
    assert worst_slope(cubes, AT, 3 * AT**2, EVERY) is None
    assert worst_slope(cubes, AT, 3 * AT**2, []) is None


@pytest.mark.parametrize("wrong", [1.0, np.nan, np.inf])
def test_a_wrong_entry_is_found(wrong):
    gradient = 3 * AT**2
    gradient[1, 0] += wrong
    place, said, measured = worst_slope(cubes, AT, gradient, EVERY)
    assert place == 2
    assert measured == pytest.approx(12.0, rel=1e-4)
    assert said == pytest.approx(12.0 + wrong, nan_ok=True)


@pytest.mark.parametrize(("said", "right"), [(-1.0, True), (0.3, True), (1.0, True), (1.1, False), (-1.1, False)])
def test_at_a_kink_any_slope_between_the_two_will_do(said, right):
    found = worst_slope(lambda x: float(np.sum(np.abs(x))), np.zeros(1), np.asarray([said]), [0])
    assert (found is None) is right


def test_a_function_that_is_not_finite_does_not_pass():
    assert worst_slope(lambda x: float("nan"), np.zeros(1), np.zeros(1), [0]) is not None


def test_of_many_entries_some_are_tried_from_the_first_to_the_last():
    chosen = sample_evenly(range(10 * MAX_ENTRIES))
    assert len(chosen) == MAX_ENTRIES
    assert (chosen[0], chosen[-1]) == (0, 10 * MAX_ENTRIES - 1)
