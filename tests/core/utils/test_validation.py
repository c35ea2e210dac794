"""Values from outside: every error is reported, with its path."""

from __future__ import annotations

import pytest

from limner.errors import ArtworkError, LimnerError
from limner.registry.registry import registry
from limner.utils.validation import validate


@pytest.mark.parametrize(
    ("role", "name", "values", "said"),
    [
        ("network", "mlp", {"width": 0}, "P.width: must be at least 1, got 0"),
        ("network", "mlp", {"width": [3, "a"]}, "P.width.1: must be a whole number, got 'a'"),
        ("network", "mlp", {"width": []}, "P.width: must have at least 1 items, got 0"),
        ("network", "mlp", {"width": {"a": 1}}, "P.width: must be a whole number, got {'a': 1}"),
        ("warp", "affine", {"scale": [1.0]}, "P.scale.1: is missing"),
        ("encoder", "text", {"text": ""}, "P.text: must have at least 1 character, got ''"),
        ("color", "palette", {"colors": ["navy", "", "red"]}, "P.colors.1: must have at least 1 character, got ''"),
        ("network", "unet", {"residual": [True]}, "P.residual: must be a boolean, got (True,)"),
        (
            "network",
            "mlp",
            {"width": 0, "dept": 1},
            "P.width: must be at least 1, got 0; P.dept: unknown setting; did you",
        ),
    ],
)
def test_branches_of_unions_leave_no_trace_in_a_path(role, name, values, said):
    with pytest.raises(LimnerError) as caught:
        validate(registry().load(role, name), values, "P")
    assert str(caught.value).startswith(said)


def test_the_message_begins_with_its_source():
    with pytest.raises(ArtworkError, match=r"^fox.png: image-format.quality: unknown setting"):
        validate(
            registry().load("image-format", "png"), {"quality": 3}, "image-format", source="fox.png", error=ArtworkError
        )
