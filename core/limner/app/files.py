"""Write files and folders atomically, and check memory."""

from limner.utils.atomic_files import atomic_write, check_target, remove_partials
from limner.utils.atomic_folders import atomic_write_folder, check_folder
from limner.utils.output_paths import is_existing_folder, list_contents
from limner.utils.paths import os_reason
from limner.utils.resources import require_memory

__all__ = [
    "atomic_write",
    "atomic_write_folder",
    "check_folder",
    "check_target",
    "is_existing_folder",
    "list_contents",
    "os_reason",
    "remove_partials",
    "require_memory",
]
