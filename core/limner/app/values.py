"""Validate values, sizes and seeds from outside, and quote commands that are printed."""

from limner.utils import arguments
from limner.utils.limits import MAX_SEED
from limner.utils.seeding import child_rng
from limner.utils.shell import join as shell_join
from limner.utils.size_parser import parse_size
from limner.utils.validation import explain, to_tuples, validate

__all__ = [
    "MAX_SEED",
    "arguments",
    "child_rng",
    "explain",
    "parse_size",
    "shell_join",
    "to_tuples",
    "validate",
]
