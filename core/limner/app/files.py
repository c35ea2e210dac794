"""Files that are complete or absent, folders, and the memory that work may take."""

from limner.utils.atomic_files import check_target, replacing, sweep_up
from limner.utils.atomic_folders import check_folder, replacing_folder
from limner.utils.paths import os_reason
from limner.utils.resources import require_memory

__all__ = [
    "check_folder",
    "check_target",
    "os_reason",
    "replacing",
    "replacing_folder",
    "require_memory",
    "sweep_up",
]
