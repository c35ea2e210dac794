"""How far two sets of pictures are apart."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.stats import wasserstein_distance

from limner.imaging.sliced_wasserstein import PatchCollector, laplacian_pyramid, set_distance, sliced_distance

RNG = np.random.default_rng(5)
MANY = 16


def pictures(count, seed):
    """Discs on clouds, each of its own place and colours."""
    rng = np.random.default_rng(seed)
    clouds = gaussian_filter(rng.random((count, 36, 33, 3)), (0, 1.5, 1.5, 0))
    y, x = np.mgrid[:36, :33]
    for one in clouds:
        at, radius = rng.uniform(10, 24, 2), rng.uniform(4, 9)
        one[np.hypot(y - at[0], x - at[1]) < radius] = rng.random(3)
    return clouds


def cuts(given):
    own = PatchCollector()
    own.add(*given)
    return own


def test_on_a_line_it_is_the_wasserstein_distance():
    for _ in range(5):
        a, b = RNG.normal(size=(40, 1)), RNG.normal(RNG.normal(), 2, size=(40, 1))
        assert sliced_distance(a, b, np.ones((1, 1))) == pytest.approx(wasserstein_distance(a[:, 0], b[:, 0]))
    assert sliced_distance(np.array([[0.0], [1], [3]]), np.array([[5.0], [6], [8]]), -np.ones((1, 1))) == 5


def test_along_several_directions_it_is_their_mean():
    a, b, ways = RNG.normal(size=(30, 3)), RNG.normal(size=(30, 3)), RNG.normal(size=(3, 4))
    each = [wasserstein_distance(a @ way, b @ way) for way in ways.T]
    assert sliced_distance(a, b, ways) == pytest.approx(np.mean(each))


@pytest.mark.parametrize("size", [(64, 64), (35, 33), (66, 37), (20, 90)])
def test_the_levels_of_a_flat_picture_have_no_details_and_are_small_enough(size):
    *details, left = laplacian_pyramid(np.full((*size, 3), 0.25))
    assert all(np.abs(one).max() < 1e-12 for one in details)
    assert np.abs(left - 0.25).max() < 1e-12
    assert 16 <= min(left.shape[:2]) < 32
    assert [one.shape[:2] for one in details] == [
        (-(-size[0] // 2**i), -(-size[1] // 2**i)) for i in range(len(details))
    ]


def test_a_ramp_stays_one_within():
    ramp = np.broadcast_to(np.linspace(0, 1, 64)[None, :, None], (64, 64, 3))
    assert np.abs(laplacian_pyramid(ramp)[0][:, 8:-8]).max() < 1e-12


def test_the_same_pictures_in_any_order_have_no_distance():
    given = pictures(MANY, 1)
    assert set_distance(cuts(given), cuts(given[::-1])) == pytest.approx(0, abs=1e-6)


def test_blurred_noisy_pale_and_all_alike_are_farther_than_others_of_the_kind():
    real, others = cuts(pictures(MANY, 1)), pictures(MANY, 2)
    near = set_distance(cuts(others), real)
    worse = {
        "blurred": gaussian_filter(others, (0, 1.2, 1.2, 0)),
        "noisy": others + np.random.default_rng(3).normal(0, 0.1, others.shape),
        "pale": 0.5 * others + 0.25,
        "alike": np.repeat(others[:1], MANY, axis=0),
    }
    far = {name: set_distance(cuts(made), real) for name, made in worse.items()}
    assert all(one > 1.3 * near for one in far.values()), (near, far)


def test_small_pictures_have_one_level():
    small = RNG.random((3, 5, 6, 3))
    assert set_distance(cuts(small), cuts(small)) == 0
    assert len(laplacian_pyramid(small[0])) == 1
