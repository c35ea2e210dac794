"""The distance at which a picture has changed visibly, against functions whose inverse is known."""

from math import log

import numpy as np
import pytest

import limner
from limner_apps.animations.parameters.calibration import PictureChange, visible_distance


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda x: 3.0 * x, 0.4 / 3.0),
        (lambda x: 1.0 - np.exp(-5.0 * x), -log(0.6) / 5.0),
        (lambda x: 250.0 * x, 0.4 / 250.0),
        (lambda x: min(0.1 * x, 1.0), 4.0),
    ],
)
def test_the_distance_of_a_change_is_found(change, wanted):
    assert visible_distance(change, 0.03, target=0.4) == pytest.approx(wanted, rel=0.05)


def test_what_never_changes_has_no_distance():
    assert visible_distance(lambda _: 0.0, 0.03) == 0.0


def test_a_change_is_0_for_the_same_picture_and_about_1_for_another():
    art = limner.paint("marbling", seed=1, size=(60, 40))
    measure = PictureChange(art)
    assert measure.of([art]) == 0.0
    assert 0.6 < measure.of([limner.paint("marbling", seed=seed, size=(60, 40)) for seed in range(2, 8)]) < 1.6
