"""JSON in files that are not trusted: read strictly, and only to a depth that recursive functions can handle."""

import json

import pytest

from limner.formats.untrusted_json import MAX_DEPTH, read_json


@pytest.mark.parametrize("value", [None, 3, "é", [], {"a": [1, {"b": None}]}, [[1.5], {}]])
def test_values_come_back(value):
    assert read_json(json.dumps(value)) == value


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"a": [Infinity]}', "[-Infinity]", "1" * 5000])
def test_what_is_not_json_is_an_error(text):
    with pytest.raises(ValueError, match=r"."):
        read_json(text)


@pytest.mark.parametrize(("start", "end"), ["[]", ('{"a":', "}")])
def test_depth_is_bounded(start, end):
    assert read_json(start * (MAX_DEPTH - 1) + "[1]" + end * (MAX_DEPTH - 1))
    for depth in (MAX_DEPTH, 100_000):
        with pytest.raises(ValueError, match="nested too deeply"):
            read_json(start * depth + "[1]" + end * depth)
