"""Validate values, sizes and seeds from outside."""

from limner.utils import arguments
from limner.utils.limits import MAX_SEED
from limner.utils.seeding import child_rng
from limner.utils.size_parser import parse_size
from limner.utils.validation import explain, to_tuples, validate

__all__ = [
    "MAX_SEED",
    "arguments",
    "child_rng",
    "explain",
    "parse_size",
    "to_tuples",
    "validate",
]
