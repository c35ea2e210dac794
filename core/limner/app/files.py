"""Files that are complete or absent, sizes, seeds and validation."""

from limner.utils.atomic_files import check_target, replacing, sweep_up
from limner.utils.atomic_folders import check_folder, replacing_folder
from limner.utils.limits import MAX_SEED
from limner.utils.paths import os_reason
from limner.utils.resources import require_memory
from limner.utils.seeding import child_rng
from limner.utils.size_parser import parse_size
from limner.utils.validation import explain, frozen, validate

__all__ = [
    "MAX_SEED",
    "check_folder",
    "check_target",
    "child_rng",
    "explain",
    "frozen",
    "os_reason",
    "parse_size",
    "replacing",
    "replacing_folder",
    "require_memory",
    "sweep_up",
    "validate",
]
