"""A field is used if one of its conditions holds, and if no other field of the group decides."""

from typing import ClassVar

import pytest

from limner.plugin import Blend
from limner.utils.conditions import unmet_condition


class Source(Blend):
    exclusive_fields: ClassVar = (("name", "items", "file"),)
    conditional_fields: ClassVar = (("count", "file"), ("count", "name", "drawn"), ("way", "name", "drawn"))

    name: str = "drawn"
    items: tuple[str, ...] = ()
    file: str = ""
    count: int = 3
    way: str = "any"

    def forward(self, layers):
        return layers[0]


@pytest.mark.parametrize(
    ("values", "field", "end"),
    [
        ({}, "count", None),
        ({"name": "plain", "file": "x.png"}, "count", None),
        ({"file": "x.png"}, "count", None),
        ({"name": "plain"}, "count", "without file; set that too, or omit this setting"),
        ({"name": "plain"}, "way", "with name=plain; set name=drawn too, or omit this setting"),
        ({"items": ["a"]}, "way", "with items=['a']; omit one of them"),
        ({"file": "x.png"}, "way", "with file=x.png; omit one of them"),
        ({"items": []}, "way", None),
        ({"items": ["a"]}, "name", None),
    ],
)
def test_one_condition_of_several_is_enough(values, field, end):
    defaults = {name: info.get_default() for name, info in Source.model_fields.items()}
    unmet = unmet_condition(Source, field, {**defaults, **values})
    assert (unmet and unmet.worded("")) == end
