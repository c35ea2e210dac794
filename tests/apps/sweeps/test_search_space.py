"""Axes and designs: what is varied, and where a sweep goes."""

import numpy as np
import pytest

from limner.errors import LimnerError
from limner_apps.sweeps.search_space.axes import parse_axes, parse_axis, parse_seeds
from limner_apps.sweeps.search_space.designs import DESIGNS, count_points
from limner_apps.sweeps.search_space.typed_axes import with_typed_values


def typed(texts, recipe=None):
    """Return the axes of texts, with the values that the fields of a recipe give them."""
    table = {"trainer": {"kind": "backprop"}, **(recipe or {})}
    return with_typed_values([parse_axis(text) for text in texts], table, {})


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("network.depth=1,3", [1, 3]),
        ("network.activation=sigmoid,tanh", ["sigmoid", "tanh"]),
        ("trainer.learning_rate=1, 0.1 ,0.01", [1, 0.1, 0.01]),
        ("network.width=[8,4],[6,6]", [[8, 4], [6, 6]]),
        ("color.alpha=true,false", [True, False]),
        ("network=mlp,siren", ["mlp", "siren"]),
        ("encoder=[xy,radius],[xy]", [["xy", "radius"], ["xy"]]),
        ("title='a,b',c", ["a,b", "c"]),
        ("network.depth=2..5", [2, 3, 4, 5]),
        ("network.depth=1..9 3", [1, 5, 9]),
        ("trainer.learning_rate=0..1 linear 5", [0, 0.25, 0.5, 0.75, 1]),
        ("trainer.learning_rate=0.001..0.1 log 5", [0.001, 0.00316228, 0.01, 0.0316228, 0.1]),
        ("network.width=1..100 log 3", [1, 10, 100]),
    ],
)
def test_axes(text, values):
    (axis,) = typed([text])
    assert axis.path == text.partition("=")[0]
    assert list(axis.values) == pytest.approx(values) if isinstance(values[0], float) else list(axis.values) == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("network.depth", "write it as network.depth=1,3"),
        ("network.depth=", "has no values"),
        ("network.depth=1,,2", "an empty value between commas"),
        ("encoder=[xy,,radius],grid", "an empty name between commas"),
        ("network.depth=5..1", "range 5..1 is empty"),
        ("trainer.learning_rate=0..1 log 3", "range 0..1 log 3 cannot be logarithmic"),
        ("trainer.learning_rate=0.1..1 0", "must be 1 to 1,000,000, got 0"),
        ("seed=0..99999999", "more than 1,000,000 values"),
    ],
)
def test_axes_that_are_none(text, message):
    with pytest.raises(LimnerError) as error:
        parse_axis(text)
    assert message in str(error.value)


def test_axes_of_a_table_may_be_nested_or_quoted():
    axes = parse_axes({"network": {"depth": [1, 2]}, "trainer.learning_rate": "0.1..1 log 2"})
    assert [(axis.path, list(axis.values)) for axis in axes] == [
        ("network.depth", [1, 2]),
        ("trainer.learning_rate", [0.1, 1.0]),
    ]
    assert parse_seeds("0..3") == (0, 1, 2, 3)
    assert parse_seeds([4, 5]) == (4, 5)
    assert parse_seeds(7) == (7,)
    with pytest.raises(LimnerError, match="whole numbers"):
        parse_seeds("a,b")


AXES = typed(["network.depth=1,3", "network.width=5,10,20", "trainer.learning_rate=0.001..1 log 4"])


def test_designs_that_go_everywhere():
    points = list(DESIGNS["grid"](AXES, 0, 0))
    assert len(points) == count_points("grid", AXES, 0) == 24
    assert points[0] == {"network.depth": 1, "network.width": 5, "trainer.learning_rate": 0.001}
    assert len({tuple(point.items()) for point in points}) == 24
    alone = list(DESIGNS["one-at-a-time"](AXES, 0, 0))
    assert alone[:3] == [{"network.depth": 1}, {"network.depth": 3}, {"network.width": 5}]
    assert len(alone) == count_points("one-at-a-time", AXES, 0) == 9
    assert list(DESIGNS["grid"]([], 0, 0)) == list(DESIGNS["one-at-a-time"]([], 0, 0)) == [{}]


@pytest.mark.parametrize("design", ["random", "latin-hypercube"])
def test_designs_that_are_drawn(design):
    points = list(DESIGNS[design](AXES, 60, 3))
    assert points == list(DESIGNS[design](AXES, 60, 3))
    assert points != list(DESIGNS[design](AXES, 60, 4))
    assert len(points) == count_points(design, AXES, 60) == 60
    assert {point["network.depth"] for point in points} == {1, 3}
    rates = np.log10([point["trainer.learning_rate"] for point in points])
    assert rates.min() >= -3
    assert rates.max() <= 0
    assert len(set(rates)) > 50  # drawn from the whole range, not from the grid's four values
    if design == "latin-hypercube":  # one in each of sixty slices, and each width as often as the others
        assert sorted(np.clip(np.floor((rates + 3) * 20 + 1e-3), 0, 59)) == pytest.approx(list(range(60)), abs=1)
        assert [sum(point["network.width"] == width for point in points) for width in (5, 10, 20)] == [20, 20, 20]


def test_whole_numbers_are_drawn_from_end_to_end():
    axis = parse_axis("network.depth=2..5")
    drawn = [axis.value_at(share) for share in np.linspace(0, 0.9999, 400)]
    assert [drawn.count(value) for value in (2, 3, 4, 5)] == pytest.approx([100] * 4, abs=1)
