"""Validate values, sizes and seeds from outside."""

from limner.utils import arguments
from limner.utils.comma_lists import ListSyntaxError, split_commas
from limner.utils.limits import MAX_SEED
from limner.utils.seeding import child_rng
from limner.utils.size_parser import parse_size
from limner.utils.text_readers import parse_value
from limner.utils.typed_text import TypedText, typed_value
from limner.utils.validation import explain, to_tuples, validate

__all__ = [
    "MAX_SEED",
    "ListSyntaxError",
    "TypedText",
    "arguments",
    "child_rng",
    "explain",
    "parse_size",
    "parse_value",
    "split_commas",
    "to_tuples",
    "typed_value",
    "validate",
]
