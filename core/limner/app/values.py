"""Validate values, sizes and seeds from outside, and quote commands that are printed."""

from limner.utils import arguments
from limner.utils.comma_lists import ListSyntaxError, split_commas
from limner.utils.conditions import unmet_condition
from limner.utils.limits import MAX_SEED
from limner.utils.seeding import child_rng, draw_seed
from limner.utils.shell import join as shell_join
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
    "draw_seed",
    "explain",
    "parse_size",
    "parse_value",
    "shell_join",
    "split_commas",
    "to_tuples",
    "typed_value",
    "unmet_condition",
    "validate",
]
