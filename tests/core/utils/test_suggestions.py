"""The nearest known name is suggested if it may be a slip; otherwise the known ones are listed."""

import pytest

from limner.errors import did_you_mean

STAGES = ("triangle", "xy", "mse", "waves")


@pytest.mark.parametrize(("name", "near"), [("xz", "xy"), ("mze", "mse"), ("wavs", "waves"), ("trianlge", "triangle")])
def test_a_slip_is_corrected(name, near):
    assert did_you_mean(name, STAGES) == f"; did you mean {near!r}?"


@pytest.mark.parametrize("name", ["ringz", "nothing"])
def test_a_far_name_lists_what_is_known(name):
    assert did_you_mean(name, STAGES) == "; known: mse, triangle, waves, xy"


def test_a_long_list_is_shortened():
    known = [f"stage-{i:02}" for i in range(30)]
    assert did_you_mean("nothing", known) == f"; known: {', '.join(known[:20])}, ..."
