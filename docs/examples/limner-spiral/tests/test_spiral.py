"""limner's conformance kit for everything that the package registers, and tests of the spiral's mathematics."""

from math import pi, tau

import numpy as np
from limner_spiral.spiral import Spiral

from limner.plugin import Bounds, Context, Samples
from limner.testing import parametrize_with_checks, render_recipe

CONTEXT = Context(size=(32, 32), bounds=Bounds(-1, 1, -1, 1))


@parametrize_with_checks("limner-spiral")
def test_conforms(check):
    check()


def test_the_recipe_paints():
    picture = render_recipe("spiral", size=(32, 32))
    assert picture.shape == (32, 32, 3)
    assert np.ptp(picture) > 50


def test_features_stay_the_same_along_an_arm():
    spiral = Spiral(arms=1, turns=2.0)
    angle = np.linspace(0.1, 3 * tau, 50)
    arm = angle / (2.0 * tau) * np.stack([np.cos(angle), np.sin(angle)])
    features = spiral.forward({"phase": np.asarray([0.25])}, Samples(xy=arm), CONTEXT)
    np.testing.assert_allclose(features, np.broadcast_to([[np.sin(0.25)], [np.cos(0.25)]], (2, 50)), atol=1e-9)


def test_a_turn_by_one_arm_changes_nothing():
    spiral = Spiral(arms=5)
    points = np.random.default_rng(0).uniform(-1, 1, (2, 40))
    cos, sin = np.cos(tau / 5), np.sin(tau / 5)
    turned = np.asarray([[cos, -sin], [sin, cos]]) @ points
    params = {"phase": np.asarray([0.0])}
    np.testing.assert_allclose(
        spiral.forward(params, Samples(xy=turned), CONTEXT),
        spiral.forward(params, Samples(xy=points), CONTEXT),
        atol=1e-9,
    )


def test_the_phase_is_drawn_from_the_whole_circle():
    spiral = Spiral()
    phases = [spiral.init_params(np.random.default_rng(seed))["phase"].value[0] for seed in range(200)]
    assert -pi <= min(phases) < -0.9 * pi
    assert 0.9 * pi < max(phases) <= pi
